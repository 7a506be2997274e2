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
_LEAST_ROOT = 4
_ENDINGS = frozenset("a ia i y s n an ian ean es ese ish er ic".split())
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
        starts = _starts_a_sentence(question[: match.start()])
        if fold(word) in STOP_WORDS | _TITLES or not _looks_like_name(word, starts=starts):
            continue
        pieces = re.split(r"[-‐‑–/]", word)
        telling = [piece for piece in pieces if _looks_like_name(piece, starts=starts)] or pieces
        parts = tuple(term for piece in telling for term in terms(piece) if _tells(term, word))
        if parts:
            found[word] = Name(word, terms(word)[-1], parts)
    return tuple(found.values())


def is_mentioned(name: Name, held: Set[str]) -> bool:
    """Tells whether the terms of a text mention the name, whole or in its parts, or as its country's adjective."""
    return name.whole in held or all(part in held or _kin(part, held) for part in name.parts)


def _starts_a_sentence(before: str) -> bool:
    words = before.rstrip(" .").split()
    return bool(_SENTENCE_START.search(before)) and not (words and fold(words[-1]) in _TITLES)


def _tells(term: str, word: str) -> bool:
    """A single letter tells nothing, but for that of a code such as Y-20."""
    return term not in STOP_WORDS and (len(term) > 1 or term.isdigit() or any(map(str.isdigit, word)))


def _looks_like_name(word: str, *, starts: bool) -> bool:
    if any(map(str.isdigit, word)):
        return True
    capitals = sum(map(str.isupper, word))
    return capitals > 1 or (capitals == 1 and word[0].isupper() and not starts)


def _kin(part: str, held: Set[str]) -> bool:
    """Serbia, Serbian and Serbs; France and French."""
    if any(part in group and not group.isdisjoint(held) for group in _KIN):
        return True
    if len(part) < _LEAST_ROOT or not part.isalpha():
        return False
    return any(_same_root(part, term) for term in held if term[:_LEAST_ROOT] == part[:_LEAST_ROOT])


def _same_root(one: str, other: str) -> bool:
    """Tells whether the longer word is the shorter, less a letter or two, with an ending of peoples."""
    short, long = sorted((one, other), key=len)
    roots = (short[:length] for length in range(max(len(short) - 2, _LEAST_ROOT), len(short) + 1))
    return any(long.startswith(root) and long[len(root) :] in _ENDINGS for root in roots)
