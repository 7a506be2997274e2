"""The words of a text as written, in one way of writing. Knows characters; the search terms are in `ingest.terms`."""

import re
import unicodedata
from collections.abc import Sequence

from ingest.terms import fold

_WORD = re.compile(r"\w+(?:[-'.,/]\w+)*")
# What may be put in or left out without saying anything else.
_LIGHT = frozenset("a an the also moreover however furthermore additionally besides meanwhile finally".split())


def words(text: str) -> list[str]:
    """Returns the words in order; a compound, a figure with its separators and a contraction are one word each."""
    return _WORD.findall(plain(text))


def plain(text: str) -> str:
    """Returns the text with one kind of dash and apostrophe, in compatibility form."""
    return re.sub("[‐‑‒–—]", "-", unicodedata.normalize("NFKC", text)).replace("’", "'")


def in_own_words(sentence: str, quotes: Sequence[str]) -> bool:
    """Tells whether a sentence is in the words of one of its quotes, whole and in order.

    It may differ in articles, in "moreover" and the like, and in what leads coming last, or the reverse.
    """
    said = _told(sentence)
    return any(said in _orders(_told(quote)) for quote in quotes)


def _told(text: str) -> list[str]:
    return [told for word in words(text) if (told := fold(word.removesuffix("'s"))) not in _LIGHT]


def _orders(told: list[str]) -> list[list[str]]:
    """The words as they stand, and with what leads at the end or what ends in the lead."""
    return [told[i:] + told[:i] for i in range(max(len(told), 1))]
