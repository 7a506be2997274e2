"""The names and figures of a question, and whether a text mentions them. Knows spellings; knows nothing of passages."""

import re
from collections.abc import Set
from dataclasses import dataclass

from ingest.terms import STOP_WORDS, fold, terms

_WORD = re.compile(r"[$€£]?\w+(?:[-‐‑–'’.,/]\w+)*")
_SENTENCE_START = re.compile(r"(?:^|[.?!:…]\s+|[\"“‘'(]\s*)$")
# Names of the same country that share too few letters to be recognised as kin.
_KIN = tuple(
    frozenset(group.split())
    for group in (
        "us usa america american unitedst",
        "uk britain british england english unitedkingdom",
        "franc french",
        "spain spanish",
        "netherland dutch holland",
        "poland polish",
        "denmark danish",
        "switzerland swiss",
        "wale welsh",
        "ireland irish",
        "eu european europ",
        "jew jewish",
        "un unitedn",
    )
)
_LEAST_PREFIX = 4
_TITLES = frozenset("mr mrs ms dr prof sir st jr sr gov sen rep gen no".split())


@dataclass(frozen=True)
class Name:
    """A capitalised word, a code or a figure of a question: as written, as one whole term, and its parts' terms."""

    text: str
    whole: str
    parts: tuple[str, ...]


def names_in(question: str) -> tuple[Name, ...]:
    """Returns the names and figures of a question in order; a capital at the start of a sentence makes no name."""
    found = {}
    for match in _WORD.finditer(question):
        word = match[0]
        starts = bool(_SENTENCE_START.search(question[: match.start()]))
        if fold(word) in STOP_WORDS | _TITLES or not _looks_like_name(word, starts=starts):
            continue
        pieces = re.split(r"[-‐‑–/]", word)
        telling = [piece for piece in pieces if _looks_like_name(piece, starts=starts)] or pieces
        parts = tuple(
            term
            for piece in telling
            for term in terms(piece)
            if term not in STOP_WORDS and (len(term) > 1 or term.isdigit())
        )
        if parts:
            found[word] = Name(word, terms(word)[-1], parts)
    return tuple(found.values())


def is_mentioned(name: Name, held: Set[str]) -> bool:
    """Tells whether the terms of a text mention the name, whole or in its parts, or as its country's adjective."""
    return name.whole in held or all(part in held or _kin(part, held) for part in name.parts)


def _looks_like_name(word: str, *, starts: bool) -> bool:
    if any(map(str.isdigit, word)):
        return True
    capitals = sum(map(str.isupper, word))
    return capitals > 1 or (capitals == 1 and word[0].isupper() and not starts)


def _kin(part: str, held: Set[str]) -> bool:
    """Serbia, Serbian and Serbs; France and French."""
    if any(part in group and not group.isdisjoint(held) for group in _KIN):
        return True
    stem = part[: max(len(part) - 2, _LEAST_PREFIX)]
    return len(part) >= _LEAST_PREFIX and part.isalpha() and any(_is_form_of(stem, part, term) for term in held)


def _is_form_of(stem: str, part: str, term: str) -> bool:
    return term.startswith(stem) and abs(len(term) - len(part)) <= 3
