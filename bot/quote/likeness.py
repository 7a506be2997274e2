"""How well each word of a question is met by some word of a unit, in meaning. Knows word vectors, decides nothing.

Late interaction: every word of the question is compared with every word of the unit, each in its own surroundings, and
keeps its best match (ColBERT, arXiv 2004.12832). What comes of it is pooled by kernels over the likeness, weighted by
idf (K-NRM, arXiv 1706.06613): how much of the question is met exactly, how much nearly, how much not at all.
"""

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

import numpy as np

from bot.question.understand import Question
from bot.quote.candidates import Candidate
from ingest.embed.embedder import Language, Vectors
from ingest.terms import STOP_WORDS, fold, terms

_CENTRES = np.array([1.0, 0.85, 0.7, 0.55, 0.4])
_WIDTHS = np.array([0.03, 0.1, 0.1, 0.1, 0.1])
LIKENESS: tuple[str, ...] = ("mean", "least", *(f"kernel {centre}" for centre in _CENTRES))
# So many words of what introduces a unit are read with it.
_LEAD_WORDS = 24


def compared(question: Question, units: Sequence[Candidate], language: Language) -> tuple[Candidate, ...]:
    """Returns the candidates with their likeness, in the order of LIKENESS."""
    (words, asked), *said = language.word_vectors([question.text, *map(_in_its_place, units)])
    weights = np.array([_weight(word, question.terms) for word in words])
    telling = weights > 0
    if not telling.any():
        return tuple(replace(unit, likeness=(0.0,) * len(LIKENESS)) for unit in units)
    return tuple(
        replace(unit, likeness=_pooled((asked @ vectors.T)[telling], weights[telling]))
        for unit, (_, vectors) in zip(units, said, strict=True)
    )


def met(text: str, own: Set[str], units: Sequence[Candidate], language: Language) -> Vectors:
    """Returns how well the words of a text that are of its `own` terms are met by each unit, from -1 to 1, in the mean.

    Where no word is, there is nothing to meet: 1.
    """
    (words, asked), *said = language.word_vectors([text, *map(_in_its_place, units)])
    telling = [i for i, word in enumerate(words) if not own.isdisjoint(terms(word))]
    if not telling:
        return np.ones(len(units), dtype=np.float32)
    alike = [(asked[telling] @ vectors.T).max(axis=1, initial=-1.0).mean() for _, vectors in said]
    return np.array(alike, dtype=np.float32)


def _pooled(likeness: Vectors, weights: Vectors) -> tuple[float, ...]:
    """`likeness` has shape (the question's telling words, the unit's words)."""
    best = likeness.max(axis=1, initial=-1.0)
    shares = weights / weights.sum()
    kernels = np.exp(-((best[:, None] - _CENTRES) ** 2) / (2 * _WIDTHS**2))
    return tuple(map(float, (best @ shares, best.min(), *(shares @ kernels))))


def _in_its_place(unit: Candidate) -> str:
    """A unit that leans on what stands before it is read together with it."""
    if unit.leans and unit.before:
        return f"{unit.before} {unit.text}"
    lead = unit.lead.split()[-_LEAD_WORDS:]
    return f"{' '.join(lead)} {unit.text}" if lead else unit.text


def _weight(word: str, weights: Mapping[str, float]) -> float:
    """The weight of a word's most telling term; 0 for function words."""
    if fold(word) in STOP_WORDS:
        return 0.0
    return max((weights.get(term, 0.0) for term in terms(word)), default=0.0)
