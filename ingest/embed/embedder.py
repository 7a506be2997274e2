"""What an embedder is: texts in, unit vectors out. Knows no model."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Anything that turns texts into vectors that can be compared by their dot product."""

    @property
    def fingerprint(self) -> str:
        """Names everything the vectors depend on; vectors of different fingerprints must never meet in one index."""

    @property
    def dimensions(self) -> int:
        """The length of each vector."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Returns one unit vector per text, shape (len(texts), dimensions)."""


@runtime_checkable
class Spread(Protocol):
    """An embedder that embeds many texts in its own way."""

    def embed_all(self, texts: Sequence[str]) -> Iterator[tuple[Sequence[int], Vectors]]:
        """Yields the places of some texts and their vectors, until every place has come once."""


@runtime_checkable
class Cutting(Protocol):
    """An embedder that may have had to cut a text that was too long for it."""

    @property
    def cut(self) -> Mapping[str, int]:
        """The texts that were cut, and how many of their characters were embedded."""


@runtime_checkable
class Resting(Protocol):
    """An embedder that takes memory which it can do without until it embeds again."""

    def rest(self) -> None:
        """Gives that back."""


# So many texts are embedded before their vectors are saved.
STEP = 256


def embed_all(embedder: Embedder, texts: Sequence[str]) -> Iterator[tuple[Sequence[int], Vectors]]:
    """Embeds many texts, a few hundred at a time; yields their places and their vectors."""
    if isinstance(embedder, Spread):
        yield from embedder.embed_all(texts)
        return
    for start in range(0, len(texts), STEP):
        places = range(start, min(start + STEP, len(texts)))
        yield places, embedder.embed(texts[start : places.stop])


Reading = tuple[str, str, str]
"""What is read with a question: what stands above a text (title and headings), what before it, and the text itself."""


class Language(Protocol):
    """Anything that knows words: which there are, what each means where it stands, and what answers a question."""

    def rarity(self, word: str) -> float:
        """Returns how rare a word, in lower case, is in the language: near 0 for the commonest, 1 for unknown ones."""

    def word_vectors(self, texts: Sequence[str]) -> tuple[tuple[tuple[str, ...], Vectors], ...]:
        """Returns each text's words and one unit vector per word, shape (number of words, any length)."""

    def read(self, question: str, texts: Sequence[Reading], *, said: Sequence[str] = ()) -> Vectors:
        """Returns the log odds that each text answers the question, against that none does, shape (len(texts),).

        `said` are the messages that a question goes on from which leans on them.
        """


def whole_vector(vectors: Vectors, words: Sequence[int]) -> Vectors:
    """Returns the unit vector of a text, shape (dimensions,), from those of its sentences, shape (sentences, same).

    Each sentence weighs the square root of its number of words. That is found as well as the embedding of the whole
    text, and better than the plain mean (eval/RESULTS.md), at no cost.
    """
    mean = np.sqrt(np.maximum(words, 1)) @ vectors
    return np.asarray(mean / (np.linalg.norm(mean) or 1), dtype=np.float32)
