"""Lines that stand somewhere on pages become paragraphs, rows and headings. Knows geometry; knows no PDF.

What was lost in print is mended by rule: lines that stand at the head or foot of most pages go, words cut at a line's
end are joined, lines whose cells stand in columns are rows, and what is printed larger than the rest is a heading.
"""

import itertools
import re
import statistics
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from ingest.articles.blocks import BULLET
from ingest.articles.formats.columns import Line, in_columns, justified, rows_of, side_by_side
from ingest.articles.formats.pieces import Piece
from ingest.articles.formats.signs import raised
from ingest.articles.formats.wrapped import divisions_of, unwrapped

# How many lines from the head and the foot of a page may repeat, and on what share of the pages they must. They stand
# so near to the same place, of all places so often, and apart from the text so often; a foot so low on its page.
_EDGE, _SHARE, _FEW_NUMBERS, _FEW_PAGES = 4, 0.3, 3, 3
_SAME_PLACE, _MOSTLY_THERE, _APART, _SET_OFF, _FOOT = 2, 0.25, 0.3, 1.2, 0.2
# So much narrower than so many letters are is what is printed from the foot of a page to its head.
_NARROW = 0.2
_ENDS = re.compile(r"""[.!?:…][)"'”’\]⁰¹²³⁴-⁹]*$""")
_ITEM = re.compile(r"([-*•–▪◦●○■□➢✓]|\d{1,3}(?:\.\d{1,3}){0,3}[.)]?|\([a-z0-9]{1,4}\)|[a-zA-Z][.)])\s+(?=\S)")
_SIGNS = re.compile(r"[-*•–▪◦●○■□➢✓]")
_CUT_WORD = re.compile(r"(?<!\w)(\w+)-$")
_PAGE_NUMBER = re.compile(
    r"(?:page|seite|p\.)?\s*+(?:[-–|]\s*+)?(?:\d{1,4}|[ivxl]{1,6})\s*+(?:(?:of|/|von)\s*+\d{1,4}\s*+)?[-–|]?",
    re.IGNORECASE,
)
# So much larger than the body is a heading; so many words are none.
_LARGER, _HEADING_WORDS = 1.15, 25
# A line further below than this many times the usual distance begins a paragraph, unless a formula or a raised figure
# has driven it so far within a sentence.
_FAR, _DRIVEN = 1.4, 2.0
# So much smaller than the text around them are notes and captions; so many of them may stand within a sentence.
_SMALLER, _MOST_NOTES = 0.94, 4
_NOTES = raised("0123456789") + "*†‡"


def pieces_of_pages(
    pages: Sequence[Sequence[Line]], outline: Sequence[tuple[str, int]] = ()
) -> tuple[tuple[Piece, ...], int]:
    """Returns the pieces in reading order, and how many words at the heads and feet of pages were left out.

    `outline` are the document's bookmarks with their levels; a line that says what one says is a heading.
    """
    lines = without_edges(pages)
    left_out = _words(line for page in pages for line in page) - _words(lines)
    return tuple(_Layout(lines, outline).pieces()), left_out


def _words(lines: Iterable[Line]) -> int:
    return sum(len(line.text.split()) for line in lines)


def without_edges(pages: Sequence[Sequence[Line]]) -> tuple[Line, ...]:
    """Returns the lines of all pages without running heads, feet and page numbers; a table's header is said once.

    Such a line is outermost on its page, apart from the text, no larger than it, and returns at that place, numbers
    aside, on three pages in ten or more (on three at least); a bare page number need not return more than once. Of two
    pages, such lines stay, marked as edges.
    """
    are_few = len(pages) < _FEW_PAGES
    lines = [*itertools.chain(*pages)]
    places, everywhere = Counter((_shape(line), round(line.bottom)) for line in lines), Counter(map(_shape, lines))
    least, size, far = max(_FEW_PAGES, _SHARE * sum(map(bool, pages))), _body(lines), _SET_OFF * _distance(lines)

    def returns(line: Line) -> bool:
        shape = _shape(line)
        there = sum(places[shape, round(line.bottom) + step] for step in range(-_SAME_PLACE, _SAME_PLACE + 1))
        if _PAGE_NUMBER.fullmatch(line.text):
            return there >= 2
        if are_few:
            return there == 2 and line.size <= _LARGER * size
        known = there >= _FEW_PAGES and everywhere[shape] >= least and there > _MOSTLY_THERE * everywhere[shape]
        return known and line.size <= _LARGER * size

    edges = [[*_edge(page, returns)] for page in pages]
    seen = Counter(_shape(line) for edge in edges for line, _ in edge)
    apart = Counter(_shape(line) for edge in edges for line, gap in edge if gap > far)
    kept: list[Line] = []
    header: Line | None = None  # of the table that the pages so far end with
    for page, edge in zip(pages, edges, strict=True):
        outer = [line for line, _ in edge if apart[_shape(line)] > max(1, _APART * seen[_shape(line)])]
        stays = [line for line in page if line not in outer or (are_few and not _PAGE_NUMBER.fullmatch(line.text))]
        text = [replace(line, is_edge=line in outer) for line in stays]
        is_again = header is not None and len(text) > 1 and header.text == text[0].text
        for line in text[1:] if is_again and in_columns(*text[:2]) else text:
            header = (header or line) if len(line.cells) > 1 else None
            kept.append(line)
    return tuple(kept)


