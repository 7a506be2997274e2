"""Where sentences begin and end. Knows sentencex and line breaks; knows nothing of articles or chunks."""

import re
import statistics
from collections.abc import Iterator

import sentencex

Span = tuple[int, int]

# Longer than any sentence or word a person writes. A longer sentence is cut between words, so that a chunk can hold it
# and no pattern that meets it takes long; what runs on for longer than a word is pasted data, not language.
MAX_WORDS, MAX_CHARACTERS, MAX_WORD = 100, 5_000, 500
_WRAP_WIDTH = 120
_MARKER = re.compile(r"\s*(?:#{1,6}\s|[-*+•>|]\s|\d{1,3}[.)]\s)")
_WORD = re.compile(r"\S+")
# What belongs to a script that sets no spaces between words, such as Chinese or Thai, may run on for long.
_WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


def sentence_spans(text: str) -> tuple[Span, ...]:
    """Returns the (start, end) of each sentence in reading order, white space around it excluded.

    A line break ends a sentence unless the text is hard wrapped (all lines short and of about the same length).
    """
    return tuple(
        piece
        for start, end in _paragraphs(text)
        for span in _sentences(text, start, end)
        for piece in bounded(text, span)
    )


def bounded(text: str, span: Span) -> Iterator[Span]:
    """Yields what can be quoted of a sentence: all of it, or the parts of one that is longer than sentences are.

    No part holds a run of more than MAX_WORD characters without white space, nor as much white space.
    """
    begin, end, words = span[0], span[0], 0
    for start, stop in _words(text, span):
        if words and (words == MAX_WORDS or stop - begin > MAX_CHARACTERS or start - end > MAX_WORD):
            yield begin, end
            words = 0
        begin, end, words = begin if words else start, stop, words + 1
    if words:
        yield begin, end


def _words(text: str, span: Span) -> Iterator[Span]:
    for match in _WORD.finditer(text, *span):
        start, end = match.span()
        if end - start <= MAX_WORD:
            yield start, end
        elif _WITHOUT_SPACES.match(text, (start + end) // 2):
            yield from ((at, min(at + MAX_WORD, end)) for at in range(start, end, MAX_WORD))


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
