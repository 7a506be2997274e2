"""The passages of an answer: what was found, a few units at a time, the most telling first.

A chunk is long enough to be found, and longer than what answers: read from the first on, stretches of a chunk bring
more of what was asked for than whole chunks do (eval/RESULTS.md).
"""

import itertools
from collections.abc import Iterator, Sequence

from bot.answer import Passage
from bot.quote.candidates import Candidate

# About so many words make a passage.
WORDS = 30


def passages(units: Sequence[Candidate]) -> tuple[Passage, ...]:
    """Returns all that was found as stretches of about WORDS words, whole units, best first; units come ranked."""
    places = {(unit.found.stored.row, unit.position): rank for rank, unit in enumerate(units)}
    by_chunk: dict[int, list[Candidate]] = {}
    for unit in units:
        by_chunk.setdefault(unit.found.stored.row, []).append(unit)
    runs = [run for group in by_chunk.values() for run in _stretches(sorted(group, key=lambda unit: unit.position))]
    ranked = sorted(runs, key=lambda run: min(places[unit.found.stored.row, unit.position] for unit in run))
    return tuple(map(_passage, ranked))


def _stretches(units: Sequence[Candidate]) -> Iterator[tuple[Candidate, ...]]:
    """Runs of the chunk's units as even in length as whole units allow."""
    lengths = [len(unit.text.split()) for unit in units]
    total = max(sum(lengths), 1)
    count = max(round(total / WORDS), 1)
    middles = [end - length / 2 for end, length in zip(itertools.accumulate(lengths), lengths, strict=True)]
    for _, run in itertools.groupby(range(len(lengths)), key=lambda i: int(middles[i] * count / total)):
        yield tuple(units[i] for i in run)


def _passage(run: Sequence[Candidate]) -> Passage:
    start, end = run[0].start, run[-1].end
    return Passage(run[0].article, start, end, run[0].chunk.between(start, end), max(unit.score for unit in run))