def _edge(page: Sequence[Line], returns: Callable[[Line], bool]) -> Iterator[tuple[Line, float]]:
    """The lines at the head and the foot of a page that return, and how wide a gap is between them and the text."""
    rows = [[*row] for _, row in itertools.groupby(sorted(page, key=_height), key=_height)]
    if sum(line.right - line.left for line in page) < _NARROW * sum(len(line.text) * line.size for line in page):
        return  # the page lies on its side
    few = min(_EDGE, max(len(rows) - 1, 0) // 2)
    for ordered, is_foot in ((rows, False), (rows[::-1], True)):
        outer = [*itertools.takewhile(lambda row: any(map(returns, row)), ordered[:few])]
        gap = 0.0
        for row, inner in reversed([*zip(outer, ordered[1:], strict=False)]):
            if not in_columns(row[0], inner[0]):
                gap = max(gap, abs(row[0].bottom - inner[0].bottom))
            if not is_foot or row[0].bottom < _FOOT * rows[0][0].bottom:
                yield from ((line, gap) for line in row if returns(line))


def _height(line: Line) -> int:
    return -round(line.bottom)


class _Layout:
    """The lines of a document, with what is usual in it: the size of its letters, the distance of its lines."""

    def __init__(self, lines: Sequence[Line], outline: Sequence[tuple[str, int]]) -> None:
        self._divisions = divisions_of([line.text for line in lines])
        whole = unwrapped([*justified(lines)], self._divisions.joined)
        self._lines = [column for run in side_by_side(whole) for column in run]
        self._body = _body(self._lines)
        sizes = {round(line.size, 1) for line in self._lines}
        larger = sorted((size for size in sizes if size > _LARGER * self._body), reverse=True)
        self._levels = {size: min(i + 1, 4) for i, size in enumerate(_merged(larger))}
        self._bookmarks = {key: level for title, level in outline if (key := _squeezed(title))}
        self._distance = _distance(self._lines)
        rights = [line.right for line in self._lines]
        self._width = statistics.quantiles(rights, n=10)[-1] if len(rights) > 1 else 0.0

    def pieces(self) -> Iterator[Piece]:
        """Yields headings, rows, items and paragraphs."""
        groups, group = itertools.count(1), 0
        for is_table, run in itertools.groupby(enumerate(self._lines), key=lambda one: self._in_table(one[0])):
            lines = [line for _, line in run]
            if is_table:
                yield from rows_of(lines, next(groups))
                group = 0
                continue
            for kind, paragraph in _around_notes([*self._paragraphs(lines)]):
                text, page = self._divisions.joined([line.text for line in paragraph]), paragraph[0].page
                found = _ITEM.match(text) if kind == "paragraph" else None
                if kind == "heading":
                    group = 0
                    yield Piece("heading", text, level=self._level(paragraph) or 1, page=page)
                elif found is None:
                    group = 0
                    yield Piece("paragraph", text, page=page)
                else:
                    group = group or next(groups)
                    label = BULLET if _SIGNS.match(found[1]) else found[1]
                    yield Piece("item", text[found.end() :], level=1, label=label, group=group, page=page)

    def _in_table(self, i: int) -> bool:
        """Tells whether a line is a row: it and a neighbour have cells that begin or end in the same places."""
        return any(0 <= j < len(self._lines) and in_columns(self._lines[i], self._lines[j]) for j in (i - 1, i + 1))

    def _paragraphs(self, lines: Sequence[Line]) -> Iterator[tuple[str, list[Line]]]:
        """Runs of lines that belong together, each a heading or a paragraph."""
        run: list[Line] = []
        kind = "paragraph"
        for line in lines:
            level = self._level([line])
            same = bool(run) and not (line.is_edge or run[-1].is_edge)
            same = same and (
                (kind == "heading" and level == self._level(run) and self._is_near(run[-1], line))
                if level
                else kind == "paragraph" and self._goes_on(run, line)
            )
            if run and not same:
                yield kind, run
                run = []
            kind = "heading" if level else "paragraph"
            run.append(line)
        if run:
            yield kind, run

    def _level(self, lines: Sequence[Line]) -> int:
        """The level of a heading, by the bookmarks or by its size; 0 for what is none."""
        text = " ".join(line.text for line in lines)
        known = self._bookmarks.get(_squeezed(text))
        if known:
            return min(known, 6)
        if len(text.split()) > _HEADING_WORDS or not re.search(r"[^\W\d]", text):
            return 0
        size = lines[0].size
        return next((level for at, level in self._levels.items() if abs(at - size) <= 0.06 * at), 0)

    def _is_near(self, before: Line, line: Line) -> bool:
        return before.page == line.page and 0 <= before.bottom - line.bottom < 2 * max(before.size, line.size)

    def _goes_on(self, run: Sequence[Line], line: Line) -> bool:
        """Tells whether a line goes on with the paragraph before it."""
        before = run[-1]
        if _CUT_WORD.search(before.text) and line.text[:1].islower():
            return True
        if _ITEM.match(line.text) and not (line.text[:1].isalpha() and line.text[1:2] != ")"):
            return False
        ended, below = _is_ended(before), before.bottom - line.bottom
        if before.page != line.page or not -0.5 * line.size < below < 4 * self._distance:
            return not ended and not line.text[:1].isupper() and _are_alike(line, before)  # the next column or page
        if below > _FAR * max(self._distance, before.size):
            return not ended and _is_rest(line, before) and below < _DRIVEN * self._distance
        short = before.right < 0.85 * self._width
        indented = (
            line.left > run[0].left + 0.8 * line.size and len(run) > 1 and line.left > before.left + 0.8 * line.size
        )
        heads = short and not ended and not line.text[:1].islower() and not before.text.endswith((",", ";", "-"))
        return not (ended and (short or indented)) and not (heads and before.right < 0.7 * self._width)


def _around_notes(runs: Sequence[tuple[str, list[Line]]]) -> Iterator[tuple[str, list[Line]]]:
    """Yields headings and paragraphs; one that goes on behind notes or a caption is whole, and they follow it."""
    at = 0
    while at < len(runs):
        kind, lines = runs[at]
        end = at + 1
        while kind == "paragraph" and end < min(len(runs) - 1, at + 1 + _MOST_NOTES) and _is_note(runs[end], lines[-1]):
            end += 1
        goes_on = end > at + 1 and not _is_ended(lines[-1]) and _is_rest(runs[end][1][0], lines[-1])
        if goes_on and runs[end][0] == "paragraph":
            yield kind, [*lines, *runs[end][1]]
            yield from runs[at + 1 : end]
            at = end + 1
        else:
            yield kind, lines
            at += 1


def _is_note(run: tuple[str, list[Line]], before: Line) -> bool:
    kind, lines = run
    is_note = lines[0].is_edge or lines[0].size < _SMALLER * before.size or lines[0].text[0] in _NOTES
    return kind == "paragraph" and is_note


def _is_ended(line: Line) -> bool:
    return _ENDS.search(line.text) is not None


def _is_rest(line: Line, before: Line) -> bool:
    """Whether a line looks like the rest of a sentence that another line has begun."""
    is_text = not (line.is_edge or before.is_edge)
    return is_text and line.text[0].islower() and _are_alike(line, before)


def _are_alike(line: Line, before: Line) -> bool:
    return abs(line.size - before.size) < (1 - _SMALLER) * before.size


def _body(lines: Iterable[Line]) -> float:
    """How high most letters are."""
    sizes = Counter[float]()
    for line in lines:
        sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def _distance(lines: Sequence[Line]) -> float:
    """How far the lines of a paragraph stand apart."""
    size = _body(lines)
    pairs = [(one, other) for one, other in itertools.pairwise(lines) if one.page == other.page]
    gaps = [one.bottom - other.bottom for one, other in pairs if 0 < one.bottom - other.bottom < 3 * size]
    return statistics.median(gaps) if gaps else 1.3 * size


def _shape(line: Line) -> str:
    """A line whatever its number is; one of many numbers, as a row of figures is, returns only with all of them."""
    text = line.text.casefold()
    shape = re.sub(r"\d+|\b[ivxl]+\b", "#", text)
    return shape if shape.count("#") <= _FEW_NUMBERS else text


def _merged(sizes: Sequence[float]) -> list[float]:
    """Sizes, the largest first, without those that hardly differ from one before."""
    kept: list[float] = []
    for size in sizes:
        if not kept or kept[-1] - size > 0.06 * kept[-1]:
            kept.append(size)
    return kept


def _squeezed(text: str) -> str:
    """A title without its number, which outlines seldom have, and its spaces, with which lines are generous."""
    return "".join(re.sub(r"^\s*\d+(?:\.\d+)*\.?\s+", "", text).casefold().split())
