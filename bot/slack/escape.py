"""What people and articles write, made harmless for Slack. Pure; knows no blocks.

A mention, a broadcast or a link works only when its characters stand side by side. `unlinked` puts an invisible word
joiner between them, `safe` also escapes the three characters that Slack reads as markup. Both work token by token, a
token being what stands between white space, so that a text shown in pieces is as safe as the whole: `ready` tells how
much of an unfinished text ends with a whole token.
"""

import re
from collections.abc import Mapping
from urllib.parse import quote, urlsplit, urlunsplit

from bot.answer import MARKER

JOINER = "\u2060"
_TOKEN = re.compile(r"\S+")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_SCHEME = re.compile(r"(?i)(?<=[a-z0-9+.-]):(?=[/\\])")
_BARE_SCHEME = re.compile(r"(?i)\b(mailto|tel|sms|callto|skype|data|javascript|vbscript|file|slack|ftp|https?):")
_DOMAIN = re.compile(r"(?<=[\w-])\.(?=[^\W\d_]{2})")
_AT = re.compile(r"@(?=\w)")
_MARKDOWN_LINK = re.compile(r"(?<=\])(?=[(\[:])|(?<=!)(?=\[)")
_LINKED_MARKER = re.compile(r"\[(\[\d+\])\]\([^()\s]*\)")
_OPENS_TARGET = tuple("([:")
_ENDS_WITH_MARKER = re.compile(r"\[\d+\][.,;:!?]*\Z")
_LABEL = re.compile(r"\A(?:[•☑☐]|\d{1,3}[.)]|[a-z][.)]) ")
_BORDER = re.compile(r"\n| \| ")
_SHORT_QUOTE, _EDGE_WORDS, _EDGE = 120, 6, 60
_LONGEST_ADDRESS = 2_900  # a link element takes 3,000 characters


def unlinked(text: str) -> str:
    """Returns the text looking the same, but with nothing in it that becomes a link or a mention by itself."""
    return _TOKEN.sub(lambda match: _break(match[0]), _CONTROL.sub("", text))


def safe(text: str, links: Mapping[int, str | None] | None = None) -> str:
    """Returns the text for a message: nothing in it notifies or links, except the markers.

    `links` maps the citation numbers to the address that their marker leads to (None: the marker is shown without);
    a marker with any other number is left out. Without `links` markers are text like any other.
    """
    return _TOKEN.sub(lambda match: _token(match[0], links), _CONTROL.sub("", text))


def unescaped(text: str) -> str:
    """Returns what a reader sees of a text that was made safe: the inverse of `safe`, with markers as plain numbers."""
    plain = _LINKED_MARKER.sub(r"\1", text.replace(JOINER, ""))
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def ready(text: str) -> int:
    """Returns how many characters of an unfinished text can be made safe now: up to the last whole token."""
    if _ENDS_WITH_MARKER.search(text):
        return len(text)
    return max((match.end() for match in re.finditer(r"\s", text)), default=0)


def web_address(url: str | None) -> str | None:
    """Returns an article's address ready to be linked; None if it is not an ordinary http or https address."""
    try:
        parts = urlsplit((url or "").strip())
        host = parts.netloc.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return None
    if parts.scheme.lower() not in ("http", "https") or not re.fullmatch(r"[A-Za-z0-9._-]+(?::\d+)?", host):
        return None
    path, query, fragment = (quote(part, safe="%/:=&?~+!$,;@") for part in parts[2:])
    address = urlunsplit((parts.scheme.lower(), host.lower(), path, query, fragment))
    return address if len(address) <= _LONGEST_ADDRESS else None


def quote_address(url: str | None, quoted: str) -> str | None:
    """Returns the article's address with a text fragment, so that a browser lands on the quote.

    The fragment is that of https://wicg.github.io/scroll-to-text-fragment/: the quote itself if it is short and of one
    line, else its first and last words; of a list or a table the first words alone, without a label and up to the end
    of a cell, for a browser finds no words across the borders of its blocks.
    """
    address = web_address(url)
    first, *more = _BORDER.split(_LABEL.sub("", quoted.strip(), count=1))
    words = first.split()
    if address is None or not words:
        return address
    start = " ".join(words[:_EDGE_WORDS])[:_EDGE]
    if more:
        directive = _fragment(start)
    elif len(first) <= _SHORT_QUOTE:
        directive = _fragment(" ".join(words))
    else:
        directive = f"{_fragment(start)},{_fragment(' '.join(words[-_EDGE_WORDS:])[-_EDGE:])}"
    whole = f"{address}{'' if '#' in address else '#'}:~:text={directive}"
    return whole if len(whole) <= _LONGEST_ADDRESS else address


def _fragment(text: str) -> str:
    return quote(text, safe="").replace("-", "%2D")


def _break(token: str) -> str:
    token = _SCHEME.sub(f":{JOINER}", token)
    token = _BARE_SCHEME.sub(rf"\1{JOINER}:{JOINER}", token)
    token = _DOMAIN.sub(f".{JOINER}", token)
    token = _AT.sub(f"@{JOINER}", token)
    return _MARKDOWN_LINK.sub(JOINER, token)


def _token(token: str, links: Mapping[int, str | None] | None) -> str:
    if links is None:
        return _piece(token)
    shown, position = [], 0
    for match in MARKER.finditer(token):
        before = _piece(token[position : match.start()])
        # An exclamation mark before a link would make it an image.
        shown += [before, JOINER if before.endswith("!") else "", _marker(int(match[1]), links)]
        position = match.end()
    return "".join([*shown, _piece(token[position:])])


def _piece(text: str) -> str:
    broken = _break(text)
    guarded = JOINER + broken if broken.startswith(_OPENS_TARGET) else broken
    return guarded.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _marker(number: int, links: Mapping[int, str | None]) -> str:
    if number not in links:
        return JOINER
    address = links[number]
    return f"[[{number}]]({address})" if address else f"{JOINER}[{number}]"
