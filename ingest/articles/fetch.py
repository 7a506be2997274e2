"""A web page is fetched into the corpus, once. Knows what a page may be and how it is filed, not what it says."""

import datetime
import hashlib
import json
import re
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from ingest.articles.connect import RULES, CannotConnect, Response, Rules, reply_of
from ingest.articles.load import sidecar_of
from ingest.errors import PageNotFetched
from ingest.private import open_as_its_folder, whole_file

MAX_REDIRECTS = 3
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = {"User-Agent": "footnote", "Accept": "text/html", "Accept-Encoding": "identity", "Connection": "close"}
_CHARSET = re.compile(r"charset\s*=\s*\"?([\w.:-]+)", re.IGNORECASE)
_SAFE = "/%:@!$&'()*+,;=~-._?"


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
