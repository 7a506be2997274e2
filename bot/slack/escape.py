"""What people and articles write, made harmless for Slack and cut into messages. Pure; knows no blocks.

A mention, a broadcast or a link works only when its characters stand side by side. `unlinked` puts an invisible word
joiner between them, `safe` also escapes the three characters that Slack reads as markup. Both work token by token, a
token being what stands between white space, so that texts with white space between them are as safe as each alone.

A streamed message holds about 10.6 KB of UTF-8 (openclaw pull request 143882 claims so); PAGE_BYTES stays below.
"""

import re
import unicodedata
from urllib.parse import quote, urlsplit, urlunsplit

JOINER = "\u2060"
_TOKEN = re.compile(r"\S+")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069]")
_SCHEME = re.compile(r"(?i)(?<=[a-z0-9+.-]):(?=[/\\])")
_BARE_SCHEME = re.compile(r"(?i)\b(mailto|tel|sms|callto|skype|data|javascript|vbscript|file|slack|ftp|https?):")
_DOMAIN = re.compile(r"(?<=[\w-])\.(?=[^\W\d_]{2})")
_AT = re.compile(r"@(?=\w)")
_MARKDOWN_LINK = re.compile(r"(?<=\])(?=[(\[:])|(?<=!)(?=\[)")
_MARKER = re.compile(rf"\[\[\d+\]\]\([^()\s]*\)|{JOINER}\[\d+\]")
_OPENS_TARGET = tuple("([:")
_LABEL = re.compile(r"\A(?:[•☑☐]|\d{1,3}[.)]|[a-z][.)]) ")
_BORDER = re.compile(r"\n| \| ")
_SHORT_QUOTE, _EDGE_WORDS, _EDGE = 120, 6, 60
_LONGEST_ADDRESS = 2_900  # a link element takes 3,000 characters
PAGE_BYTES = 9_000
_FENCE = re.compile(r"^```([\w+-]*)[^\n`]*$", re.MULTILINE)
_UNCUTTABLE = re.compile(r"\[\[\d+\]\]\([^)\s]*\)|&(?:amp|lt|gt);")
_BORDERS = ("\n\n", "\n", ". ", " ")
_CLOSE = "\n```"


def unlinked(text: str) -> str:
    """Returns the text looking the same, but with nothing in it that becomes a link or a mention by itself."""
    return _TOKEN.sub(lambda match: _break(match[0]), _CONTROL.sub("", text))


def safe(text: str) -> str:
    """Returns the text for a message: nothing in it notifies or links."""
    return _TOKEN.sub(lambda match: _token(match[0]), _CONTROL.sub("", text))


def marker(number: int, address: str | None) -> str:
    """Returns the marker of a citation, which leads to its address, if it has one."""
    return f"[[{number}]]({address})" if address else f"{JOINER}[{number}]"


def unescaped(text: str) -> str:
    """Returns what a reader sees of a text that was made safe: the inverse of `safe`, and of `marker` nothing."""
    plain = _MARKER.sub("", text).replace(JOINER, "")
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


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


def fits(text: str, limit: int = PAGE_BYTES) -> bool:
    """Tells whether a text can be one message."""
    return len(text.encode()) <= limit


def cut(text: str, *, kept: int = 0, limit: int = PAGE_BYTES) -> tuple[str, str]:
    """Returns a first message of at most `limit` bytes and the rest.

    The first `kept` characters have been shown already and stay in the first. The cut is on the border of a paragraph,
    else of a line, a sentence or a word.
    """
    if fits(text, limit):
        return text, ""
    most = len(text.encode()[: limit - len(_CLOSE)].decode("utf-8", "ignore"))
    return divided(text, max(_border(text, kept, most), kept))


def divided(text: str, position: int) -> tuple[str, str]:
    """Returns what stands before and after; a code fence that is open there is closed, and opened again after it."""
    head, tail = text[:position], text[position:]
    fences = _FENCE.findall(head)
    return (head.rstrip("\n") + _CLOSE, f"```{fences[-1]}\n{tail}") if len(fences) % 2 else (head, tail)


def pages(text: str, limit: int = PAGE_BYTES) -> tuple[str, ...]:
    """Returns the text as messages that each fit."""
    found = []
    while text:
        head, text = cut(text, limit=limit)
        found.append(head)
    return tuple(found)


def _fragment(text: str) -> str:
    return quote(text, safe="").replace("-", "%2D")


def _break(token: str) -> str:
    token = _SCHEME.sub(f":{JOINER}", token)
    token = _BARE_SCHEME.sub(rf"\1{JOINER}:{JOINER}", token)
    token = _DOMAIN.sub(f".{JOINER}", token)
    token = _AT.sub(f"@{JOINER}", token)
    return _MARKDOWN_LINK.sub(JOINER, token)


def _token(token: str) -> str:
    broken = _break(token)
    guarded = JOINER + broken if broken.startswith(_OPENS_TARGET) else broken
    return guarded.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _border(text: str, kept: int, most: int) -> int:
    for border in _BORDERS:
        position = text.rfind(border, kept, most)
        if position > max(kept, most // 2):
            return position + len(border)
    for match in _UNCUTTABLE.finditer(text):
        if match.start() < most < match.end() and match.start() > kept:
            return match.start()
    while most > kept + 1 and (
        unicodedata.combining(text[most]) or text[most] in "\u200d\ufe0f" or text[most - 1] == "\u200d"
    ):
        most -= 1
    return most
