"""What a question asks for: terms, names, numbers, kind. Knows English; asks the index only which terms it holds."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ingest.index import Index
from ingest.terms import STOP_WORDS, fold, question_terms, terms

Kind = Literal["who", "when", "where", "number", "other"]

# Questions beyond this length are cut: nobody asks that much, and a pasted file must not stall the bot.
MAX_CHARACTERS = 4000
_TYPO_WEIGHT = 0.8
_KINDS: Mapping[Kind, re.Pattern[str]] = {
    "number": re.compile(
        r"\bhow (?:many|much|old|long|far|big|large|tall|high|fast|deep|often|expensive)\b"
        r"|\bwhat (?:number|percentage|percent|share|proportion|amount|age|distance|population)\b",
        re.IGNORECASE,
    ),
    "when": re.compile(
        r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|decade|century|time)\b",
        re.IGNORECASE,
    ),
    "where": re.compile(
        r"\bwhere\b"
        r"|\b(?:what|which) (?:\w+ )?(?:country|countries|city|cities|state|place|town|region|location|continent)\b",
        re.IGNORECASE,
    ),
    "who": re.compile(
        r"\bwho(?:m|se)?\b"
        r"|\b(?:what|which) (?:\w+ )?(?:person|man|woman|people|president|minister|king|queen|analyst)\b",
        re.IGNORECASE,
    ),
}
_NAME = re.compile(r"(?<![\w-])(?:[A-Z][\w’'-]*|[a-z]?[A-Z]{2,}[\w-]*|\w*\d[\w-]*)")
_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-])")


@dataclass(frozen=True)
class Question:
    """A question made ready for the search.

    `text` stands alone; `terms` maps what to look for to a weight from 0 to 1 (less for guesses at a mistyped word);
    `unknown` are terms that no article holds, nor anything like them; `names` and `numbers` are the terms of the
    capitalised words, codes and figures in it; `asked` is the day it was asked.
    """

    text: str
    terms: Mapping[str, float]
    unknown: tuple[str, ...]
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    kind: Kind
    asked: datetime.date


def understand(text: str, index: Index, *, asked: datetime.date) -> Question:
    """Reads a standalone question with the words of the articles in mind."""
    text = " ".join(text[:MAX_CHARACTERS].split())
    weights, unknown = {}, []
    for term in question_terms(text):
        similar = () if index.knows(term) else index.similar_terms(term)
        if index.knows(term):
            weights[term] = 1.0
        elif similar:
            weights |= {other: _TYPO_WEIGHT for other in similar if other not in weights}
        else:
            unknown.append(term)
    kind: Kind = next((kind for kind, pattern in _KINDS.items() if pattern.search(text)), "other")
    numbers = tuple(dict.fromkeys(term for match in _NUMBER.findall(text) for term in terms(match)))
    return Question(text, weights, tuple(unknown), _names(text), numbers, kind, asked)


def _names(text: str) -> tuple[str, ...]:
    """Terms of words that look like names; a capital at the start of a sentence alone does not make one."""
    found = []
    for match in _NAME.finditer(text):
        starts = match.start() == 0 or text[: match.start()].rstrip().endswith((".", "?", "!", ":"))
        word = match[0]
        if fold(word) in STOP_WORDS or (starts and word[1:].islower()):
            continue
        found += terms(word)
    return tuple(dict.fromkeys(term for term in found if term not in STOP_WORDS))
