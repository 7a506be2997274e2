"""The embedded answerer: picks whole sentences that answer. Knows what speaks for a sentence; writes nothing itself."""

from collections.abc import Iterable, Sequence

from bot.answer import Citation, renumber
from bot.evidence import Sentence, covered
from bot.question import Question

MOST = 3
CLOSER_LOOK = 8
# Weights of what speaks for a sentence; measured in eval/RESULTS.md.
_COVERAGE, _NEARBY, _COSINE, _ALIGNMENT, _PASSAGE, _FITS = 0.2, 0.1, 0.25, 1.0, 0.2, 0.1
_NOT_WHAT_WAS_ASKED = -0.2
# A further sentence is added only if it is nearly as strong as the first, or says what the first left out.
_CLOSE, _NEW_TERMS, _CLOSE_ENOUGH = 0.93, 0.15, 0.8
# One that names what was asked for, where those chosen do not or stand in other articles, may be weaker.
_CLOSE_AND_NAMED = 0.55
_SAME = 0.6


def strength(sentence: Sentence) -> float:
    """Returns how strongly a sentence speaks for being the answer; comparable within one question."""
    return (
        _NOT_WHAT_WAS_ASKED * (sentence.fits == 0)
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


def choose(question: Question, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Returns at most MOST sentences that answer the question, in reading order; fewer is better."""
    chosen: list[Sentence] = []
    for sentence in _ranked(sentences):
        if len(chosen) < MOST and (not chosen or _adds(sentence, chosen, question)):
            chosen.append(sentence)
    if chosen and len(chosen) < MOST and chosen[0].leans:
        chosen += [s for s in sentences if _stands_before(s, chosen[0]) and s not in chosen]
    return _in_reading_order(chosen)


def cite(sentences: Iterable[Sentence]) -> tuple[str, tuple[Citation, ...]]:
    """Returns the answer's text, a marker after each sentence, and the citations in the same order."""
    citations = renumber([Citation(0, s.article, s.text, s.start, s.end) for s in sentences])
    text = " ".join(f"{' '.join(citation.quote.split())} [{citation.number}]" for citation in citations)
    return text, citations


def _ranked(sentences: Iterable[Sentence]) -> list[Sentence]:
    return sorted(sentences, key=lambda s: (-strength(s), s.found.stored.row, s.start))


def _adds(sentence: Sentence, chosen: Sequence[Sentence], question: Question) -> bool:
    """Tells whether a further sentence is worth its words: strong enough for what it brings, not the same again."""
    if any(_alike(sentence, other) for other in chosen):
        return False
    ratio = strength(sentence) / max(strength(chosen[0]), 1e-9)
    if _names_what_is_missing(sentence, chosen, question):
        return ratio >= _CLOSE_AND_NAMED
    held = frozenset().union(*(other.terms for other in chosen))
    gain = covered(held | sentence.terms, question.terms) - covered(held, question.terms)
    return ratio >= _CLOSE or (gain >= _NEW_TERMS and ratio >= _CLOSE_ENOUGH)


def _names_what_is_missing(sentence: Sentence, chosen: Sequence[Sentence], question: Question) -> bool:
    """Tells whether it alone names what a question like "which drones" asks for, or does so in another article."""
    if question.demand.kind != "named" or sentence.fits < 1:
        return False
    naming = [other for other in chosen if other.fits == 1]
    return not naming or all(sentence.article.id != other.article.id for other in naming)


def _alike(one: Sentence, other: Sentence) -> bool:
    union = one.terms | other.terms
    return not union or len(one.terms & other.terms) / len(union) > _SAME


def _stands_before(one: Sentence, other: Sentence) -> bool:
    return one.found is other.found and one.position == other.position - 1


def _in_reading_order(chosen: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Articles in the order of their strongest sentence, sentences of one article as they stand in it."""
    order = list(dict.fromkeys(sentence.article.id for sentence in chosen))
    return tuple(sorted(chosen, key=lambda s: (order.index(s.article.id), s.start)))
