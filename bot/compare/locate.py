"""Where quoted words stand in a passage: exactly, but for their writing, or nearly. Knows strings only."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from rapidfuzz import fuzz

from ingest.sentences import Span

ALIKE = 90.0
# Shorter quotes are alike to too much; they have to stand there exactly, but for their writing.
_LEAST_FUZZY = 20
_FIGURE = re.compile(r"\d+")
_ELLIPSIS = re.compile(r"\[\s*(?:\.{3}|…)\s*\]|\.{3,}|…")
_AROUND = " \t\n\"'“”‘’«»"
_SAME = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "‐": "-", "‑": "-", "–": "-", "—": "-", "\u00a0": " "})


def locate(quote: str, text: str, *, nearly: bool = True) -> tuple[Span, ...]:
    """Returns where the quote stands in the text, one span for each part that an ellipsis separates.

    Nothing is returned if any part is not there: exactly, else alike but for case, white space and punctuation marks,
    else, if `nearly` will do, with the same figures and at least ALIKE percent alike (rapidfuzz's partial ratio). What
    stands there is the truth, not the quote.
    """
    parts = [part.strip().strip(_AROUND) for part in _ELLIPSIS.split(quote)]
    spans = [_find(part, text, nearly=nearly) for part in parts if any(map(str.isalnum, part))]
    found = tuple(span for span in spans if span is not None)
    return found if len(found) == len(spans) else ()


def _find(part: str, text: str, *, nearly: bool) -> Span | None:
    at = text.find(part)
    if at >= 0:
        return at, at + len(part)
    folded, places = _fold(text)
    wanted = _fold(part)[0].strip()
    at = folded.find(wanted)
    if at < 0 and nearly and len(wanted) >= _LEAST_FUZZY and len(wanted) <= len(folded):
        alike = fuzz.partial_ratio_alignment(wanted, folded, score_cutoff=ALIKE)
        if alike is None or alike.dest_end <= alike.dest_start:
            return None
        start, end = _whole_words(text, places[alike.dest_start], places[alike.dest_end - 1] + 1)
        return (start, end) if _FIGURE.findall(text[start:end]) == _FIGURE.findall(part) else None
    return (places[at], places[at + len(wanted) - 1] + 1) if at >= 0 and wanted else None


def _whole_words(text: str, start: int, end: int) -> Span:
    while start > 0 and text[start - 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum():
        end += 1
    return start, end


@lru_cache(maxsize=100)  # many quotes are looked for in the same passages
def _fold(text: str) -> tuple[str, tuple[int, ...]]:
    """The text in one way of writing, and for each of its characters the place it had."""
    characters: list[str] = []
    places: list[int] = []
    for place, char in _folded(text):
        if char == " " and (not characters or characters[-1] == " "):
            continue
        characters.append(char)
        places.append(place)
    return "".join(characters), tuple(places)


def _folded(text: str) -> Iterator[tuple[int, str]]:
    for place, char in enumerate(text):
        for plain in unicodedata.normalize("NFKD", char.translate(_SAME)).casefold():
            yield place, " " if plain.isspace() else plain
