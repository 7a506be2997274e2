"""What the numbers of a text measure: metres, euros, percent, hours. Knows the units of CLDR, as babel keeps them.

That a number stands in a text is the business of `bot.compare.figures`; here the same number has to mean the same.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from babel import Locale
from babel.numbers import get_territory_currencies

from bot.compare.figures import Number, joins, numbers
from bot.compare.words import plain
from ingest.terms import STOP_WORDS

_KINDS = frozenset("length area mass volume duration speed temperature digital energy power pressure frequency".split())
_PERCENT, _YEAR = "concentr-percent", "duration-year"
# A number that is one of these is another number without it, or with it.
_OF = ("of", "out of", "of the")
_ALWAYS_SAID = frozenset((_PERCENT, "points", "bc"))
_NOT_IN_CLDR = {
    "percentage points": "points", "percentage point": "points", "per cent": _PERCENT, "years old": _YEAR,
    "kilos": "mass-kilogram", "BC": "bc", "BCE": "bc", "b.c.": "bc", "am": "am", "a.m.": "am", "pm": "pm", "p.m.": "pm",
}  # fmt: skip
_AFTER = re.compile(r"[\s-]*([^\W\d_][\w.]*(?:/\w+)?|[%€£$¥]|°[CF]?)(?:[\s-]+([^\W\d_]+))?(?:[\s-]+([^\W\d_]+))?")
_BEFORE = re.compile(r"((?:(?<!\w)[A-Z]{1,2})?[$€£¥]|\b[A-Z]{3})\s?$")
_NEAR = 20
# So long a spelling is the same in capitals; "MW" and "mW" are not.
_ANY_CASE = 4


@dataclass(frozen=True)
class Amount:
    """A number with all that it may measure, for "pounds" are of money or of weight: nothing where it stands alone.

    `value` is what it comes to in a range, as 5 million in "5 to 10 million".
    """

    number: Number
    value: float
    units: frozenset[str]
    written: str

    @property
    def is_year(self) -> bool:
        """Tells whether it looks like a year, and measures nothing."""
        return not self.units and self.number.is_year


@functools.lru_cache(maxsize=20_000)
def amounts(text: str) -> tuple[Amount, ...]:
    """Returns the amounts of a text in order; in a range the first may measure what the second does."""
    said, found = plain(text), list[Amount]()
    for number in reversed(numbers(text)):
        units, behind = _unit(said, number)
        if found and not units and not re.fullmatch(r"[12]\d{3}", said[number.start : number.end]):
            between = said[number.end : found[-1].number.start]
            units = found[-1].units if joins(between) or between.strip() in _OF else units
        found.append(Amount(number, number.ranged, units, said[number.start : behind].strip()))
    return tuple(reversed(found))


def other_measure(sentence: str, text: str) -> str | None:
    """Returns the amount of the sentence that the text has in another unit only, or None.

    A number that the text lacks is none of these.
    """
    there = amounts(text)
    units = frozenset().union(*(amount.units for amount in there))
    for claimed in amounts(sentence):
        value = abs(claimed.number.value)
        alike = [one for one in there if value in (abs(one.number.value), abs(one.value))]
        if alike and not any(_fits(claimed.units, one.units, units) for one in alike):
            return claimed.written
    return None


def without_units(text: str) -> str:
    """Returns the text without the codes and symbols beside its numbers, which are no names."""
    said = plain(text)
    for number in reversed(numbers(text)):
        before = _currency(said, number.start)
        _, behind = _unit(said, number)
        said = said[: before.start()] + said[number.start :] if before else said[: number.end] + said[behind:]
    return said


def same_unit(one: frozenset[str], other: frozenset[str]) -> bool:
    """Tells whether both may measure the same, as "dollars" and "US dollars" may."""
    return (not one and not other) or any(_alike(mine, its) for mine in one for its in other)


def _fits(claimed: frozenset[str], there: frozenset[str], units: frozenset[str]) -> bool:
    if claimed and there:
        return same_unit(claimed, there)
    if _ALWAYS_SAID & (claimed | there):
        return False
    return not claimed or _YEAR in claimed or same_unit(claimed, units)


def _alike(one: str, other: str) -> bool:
    return one == other or one in other.split() or other in one.split()


def _unit(text: str, number: Number) -> tuple[frozenset[str], int]:
    """What the number measures, and where that ends."""
    before = _currency(text, number.start)
    if before:
        return _spelled()[before[1]], number.end
    match = _AFTER.match(text, number.end)
    for last in (3, 2, 1) if match else ():
        if match and match[last]:
            written = " ".join(text[match.start(1) : match.end(last)].replace("-", " ").split())
            units = next(filter(None, (_find(written), _find(written.rstrip(".")))), frozenset())
            if units:
                return units, match.end(last)
    return frozenset(), number.end


def _currency(text: str, start: int) -> re.Match[str] | None:
    """The currency right before the offset; looked for in a few characters, for there may be thousands of figures."""
    match = _BEFORE.search(text, max(start - _NEAR, 0), start)
    return match if match and match[1] in _spelled() else None


def _find(written: str) -> frozenset[str]:
    return _spelled().get(written if len(written) < _ANY_CASE else written.lower(), frozenset())


@functools.cache
def _spelled() -> Mapping[str, frozenset[str]]:
    """Every spelling of a unit or a currency, and what it may mean."""
    units: dict[str, set[str]] = {}
    for spelling, unit in (*_NOT_IN_CLDR.items(), *_units(), *_currencies()):
        if spelling.lower() not in STOP_WORDS:
            units.setdefault(spelling if len(spelling) < _ANY_CASE else spelling.lower(), set()).add(unit)
    return {spelling: frozenset(found) for spelling, found in units.items()}


def _units() -> Iterator[tuple[str, str]]:
    for locale in ("en", "en_GB"):
        for unit, widths in Locale.parse(locale)._data["unit_patterns"].items():
            if unit == _PERCENT or unit.split("-")[0] in _KINDS:
                patterns = (
                    pattern for forms in widths.values() if hasattr(forms, "values") for pattern in forms.values()
                )
                yield from ((p.removeprefix("{0}").strip(), unit) for p in patterns if p.startswith("{0}"))
    yield from (("dollars", "dollar"), ("$", "dollar"), ("degrees", "temperature"))


def _currencies() -> Iterator[tuple[str, str]]:
    english, others = Locale("en"), Locale("en", "CA")  # where the dollar of the United States is "US$"
    for code in {code for territory in english.territories for code in get_territory_currencies(str(territory))}:
        name = english.currencies[str(code)].lower()
        kind = name.split()[-1]
        symbols = [locale.currency_symbols.get(code, code) for locale in (english, others)]
        own = [(spelling, f"{kind} {code}") for spelling in (code, name, f"{name}s", *symbols) if spelling != "$"]
        yield from (*own, (kind, kind), (f"{kind}s", kind))
