"""Whether two sentences disagree on the same thing, and what then is shown: both, with their dates, the newer first.

Knows numbers, dates and denials; knows nothing of who wrote an answer, so both answerers use it. It sees a
disagreement only between sentences that share most of their words; sense alone is not enough to accuse an article.
"""

import datetime
import functools
import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Literal

from bot.answer import Citation
from bot.compare.figures import counted, numbers
from bot.injection import is_order
from bot.quote.another import told_apart
from bot.quote.candidates import Candidate
from ingest.terms import STOP_WORDS, terms

Kind = Literal["numbers", "dates", "states"]
EVERY: frozenset[Kind] = frozenset(("numbers", "dates", "states"))
# To one who asks when or who, it is no matter that two articles give different prices.
_MATTERS: Mapping[str, frozenset[Kind]] = {
    "when": frozenset(("dates", "states")),
    "who": frozenset(("states",)),
    "where": frozenset(("states",)),
}
# Shares of the words, by idf, that two sentences must have in common to speak of the same thing: of the shorter one,
# and of the longer one.
_SAME_THING, _ALSO, _SAME_WORDS = 0.65, 0.45, 0.8
_LEAST_SHARED = 3
# Reports further apart speak of different times, unless they name the same one.
_SAME_TIME_DAYS = 31
_OPPOSITES = tuple(
    frozenset(pair.split("/"))
    for pair in "open/close alive/dead approv/reject accept/refus win/lose won/lost rise/fall rose/fell increas/decreas"
    " begin/end start/stop guilti/innoc legal/illeg allow/ban pass/fail confirm/deni arriv/depart join/leav".split()
)
_DENIES = re.compile(r"\b(?:not|never|no|neither|nor|none|nobody|nothing|cannot|without)\b|n['’]t\b", re.IGNORECASE)
_PRESENT = re.compile(
    r"\b(?:now|nowadays|currently|current|today|latest|newest|most recent|recently|at present|presently|as of|so far"
    r"|still|who(?:[’']s| is| are) the|these days|this (?:week|month|year)|up to date)\b",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\b(?:when|timeline|chronolog\w*|history|over time|over the years|dates?|in what order)\b", re.IGNORECASE
)


def disagree(
    one: str,
    other: str,
    idf: Callable[[str], float],
    *,
    days: tuple[datetime.date | None, datetime.date | None] = (None, None),
) -> Kind | None:
    """Returns on what two sentences about the same thing disagree, or None if they do not or it cannot be told.

    `days` are those of their reports. What is said of different times is no disagreement, nor is a figure that the
    other sentence knows, too.
    """
    ours, theirs = _content(one), _content(other)
    shared = sum(map(idf, ours & theirs))
    shorter, longer = sorted((sum(map(idf, ours)), sum(map(idf, theirs))))
    if len(ours & theirs) < _LEAST_SHARED or shared < _SAME_THING * shorter or shared < _ALSO * longer:
        return None
    same_words = shared >= _SAME_WORDS * longer
    years, others = _years(one), _years(other)
    if years and others and years.isdisjoint(others):
        return "dates" if same_words and not _differ_in_numbers(one, other) else None
    if not (years & others or _same_time(*days)):
        return None
    if _differ_in_numbers(one, other):
        return "numbers"
    opposed = any(pair & ours and pair & theirs and (pair & ours) != (pair & theirs) for pair in _OPPOSITES)
    denied = bool(_DENIES.search(one)) != bool(_DENIES.search(other))
    return "states" if same_words and opposed != denied else None


def that_matter(demand: str) -> frozenset[Kind]:
    """Returns the kinds of disagreement that matter to a question that demands such a thing."""
    return _MATTERS.get(demand, EVERY)


def opposing(
    quotes: Sequence[Citation],
    sentences: Iterable[Candidate],
    idf: Callable[[str], float],
    *,
    kinds: Container[Kind] = EVERY,
) -> Candidate | None:
    """Returns the strongest retrieved sentence of another article that disagrees with one of the quotes.

    One that leans on the sentence before it, "It has 90 seats", may speak of anything, and articles that are told apart
    by their numbers, "Manual of the Gadget 4" and "… 5", speak of different things.
    """
    articles = {quote.article.id for quote in quotes}
    idfs = functools.lru_cache(idf)
    held = [_content(quote.quote) for quote in quotes]
    elsewhere = (s for s in sentences if s.article.id not in articles)
    others = [s for s in elsewhere if any(len(s.terms & ours) >= _LEAST_SHARED for ours in held)]
    for sentence in sorted(others, key=lambda s: (-s.score, s.found.stored.row, s.start)):
        day = sentence.article.published
        alike = [quote for quote in quotes if not told_apart(quote.article.title, sentence.article.title)]
        found = {disagree(q.quote, sentence.text, idfs, days=(q.article.published, day)) for q in alike}
        if any(kind in kinds for kind in found if kind) and not (sentence.leans or is_order(sentence.text)):
            return sentence
    return None


def asks_for_present(question: str) -> bool:
    """Tells whether a question asks how things are now, so that the age of what is said matters."""
    return bool(_PRESENT.search(question))


def asks_for_times(question: str) -> bool:
    """Tells whether a question asks when things were, so that a quote should bear the day of its report."""
    return bool(_TIMES.search(question))


@functools.lru_cache(maxsize=4_000)
def _content(text: str) -> frozenset[str]:
    return frozenset(term for term in terms(text) if term not in STOP_WORDS and not term[0].isdigit())


def _same_time(one: datetime.date | None, other: datetime.date | None) -> bool:
    return one is None or other is None or abs((one - other).days) <= _SAME_TIME_DAYS


def _differ_in_numbers(one: str, other: str) -> bool:
    """Whether both count the same thing, named by the same word after the figure, and neither knows the other's."""
    ours, theirs = _counted(one), _counted(other)
    all_ours, all_theirs = (frozenset().union(*counted.values()) for counted in (ours, theirs))
    return any(
        ours[thing].isdisjoint(all_theirs) and theirs[thing].isdisjoint(all_ours)
        for thing in ours.keys() & theirs.keys()
    )


def _counted(text: str) -> dict[str, set[float]]:
    things: dict[str, set[float]] = {}
    for number in numbers(text):
        for thing in () if number.is_year or number.ordinal else counted(text, number) or ("%",):
            things.setdefault(thing, set()).add(number.value)
    return things


def _years(text: str) -> set[float]:
    return {number.value for number in numbers(text) if number.is_year}
