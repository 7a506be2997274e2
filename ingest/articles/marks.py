"""Where in an article's text a heading or a page begins. Knows offsets; knows nothing of files or chunks."""

import bisect
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_HEADING = 200


@dataclass(frozen=True)
class Mark:
    """From `start` on, up to the next mark, the text stands under `heading` and on `page` (None: it has none)."""

    start: int
    heading: str | None
    page: int | None


def heading_and_page(marks: Sequence[Mark], start: int) -> tuple[str | None, int | None]:
    """Returns the heading and the page that an offset of the article's text stands under; `marks` are in order."""
    at = bisect.bisect_right(marks, start, key=lambda mark: mark.start) - 1
    return (marks[at].heading, marks[at].page) if at >= 0 else (None, None)


def as_json(marks: Iterable[Mark]) -> str:
    """Returns the marks as one line of JSON."""
    return json.dumps([(mark.start, mark.heading, mark.page) for mark in marks], ensure_ascii=False)


def from_json(text: str) -> tuple[Mark, ...]:
    """Returns the marks that `as_json` wrote."""
    return tuple(Mark(start, heading, page) for start, heading, page in json.loads(text))


def moved(marks: Iterable[Mark], kept: Sequence[tuple[int, int]], *, title: str | None) -> tuple[Mark, ...]:
    """Returns the marks as they stand in a text of which only the kept stretches remain, joined by line breaks.

    The title is no heading of its article; where two marks fall on one offset, the later one counts.
    """
    by_start = {}
    for mark in marks:
        start = _new_offset(mark.start, kept)
        same = title is not None and mark.heading is not None and mark.heading.casefold() == title.casefold()
        by_start[start] = Mark(start, None if same else mark.heading, mark.page)
    return tuple(by_start[start] for start in sorted(by_start))


def _new_offset(offset: int, kept: Sequence[tuple[int, int]]) -> int:
    at = 0
    for start, end in kept:
        if offset <= end:
            return at + max(offset - start, 0)
        at += end - start + 1
    return max(at - 1, 0)
