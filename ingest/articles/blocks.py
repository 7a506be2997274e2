"""What an article is made of, in reading order: headings, paragraphs, items, rows, code. Knows offsets, not files.

A block says what a stretch of the article's text is, and what it leans on: an item on the sentence that introduces its
list, a row on the header of its table, code on what announces it.
"""

import bisect
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

Kind = Literal["heading", "paragraph", "item", "row", "code", "quotation"]
MAX_HEADING = 200
# The labels of items that are neither counted nor named.
BULLET, TICKED, UNTICKED = "•", "☑", "☐"


@dataclass(frozen=True)
class Block:
    """A stretch of an article's text, as its author made it.

    `start` and `end` are offsets in the text; labels ("2.2", "•") and the strokes between cells belong to the block,
    marks of a format do not. `path` holds the headings above it, the outermost first; the article's title is none.
    `level` is that of a heading, 1 to 6, or 0 for the title; of what stands in a list, how deep, from 1. `group` is the
    number of the first block of its list or table, None outside of one. `leans_on` is the number of the block that it
    cannot be understood without, None if it stands alone. `language` is that of code, as it is declared.
    """

    kind: Kind
    start: int
    end: int
    path: tuple[str, ...] = ()
    level: int = 0
    label: str = ""
    group: int | None = None
    leans_on: int | None = None
    is_header: bool = False
    language: str | None = None
    page: int | None = None

    @property
    def heading(self) -> str | None:
        """The nearest heading above it, None if there is none."""
        return self.path[-1] if self.path else None


@dataclass(frozen=True)
class Link:
    """Where a stretch of the text leads: offsets in the text, and the address as it is written."""

    start: int
    end: int
    target: str


def block_at(blocks: Sequence[Block], offset: int) -> Block | None:
    """Returns the block that an offset of the text lies in, or the last one before it; `blocks` are in order."""
    at = bisect.bisect_right(blocks, offset, key=lambda block: block.start) - 1
    return blocks[at] if at >= 0 else None


def with_paths(text: str, blocks: Sequence[Block], *, title: str | None = None) -> tuple[Block, ...]:
    """Returns the blocks with their heading paths; the first heading that repeats the title gets level 0."""
    return tuple(_with_paths(text, blocks, title))


def _with_paths(text: str, blocks: Sequence[Block], title: str | None) -> Iterator[Block]:
    path: list[tuple[int, str]] = []
    titled = title is None
    for block in blocks:
        if block.kind != "heading":
            yield replace(block, path=tuple(name for _, name in path))
            continue
        name = " ".join(text[block.start : block.end].split())
        level = block.level
        if not titled and title is not None and name.casefold() == title.casefold():
            level, titled = 0, True
        path = [] if level == 0 else [one for one in path if one[0] < level]
        yield replace(block, level=level, path=tuple(name for _, name in path))
        if level:
            path.append((level, name[:MAX_HEADING]))


def as_json(blocks: Sequence[Block]) -> str:
    """Returns the blocks as one line of JSON; heading paths are left out, for they follow from the text."""
    return json.dumps(
        [
            [b.kind, b.start, b.end, b.level, b.label, b.group, b.leans_on, int(b.is_header), b.language, b.page]
            for b in blocks
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def from_json(line: str, text: str, *, title: str) -> tuple[Block, ...]:
    """Returns the blocks of a text that `as_json` wrote; the title tells which heading is that of the article."""
    return with_paths(text, [_from_row(row) for row in json.loads(line)], title=title)


def links_as_json(links: Sequence[Link]) -> str:
    """Returns the links as one line of JSON."""
    return json.dumps([[one.start, one.end, one.target] for one in links], ensure_ascii=False, separators=(",", ":"))


def links_from_json(line: str) -> tuple[Link, ...]:
    """Returns the links that `links_as_json` wrote."""
    return tuple(Link(*row) for row in json.loads(line))


def _from_row(row: Sequence[Any]) -> Block:
    kind, start, end, level, label, group, leans_on, is_header, language, page = row
    return Block(kind, start, end, (), level, label, group, leans_on, bool(is_header), language, page)
