"""The dates of a sentence, and whether a text says them: written out, told from the day of its report, or that day.

Knows English months and phrases such as "last week"; the day of the report comes in as an argument.
"""

import calendar
import datetime
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.compare.words import plain

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
# In small letters "may" and "march" are verbs.
_MONTH = (
    r"\b(?!may\b|march\b)(?P<month>(?i:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?))\b\.?"
)
_ORDINAL = r"(?:st|nd|rd|th)?"
# One day, or several: "5 to 12 May", "July 9-11", "18 and 19 May".
_NEXT_DAY = r"(?:(?:\s*[-,&](?:\s*(?:and|or)\b)?|\s+(?:and|or|to|until|through)\b)\s*(?:the\s+)?"
_DAYS = rf"(?P<days>\d{{1,2}}{_ORDINAL}{_NEXT_DAY}\d{{1,2}}{_ORDINAL}(?![\d:.]\d)){{0,5}})"
_DATES = (
    re.compile(r"\b(?P<year>[12]\d{3})-(?P<digits>0[1-9]|1[0-2])-(?P<days>[0-3]\d)\b"),
    re.compile(rf"(?:(?<![\d.,:])\b{_DAYS}\s+(?:of\s+)?)?{_MONTH}(?:,?\s+(?:of\s+)?(?P<year>[12]\d{{3}}))?(?!\s*\d)"),
    re.compile(rf"{_MONTH}\s+(?:the\s+)?{_DAYS}(?:,?\s+(?P<year>[12]\d{{3}}))?(?![\d,]*\d)"),
)
_YEAR = re.compile(r"(?<![\w.,$€£-])[12]\d{3}(?![\w%]|[.,]\d)")
_RANGE = re.compile(r"(\d{1,2})\D{0,20}(?:-|\bto\b|\buntil\b|\bthrough\b)\D{0,20}(\d{1,2})")
_WEEKDAYS = [name.lower() for name in calendar.day_name]
_WEEKDAY = re.compile(rf"\b({'|'.join(_WEEKDAYS)})s?\b", re.IGNORECASE)
_DAY = datetime.timedelta(days=1)
_LONGEST_MONTH = 31
_SHIFTS = {"last": (-1,), "past": (-1,), "previous": (-1,), "next": (1,), "coming": (1,), "this": (0,)}
_TOLD = re.compile(
    r"\b(?P<day>today|tonight|yesterday|tomorrow|this (?:morning|afternoon|evening)|last night)\b"
    r"|\b(?P<which>last|past|previous|next|coming|this) (?P<unit>week|weekend|month|year)\b"
    r"|\b(?P<count>\d{1,3}|a|one|two|three|four|five|six|seven|eight|nine|ten) (?P<ago>day|week|month|year)s? ago\b"
    rf"|\b(?P<weekday>{'|'.join(_WEEKDAYS)})\b",
    re.IGNORECASE,
)
_COUNTS = {word: i for i, word in enumerate("a one two three four five six seven eight nine ten".split())} | {"a": 1}
# How fast nearness falls with the days outside; measured on dated news questions (eval/RESULTS.md).
_FADE_DAYS = 14.0
_DAYS_OFF: Mapping[str, int] = {"yesterday": -1, "last night": -1, "tomorrow": 1}


@dataclass(frozen=True)
class Date:
    """As much of a date as is written: a month with a day, a year or both, or a year alone."""

    year: int | None
    month: int | None = None
    day: int | None = None


@dataclass(frozen=True)
class Period:
    """The days that are spoken of, first and last included."""

    first: datetime.date
    last: datetime.date

    def nearness(self, day: datetime.date | None) -> float:
        """Returns how near a day is: 1 within the period, less with each day outside, 0 where there is none."""
        outside = max((self.first - day).days, (day - self.last).days, 0) if day else math.inf
        return math.exp(-outside / _FADE_DAYS)


def dates(text: str) -> tuple[Date, ...]:
    """Returns the dates of a text that have a month."""
    return tuple(dict.fromkeys(date for _, _, found in placed_dates(plain(text)) for date in found))


def whole(year: int, month: int | None, day: int | None) -> Period:
    """Returns the days of a date. Raises ValueError: no calendar has it."""
    first = datetime.date(year, month or 1, day or 1)
    return _UNITS["day" if day else "month" if month else "year"](first, 0)


def other_date(sentence: str, text: str, published: Sequence[datetime.date]) -> str | None:
    """Returns a date of the sentence that the text does not say, or None; years alone are left to the figures."""
    said = plain(sentence)
    unsaid = [said[start:end] for start, end, found in placed_dates(said) if not _are_said(found, text, published)]
    return unsaid[0] if unsaid else None


def without_dates(sentence: str, text: str, published: Sequence[datetime.date]) -> str:
    """Returns the sentence without the dates, years and weekdays that the text says, or the day of its report does."""
    said = plain(sentence)
    places = [(start, end) for start, end, found in placed_dates(said) if _are_said(found, text, published)]
    places += [year.span() for year in _YEAR.finditer(said) if _are_said([Date(int(year[0]))], text, published)]
    places += [day.span() for day in _WEEKDAY.finditer(said) if _falls(day[1].lower(), text, published)]
    for start, end in sorted(places, reverse=True):
        said = said[:start] + " " * (end - start) + said[end:]
    return said


