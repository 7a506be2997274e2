"""The words of a text as written, in one way of writing. Knows characters; the search terms are in `ingest.terms`."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Literal

from ingest.terms import STOP_WORDS, fold

_WORD = re.compile(r"\w+(?:[-'.,/]\w+)*")
# What may be put in or left out without saying anything else.
_LIGHT = frozenset("a an the also moreover however furthermore additionally besides meanwhile finally".split())
# These say more than they seem to, though no function words.
_TELLING = STOP_WORDS | frozenset(
    """never without cannot may maybe perhaps possibly hardly barely nearly almost allegedly reportedly partly planned
    proposed alleged suspected former""".split()
)
# Where no verdict is to be had, one word in so many may be left out between two others.
_ONE_IN = 8


def words(text: str) -> list[str]:
    """Returns the words in order; a compound, a figure with its separators and a contraction are one word each."""
    return _WORD.findall(plain(text))


def plain(text: str) -> str:
    """Returns the text with one kind of dash and apostrophe, in compatibility form."""
    return re.sub("[‐‑‒–—]", "-", unicodedata.normalize("NFKC", text)).replace("’", "'")


def likeness(sentence: str, quotes: Sequence[str]) -> Literal["same", "near", "other"]:
    """Tells whether a sentence is in the words of one of its quotes, whole and in order.

    `same` allows for articles, for "moreover" and the like, and for what leads coming last, or the reverse; `near`
    also for a word or two that are left out between others and are no function words, as "new" of "a new lamp".
    """
    said = _told(sentence)
    orders = [order for quote in quotes for order in _orders(_told(quote))]
    if said in orders:
        return "same"
    return "near" if any(_is_abridged(said, order) for order in orders) else "other"


def _told(text: str) -> list[str]:
    found = (fold(word.removesuffix("'s")) for word in words(text))
    return [word for word in found if word not in _LIGHT]


def _orders(told: list[str]) -> list[list[str]]:
    """The words as they stand, and with what leads at the end or what ends in the lead."""
    return [told[i:] + told[:i] for i in range(max(len(told), 1))]


def _is_abridged(said: list[str], told: list[str]) -> bool:
    left_out, at = [], 0
    for i, word in enumerate(told):
        if at < len(said) and said[at] == word:
            at += 1
        else:
            left_out.append(i)
    inside = all(0 < i < len(told) - 1 and told[i] not in _TELLING for i in left_out)
    return at == len(said) and inside and len(left_out) <= max(len(told) // _ONE_IN, 1)
