"""How well each word of a question is met by some word of a sentence, in meaning. Knows word vectors, decides nothing.

Every word of the question is compared with every word of the sentence, each in its own surroundings, and keeps its best
match; the mean over the words, weighted by idf, is the alignment (the soft matching of BERTScore, arXiv 1904.09675,
and of ColBERT, arXiv 2004.12832). "Touched down" is met by "landed", where a search for terms sees nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from bot.evidence import Sentence
from bot.question import Question
from ingest.embed import Language
from ingest.terms import STOP_WORDS, fold, terms

RARITY_POWER = 1.0


def align(question: Question, sentences: Sequence[Sentence], language: Language) -> tuple[Sentence, ...]:
    """Returns the sentences with their alignment and the weakest of its words, both from -1 to 1."""
    (words, asked), *said = language.word_vectors([question.text, *map(_in_its_place, sentences)])
    weights = np.array([_weight(word, question.terms, language) for word in words])
    telling = weights > 0
    if not telling.any():
        return tuple(sentences)
    return tuple(
        replace(sentence, alignment=float(best @ weights[telling] / weights[telling].sum()), weakest=float(best.min()))
        for sentence, (_, vectors) in zip(sentences, said, strict=True)
        for best in [(asked[telling] @ vectors.T).max(axis=1, initial=-1.0)]
    )


def _in_its_place(sentence: Sentence) -> str:
    """A sentence that leans on the one before is read together with it."""
    return f"{sentence.before} {sentence.text}" if sentence.leans else sentence.text


def _weight(word: str, idf: Mapping[str, float], language: Language) -> float:
    """The idf of a word's rarest term, less for words that are common everywhere; 0 for function words."""
    if fold(word) in STOP_WORDS:
        return 0.0
    rarest = max((idf.get(term, 0.0) for term in terms(word)), default=0.0)
    return float(rarest * language.rarity(fold(word)) ** RARITY_POWER)