def _are_said(claimed: Sequence[Date], text: str, published: Sequence[datetime.date]) -> bool:
    written = [other for date in dates(text) for other in _in_years(date, text, published)]
    return all(
        any(_agree(date, other) for other in written if date.month)
        or any(_within(date, period) for period in (*(Period(day, day) for day in published), *told(text, published)))
        for date in claimed
    )


def _in_years(date: Date, text: str, published: Sequence[datetime.date]) -> Iterator[Date]:
    """The date as it is written and, if no year stands with it, in the years that the text and the reports name."""
    yield date
    if date.year is None:
        yield from (replace(date, year=int(year[0])) for year in _YEAR.finditer(plain(text)))
        near = ((day, shift) for day in published for shift in (-1, 0, 1) if _is_near(date, day, shift))
        yield from (replace(date, year=day.year + shift) for day, shift in near)


def _is_near(date: Date, day: datetime.date, shift: int) -> bool:
    """Whether a date without a year may be that many years off its report's: the last such month, or the next."""
    return abs(12 * shift + (date.month or 0) - day.month) < 12


def _agree(date: Date, other: Date) -> bool:
    pairs = ((date.year, other.year), (date.day, other.day))
    return date.month == other.month and all(one is None or one == two for one, two in pairs)


def _within(date: Date, period: Period) -> bool:
    """Whether the period says the date: no day is said by a longer one than a day, no month by one than a month."""
    length = (period.last - period.first).days + 1
    if (date.day and length > 1) or (date.month and length > _LONGEST_MONTH):
        return False
    return any(
        (date.year, date.month or day.month, date.day or day.day) == (date.year and day.year, day.month, day.day)
        for day in (period.first, period.last)  # in so short a time they have every month and year of it
    )


def _falls(weekday: str, text: str, published: Sequence[datetime.date]) -> bool:
    days = [period.first for period in told(text, published) if period.first == period.last]
    return any(_WEEKDAYS[day.weekday()] == weekday for day in (*days, *published))


def told(text: str, published: Sequence[datetime.date]) -> Iterator[Period]:
    """Yields the times that a text tells from the day of its report: "yesterday", "last month", "on Saturday"."""
    for match in _TOLD.finditer(plain(text)) if published else ():
        for day in published:
            try:
                yield from _periods(match, day)
            except (OverflowError, ValueError):  # before the first year that a calendar has
                continue


def _periods(match: re.Match[str], day: datetime.date) -> Iterator[Period]:
    found = {name: value.lower() for name, value in match.groupdict().items() if value}
    if "day" in found:
        on = day + _DAYS_OFF.get(found["day"], 0) * _DAY
        yield Period(on, on)
    elif "unit" in found:
        yield from (_UNITS[found["unit"]](day, shift) for shift in _SHIFTS[found["which"]])
    elif "ago" in found:
        count = _COUNTS.get(found["count"]) or int(found["count"])
        yield _UNITS[found["ago"]](day, -count)
    else:  # the last such day, or the next
        ahead = (_WEEKDAYS.index(found["weekday"]) - day.weekday()) % 7
        yield from (Period(on, on) for on in (day + ahead * _DAY, day + (ahead - 7) * _DAY))


def _week(day: datetime.date, shift: int) -> Period:
    monday = day + (7 * shift - day.weekday()) * _DAY
    return Period(monday, monday + 6 * _DAY)


def _month(day: datetime.date, shift: int) -> Period:
    year, month = divmod(day.year * 12 + day.month - 1 + shift, 12)
    first = datetime.date(year, month + 1, 1)
    return Period(first, first.replace(day=calendar.monthrange(year, month + 1)[1]))


_UNITS: Mapping[str, Callable[[datetime.date, int], Period]] = {
    "day": lambda day, shift: Period(day + shift * _DAY, day + shift * _DAY),
    "week": _week,
    "weekend": _week,
    "month": _month,
    "year": lambda day, shift: Period(datetime.date(day.year + shift, 1, 1), datetime.date(day.year + shift, 12, 31)),
}


def placed_dates(text: str) -> Iterator[tuple[int, int, list[Date]]]:
    """Yields every date of a plain text that has a month, where it stands, a day for each that is written."""
    for match in (match for pattern in _DATES for match in pattern.finditer(text)):
        found = match.groupdict()
        month = int(found["digits"]) if found.get("digits") else _MONTHS.index(found["month"][:3].lower()) + 1
        year = int(found["year"]) if found["year"] else None
        yield match.start(), match.end(), [Date(year, month, day) for day in _days(found["days"]) or (None,)]


def _days(written: str | None) -> tuple[int, ...]:
    """Every day that is written, or lies in a range: 9, 10 and 11 for "9-11"."""
    figures = [int(figure) for figure in re.findall(r"\d+", written or "")]
    between = [day for first, last in _RANGE.findall(written or "") for day in range(int(first), int(last))]
    return tuple(dict.fromkeys((*figures, *between)))
