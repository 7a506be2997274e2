"""Where sentences begin and end. Knows sentencex and line breaks; knows nothing of articles or chunks."""

import re
import statistics
from collections.abc import Iterator

import sentencex

Span = tuple[int, int]

# Longer than any sentence a person writes; what exceeds it is cut between words, so that a chunk can hold it.
MAX_WORDS = 100
_WRAP_WIDTH = 120
_MARKER = re.compile(r"\s*(?:#{1,6}\s|[-*+•>|]\s|\d{1,3}[.)]\s)")
_WORD = re.compile(r"\S+")


def sentence_spans(text: str) -> tuple[Span, ...]:
    """Returns the (start, end) of each sentence in reading order, white space around it excluded.

    A line break ends a sentence unless the text is hard wrapped (all lines short and of about the same length).
    """
    return tuple(
        piece
        for start, end in _paragraphs(text)
        for span in _sentences(text, start, end)
        for piece in _at_most(MAX_WORDS, text, span)
    )


def _paragraphs(text: str) -> Iterator[Span]:
    """The stretches between hard breaks: every line break, or in wrapped text blank lines and list markers."""
    lines = [(match.start(), match.end()) for match in re.finditer(r"[^\n]+", text)]
    if not _is_wrapped([end - start for start, end in lines]):
        yield from lines
        return
    begin = previous = None
    for start, end in lines:
        joins = previous is not None and start == previous[1] + 1 and not _MARKER.match(text, start, end)
        joins = joins and previous is not None and not _is_short_heading(text[previous[0] : previous[1]])
        if not joins and begin is not None and previous is not None:
            yield begin, previous[1]
        begin, previous = (begin if joins else start), (start, end)
    if begin is not None and previous is not None:
        yield begin, previous[1]


def _is_wrapped(widths: list[int]) -> bool:
    return len(widths) > 2 and max(widths) <= _WRAP_WIDTH and statistics.median(widths) >= 50


def _is_short_heading(line: str) -> bool:
    return line.startswith("#") or (len(line) < 45 and not line.rstrip().endswith((".", "!", "?", ",", ";", ":", "-")))


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    paragraph = text[start:end]
    for found in sentencex.get_sentence_boundaries("en", paragraph):
        sentence = paragraph[found["start_index"] : found["end_index"]]
        stripped = sentence.strip()
        if stripped:
            begin = start + found["start_index"] + sentence.index(stripped)
            yield begin, begin + len(stripped)


def _at_most(words: int, text: str, span: Span) -> Iterator[Span]:
    starts = [match.span() for match in _WORD.finditer(text, *span)]
    for i in range(0, len(starts), words):
        yield starts[i][0], starts[min(i + words, len(starts)) - 1][1]
