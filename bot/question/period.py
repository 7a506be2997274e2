"""The time a question speaks of. Knows English phrases; time comes in as an argument, never from a clock.

A question about the present or a named time prefers articles published near it. One without such a word must not be
moved at all, so anything doubtful counts as no time.
"""

import contextlib
import datetime
import re
from collections.abc import Iterator
from dataclasses import replace

from bot.compare.dates import Date, Period, placed_dates, told, whole
from bot.compare.words import plain

_DAY = datetime.timedelta(days=1)
_CENTURIES = range(1900, 2100)
_SPAN = re.compile(r"\b(?:between|from) ((?:19|20)\d\d) (?:and|to|until|till) ((?:19|20)\d\d)\b", re.IGNORECASE)
# Figures that go on, or are of something, are no year.
_YEAR = re.compile(
    r"(?<![$€£\w])(?:19|20)\d\d\b(?![,.]?\d| ?(?:%|km|kilomet|met(?:er|re)s|miles|kg|ton|euros|dollars|people))"
)
# A month alone needs a word before it.
_BEFORE_A_MONTH = re.compile(r"\b(?:in|since|during|last|this|early|late|mid) $", re.IGNORECASE)
# A day of the week that is no certain one; a season is taken for its year.
_ANY_WEEKDAY = re.compile(
    r"(?<!\bon )(?<!\blast )(?<!\bthis )\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b", re.IGNORECASE
)
_SEASON = re.compile(r"\b(?:summer|winter|spring|autumn|fall)\b", re.IGNORECASE)
_NOW = re.compile(
    r"\b(?:now|right now|currently|at present|these days|nowadays|recent|recently|latest|newest|most recent|lately"
    r"|so far|just|soon|upcoming|breaking|in recent \w+|up to date)\b",
    re.IGNORECASE,
)
# How things stand: who holds an office, what has come about, is under way or will come.
_STATE = re.compile(
    r"\b[Ww]ho(?:[’']s| is| are)\b|\bwill\b|\bnew(?:ly)?\b"
    r"|\b(?:has|have) (?:\w+ ){0,3}(?:\w{3,}ed|been|become|won|made|sold|bought|taken|given|broken|begun|left|lost)\b"
    r"|\b(?:is|are) (?:\w+ ){0,3}(?:being|going to|set to|planning|expected|likely)\b"
)


def period_of(question: str, *, today: datetime.date, newest: datetime.date | None = None) -> Period | None:
    """Returns the period that the question names, or the days before it was asked if it speaks of the present.

    What is "latest" is as late as the articles go: `newest` is the date of the newest one, if any has a date.
    """
    try:
        return next(_named(plain(question), today), None) or _present(question, today, newest)
    except (ValueError, OverflowError):  # a day that no calendar has
        return None


def _named(question: str, today: datetime.date) -> Iterator[Period]:
    """The periods that it names, the surest first: with a year, from today on, then of the last year that has them."""
    span, year = _SPAN.search(question), _YEAR.search(question)
    if span and span[1] <= span[2]:
        yield replace(whole(int(span[1]), None, None), last=datetime.date(int(span[2]), 12, 31))
    written = [(start, date) for start, _, found in placed_dates(question) for date in found]
    yield from (whole(date.year, date.month, date.day) for _, date in written if date.year and date.year in _CENTURIES)
    if year:
        yield whole(int(year[0]), None, None)
    periods = [*told(_SEASON.sub("year", _ANY_WEEKDAY.sub("", question)), [today])]
    yield from (_as_asked(period, today) for period in periods if period.first <= today)  # of two Fridays the last
    yield from periods
    for start, date in written:
        if date.year is None and (date.day or _BEFORE_A_MONTH.search(question[:start])):
            yield _last(date, today)


def _as_asked(period: Period, today: datetime.date) -> Period:
    """News of the week before is still "this week" to the one who asks."""
    is_this_week = period.first <= today <= period.last == period.first + 6 * _DAY
    return replace(period, first=period.first - 6 * _DAY) if is_this_week else period


def _last(date: Date, today: datetime.date) -> Period:
    """The day or month when it was last; leap days come every eight years at worst."""
    for year in range(today.year, today.year - 9, -1):
        with contextlib.suppress(ValueError):
            period = whole(year, date.month, date.day)
            if period.first <= today:
                return period
    raise ValueError(f"no year has {date}")


def _present(question: str, today: datetime.date, newest: datetime.date | None) -> Period | None:
    if _NOW.search(question):
        last = min(today, newest or today)
        return Period(last - 7 * _DAY, last)
    return Period(today - 7 * _DAY, today) if _STATE.search(question) else None
