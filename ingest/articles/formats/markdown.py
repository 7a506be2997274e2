"""Markdown: front matter, and headings. Leaves the text as it is written; renders nothing."""

import re
from collections.abc import Iterator

from ingest.articles.declared import parse_front_matter
from ingest.articles.decode import clean, to_text
from ingest.articles.formats.parsed import Parsed
from ingest.articles.honest import honest
from ingest.articles.marks import MAX_HEADING, Mark

_HEADING = re.compile(r" {0,3}#{1,6}[ ]+(.*)")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-{2,})")
_FENCE = re.compile(r" {0,3}(```|~~~)")
# Pictures that are written into the text itself: long, and nothing anybody would quote.
_PICTURE_DATA = re.compile(r"data:image/[a-z+.-]+;base64,[A-Za-z0-9+/=]*")


def read(raw: bytes) -> Parsed:
    """Returns the text below the front matter, with a mark at each heading outside fenced code."""
    declared, body = parse_front_matter(clean(honest(to_text(raw))))
    body = _PICTURE_DATA.sub("data:", body)
    return Parsed(body, declared, tuple(_headings(body)))


def _headings(text: str) -> Iterator[Mark]:
    fence, at, before = "", 0, ""
    for line in text.split("\n"):
        mark = _FENCE.match(line)
        if mark and fence in ("", mark[1]):
            fence = "" if fence else mark[1]
        elif not fence:
            heading = _HEADING.fullmatch(line)
            if heading:
                yield Mark(at, heading[1].rstrip("# ")[:MAX_HEADING] or None, None)
            elif before and _UNDERLINE.fullmatch(line):
                yield Mark(at - len(before) - 1, before.strip()[:MAX_HEADING], None)
        at += len(line) + 1
        before = "" if fence or _HEADING.fullmatch(line) or mark else line.rstrip()
