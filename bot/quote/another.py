"""Whether a unit speaks of another thing of the very kind that is asked about. Knows words; ranks nothing.

"The Berlin office allows dogs" says nothing of the Munich office, nor does what RFC 8 proposes say what RFC 7 does,
however much alike they are in meaning.
"""

import functools
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

from bot.question.document import number_of, numbers_asked
from bot.question.names import names_in
from bot.question.understand import Question
from bot.quote.candidates import Candidate, terms_of
from ingest.terms import STOP_WORDS, fold, terms

_WORD = re.compile(r"\w+(?:[-‐‑–'’.,/]\w+)*")
_YEAR = re.compile(r"(?:19|20)\d\d")
# What stands before a figure and is not what it numbers; an adjective, which tells no thing apart: "Chinese drones".
_NO_KIND = STOP_WORDS | frozenset(
    "between since least most every within around approximately like till without".split()
)
_ADJECTIVE = re.compile(r"(?:ian|ean|ican|rman|ese|ish|ic|al|ern)$|^(?:French|Dutch|Greek|Czech|Swiss)$")


@dataclass(frozen=True)
class _Named:
    """A thing that is named by its kind and by what tells it apart: "the Munich office", "RFC 7", "the 2021 audit"."""

    kind: str
    name: frozenset[str]
    by_figure: bool


def speaks_of_another(question: Question, unit: Candidate) -> bool:
    """Tells whether a unit names another thing of a kind of which the question names one.

    For figures what stands nearest decides: the unit, what introduces it, its headings from the last on, the title.
    """
    named, numbers = _named(question.text), numbers_asked(question.text)
    return any(_is_another(asked, unit) for asked in named) or bool(numbers and _is_of_another_number(numbers, unit))


def told_apart(one: str, other: str) -> bool:
    """Tells whether two titles name things of one kind by other figures: "Manual of the Gadget 4" and "… Gadget 5"."""
    pairs = itertools.product(_named(one), _named(other))
    same_kind = [
        (mine, yours) for mine, yours in pairs if mine.kind == yours.kind and mine.by_figure and yours.by_figure
    ]
    return bool(same_kind) and all(mine.name.isdisjoint(yours.name) for mine, yours in same_kind)


def _is_another(asked: _Named, unit: Candidate) -> bool:
    above = (unit.lead, *reversed(unit.chunk.path), unit.article.title) if asked.by_figure else ()
    for text in (unit.text, *above):
        held = terms_of(text)
        if any(term == name or term.startswith(f"{name}.") for term in held for name in asked.name):
            return False
        named = _named(text) if asked.kind in held else ()
        if any((one.kind, one.by_figure) == (asked.kind, asked.by_figure) for one in named):
            return True
    return False


def _is_of_another_number(asked: frozenset[str], unit: Candidate) -> bool:
    """Whether documents are told apart by their numbers, and its own is none of those asked for, nor told of there."""
    own = number_of(unit.article.title) or number_of(PurePath(unit.article.id).stem)
    return own is not None and own not in asked and asked.isdisjoint(unit.held)


@functools.lru_cache(maxsize=20_000)
def _named(text: str) -> tuple[_Named, ...]:
    return tuple(_found(text))


def _found(text: str) -> Iterator[_Named]:
    names = {name.text for name in names_in(text) if not _ADJECTIVE.search(name.text)}
    for one, other in itertools.pairwise(_WORD.finditer(text)):
        first, second = one[0], other[0]
        if not (terms(first) and terms(second)):
            continue
        if text[one.end() : other.start()] not in (" ", "-", " #") or {fold(first), fold(second)} & _NO_KIND:
            continue
        if _YEAR.fullmatch(first) and second.isalpha():
            yield _Named(terms(second)[-1], frozenset(terms(first)), by_figure=True)
        elif second[0].isdigit() and first.isalpha() and not _YEAR.fullmatch(second):
            yield _Named(terms(first)[-1], frozenset(terms(second)), by_figure=True)
        elif (
            first in names
            and first.isalpha()
            and not _ADJECTIVE.search(first)
            and second.isalpha()
            and second.islower()
        ):
            yield _Named(terms(second)[-1], frozenset(terms(first)), by_figure=False)
