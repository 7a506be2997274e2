"""A web page is fetched into the corpus, once, from public addresses only. The home of httpcore; reads no page.

Whoever gives an address may try to make this machine ask another one inside its network. So a name is resolved once,
every address it has must be public, and the connection goes to the very address that was checked. No cookies, no
credentials, no proxy.
"""

import datetime
import hashlib
import ipaddress
import json
import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

import httpcore

from ingest.articles.decode import sidecar_of
from ingest.errors import FootnoteError, PageNotFetched
from ingest.private import open_as_its_folder, whole_file

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# Addresses that carry an IPv4 address inside, which may be private (NAT64, RFC 6052; 6to4; Teredo; those that are
# compatible with IPv4, RFC 4291), what was once for the inside of a network only (site-local, RFC 3879), and what is
# set aside for protocols and documentation, which not every Python knows (RFC 2928, RFC 9637).
_NOT_PUBLIC = tuple(
    map(
        ipaddress.IPv6Network,
        ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/23", "::/96", "fec0::/10", "5f00::/16", "3fff::/20"),
    )
)
# Anycast to the nearest relay or server of a protocol, which may stand inside a network (RFC 7526, RFC 6890, RFC 7450).
_NEAREST = tuple(map(ipaddress.IPv4Network, ("192.88.99.0/24", "192.0.0.0/24", "192.52.193.0/24")))
MAX_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = {"User-Agent": "footnote", "Accept": "text/html", "Accept-Encoding": "identity", "Connection": "close"}
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_SAFE = "/%:@!$&'()*+,;=~-._?"


class CannotConnect(FootnoteError):
    """There is no answer; the message comes without the address that was asked for."""


def is_public(address: Address) -> bool:
    """Tells whether an address is one of the open internet: not this machine's, not its network's, not reserved."""
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return is_public(address.ipv4_mapped)
        if any(address in network for network in _NOT_PUBLIC):
            return False
    elif any(address in network for network in _NEAREST):
        return False
    return address.is_global and not (address.is_multicast or address.is_reserved or address.is_unspecified)


