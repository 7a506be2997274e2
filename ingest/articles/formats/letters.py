"""Letters that stand side by side become the cells of a line: words apart, accents on their letters, figures raised.

Knows where letters stand; knows no PDF. What a file says of spaces is kept; where it says nothing, the gap tells.
"""

import itertools
import statistics
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.articles.decode import clean, honest
from ingest.articles.formats.columns import Cell, Line
from ingest.articles.formats.signs import raised

# A gap this many times as wide as the letters are high separates the columns of a table, and one so wide two words.
_COLUMN, _WORD = 1.4, 0.13
# Letters that are printed apart: a gap between these between most letters, of more than a few, is none of words.
_NOTHING, _SPACED_OUT, _FEW = 0.05, 0.2, 4
# Print draws some letters as one; nobody who asks for "final" types the drawn one.
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
# PDFium gives a hyphen that a line ends with as one of these; some fonts call each hyphen the last of them.
HYPHENS = "\x02\ufffe\u00ad"
_DRAWN_HYPHENS = str.maketrans(dict.fromkeys(HYPHENS, "-"))
# Accents that are printed over (or under) a letter of their own, as TeX does, and the sign that joins a letter.
_ACCENTS = dict(
    zip(
        "`´^ˆ~˜¯˘˙¨˚˝ˇ¸˛",
        "\u0300\u0301\u0302\u0302\u0303\u0303\u0304\u0306\u0307\u0308\u030a\u030b\u030c\u0327\u0328",
        strict=True,
    )
)
# Letters that lose their dot below an accent.
_DOTLESS = str.maketrans("ıȷ", "ij")
# So much smaller than the line and so much above its foot is a raised figure.
_SMALLER, _ABOVE, _MOST_RAISED, _NEAR = 0.85, 0.2, 4, 0.3
# What marks a note besides figures; so wide is a space at most beside it, and so much of it stands within the line.
_MARKS, _SPACE, _OVER = "*†‡§[]()", 0.6, 0.4


@dataclass(frozen=True, slots=True)
class Letter:
    """A sign and where it stands; `is_inferred` of a space that the file does not hold."""

    sign: str
    left: float = 0.0
    bottom: float = 0.0
    right: float = 0.0
    top: float = 0.0
    is_inferred: bool = False

    @property
    def is_seen(self) -> bool:
        """Whether it leaves a mark at a place."""
        return bool(self.sign.strip()) and self.right > self.left


def lines_of(letters: Sequence[Letter], page: int) -> Iterator[Line]:
    """Yields the lines of a page, each in the cells that wide gaps divide it into."""
    current: list[Letter] = []
    for i, letter in enumerate((*letters, Letter("\n"))):
        ends = letter.sign in ("\r", "\n")
        if ends and _goes_on(current[-2:], letters[i : i + 4]):
            continue
        if ends or _is_below_hyphen(letter, current):
            line = _line(current, page)
            current = []
            if line is not None:
                yield line
        if not ends:
            current.append(letter)


def _goes_on(before: Sequence[Letter], after: Sequence[Letter]) -> bool:
    """Whether letters stand side by side, between which PDFium ends a line where they are kerned or raised."""
    ends = [[letter for letter in part if letter.is_seen] for part in (before, after)]
    if not all(ends):
        return False
    one, other = ends[0][-1], ends[1][0]
    low, high = sorted((one, other), key=lambda letter: letter.bottom)
    height = low.top - low.bottom
    is_raised = high.top - high.bottom < _SMALLER * height and high.bottom > low.bottom + _ABOVE * height
    gap = _SPACE if is_raised and (high.sign.isdigit() or high.sign in _MARKS) else _NOTHING
    is_beside = one.left < other.left < one.right + gap * height
    return is_beside and min(one.top, other.top) - high.bottom > _OVER * (high.top - high.bottom)


def runs_down(letters: Sequence[Letter]) -> bool:
    """Tells whether most letters of a page stand below the one before, as where Japanese is written in columns."""
    seen = [one for one in letters if one.is_seen]
    below = sum(abs(one.left - other.left) < 1 and other.top < one.top for one, other in itertools.pairwise(seen))
    return 2 * below > len(seen) > _FEW and "\u2e80" <= seen[0].sign <= "\u9fff"


def as_printed(text: str) -> str:
    """Returns a stretch of a line as its reader sees it: hyphens as drawn, ligatures as letters, plain spaces."""
    text = text.translate(_DRAWN_HYPHENS)
    return " ".join(clean(honest(text.encode("utf-8", "replace").decode())).translate(_LIGATURES).split())


