"""Where sentences begin and end. The home of sentencex; knows nothing of articles or chunks."""

import re
from collections.abc import Iterator

import sentencex

Span = tuple[int, int]

# Longer than any sentence or word a person writes; what exceeds it is cut, so that a chunk can hold it and no pattern
# that looks at it takes long.
MAX_WORDS, MAX_CHARACTERS, MAX_WORD = 100, 1_000, 200
_LINE = re.compile(r"[^\n]+")
_WORD = re.compile(rf"\S{{1,{MAX_WORD}}}")


def sentence_spans(text: str) -> tuple[Span, ...]:
    """Returns the (start, end) of each sentence in reading order, white space around it excluded.

    A line break ends a sentence: in an article it stands only where its author broke the line.
    """
    return tuple(
        piece
        for line in _LINE.finditer(text)
        for span in _sentences(text, *line.span())
        for piece in bounded(text, span)
    )


def bounded(text: str, span: Span) -> Iterator[Span]:
    """Yields the span, or between words the parts of one that is longer than a sentence can be."""
    begin, words, last = None, 0, span[0]
    for word in _WORD.finditer(text, *span):
        if begin is not None and (words == MAX_WORDS or word.end() - begin > MAX_CHARACTERS):
            yield begin, last
            begin, words = None, 0
        begin = word.start() if begin is None else begin
        words, last = words + 1, word.end()
    if begin is not None:
        yield begin, last


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    line = text[start:end]
    for found in sentencex.get_sentence_boundaries("en", line):
        sentence = line[found["start_index"] : found["end_index"]]
        stripped = sentence.strip()
        if stripped:
            begin = start + found["start_index"] + sentence.index(stripped)
            yield begin, begin + len(stripped)
