"""A page by its address, asked of a real server on this machine; the open internet is not needed."""

import datetime
import ipaddress
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from ingest.articles.fetch import RULES, Rules, fetch_page, file_name, is_public
from ingest.articles.make import read_article
from ingest.errors import PageNotFetched

NOW = datetime.datetime(2026, 3, 9, 12, 0, tzinfo=datetime.UTC)
QUOTE = "The bridge is 640 metres long and carries four lanes."
PAGE = f"<html><head><title>The bridge</title></head><body><h1>The bridge</h1><p>{QUOTE}</p></body></html>".encode()
HOME = ipaddress.ip_address("127.0.0.1")
# As the command's rules, but for plain http, and for this machine alone.
LOOPBACK = replace(RULES, schemes=("http",), permitted=lambda address: address == HOME)


class Site(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == "/to":
            self.reply(302, b"", {"Location": query})
        elif path.startswith("/hop/"):
            self.reply(301, b"", {"Location": f"/hop/{int(path[5:]) - 1}" if path[5:] != "1" else "/bridge"})
        elif path == "/pdf":
            self.reply(200, b"%PDF-1.7", {"Content-Type": "application/pdf"})
        elif path == "/gone":
            self.reply(404, PAGE, {})
        elif path == "/packed":
            self.reply(200, PAGE, {"Content-Encoding": "gzip"})
        elif path == "/latin":
            self.reply(200, "<p>Über die Brücke.</p>".encode("latin-1"), {"Content-Type": "text/html; charset=latin-1"})
        elif path == "/large":
            self.endless(b"<p>word</p>" * 10_000, 0)
        elif path == "/trickle":
            self.endless(b".", 0.05)
        elif path == "/host":
            self.reply(200, f"<p>{self.headers['Host']} {self.headers['Cookie']}</p>".encode(), {"Set-Cookie": "a=b"})
        else:
            self.reply(200, PAGE, {})

    def reply(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        all_headers = {"Content-Type": "text/html; charset=utf-8", "Content-Length": str(len(content))} | headers
        for name, value in all_headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def endless(self, part: bytes, pause: float) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            while not self.server.stopping.wait(pause):  # type: ignore[attr-defined]
                self.wfile.write(part)
        except OSError:
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        pass


def serving(tls: ssl.SSLContext | None = None) -> Iterator[int]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.stopping = threading.Event()  # type: ignore[attr-defined]
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server.server_port
    server.stopping.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    for port in serving():
        yield f"http://127.0.0.1:{port}"


def refused(url: str, corpus: Path, rules: Rules = LOOPBACK) -> str:
    with pytest.raises(PageNotFetched) as caught:
        fetch_page(url, corpus, now=NOW, rules=rules)
    assert not list(corpus.iterdir())
    return str(caught.value)


def test_a_page_is_filed_with_its_address_and_the_time_and_can_be_read(site: str, tmp_path: Path) -> None:
    path = fetch_page(f"{site}/news/harbour-bridge.html#costs", tmp_path, now=NOW, rules=LOOPBACK)
    article = read_article(path, path.name)
    assert path.read_bytes() == b"\xef\xbb\xbf" + PAGE
    assert (article.url, article.text) == (f"{site}/news/harbour-bridge.html", f"The bridge\n\n{QUOTE}")
    sidecar = path.with_name(path.name + ".meta.yaml").read_text()
    assert sidecar == f'url: "{site}/news/harbour-bridge.html"\nfetched: 2026-03-09T12:00:00+00:00\n'


def test_an_unchanged_page_is_not_written_again(site: str, tmp_path: Path) -> None:
    before = fetch_page(f"{site}/bridge", tmp_path, now=NOW, rules=LOOPBACK)
    stamp = before.with_name(before.name + ".meta.yaml").read_text()
    after = fetch_page(f"{site}/bridge", tmp_path, now=NOW + datetime.timedelta(days=1), rules=LOOPBACK)
    assert (after, after.with_name(after.name + ".meta.yaml").read_text()) == (before, stamp)
    assert len(list(tmp_path.iterdir())) == 2


def test_three_redirects_are_followed_and_a_fourth_is_not(site: str, tmp_path: Path) -> None:
    assert "redirects more than 3 times" in refused(f"{site}/hop/4", tmp_path)
    path = fetch_page(f"{site}/hop/3", tmp_path, now=NOW, rules=LOOPBACK)
    assert read_article(path, path.name).url == f"{site}/bridge"


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("pdf", "is application/pdf, not text/html"),
        ("gone", "the site answered 404"),
        ("packed", "comes compressed"),
        ("large", "larger than 10 MB"),
        ("to?http://10.0.0.1/x", "10.0.0.1 is not a public site"),
        ("to?http://169.254.169.254/latest/meta-data", "169.254.169.254 is not a public site"),
        ("to?http://localhost./x", "localhost. is not a public site"),
        ("to?file:///etc/passwd", "only https pages are fetched, not file"),
        ("to?ftp://127.0.0.1/x", "only https pages are fetched, not ftp"),
        ("to?http://ana:secret@127.0.0.1/x", "has a name or password"),
    ],
)
def test_what_is_no_public_page_is_refused_by_name(path: str, reason: str, site: str, tmp_path: Path) -> None:
    rules = replace(LOOPBACK, resolve=lambda host, port: ["::1"] if host == "localhost." else [host])
    assert reason in refused(f"{site}/{path}", tmp_path, rules)


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://gazette.example/a", "only https pages are fetched, not http"),
        ("gazette.example/a", "only https pages are fetched"),
        ("https:///a", "only https pages are fetched"),
        ("https://localhost/a", "localhost is not a public site"),
        ("https://127.0.0.1:1/a", "127.0.0.1 is not a public site"),
        ("https://[::1]/a", "::1 is not a public site"),
        ("https://0x7f.1/a", "is not"),
        ("https://2130706433/a", "is not"),
        ("https://gazette.example:99999/a", "is not a web address"),
        ("https://ana@127.0.0.1/a", "has a name or password"),
    ],
)
def test_as_the_command_asks_only_https_to_public_addresses_passes(url: str, reason: str, tmp_path: Path) -> None:
    assert reason in refused(url, tmp_path, RULES)


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.215.14", True),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", True),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("127.0.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("2001:0:7f00:1::", False),
        ("fec0::1", False),
        ("feff:ffff::1", False),
        ("192.88.99.1", False),
        ("192.88.98.1", True),
        ("::ffff:192.88.99.1", False),
        ("::10.0.0.1", False),
        ("192.0.0.8", False),
        ("192.52.193.1", False),
        ("3fff:1::1", False),
        ("2001:1::1", False),
        ("2001:4860:4860::8888", True),
    ],
)
def test_an_address_is_public_or_not(address: str, public: bool) -> None:
    assert is_public(ipaddress.ip_address(address)) is public