def _is_below_hyphen(letter: Letter, before: Sequence[Letter]) -> bool:
    """Whether a letter begins a line behind a hyphen, where PDFium gives no line end."""
    if not (before and before[-1].sign in HYPHENS and letter.is_seen):
        return False
    hyphen = before[-1]
    return letter.left < hyphen.left or _gap(hyphen, letter) > hyphen.top - hyphen.bottom


def _line(letters: Sequence[Letter], page: int) -> Line | None:
    letters = _accented(letters)
    seen = [one for one in letters if one.is_seen]
    if not seen:
        return None
    size = sorted(one.top - one.bottom for one in seen)[len(seen) // 2]
    high = _raised_figures(seen, size)
    cells: list[Cell] = []
    text, left, right, bottom = "", seen[0].left, seen[0].left, seen[0].bottom
    least, is_spaced_out = _least_gap(seen)
    before: Letter | None = None
    for letter in letters:
        if not letter.is_seen:
            text += "" if letter.is_inferred and is_spaced_out else letter.sign
            continue
        if text.strip() and letter.left - right > _COLUMN * size:
            cells.append(Cell(left, right, as_printed(text), bottom))
            text = ""
        elif before is not None and _gap(before, letter) > least:
            text += " "
        if text.strip():
            right, bottom = max(right, letter.right), min(bottom, letter.bottom)
        else:
            left, right, bottom = letter.left, letter.right, letter.bottom
        text += raised(letter.sign) if letter in high else letter.sign
        before = letter
    cells.append(Cell(left, right, as_printed(text), bottom))
    filled = tuple(cell for cell in cells if cell.text)
    return Line(filled, page, bottom=min(one.bottom for one in seen), size=size) if filled else None


def _raised_figures(seen: Sequence[Letter], size: float) -> frozenset[Letter]:
    """The figures that stand above their line: exponents, and the numbers of notes.

    They are few, and close to a letter of the line; what else is small and high is a cell beside it.
    """
    foot = statistics.median(one.bottom for one in seen)
    found, at = set[Letter](), 0
    for is_high, run in itertools.groupby(
        seen, key=lambda one: one.top - one.bottom < _SMALLER * size and one.bottom > foot + _ABOVE * size
    ):
        letters = [*run]
        near = (*seen[max(at - 1, 0) : at], *seen[at + len(letters) :][:1])
        at += len(letters)
        if is_high and len(letters) <= _MOST_RAISED and all(one.sign.isdigit() for one in letters):
            ends = (letters[0], letters[-1])
            found |= {*letters} if any(_gap(one, other) < _NEAR * size for one in ends for other in near) else set()
    return frozenset(found)


def _gap(one: Letter, other: Letter) -> float:
    """How far two letters stand apart, in whatever direction the line runs."""
    across = max(other.left - one.right, one.left - other.right)
    return max(across, other.bottom - one.top, one.bottom - other.top)


def _least_gap(seen: Sequence[Letter]) -> tuple[float, bool]:
    """How wide a gap between two words of a line is at least; and whether its letters are printed apart."""
    height = statistics.median(max(one.top - one.bottom, one.right - one.left) for one in seen)
    usual = statistics.median(map(_gap, seen, seen[1:])) if len(seen) > _FEW else 0.0
    is_spaced_out = _NOTHING * height < usual < _SPACED_OUT * height
    return _WORD * height + (usual if is_spaced_out else 0.0), is_spaced_out


def _accented(letters: Sequence[Letter]) -> list[Letter]:
    """The letters, each with the accent that is printed over it."""
    found: list[Letter] = []
    for letter in letters:
        before = found[-1] if found else None
        if before is not None and before.sign in _ACCENTS and _covers(letter, before):
            found[-1] = _joined(letter, before.sign)
        elif before is not None and letter.sign in _ACCENTS and _covers(before, letter):
            found[-1] = _joined(before, letter.sign)
        else:
            found.append(letter)
    return found


def _joined(letter: Letter, accent: str) -> Letter:
    whole = unicodedata.normalize("NFC", letter.sign.translate(_DOTLESS) + _ACCENTS[accent])
    return replace(letter, sign=whole if len(whole) == 1 else letter.sign)


def _covers(letter: Letter, accent: Letter) -> bool:
    """Whether an accent stands within the breadth of a letter."""
    if not letter.sign.isalpha() or not accent.is_seen:
        return False
    return min(letter.right, accent.right) - max(letter.left, accent.left) > 0.5 * (accent.right - accent.left)
