"""The dates of a text, and whether a sentence mixes them: the day of one with the month of another. Knows English."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

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
    re.compile(rf"(?:(?<![\d.,:])\b{_DAYS}\s+(?:of\s+)?)?{_MONTH}(?:,?\s+(?:of\s+)?(?P<year>[12]\d{{3}}))?(?!\s*\d)"),
    re.compile(rf"{_MONTH}\s+(?:the\s+)?{_DAYS}(?:,?\s+(?P<year>[12]\d{{3}}))?(?![\d,]*\d)"),
)
_RANGE = re.compile(r"(\d{1,2})\D{0,20}(?:-|\bto\b|\buntil\b|\bthrough\b)\D{0,20}(\d{1,2})")


@dataclass(frozen=True)
class Date:
    """A month, and the day and the year where they stand beside it."""

    month: int
    day: int | None
    year: int | None


def dates(text: str) -> tuple[Date, ...]:
    """Returns the dates of a text that have a day or a year beside their month."""
    return tuple(dict.fromkeys(date for date in _dates(plain(text)) if date.day or date.year))


def mixed_date(sentence: str, text: str) -> str | None:
    """Returns a date of the sentence whose month the text has only beside other days or years, or None."""
    there = dates(text)
    for date in dates(sentence):
        near = [other for other in there if other.month == date.month]
        if near and not any(_agree(date.day, other.day) and _agree(date.year, other.year) for other in near):
            return " ".join(str(part) for part in (date.day, _MONTHS[date.month - 1].title(), date.year) if part)
    return None


def _agree(one: int | None, other: int | None) -> bool:
    return one is None or other is None or one == other


def _dates(text: str) -> Iterator[Date]:
    for match in (match for pattern in _DATES for match in pattern.finditer(text)):
        month = _MONTHS.index(match["month"][:3].lower()) + 1
        for day in _days(match["days"]) or (None,):
            yield Date(month, day, int(match["year"]) if match["year"] else None)


def _days(written: str | None) -> tuple[int, ...]:
    """Every day that is written, or lies in a range: 9, 10 and 11 for "9-11"."""
    figures = [int(figure) for figure in re.findall(r"\d+", written or "")]
    between = [day for first, last in _RANGE.findall(written or "") for day in range(int(first), int(last))]
    return tuple(dict.fromkeys((*figures, *between)))
