"""The dates of a text, and whether a sentence mixes them: the day of one with the month of another. Knows English."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.compare.words import plain

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = (
    r"\b(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY = r"(\d{1,2})(?:st|nd|rd|th)?"
_DATES = (
    re.compile(rf"(?:\b{_DAY}\s+(?:of\s+)?)?{_MONTH}(?:,?\s+(?:of\s+)?([12]\d{{3}}))?(?!\s*\d)", re.IGNORECASE),
    re.compile(rf"()?{_MONTH}\s+{_DAY}(?:,?\s+([12]\d{{3}}))?(?![\d,]*\d)", re.IGNORECASE),
)


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
    for match in _DATES[0].finditer(text):
        yield Date(_MONTHS.index(match[2][:3].lower()) + 1, _number(match[1]), _number(match[3]))
    for match in _DATES[1].finditer(text):
        yield Date(_MONTHS.index(match[2][:3].lower()) + 1, _number(match[3]), _number(match[4]))


def _number(digits: str | None) -> int | None:
    return int(digits) if digits else None
