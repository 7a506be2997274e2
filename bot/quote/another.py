"""Whether a unit speaks of another thing of the very kind that is asked about. Knows words; ranks nothing.

"The Berlin office allows dogs" says nothing of the Munich office, nor does what RFC 8 proposes say what RFC 7 does,
however much alike they are in meaning.
"""

import functools
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from bot.question.days import DAYS, MONTHS
from bot.question.document import is_kind_of_document, numbers_asked
from bot.question.names import names_in
from bot.question.understand import Question
from bot.quote.candidates import Candidate, terms_of
from ingest.terms import STOP_WORDS, fold, terms

_WORD = re.compile(r"\w+(?:[-‐‑–'’.,/]\w+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_FIGURE = re.compile(r"v?\d[\w.]*", re.IGNORECASE)
# What is told apart by figures although it is written small, and what stands before a figure and is no kind of thing.
_LABELS = frozenset(terms("code error event id level phase port release rule stage step tier version zone"))
_NO_KIND = STOP_WORDS.union(MONTHS, DAYS, "between since least most every within around like till without".split())
# An adjective, "Chinese drones", tells no thing apart, nor does what is short for something.
_NO_TELLING_NAME = re.compile(
    r"(?:ian|ean|ican|rman|ese|ish|ic|al|ern)$|^(?:French|Dutch|Greek|Czech|Swiss|[A-Z]{1,5})$"
)
# "Node 18 or later" is said of Node 20, too.
_COVERS = re.compile(
    r"\b(?:(?:or|and) (?:later|newer|above|higher|up|more|older|earlier)|at least|at most|up to|from)\b|\d\+|>=|[x*]\b"
)
# A number that tells documents apart is written out, as "0417" or "1504": no "10 ways to …", no day.
_OWN_NUMBER = re.compile(r"\W*0*(?!(?:19|20)\d\d-\d)(\d+)\b(?<=\d{3})")


@dataclass(frozen=True)
class Named:
    """A thing that is named by its kind and by what tells it apart: "the Munich office", "RFC 7", "the 2021 audit"."""

    kind: str
    name: frozenset[str]

    @property
    def by_figure(self) -> bool:
        """Tells whether a figure tells it apart, and no name."""
        return any(term[0].isdigit() for term in self.name)

    def is_like(self, other: "Named") -> bool:
        """Tells whether both are of one kind, and told apart in one way."""
        return (self.kind, self.by_figure) == (other.kind, other.by_figure)


def speaks_of_another(question: Question, unit: Candidate) -> bool:
    """Tells whether a unit names another thing of a kind of which the question names one, and none that it names.

    What stands above a unit is said of it: what introduces it, its headings, the title of the article.
    """
    named, numbers = named_in(question.text), numbers_asked(question.text)
    if any(_is_another([one for one in named if one.is_like(asked)], unit) for asked in named):
        return True
    return bool(numbers) and _is_of_another_number(numbers, unit)


def told_apart(one: str, other: str) -> bool:
    """Tells whether two titles name things of one kind by other figures: "Manual of the Gadget 4" and "… Gadget 5".

    Years do not tell things apart: what holds changes with them.
    """
    pairs = itertools.product(named_in(one), named_in(other))
    same_kind = [(a.name, b.name) for a, b in pairs if a.by_figure and a.is_like(b)]
    without_years = [(a, b) for a, b in same_kind if not any(_YEAR.fullmatch(term) for term in a | b)]
    return bool(without_years) and all(a.isdisjoint(b) for a, b in without_years)


def _is_another(asked: Sequence[Named], unit: Candidate) -> bool:
    """Whether it or what stands above it names another thing of this kind, and nothing there one that is asked.

    What stands above is not said of a unit that goes on from one of those that are asked.
    """
    kind = terms_of(asked[0].kind)
    if kind.isdisjoint(unit.around) and kind.isdisjoint(terms_of(unit.before)):
        return False
    own, above = (unit.text, unit.before if unit.leans else "", unit.lead), (*unit.chunk.path, unit.article.title)
    if _holds_one(asked, (*own, *above)) or (asked[0].by_figure and _COVERS.search(unit.text)):
        return False
    texts = own if _holds_one(asked, (unit.before,)) else (*own, *above)
    return any(one.is_like(asked[0]) for text in texts for one in named_in(text))


def _holds_one(asked: Sequence[Named], texts: Sequence[str]) -> bool:
    held = frozenset().union(*map(terms_of, texts))
    return any(term == name or term.startswith(f"{name}.") for one in asked for name in one.name for term in held)


def _is_of_another_number(asked: frozenset[str], unit: Candidate) -> bool:
    """Whether documents are told apart by their numbers, and its own is none of those asked for, nor told of there."""
    own = _OWN_NUMBER.match(unit.article.title) or _OWN_NUMBER.match(PurePath(unit.article.id).stem)
    return own is not None and own[1] not in asked and asked.isdisjoint(unit.headed)


@functools.lru_cache(maxsize=20_000)
def named_in(text: str) -> tuple[Named, ...]:
    """Returns the things that a text names so, in order."""
    return tuple(_found(text))


def _found(text: str) -> Iterator[Named]:
    names = {name.text for name in names_in(text) if name.text.isalpha() and not _NO_TELLING_NAME.search(name.text)}
    for one, other in itertools.pairwise(_WORD.finditer(text)):
        first, second = one[0], other[0]
        if text[one.end() : other.start()] not in (" ", "-", " #") or {fold(first), fold(second)} & _NO_KIND:
            continue
        if not (terms(first) and terms(second)):
            continue
        if _YEAR.fullmatch(first) and second.isalpha():
            yield Named(fold(second), frozenset(terms(first)))
        elif _FIGURE.fullmatch(second) and not _YEAR.fullmatch(second) and _is_kind(first):
            yield Named(fold(first), frozenset(terms(second.lstrip("vV"))))
        elif first in names and second.isalpha():
            yield Named(fold(second), frozenset(terms(first)))


def _is_kind(word: str) -> bool:
    return word.isalpha() and (word[0].isupper() or not _LABELS.isdisjoint(terms(word)) or is_kind_of_document(word))
