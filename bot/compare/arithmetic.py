"""Whether a figure follows exactly from figures of a text: a difference, a sum, a share, days between.

Nothing is computed unless the sentence has a word for it ("more", "in all", "times"), for among many figures some pair
nearly always comes to any small number.
"""

import datetime
import itertools
import re
from collections.abc import Iterator

from bot.compare.dates import Date, dates
from bot.compare.measures import Amount, amounts, same_unit

_DIFFERENCE = re.compile(
    r"\b(?:more|less|fewer|differ\w*|gap|margin|rose|risen|f[ae]ll|fallen|gr[eo]w\w*|increas\w*|decreas\w*|dropp?\w*"
    r"|gain\w*|los[st]|up|down|\w+er than|left|leav\w*|remain\w*|rest|others?|later|earlier|after|before|between|lasted"
    r"|apart|ahead|behind|within|by)\b",
    re.IGNORECASE,
)
_SUM = re.compile(r"\b(?:total\w*|together|altogether|combined|in all|in sum|sum|overall|both)\b", re.IGNORECASE)
_RATIO = re.compile(r"\b(?:times|ratio|as (?:many|much|long|high|large)|share|out of)\b|\dx\b|-?fold\b", re.IGNORECASE)
_HALF = re.compile(r"\bhal(?:f|ve[sd]?)\b", re.IGNORECASE)
_PERCENT, _YEAR = "concentr-percent", "duration-year"
_SPANS = {"duration-day": 1, "duration-week": 7}
# More figures than a person would compute with; beyond it any number would follow from some pair.
_MOST = 12


def follows(claimed: Amount, sentence: str, text: str) -> bool:
    """Tells whether the amount, rounded as it is written, follows from amounts or dates of the text."""
    there = amounts(text)[:_MOST]
    sums, shares = _sums(claimed, sentence, there, text), _shares(claimed, sentence, there)
    found = itertools.chain(sums, shares, _spans(claimed, sentence, text))
    decimals = len(claimed.written.split(".")[1]) if re.fullmatch(r"\d+\.\d+", claimed.written.split(" ")[0]) else 0
    return any(abs(round(value, decimals) - abs(claimed.value)) < 1e-9 for value in found)


def _sums(claimed: Amount, sentence: str, there: tuple[Amount, ...], text: str) -> Iterator[float]:
    units = frozenset((_PERCENT,)) if "points" in claimed.units else claimed.units
    alike = [one for one in there if same_unit(one.units, units) or (one.is_year and _YEAR in claimed.units)]
    if _DIFFERENCE.search(sentence) and _PERCENT not in claimed.units:  # shares differ by points, not by percent
        pairs = ((one, other) for one, other in itertools.combinations(alike, 2) if one.is_year == other.is_year)
        yield from (abs(one.value - other.value) for one, other in pairs)
    yield from (one.value / 2 for one in alike if _HALF.search(f"{sentence} {text}"))
    if _SUM.search(sentence):
        values = [one.value for one in alike if not one.is_year]
        yield from (sum(values[i:j]) for i in range(len(values)) for j in range(i + 2, len(values) + 1))


def _shares(claimed: Amount, sentence: str, there: tuple[Amount, ...]) -> Iterator[float]:
    """Ratios where one is claimed, and percentages: a share, or a change from one figure to the other; and what a
    percentage of a figure comes to.
    """
    is_percent = _PERCENT in claimed.units
    is_ratio = is_percent or (_RATIO.search(sentence) and not claimed.units)
    for one, other in itertools.permutations((one for one in there if not one.is_year), 2):
        if _PERCENT in one.units and not is_percent and same_unit(claimed.units, other.units):
            yield one.value * other.value / 100
        if is_ratio and same_unit(one.units, other.units) and one.value and other.value:
            yield from (
                (100 * one.value / other.value, abs(100 * one.value / other.value - 100))
                if is_percent
                else (one.value / other.value,)
            )


def _spans(claimed: Amount, sentence: str, text: str) -> Iterator[float]:
    """The days or weeks between two full dates."""
    days = [day for date in dates(text) if (day := _full(date))]
    for unit in claimed.units & _SPANS.keys() if _DIFFERENCE.search(sentence) else ():
        between = [abs((one - other).days) for one, other in itertools.combinations(days, 2)]
        yield from (count / _SPANS[unit] for count in between if count % _SPANS[unit] == 0)


def _full(date: Date) -> datetime.date | None:
    try:
        return datetime.date(date.year, date.month, date.day) if date.year and date.month and date.day else None
    except ValueError:
        return None
