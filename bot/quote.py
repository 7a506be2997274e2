"""The embedded answerer: picks whole sentences that answer. Knows what speaks for a sentence; writes nothing itself."""

import re
from collections.abc import Iterable, Mapping, Sequence

from bot.answer import Citation, renumber
from bot.evidence import Sentence, covered
from bot.question import Question

MOST = 3
CLOSER_LOOK = 8
# Weights of what speaks for a sentence; measured in eval/RESULTS.md.
_COVERAGE, _NEARBY, _COSINE, _ALIGNMENT, _PASSAGE, _FITS = 0.2, 0.1, 0.25, 1.0, 0.2, 0.1
# A further sentence is added only if it scores nearly as high as the first, or says what the first left out.
_CLOSE, _NEW_TERMS, _CLOSE_ENOUGH = 0.93, 0.15, 0.8
_SAME = 0.6
_CANNOT_STAND_ALONE = re.compile(
    r"(?:he|she|it|they|this|these|those|that|his|her|its|their|such|both|the former|the latter)\b", re.IGNORECASE
)


def strength(sentence: Sentence) -> float:
    """Returns how strongly a sentence speaks for being the answer; comparable within one question."""
    return (
        _COVERAGE * sentence.coverage
        + _NEARBY * sentence.nearby
        + _COSINE * sentence.cosine
        + _ALIGNMENT * sentence.alignment
        + _PASSAGE * sentence.passage
        + _FITS * sentence.fits
    )


def strongest(sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Returns the few sentences worth a closer look, the strongest first."""
    return tuple(sorted(sentences, key=lambda s: (-strength(s), s.found.stored.row, s.start))[:CLOSER_LOOK])


def choose(question: Question, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Returns at most MOST sentences that answer the question, in reading order; fewer is better."""
    ranked = sorted(sentences, key=lambda s: (-strength(s), s.found.stored.row, s.start))
    chosen: list[Sentence] = []
    for sentence in ranked:
        if len(chosen) == MOST:
            break
        if not chosen or _adds(sentence, chosen, question.terms):
            chosen.append(sentence)
    if chosen and len(chosen) < MOST:
        chosen += _before(chosen[0], sentences, chosen)
    return _in_reading_order(chosen)


def cite(sentences: Iterable[Sentence]) -> tuple[str, tuple[Citation, ...]]:
    """Returns the answer's text, a marker after each sentence, and the citations in the same order."""
    citations = renumber([Citation(0, s.article, s.text, s.start, s.end) for s in sentences])
    text = " ".join(f"{' '.join(citation.quote.split())} [{citation.number}]" for citation in citations)
    return text, citations


def _adds(sentence: Sentence, chosen: Sequence[Sentence], idf: Mapping[str, float]) -> bool:
    """Tells whether a further sentence is worth its words: nearly as strong as the best, and not the same again."""
    if any(_alike(sentence, other) for other in chosen):
        return False
    held = frozenset().union(*(other.terms for other in chosen))
    gain = covered(held | sentence.terms, idf) - covered(held, idf)
    ratio = strength(sentence) / strength(chosen[0])
    return ratio >= _CLOSE or (gain >= _NEW_TERMS and ratio >= _CLOSE_ENOUGH)


def _alike(one: Sentence, other: Sentence) -> bool:
    union = one.terms | other.terms
    return not union or len(one.terms & other.terms) / len(union) > _SAME


def _before(sentence: Sentence, sentences: Sequence[Sentence], chosen: Sequence[Sentence]) -> list[Sentence]:
    """The sentence that one starting with a pronoun needs in front of it, if it is at hand and not yet chosen."""
    if not _CANNOT_STAND_ALONE.match(sentence.text):
        return []
    same = [s for s in sentences if s.found is sentence.found and s.position == sentence.position - 1]
    return [s for s in same if s not in chosen]


def _in_reading_order(chosen: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Articles in the order of their strongest sentence, sentences of one article as they stand in it."""
    order = list(dict.fromkeys(sentence.article.id for sentence in chosen))
    return tuple(sorted(chosen, key=lambda s: (order.index(s.article.id), s.start)))
