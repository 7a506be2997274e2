"""How well each word of a question is met by some word of a sentence, in meaning. Knows word vectors, decides nothing.

Every word of the question is compared with every word of the sentence, each in its own surroundings, and keeps its best
match; the mean over the words, weighted by idf, is the alignment (the soft matching of BERTScore, arXiv 1904.09675,
and of ColBERT, arXiv 2004.12832). "Touched down" is met by "landed", where a search for terms sees nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from bot.question.question import Question
from bot.quote.evidence import Sentence
from bot.quote.things import fitness
from ingest.embed.embedder import Language, Vectors
from ingest.terms import STOP_WORDS, fold, terms

# Words this alike in their sentences name the same kind of thing.
SAME_THING = 0.6


def align(question: Question, sentences: Sequence[Sentence], language: Language) -> tuple[Sentence, ...]:
    """Returns the sentences with their alignment and the weakest of its words, both from -1 to 1.

    A sentence that calls the noun that is asked for something else, "aircraft" for "planes", is judged by its own word.
    """
    (words, asked), *said = language.word_vectors([question.text, *map(_in_its_place, sentences)])
    weights = np.array([_weight(word, question.terms, language) for word in words])
    if not (weights > 0).any():
        return tuple(sentences)
    return tuple(
        _aligned(question, sentence, words, weights, asked @ vectors.T, its_words)
        for sentence, (its_words, vectors) in zip(sentences, said, strict=True)
    )


def _aligned(
    question: Question,
    sentence: Sentence,
    words: Sequence[str],
    weights: Vectors,
    likeness: Vectors,
    its_words: Sequence[str],
) -> Sentence:
    """`likeness` has shape (the question's words, the sentence's words)."""
    telling = weights > 0
    best = likeness.max(axis=1, initial=-1.0)[telling]
    fits = sentence.fits
    head = next((i for i, word in enumerate(words) if question.demand.head in terms(word)), None)
    if head is not None and fits < 1 and len(its_words) and likeness[head].max() >= SAME_THING:
        own = terms(its_words[int(likeness[head].argmax())])
        fits = max(fits, fitness(replace(question.demand, head=own[-1]), sentence.text)) if own else fits
    return replace(
        sentence,
        alignment=float(best @ weights[telling] / weights[telling].sum()),
        weakest=float(best.min()),
        fits=fits,
    )


def _in_its_place(sentence: Sentence) -> str:
    """A sentence that leans on the one before is read together with it."""
    return f"{sentence.before} {sentence.text}" if sentence.leans else sentence.text


def _weight(word: str, idf: Mapping[str, float], language: Language) -> float:
    """The idf of a word's rarest term, less for words that are common everywhere; 0 for function words."""
    if fold(word) in STOP_WORDS:
        return 0.0
    rarest = max((idf.get(term, 0.0) for term in terms(word)), default=0.0)
    return float(rarest * language.rarity(fold(word)))
