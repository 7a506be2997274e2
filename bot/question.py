"""What a question asks for: its terms, names and numbers, and the kind of thing that answers. Knows English wording."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.demand import Demand, demand_of
from bot.spelling import correct
from ingest.embed import Language
from ingest.index import Index
from ingest.terms import STOP_WORDS, fold, question_terms, terms

# Questions beyond this length are cut: nobody asks that much, and a pasted file must not stall the bot.
MAX_CHARACTERS = 4000
_NAME = re.compile(r"(?<![\w-])(?:[A-Z][\w’'-]*|[a-z]?[A-Z]{2,}[\w-]*|\w*\d[\w-]*)")
_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-])")


@dataclass(frozen=True)
class Question:
    """A question made ready for the search.

    `text` stands alone and is spelled as the articles are; `terms` maps what to look for to its idf, which is the
    highest there is for terms that no article holds; `names` and `numbers` are the terms of the capitalised words,
    codes and figures in it; `asked` is the day it was asked.
    """

    text: str
    terms: Mapping[str, float]
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    demand: Demand
    asked: datetime.date


def understand(text: str, index: Index, language: Language, *, asked: datetime.date) -> Question:
    """Reads a standalone question with the words of the articles in mind."""
    text = correct(" ".join(text[:MAX_CHARACTERS].split()), index, language)
    weights = {term: index.inverse_frequency(term) for term in question_terms(text)}
    numbers = tuple(dict.fromkeys(term for match in _NUMBER.findall(text) for term in terms(match)))
    return Question(text, weights, _names(text), numbers, demand_of(text), asked)


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