def test_a_name_with_one_private_address_among_public_ones_is_refused(tmp_path: Path) -> None:
    rules = replace(RULES, resolve=lambda host, port: ["93.184.215.14", "10.0.0.7"])
    assert "its address is 10.0.0.7" in refused("https://gazette.example/a", tmp_path, rules)


def test_the_connection_goes_to_the_address_that_was_checked(site: str, tmp_path: Path) -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["10.0.0.7"]

    port = site.rsplit(":", 1)[1]
    path = fetch_page(
        f"http://gazette.example:{port}/host", tmp_path, now=NOW, rules=replace(LOOPBACK, resolve=rebinding)
    )
    assert f"gazette.example:{port} None".encode() in path.read_bytes()
    assert asked == ["gazette.example"]


def test_a_site_that_trickles_is_given_up_after_the_whole_time(site: str, tmp_path: Path) -> None:
    started = time.monotonic()
    assert "try again later" in refused(f"{site}/trickle", tmp_path, replace(LOOPBACK, total_s=0.4))
    assert time.monotonic() - started < 3


def test_a_site_that_does_not_answer_is_given_up(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/a"
        assert "not done within 0.2 seconds" in refused(url, tmp_path, replace(LOOPBACK, wait_s=0.2))


def test_a_port_where_nobody_listens_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert "cannot be fetched" in refused(f"http://127.0.0.1:{port}/a", tmp_path)


def test_the_encoding_that_the_site_declares_is_kept(site: str, tmp_path: Path) -> None:
    path = fetch_page(f"{site}/latin", tmp_path, now=NOW, rules=LOOPBACK)
    assert read_article(path, path.name).text == "Über die Brücke."


def test_over_tls_the_certificate_must_be_the_named_site_s(tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl to make a certificate")
    key, certificate, corpus = tmp_path / "key.pem", tmp_path / "certificate.pem", tmp_path / "corpus"
    corpus.mkdir()
    subject = ["-subj", "/CN=gazette.example", "-addext", "subjectAltName=DNS:gazette.example"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1"]
    subprocess.run([*made, *subject, *files], check=True, capture_output=True)
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ours.load_cert_chain(certificate, key)
    rules = replace(LOOPBACK, schemes=("https",), resolve=lambda host, port: ["127.0.0.1"])
    for port in serving(ours):
        assert "CERTIFICATE_VERIFY_FAILED" in refused(f"https://gazette.example:{port}/a", corpus, rules)
        trusting = replace(rules, tls=ssl.create_default_context(cafile=str(certificate)))
        assert "CERTIFICATE_VERIFY_FAILED" in refused(f"https://other.example:{port}/a", corpus, trusting)
        path = fetch_page(f"https://gazette.example:{port}/a", corpus, now=NOW, rules=trusting)
        assert read_article(path, path.name).text == f"The bridge\n\n{QUOTE}"


def test_a_file_name_is_readable_and_its_own() -> None:
    name = file_name("https://www.gazette.example/2026/02/14/Harbour-Bridge_opens.html?id=7")
    assert name.startswith("gazette.example-harbour-bridge-opens-")
    assert name.endswith(".html")
    assert name != file_name("https://www.gazette.example/2026/02/14/Harbour-Bridge_opens.html?id=8")
    assert file_name("https://gazette.example/").startswith("gazette.example-page-")
