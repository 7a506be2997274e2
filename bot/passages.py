"""The passages of an answer: of the chunks that were found, a few sentences at a time, the most telling first.

A chunk is long enough to be found, and longer than what answers: read from the first on, stretches of a chunk bring
more of what was asked for than whole chunks do (eval/RESULTS.md).
"""

import itertools
from collections.abc import Iterator, Sequence

import numpy as np

from bot.answer import Passage
from bot.question.question import Question
from bot.quote.evidence import covered, terms_of
from bot.retrieve import Found, spread
from ingest.split import Chunk

# About so many words make a passage.
WORDS = 30
# What the stretch itself adds to the score of its chunk; measured in eval/RESULTS.md.
_SENTENCE, _COVERAGE = 0.2, 0.3


def passages(question: Question, found: Sequence[Found]) -> tuple[Passage, ...]:
    """Returns all that was found as stretches of about WORDS words, whole sentences, best first."""
    stretches = [(one, positions) for one in found for positions in _stretches(one.stored.chunk)]
    likest = spread(np.array([max(one.sentence_cosines[i] for i in positions) for one, positions in stretches]))
    made = [
        _passage(question, one, positions, one.score + _SENTENCE * float(likest[i]))
        for i, (one, positions) in enumerate(stretches)
    ]
    return tuple(sorted(made, key=lambda passage: -passage.score))


def _stretches(chunk: Chunk) -> Iterator[tuple[int, ...]]:
    """Runs of the chunk's sentences, by position, as even in length as whole sentences allow."""
    lengths = [len(chunk.between(start, end).split()) for start, end in chunk.sentences]
    total = max(sum(lengths), 1)
    count = max(round(total / WORDS), 1)
    middles = [end - length / 2 for end, length in zip(itertools.accumulate(lengths), lengths, strict=True)]
    for _, run in itertools.groupby(range(len(lengths)), key=lambda i: int(middles[i] * count / total)):
        yield tuple(run)


def _passage(question: Question, one: Found, positions: Sequence[int], score: float) -> Passage:
    chunk = one.stored.chunk
    start, end = chunk.sentences[positions[0]][0], chunk.sentences[positions[-1]][1]
    held = frozenset().union(*(terms_of(chunk.between(*chunk.sentences[i])) for i in positions))
    score += _COVERAGE * covered(held, question.terms)
    return Passage(one.article, start, end, chunk.between(start, end), score)
