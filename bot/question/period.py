"""The time a question speaks of. Knows dates and English phrases; time comes in as an argument, never from a clock.

A question about the present or a named time prefers articles published near it. One without such a word must not be
moved at all, so anything doubtful counts as no time.
"""

import calendar
import contextlib
import datetime
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

# How fast the preference falls with the days between an article and the period; measured on dated news questions
# (eval/RESULTS.md).
_FADE_DAYS = 14.0

_DAY = datetime.timedelta(days=1)
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_WEEKDAYS = {name.lower(): number for number, name in enumerate(calendar.day_name)}
_MONTH = "|".join(_MONTHS)
_YEAR = r"(?P<year>(?:19|20)\d\d)"
# Figures that go on, or are of something: no day and no year.
_ENDS = r"(?![,.]?\d| ?(?:%|km|kilomet|met(?:er|re)s|miles|kg|ton|euros|dollars|people))"
_SPAN = re.compile(r"\b(?:between|from) ((?:19|20)\d\d) (?:and|to|until|till) ((?:19|20)\d\d)\b", re.IGNORECASE)
_EXACT = (
    re.compile(rf"\b{_YEAR}-(?P<month>\d\d)-(?P<day>\d\d)\b"),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<name>{_MONTH}),? {_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b(?P<name>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR}\b", re.IGNORECASE),
    re.compile(rf"\b(?P<name>{_MONTH}),? (?:of )?{_YEAR}\b", re.IGNORECASE),
    re.compile(rf"(?<![$€£\w]){_YEAR}\b{_ENDS}"),
)
# Without a year the last such day, or month, is meant; a month alone needs a word before it.
_NO_YEAR = rf"(?!,? (?:of )?\d){_ENDS}"
_OF_LAST_YEAR = (
    re.compile(rf"\b(?P<name>{_MONTH}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b{_NO_YEAR}", re.IGNORECASE),
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?(?P<name>{_MONTH})\b{_NO_YEAR}", re.IGNORECASE),
    re.compile(rf"\b(?:in|since|during|last|this|early|late|mid) (?P<name>{_MONTH})\b{_NO_YEAR}", re.IGNORECASE),
)
_VERBS = ("may", "march")
_RELATIVE = re.compile(
    r"\b(?P<which>this|last|past|next|previous) (?P<unit>week|weekend|month|year|summer|winter|spring|autumn|fall)\b"
    r"|\b(?P<word>today|tonight|yesterday|tomorrow|this morning|this afternoon|this evening|last night)\b"
    rf"|\b(?:on|last|this) (?P<weekday>{'|'.join(_WEEKDAYS)})\b",
    re.IGNORECASE,
)
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
_WORDS: Mapping[str, int] = {"yesterday": -1, "last night": -1, "tomorrow": 1}
_UNITS: Mapping[str, Callable[[datetime.date, int], tuple[datetime.date, datetime.date]]] = {
    "week": lambda day, n: _week(day + 7 * n * _DAY),
    "weekend": lambda day, n: _week(day + 7 * n * _DAY),
    "month": lambda day, n: _month(day.year + (day.month - 1 + n) // 12, (day.month - 1 + n) % 12 + 1),
}


@dataclass(frozen=True)
class Period:
    """The days a question speaks of, first and last included."""

    first: datetime.date
    last: datetime.date

    def nearness(self, published: datetime.date | None) -> float:
        """Returns how near an article's date is: 1 within the period, less with each day outside, 0 without a date."""
        if published is None:
            return 0.0
        outside = max((self.first - published).days, (published - self.last).days, 0)
        return math.exp(-outside / _FADE_DAYS)


def period_of(question: str, *, today: datetime.date, newest: datetime.date | None = None) -> Period | None:
    """Returns the period that the question names, or the days before it was asked if it speaks of the present.

    What is "latest" is as late as the articles go: `newest` is the date of the newest one, if any has a date.
    """
    try:
        return _named(question, today, newest)
    except (ValueError, OverflowError):  # a day that no calendar has
        return None


def _named(question: str, today: datetime.date, newest: datetime.date | None) -> Period | None:
    span = _SPAN.search(question)
    if span and span[1] <= span[2]:
        return Period(datetime.date(int(span[1]), 1, 1), datetime.date(int(span[2]), 12, 31))
    written = _first(_EXACT, question)
    if written:
        return _exact(written, today)
    relative = _RELATIVE.search(question)
    if relative:
        return _relative(relative, today)
    of_last_year = _first(_OF_LAST_YEAR, question)
    if of_last_year:
        return _exact(of_last_year, today)
    if _NOW.search(question):
        last = min(today, newest or today)
        return Period(last - 7 * _DAY, last)
    return Period(today - 7 * _DAY, today) if _STATE.search(question) else None


def _relative(match: re.Match[str], today: datetime.date) -> Period:
    if match["word"]:
        day = today + _WORDS.get(match["word"].lower(), 0) * _DAY
        return Period(day, day)
    if match["weekday"]:
        day = today - ((today.weekday() - _WEEKDAYS[match["weekday"].lower()]) % 7) * _DAY
        return Period(day, day)
    step = {"this": 0, "next": 1}.get(match["which"].lower(), -1)
    unit = match["unit"].lower()
    first, last = _UNITS[unit](today, step) if unit in _UNITS else _month_span(today.year + step)
    # News of the week before is still "this week" to the one who asks.
    return Period(first - 6 * _DAY, last) if unit in ("week", "weekend") and step == 0 else Period(first, last)


def _first(patterns: Iterable[re.Pattern[str]], question: str) -> re.Match[str] | None:
    """The first match in the order of the patterns, but for "may" and "march" where they are verbs."""
    matches = (match for pattern in patterns for match in pattern.finditer(question))
    return next((match for match in matches if match.groupdict().get("name") not in _VERBS), None)


def _exact(match: re.Match[str], today: datetime.date) -> Period:
    facts = match.groupdict()
    month = _MONTHS.get((facts.get("name") or "").lower()) or int(facts.get("month") or 0)
    day = int(facts.get("day") or 0)
    year = int(facts.get("year") or 0) or _last_year(month, day, today)
    if day:
        return Period(datetime.date(year, month, day), datetime.date(year, month, day))
    return Period(*(_month(year, month) if month else _month_span(year)))


def _last_year(month: int, day: int, today: datetime.date) -> int:
    """The year in which the day, or the first of the month, was last; leap days come every eight years at worst."""
    for year in range(today.year, today.year - 9, -1):
        with contextlib.suppress(ValueError):
            if datetime.date(year, month, day or 1) <= today:
                return year
    raise ValueError(f"no year has day {day} of month {month}")


def _week(day: datetime.date) -> tuple[datetime.date, datetime.date]:
    monday = day - day.weekday() * _DAY
    return monday, monday + 6 * _DAY


def _month(year: int, month: int) -> tuple[datetime.date, datetime.date]:
    return datetime.date(year, month, 1), datetime.date(year, month, calendar.monthrange(year, month)[1])


def _month_span(year: int) -> tuple[datetime.date, datetime.date]:
    return datetime.date(year, 1, 1), datetime.date(year, 12, 31)
