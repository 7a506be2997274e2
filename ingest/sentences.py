"""Where sentences begin and end. The home of sentencex; knows nothing of articles or chunks."""

import re
from collections.abc import Iterator

import sentencex

Span = tuple[int, int]

# Longer than any sentence or word a person writes. A longer sentence is cut between words, so that a chunk can hold it
# and no pattern that meets it takes long; what runs on for longer than a word is pasted data, not language.
MAX_WORDS, MAX_CHARACTERS, MAX_WORD = 100, 5_000, 500
_LINE = re.compile(r"[^\n]+")
_WORD = re.compile(r"\S+")
# What belongs to a script that sets no spaces between words, such as Chinese or Thai, may run on for long.
_WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


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


def _sentences(text: str, start: int, end: int) -> Iterator[Span]:
    line = text[start:end]
    for found in sentencex.get_sentence_boundaries("en", line):
        sentence = line[found["start_index"] : found["end_index"]]
        stripped = sentence.strip()
        if stripped:
            begin = start + found["start_index"] + sentence.index(stripped)
            yield begin, begin + len(stripped)