def resolve(host: str, port: int) -> Sequence[str]:
    """Returns the addresses that the system's resolver knows for a name."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


@dataclass(frozen=True)
class Rules:
    """What may be asked, and for how long.

    The defaults are what the command uses; a test that serves pages on this machine says so by passing other ones.
    `wait_s` is for each step, `total_s` for one connection from its start to its end.
    """

    schemes: tuple[str, ...] = ("https",)
    permitted: Callable[[Address], bool] = is_public
    resolve: Callable[[str, int], Sequence[str]] = resolve
    tls: ssl.SSLContext | None = None
    max_bytes: int = 10_000_000
    wait_s: float = 10.0
    total_s: float = 60.0


RULES = Rules()


@dataclass(frozen=True)
class Response:
    """What a site answers: the status, the headers by their names in lower case, and the content part by part."""

    status: int
    headers: Mapping[str, str]
    parts: Iterator[bytes]


@contextmanager
def reply_of(url: str, *, headers: Mapping[str, str], rules: Rules) -> Iterator[Response]:
    """Yields the reply to one request; the connection ends with the block.

    Raises CannotConnect: the site is not known or not public, or it is too slow, or it breaks the rules of HTTP or TLS.
    """
    waits = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), rules.wait_s)}
    try:
        with (
            httpcore.ConnectionPool(ssl_context=rules.tls, network_backend=_CheckedNetwork(rules)) as pool,
            pool.stream("GET", url, headers=list(headers.items()), extensions=waits) as response,
        ):
            found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
            yield Response(response.status, found, iter(response.iter_stream()))
    except httpcore.TimeoutException as error:
        raise CannotConnect(f"not done within {rules.wait_s:g} seconds", "try again later") from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise CannotConnect(f"cannot be fetched ({error or type(error).__name__})", "check the address") from error


class _CheckedNetwork(httpcore.NetworkBackend):
    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._deadline = time.monotonic() + rules.total_s

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        address = _checked(host, port, self._rules)
        network = httpcore.SyncBackend()
        return _Hurried(network.connect_tcp(str(address), port, timeout, local_address, socket_options), self._deadline)


class _Hurried(httpcore.NetworkStream):
    """A connection whose every step ends at the deadline, however many bytes have trickled in before."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream, self._deadline = stream, deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = self._left(timeout, httpcore.ConnectTimeout)
        return _Hurried(self._stream.start_tls(ssl_context, server_hostname, left), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def _left(self, timeout: float | None, late: type[Exception]) -> float:
        left = self._deadline - time.monotonic()
        if left <= 0:
            raise late("too slow")
        return left if timeout is None else min(timeout, left)


def _checked(host: str, port: int, rules: Rules) -> Address:
    try:
        addresses = [ipaddress.ip_address(found.split("%")[0]) for found in rules.resolve(host, port)]
    except (OSError, UnicodeError, ValueError) as error:
        raise CannotConnect(f"{host} is not known ({error})", "check the address and the network") from error
    if not addresses:
        raise CannotConnect(f"{host} has no address", "check the address and the network")
    for address in addresses:
        if not rules.permitted(address):
            raise CannotConnect(f"{host} is not a public site (its address is {address})", "it is not fetched")
    return addresses[0]


def fetch_page(url: str, corpus: Path, *, now: datetime.datetime, rules: Rules = RULES) -> Path:
    """Fetches a page into the corpus folder, beside a sidecar that says where it is from and when; returns its path.

    The same address is written to the same file again, and only if the page has changed. Raises PageNotFetched: with
    the reason and the remedy.
    """
    try:
        address, content = _fetch(url, rules)
    except CannotConnect as error:
        raise PageNotFetched(url, error.text, error.remedy) from error
    path = corpus / file_name(address)
    sidecar = f"url: {json.dumps(address)}\nfetched: {now.isoformat(timespec='seconds')}\n"
    try:
        if not (path.is_file() and path.read_bytes() == content and sidecar_of(path).is_file()):
            if not corpus.is_dir():
                corpus.mkdir(parents=True)
                open_as_its_folder(corpus)
            for place, written in ((sidecar_of(path), sidecar.encode()), (path, content)):
                with whole_file(place) as file:
                    file.write(written)
    except OSError as error:
        raise PageNotFetched(url, f"cannot write {path}: {error.strerror}", "check the folder") from error
    return path


def file_name(url: str) -> str:
    """Returns a readable file name for the page at an address: its site and the telling end of its path.

    A few digits of the address's hash keep apart what would else be called the same.
    """
    parts = urlsplit(url)
    words = [segment for segment in unquote(parts.path).split("/") if re.search(r"[^\W\d_]{2}", segment)]
    slug = re.sub(r"\.(?:html?|php|aspx?)$", "", words[-1] if words else "page", flags=re.IGNORECASE)
    slug = re.sub(r"[^a-z0-9]+", "-", slug.casefold()).strip("-")[:80].strip("-") or "page"
    site = re.sub(r"[^a-z0-9.]+", "-", (parts.hostname or "").removeprefix("www."))[:60].strip(".-")
    return f"{site}-{slug}-{hashlib.sha256(url.encode()).hexdigest()[:6]}.html"


def _fetch(url: str, rules: Rules) -> tuple[str, bytes]:
    """Returns the address that the page came from in the end, and the page."""
    here = _normal(url, rules)
    for _ in range(MAX_REDIRECTS + 1):
        with reply_of(here, headers=_HEADERS, rules=rules) as reply:
            if reply.status not in _REDIRECTS or "location" not in reply.headers:
                return here, _content(reply, rules)
            here = _normal(urljoin(here, reply.headers["location"]), rules)
    raise CannotConnect(f"redirects more than {MAX_REDIRECTS} times", "give the address where it ends")


def _normal(url: str, rules: Rules) -> str:
    """The address in plain ASCII, without a fragment."""
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").encode("idna").decode("ascii"), parts.port
    except ValueError as error:
        raise CannotConnect("is not a web address", "write it as https://site.example/page") from error
    if parts.scheme not in rules.schemes or not host:
        raise CannotConnect(f"only https pages are fetched, not {parts.scheme or 'an address without https'}: {url}")
    if parts.username is not None or parts.password is not None:
        raise CannotConnect("has a name or password in it", "only public pages are fetched")
    site = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    return urlunsplit((parts.scheme, site, quote(parts.path, _SAFE) or "/", quote(parts.query, _SAFE), ""))


def _content(reply: Response, rules: Rules) -> bytes:
    if reply.status != 200:
        raise CannotConnect(f"the site answered {reply.status}", "open the page in a browser and save it yourself")
    kind = reply.headers.get("content-type", "")
    if kind.split(";")[0].strip().lower() != "text/html":
        raise CannotConnect(f"is {kind[:60] or 'of no kind'}, not text/html", "save it into the corpus yourself")
    if reply.headers.get("content-encoding", "identity") != "identity":
        raise CannotConnect("comes compressed though it should not", "save the page into the corpus yourself")
    content = bytearray()
    for part in reply.parts:
        content += part
        if len(content) > rules.max_bytes:
            raise CannotConnect(f"larger than {rules.max_bytes / 1_000_000:g} MB", "save its text yourself")
    return _with_encoding(bytes(content), kind)


def _with_encoding(content: bytes, kind: str) -> bytes:
    """What the site says of the encoding would be lost in a file: the page is rewritten as UTF-8 that says so."""
    charset = _CHARSET.search(kind)
    if not charset or content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return content
    try:
        return b"\xef\xbb\xbf" + content.decode(charset[1]).encode("utf-8")
    except (LookupError, UnicodeError):
        return content
