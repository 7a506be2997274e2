"""The embedded answerer: picks whole sentences that answer. Knows what speaks for a sentence; writes nothing itself."""

import re
from collections.abc import Iterable, Sequence

from bot.answer import Citation, renumber, said_of
from bot.question.question import Question
from bot.quote.evidence import Sentence, covered

MOST = 3
CLOSER_LOOK = 6
# Weights of what speaks for a sentence; measured in eval/RESULTS.md.
_COVERAGE, _NEARBY, _COSINE, _ALIGNMENT, _PASSAGE, _FITS = 0.2, 0.1, 0.25, 1.0, 0.2, 0.1
_NOT_WHAT_WAS_ASKED, _ASKS, _TIMELY = -0.2, -0.3, 0.15
# A further sentence is added only if it is nearly as strong as the first, or says what the first left out.
_CLOSE, _NEW_TERMS, _CLOSE_ENOUGH = 0.93, 0.15, 0.8
# Where a name is asked for, as in "which drones", only one that names something is added, from the same article too.
_NAMED_ELSEWHERE, _NAMED_AGAIN = 0.55, 0.72
_SAME = 0.6
# "Serbia embraces China for several reasons." says that the answer follows.
_PROMISES = re.compile(
    r"\b(?:several|many|various|two|three|four|five|following|number of|multiple) "
    r"(?:\w+ )?(?:reasons|ways|factors|steps|points|causes|conditions|aims|goals|benefits)\b[^,;]{0,40}$|:$",
    re.IGNORECASE,
)


def strength(sentence: Sentence) -> float:
    """Returns how strongly a sentence speaks for being the answer; comparable within one question."""
    return (
        _NOT_WHAT_WAS_ASKED * (sentence.fits == 0)
        + _ASKS * sentence.asks
        + _TIMELY * sentence.timely
        + _COVERAGE * sentence.coverage
        + _NEARBY * sentence.nearby
        + _COSINE * sentence.cosine
        + _ALIGNMENT * sentence.alignment
        + _PASSAGE * sentence.passage
        + _FITS * sentence.fits
    )


def strongest(sentences: Iterable[Sentence]) -> tuple[Sentence, ...]:
    """Returns the few sentences worth a closer look, the strongest first."""
    return tuple(_ranked(sentences)[:CLOSER_LOOK])


def choose(question: Question, sentences: Sequence[Sentence], gathered: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Returns at most MOST sentences that answer the question, in reading order; fewer is better.

    `sentences` are those that had a closer look; their neighbours are taken from all that were `gathered`.
    """
    chosen: list[Sentence] = []
    for sentence in _ranked(sentences):
        if len(chosen) < MOST and (not chosen or _adds(sentence, chosen, question)):
            chosen.append(sentence)
    if chosen and _PROMISES.search(chosen[0].text):
        chosen = [chosen[0], *_around(chosen[0], gathered, range(1, MOST))]
    if chosen and chosen[0].leans:
        taken = {other.start for other in chosen}
        chosen[1:1] = [s for s in _around(chosen[0], gathered, [-1]) if s.start not in taken]
    return _in_reading_order(chosen[:MOST])


def cite(sentences: Iterable[Sentence]) -> tuple[str, tuple[Citation, ...]]:
    """Returns the answer's text, a marker after each sentence, and the citations in the same order."""
    citations = renumber([Citation(0, s.article, s.text, s.start, s.end) for s in sentences])
    text = " ".join(f"{said_of(citation.quote)} [{citation.number}]" for citation in citations)
    return text, citations


def _ranked(sentences: Iterable[Sentence]) -> list[Sentence]:
    return sorted(sentences, key=lambda s: (-strength(s), s.found.stored.row, s.start))


def _adds(sentence: Sentence, chosen: Sequence[Sentence], question: Question) -> bool:
    """Tells whether a further sentence is worth its words: strong enough for what it brings, not the same again."""
    if any(_alike(sentence, other) for other in chosen):
        return False
    ratio = strength(sentence) / max(strength(chosen[0]), 1e-9)
    naming = [other for other in chosen if other.fits == 1]
    if question.demand.kind == "named" and (naming or sentence.fits == 1):
        elsewhere = all(sentence.article.id != other.article.id for other in naming)
        wanted = question.demand.several or not naming
        return wanted and sentence.fits == 1 and ratio >= (_NAMED_ELSEWHERE if elsewhere else _NAMED_AGAIN)
    held = frozenset().union(*(other.terms for other in chosen))
    gain = covered(held | sentence.terms, question.terms) - covered(held, question.terms)
    return ratio >= _CLOSE or (gain >= _NEW_TERMS and ratio >= _CLOSE_ENOUGH)


def _alike(one: Sentence, other: Sentence) -> bool:
    union = one.terms | other.terms
    return not union or len(one.terms & other.terms) / len(union) > _SAME


def _around(sentence: Sentence, gathered: Sequence[Sentence], steps: Iterable[int]) -> list[Sentence]:
    """The sentences that stand so many steps after it, or before it, in its article."""
    same = {other.place: other for other in gathered if other.article.id == sentence.article.id}
    return [same[sentence.place + step] for step in steps if sentence.place + step in same]


def _in_reading_order(chosen: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Articles in the order of their strongest sentence, sentences of one article as they stand in it."""
    order = list(dict.fromkeys(sentence.article.id for sentence in chosen))
    return tuple(sorted(chosen, key=lambda s: (order.index(s.article.id), s.start)))
