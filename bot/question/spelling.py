"""Mistyped words in a question become words of the articles. Knows edits, not meanings; leaves real words alone."""

import re
import string
from collections.abc import Iterator

from ingest.embed.embedder import Language
from ingest.index.open_index import Index
from ingest.terms import STOP_WORDS, fold, terms

_WORD = re.compile(r"[^\W\d_]{3,}")
_LONG = 5
# By the place in a vocabulary that is ordered by frequency: among the four thousand commonest words.
_COMMON = 0.8


def correct(text: str, index: Index, language: Language) -> str:
    """Returns the question with each word that nobody knows replaced by the one that was most likely meant.

    A word stays if the articles hold it in any inflection, if it is common English, or if nothing is near. A long one
    becomes the nearest word of the articles, else a small one of English, as "teh", where fingers slipped inside it.
    """

    def replacement(match: re.Match[str]) -> str:
        word = fold(match[0])
        if word in STOP_WORDS or language.rarity(word) < 1 or any(map(index.knows, terms(word))):
            return match[0]
        similar = index.similar_word(word) if len(word) >= _LONG else None
        if similar is None and match[0].islower():
            similar = min(
                (one for one in _slips(word) if language.rarity(one) < _COMMON), key=language.rarity, default=None
            )
        return (similar.capitalize() if match[0][0].isupper() else similar) if similar else match[0]

    return _WORD.sub(replacement, text)


def _slips(word: str) -> Iterator[str]:
    """What may have been meant: two letters in each other's place, one too many or too few inside, the wrong doubled.

    Of another letter in its place nothing is made: short words that differ by that are words of their own.
    """
    for i in range(len(word) - 1):
        yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        if i:
            yield word[:i] + word[i + 1 :]
            yield from (word[:i] + letter + word[i:] for letter in (*string.ascii_lowercase, word[i]))
            yield word[:i] + word[i - 1] + word[i + 1 :]
    yield from (word[:-1] + letter + word[-1] for letter in string.ascii_lowercase)
