"""Mistyped words in a question become words of the articles. Knows edits, not meanings; leaves real words alone."""

import re

from ingest.embed.embedder import Language
from ingest.index.index import Index
from ingest.terms import STOP_WORDS, fold, terms

_WORD = re.compile(r"[^\W\d_]{5,}")


def correct(text: str, index: Index, language: Language) -> str:
    """Returns the question with each long word that nobody knows replaced by the nearest word of the articles.

    A word stays if the articles hold it in any inflection, if it is common English, or if nothing is near.
    """

    def replacement(match: re.Match[str]) -> str:
        word = fold(match[0])
        if word in STOP_WORDS or language.rarity(word) < 1 or any(map(index.knows, terms(word))):
            return match[0]
        similar = index.similar_word(word)
        return (similar.capitalize() if match[0][0].isupper() else similar) if similar else match[0]

    return _WORD.sub(replacement, text)
