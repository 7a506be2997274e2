"""Where a long text may be cut into messages. Knows bytes, paragraphs and code fences; knows nothing of Slack.

A streamed message holds about 10.6 KB of UTF-8 (openclaw pull request 143882 claims so); PAGE_BYTES stays below.
"""

import re
import unicodedata

PAGE_BYTES = 9_000
_FENCE = re.compile(r"^```([\w+-]*)[^\n`]*$", re.MULTILINE)
_UNCUTTABLE = re.compile(r"\[\[\d+\]\]\([^)\s]*\)|&(?:amp|lt|gt);")
_BORDERS = ("\n\n", "\n", ". ", " ")
_CLOSE = "\n```"


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
