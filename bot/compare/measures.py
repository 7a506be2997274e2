"""What the numbers of a text measure, and how exactly: units, currencies, "more than", "half". Knows English units.

That a number stands in a text is the business of `bot.compare.figures`; here the same number has to mean the same.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from bot.compare.figures import Number, in_ranges, joins, placed_numbers, values
from bot.compare.words import plain

Bound = Literal["more", "less", "about", "exactly", "over"]

_UNITS = {
    spelling: unit
    for unit, spellings in {
        "m": "m metre metres meter meters", "km": "km kms kilometre kilometres kilometer kilometers",
        "cm": "cm centimetre centimetres centimeter centimeters",
        "mm": "mm millimetre millimetres millimeter millimeters",
        "mile": "mile miles mi", "foot": "ft foot feet", "inch": "inch inches", "yard": "yard yards yd",
        "kg": "kg kgs kilo kilos kilogram kilograms", "g": "gram grams grammes", "mg": "mg milligram milligrams",
        "ton": "ton tons tonne tonnes", "pound": "pound pounds lb lbs gbp £", "ounce": "ounce ounces oz",
        "second": "second seconds sec secs", "minute": "minute minutes min mins", "hour": "hour hours hr hrs",
        "day": "day days", "week": "week weeks", "month": "month months", "year": "year years yr yrs",
        "decade": "decade decades", "century": "century centuries", "%": "% percent per_cent pct",
        "W": "watt watts", "kW": "kw kilowatt kilowatts", "MW": "mw megawatt megawatts",
        "GW": "gw gigawatt gigawatts", "TW": "tw terawatt terawatts", "kWh": "kwh", "MWh": "mwh", "GWh": "gwh",
        "TWh": "twh", "volt": "volt volts", "kV": "kv", "kB": "kb kilobyte kilobytes", "MB": "mb megabyte megabytes",
        "GB": "gb gigabyte gigabytes", "TB": "tb terabyte terabytes", "Hz": "hz hertz", "kHz": "khz", "MHz": "mhz",
        "GHz": "ghz", "knot": "knot knots", "mph": "mph", "km/h": "kph", "litre": "litre litres liter liters",
        "gallon": "gallon gallons", "barrel": "barrel barrels", "acre": "acre acres",
        "hectare": "hectare hectares ha",
        "euro": "euro euros eur €", "dollar": "dollar dollars usd $", "cent": "cent cents", "pence": "pence penny",
        "yuan": "yuan renminbi rmb cny", "yen": "yen jpy", "rouble": "rouble roubles ruble rubles",
        "rupee": "rupee rupees",
        "franc": "franc francs chf", "lira": "lira liras", "dinar": "dinar dinars",
        "krona": "krona kronor krone kroner",
        "zloty": "zloty zlotys", "forint": "forint forints", "hryvnia": "hryvnia hryvnias", "peso": "peso pesos",
        "bc": "bc bce", "ad": "ad ce", "am": "am", "pm": "pm",
    }.items()
    for spelling in spellings.split()
}  # fmt: skip
# A number that is one of these is another number without it, or with it.
_ALWAYS_SAID = frozenset(("%", "points", "bc"))
# "Up to 170 km" is a range of 170 km.
_REACHES = frozenset(("m", "km", "mile", "foot", "kg", "ton", "km/h", "mph"))
_WIDER = (
    r"(?:(square|cubic|nautical|light)[\s-]+|(?:US|U\.S\.|American|full|whole|more|long|further|additional)[\s-]+)?"
)
_AFTER = re.compile(rf"[\s-]*{_WIDER}(%|per cent\b|[a-zA-Z]+|€|\$|£)", re.IGNORECASE)
_DOTTED = re.compile(r"\s*(?:([ap])\.\s?m\.|B\.C\.(?:E\.)?)", re.IGNORECASE)
_DEGREE = re.compile(r"[\s-]{0,9}(?:°|degrees?)\s*(c|f|celsius|centigrade|fahrenheit)?\b", re.IGNORECASE)
_POINTS = re.compile(r"[\s-]{0,9}(?:(?:percentage|percent|per cent|%)[\s-]{1,9}points?\b|pp\b)", re.IGNORECASE)
_PER_HOUR = re.compile(r"(?:/h\b|\s+(?:per|an) hour)", re.IGNORECASE)
_BEFORE = re.compile(r"(US|A|AU|C|CA|HK|NZ|S)?(\$)\s?$|(€|£)\s?$|\b(EUR|USD|GBP|RMB|CNY|JPY|CHF|AD)\s?$")
_BOUNDS: tuple[tuple[Bound, str], ...] = (
    ("less", r"(?:no|not) more than|(?<!no )(?<!not )(?:less|fewer) than|under|below|at (?:the )?most|up to"
     r"|(?:a )?maximum of|nearly|almost|close to|as (?:many|much|high) as|just short of|<|≤"),
    ("more", r"(?:no|not) (?:fewer|less) than|(?<!no )(?<!not )more than|over|above|at (?:the very )?least"
     r"|exceed(?:s|ed|ing)?|in excess of|upwards? of|(?:a )?minimum of|(?:great|long|larg|high|old)er than|>|≥"),
    ("about", r"about|around|some|roughly|approximately|approx\.?|circa|an estimated|~"),
    ("exactly", r"exactly|precisely"),
)  # fmt: skip
# "Over five years" may be more than five, or in the course of five.
_COURSE = frozenset("second minute hour day week month year decade century".split())
_OVER = re.compile(r"(?<!\w)over (?:a |an |the )?$", re.IGNORECASE)
_BOUND_BEFORE = tuple(
    (bound, re.compile(rf"(?:(?<!\w)(?:{words}))\s*(?:a |an |the |about |another )?(?:US|[A-Z]{{1,2}})?[$€£¥]?$", re.I))
    for bound, words in _BOUNDS
)
_BOUND_AFTER: tuple[tuple[Bound, re.Pattern[str]], ...] = (
    ("more", re.compile(
        r"(?:\+|\s{1,9}(?:\w+\s{1,9}){0,2}?(?:(?:or|and) (?:more|over|above)|at (?:the )?least))(?!\w)"
    )),
    ("less", re.compile(r"\s{1,9}(?:\w+\s{1,9}){0,2}?(?:or (?:less|fewer|under)|at (?:the )?most)\b")),
    ("about", re.compile(r"\s{1,9}(?:\w+\s{1,9}){0,2}?or so\b")),
)  # fmt: skip
_NEAR = 20
# The words for a share, what it is in figures, and which of them with which unit.
_SHARES = (
    (r"\bhal(?:f|ves|ved|ving)\b", r"\d\.5(?!\d)", {(50, "%"), (30, "minute"), (6, "month")}),
    (r"\bquarters?\b", r"\d\.[27]5(?!\d)", {(25, "%"), (75, "%"), (15, "minute"), (3, "month")}),
    (r"\b(?:twice|doubl(?:e|es|ed|ing)|twofold)\b", r"\b(?:2|two)(?:[ -]?fold| times| occasions|x\b)", {(100, "%")}),
    (r"\b(?:thrice|tripl(?:e|es|ed|ing)|threefold)\b", r"\b(?:3|three)(?:[ -]?fold| times|x\b)", {(200, "%")}),
    (r"\b(?:quadrupl(?:e|es|ed|ing)|fourfold)\b", r"\b(?:4|four)(?:[ -]?fold| times|x\b)", {(300, "%")}),
)


@dataclass(frozen=True)
class Amount:
    """A number with what it measures and how exactly; in a range it may also have the unit of the number after it."""

    number: Number
    unit: str | None
    bound: Bound | None
    written: str
    unit_after: str | None = None


@lru_cache(maxsize=20_000)
def amounts(text: str) -> tuple[Amount, ...]:
    """Returns the amounts of a text in order."""
    said, places = plain(text), sorted(placed_numbers(text), key=lambda one: one[:2])
    found: list[Amount] = []
    for i in reversed(range(len(places))):
        start, end, number = places[i]
        unit, behind = _unit(said, start, end)
        amount = Amount(number, unit, _bound(said, start, behind), said[start:behind].strip())
        if unit in _COURSE and _OVER.search(said, max(start - _NEAR, 0), start):
            amount = replace(amount, bound="over")
        if unit is None and found and joins(_without_bound(said[end : places[i + 1][0]])):
            amount = replace(amount, unit_after=found[-1].unit or found[-1].unit_after)
        found.append(amount)
    return tuple(reversed(found))


def other_measure(sentence: str, text: str) -> str | None:
    """Returns the amount of the sentence that the text has with another unit or bound only, or None.

    A number that the text lacks is none of these; a half or a double that it lacks is.
    """
    there = amounts(text)
    also = [{number.value, ranged} for number, ranged in in_ranges(text)]
    units = {amount.unit for amount in there}
    for claimed in amounts(sentence):
        may_be = values(claimed.number, sentence)
        alike = [one for one, of_it in zip(there, also, strict=True) if may_be & of_it]
        if alike and not any(_fits(claimed, one, units) for one in alike):
            return claimed.written
    return next(_missing_shares(sentence, text), None)


def without_units(text: str) -> str:
    """Returns the text without the codes and symbols behind its numbers, which are no names."""
    said = plain(text)
    for start, end, _ in sorted(placed_numbers(text), key=lambda one: one[:2], reverse=True):
        before = _BEFORE.search(said, max(start - _NEAR, 0), start)
        unit, behind = _unit(said, start, end)
        if unit and not before:
            said = said[:end] + said[behind:]
        elif before:
            said = said[: before.start()] + said[start:]
    return said


def _fits(claimed: Amount, there: Amount, units: set[str | None]) -> bool:
    reach = claimed.bound is None and claimed.unit in _REACHES
    return _units_fit(claimed, there, units) and (reach or _bounds_fit(claimed.bound, there.bound))


def _units_fit(claimed: Amount, there: Amount, units: set[str | None]) -> bool:
    """Whether any unit that the one may have is one that the other may have."""
    ours, theirs = ({one.unit, one.unit_after or one.unit} for one in (claimed, there))
    return any(_same_unit(mine, other, units) for mine in ours for other in theirs)


def _same_unit(claimed: str | None, there: str | None, units: set[str | None]) -> bool:
    if claimed and there:
        return claimed == there or claimed == _general(there) or there == _general(claimed)
    if claimed in _ALWAYS_SAID or there in _ALWAYS_SAID:
        return False
    return claimed is None or claimed == "year" or claimed in units


def _general(unit: str) -> str:
    """The unit without what tells it apart from others of its name, as "degree" of "degree c"."""
    return unit.split()[0] if unit.startswith(("degree", "dollar")) else unit


def _bounds_fit(claimed: Bound | None, there: Bound | None) -> bool:
    if claimed in (None, "about", "over"):
        return claimed == "about" or there != "less"
    return (claimed, there) == ("more", "over") or claimed == there or (claimed == "exactly" and there is None)


def _unit(text: str, start: int, end: int) -> tuple[str | None, int]:
    """What the number between the offsets measures, and where that ends."""
    following = text[end : end + 40]
    for pattern, name in ((_POINTS, "points"), (_DEGREE, "degree")):
        match = pattern.match(following)
        if match:
            scale = (match[1] or "")[:1].lower() if name == "degree" else ""
            kind = {"c": " c", "f": " f"}.get(scale, "")
            return name + kind, end + match.end()
    before = _BEFORE.search(text, max(start - _NEAR, 0), start)
    if before:
        sign = before[2] or before[3] or before[4]
        return f"{_UNITS[sign.lower()]} {before[1] or ''}".strip(), end
    dotted = _DOTTED.match(following)
    if dotted:
        return (f"{dotted[1].lower()}m" if dotted[1] else "bc"), end + dotted.end()
    return _named_unit(following, end)


def _named_unit(following: str, end: int) -> tuple[str | None, int]:
    match = _AFTER.match(following)
    unit = _UNITS.get(match[2].lower().replace(" ", "_")) if match else None
    if match is None or unit is None or (match[2].lower() in ("ad", "ce") and not match[2].isupper()):
        return None, end
    if _PER_HOUR.match(following[match.end(2) :]):
        unit = {"mile": "mph"}.get(unit, f"{unit}/h")
    return (f"{match[1].lower()} {unit}" if match[1] else unit), end + match.end()


def _bound(text: str, start: int, behind: int) -> Bound | None:
    before = text[max(start - 30, 0) : start]
    found = next((bound for bound, pattern in _BOUND_BEFORE if pattern.search(before)), None)
    return found or next((bound for bound, pattern in _BOUND_AFTER if pattern.match(text[behind : behind + 40])), None)


def _without_bound(between: str) -> str:
    for _, words in _BOUNDS:
        between = re.sub(rf"(?<!\w)(?:{words})(?!\w)", "", between)
    return between


def _missing_shares(sentence: str, text: str) -> Iterator[str]:
    there = {(amount.number.value, amount.unit) for amount in amounts(text)}
    for share, written, measured in _SHARES:
        claimed = re.search(share, sentence, re.IGNORECASE)
        if claimed and not re.search(f"{share}|{written}", text, re.IGNORECASE) and not measured & there:
            yield claimed[0]
