"""What kind of thing an answer must hold: a date, an amount of money, a number of something, a name. Pure patterns.

A sentence without the thing that was asked for is no answer, however much it sounds like one: "How much did it cost?"
is not answered by a sentence without an amount.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ingest.terms import fold, terms

Kind = Literal[
    "money", "percent", "clock", "count", "weight", "speed", "length", "span", "age", "when", "where", "who", "other"
]

_AUXILIARY = r"(?:did|does|do|was|were|is|are|will|would|has|have|had|can|could|should|might|must)"
# The first pattern that the question matches decides.
_KINDS: tuple[tuple[Kind, str], ...] = (
    (
        "money",
        r"\bhow much (?:money|cash)\b|\bhow expensive\b|\b(?:what|which) (?:price|cost|price tag)\b"
        r"|\bhow much\b.*\b(?:pa(?:y|ys|id)|costs?|spen[dt]s?|worth|priced?|charged?|earn(?:s|ed)?|owe[sd]?|fined?|donated?"
        r"|invest(?:s|ed)?|raised?|sell for|sold for)\b"
        r"|\bwhat(?:['’]s| is| was| were| are| will be)? (?:the )?(?:\w+ ){0,2}(?:price|cost|price tag|salary|budget)\b",
    ),
    ("percent", r"\b(?:percent(?:age)?|per cent|what (?:share|proportion|fraction))\b"),
    ("clock", r"\b(?:what|which) (?:time|hour)\b(?! \w+ (?:do|does)\b)(?! period| frame?d?)"),
    ("count", r"\bhow many\b"),
    ("weight", r"\bhow (?:heavy|much\b.*\bweigh)\b|\bwhat\b.{0,25}\b(?:weight|payload|mass)\b"),
    ("speed", r"\bhow fast\b|\bwhat\b.{0,25}\bspeed\b"),
    (
        "length",
        r"\bhow (?:far|tall|high|deep|wide)\b|\bwhat\b.{0,25}\b(?:range|height|width|depth|distance|altitude)\b",
    ),
    ("span", r"\bhow long\b"),
    ("age", r"\bhow old\b|\b(?:what|which) age\b"),
    ("when", rf"(?:^|[,.;:] ?|\b(?:and|so|exactly|know|remember|tell me|since) )when\b,? {_AUXILIARY}\b"),
    ("when", r"\b(?:what|which) (?:exact )?(?:year|date|day|month|decade|century)\b|\bhow long ago\b"),
    ("where", r"\bwhere\b"),
    ("who", r"^(?:\W*\w+ ){0,3}?who(?:m|se)?\b"),
)
_COUNTED = re.compile(
    r"\bhow many ((?:[\w’'-]+ ){0,4}?[\w’'-]+?)"
    rf"(?=\?|,|$| (?:{_AUXILIARY}|of|in|on|at|to|for|from|by|that|who|which|there|took|gets?|got|came|comes?|[a-z]+ed)\b)",
    re.IGNORECASE,
)

_WORDS_FOR_NUMBERS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundreds? thousands? millions? billions? trillions? "
    "dozens? half twice double both several few many single no none zero couple pair"
).split()
_SCALE = r"(?:thousand|million|billion|trillion|m|bn|k)"
_CURRENCY = r"(?:dollar|euro|pound|yuan|yen|rupee|dinar|franc|rou?ble|lira|crown|usd|eur|gbp|rmb|cent|pence)"
_MONEY = rf"[$€£¥₹]\s?\d|\d\s?{_SCALE}?\s?{_CURRENCY}s?\b|\b(?:dollars|euros|cents|free of charge|for free)\b"
_PERCENT = rf"(?:\d|\b(?:{'|'.join(_WORDS_FOR_NUMBERS)}))[ -]?(?:%|per ?cent)|\b(?:half|third|quarter|fifth|tenth|majority)\b|\b(?:one|two|three|\d+) (?:in|out of) (?:every )?(?:two|three|four|five|six|ten|\d+)\b"
_CLOCK = (
    r"\b\d{1,2}[:.]\d{2}\b|\b\d{1,2} ?(?:a\.?m\b|p\.?m\b|o[’']clock)"
    r"|\b(?:noon|midnight|midday|dawn|dusk|sunrise|sunset|morning|afternoon|evening|night)\b"
)
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_DATE = (
    r"\b1\d{3}s?\b|\b20\d\ds?\b|\b(?:in|by|from|until|since|around|circa|about|between|and|ad|a\.d\.) \d{3}\b"
    r"|\b\d{1,4} ?(?:bc|ad|bce|ce)\b|\b[\w-]+ (?:century|centuries|decade|year|month|week|day|night)s?\b"
    rf"|\b(?:{_MONTHS})\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b"
    r"|\b(?:today|yesterday|tomorrow|tonight|weekend|spring|summer|autumn|winter|christmas|easter|era|period)\b"
    r"|\b(?:ago|after|before|until|during|following|upon)\b"
)
_SPAN = (
    r"(?:\d|\b(?:a|an|one|" + "|".join(_WORDS_FOR_NUMBERS) + r"))[ -](?:\w+[ -])?"
    r"(?:second|minute|hour|day|night|week|month|year|decade|centur|generation|kilomet|met|mile|feet|foot|yard|inch|km|page|word)"
    r"|\b(?:since|until|from) (?:\w+ )?\d{3,4}\b|\b(?:decades|centuries|years|months|weeks|days|hours)\b|\bpermanent|\bindefinite"
)
# A figure that counts something: no part of a name such as HQ-22, no ordinal.
_FREE_NUMBER = re.compile(
    rf"(?<![\w-])(?<!\w[.,])\d+(?:[.,]\d+)*{_SCALE}?(?=[+%]?(?![\w-]|[.,]\d))|(?<![\w-])\d+(?=-[a-z])"
    rf"|\b(?:{'|'.join(_WORDS_FOR_NUMBERS)})\b",
    re.IGNORECASE,
)
_ONE = re.compile(r"\bone\b", re.IGNORECASE)
_YEAR_BEFORE = re.compile(
    rf"(?:\b(?:in|since|by|from|until|during|year|of|late|early|mid)|(?:{_MONTHS})(?: \d\d?,)?|\d/) $", re.IGNORECASE
)
_YEAR = re.compile(r"(?:1[0-9]|20)\d\d")
_SEGMENT = re.compile(r"[,;:()—–]")
_CAPITALISED = re.compile(r"\b[A-Z][\w’'-]*[a-z][\w’'-]*|\b[A-Z]{2,}\b")
_WHEN = re.compile(_DATE, re.IGNORECASE)
_PERSON = re.compile(
    r"\b(?:people|person|man|men|woman|women|public|member|citizen|experts?|officials?|leaders?|president)s?\b"
)
_PATTERNS: Mapping[Kind, re.Pattern[str]] = {
    kind: re.compile(pattern, re.IGNORECASE)
    for kind, pattern in {
        "money": _MONEY,
        "percent": _PERCENT,
        "clock": _CLOCK + r"|\b1\d{3}\b|\b20\d\d\b",
        "weight": r"\d[ -]?(?:\w+[ -])?(?:kg|kilo|ton|pound|lb|gram|ounce|oz\b|g\b|t\b)",
        "speed": r"\d[ -]?(?:\w+[ -])?(?:km/?h|mph|kph|knot|m/s|kilomet|miles? (?:per|an)|met)|\bmach\b|speed of light",
        "length": r"\d[ -]?(?:\w+[ -])?(?:km|kilomet|met|mile|feet|foot|ft\b|yard|inch|cm\b|mm\b|m\b|stor(?:e?y|ies)|floor)",
        "span": _SPAN,
        "age": r"\d|\byears? old\b|\baged\b|\bcentur|\b(?:" + "|".join(_WORDS_FOR_NUMBERS) + r")\b",
    }.items()
}


@dataclass(frozen=True)
class Demand:
    """What a question demands: the kind of thing, the terms of what is counted, and the question's own terms."""

    kind: Kind
    counted: frozenset[str]
    asked: frozenset[str]


def demand_of(question: str) -> Demand:
    """Reads off a question what kind of thing its answer must hold."""
    kind: Kind = next((kind for kind, pattern in _KINDS if re.search(pattern, question, re.IGNORECASE)), "other")
    counted = _COUNTED.search(question)
    head = terms(counted[1])[-1:] if counted else []
    return Demand(kind, frozenset(head), frozenset(terms(question)))


def meets(demand: Demand, text: str) -> bool:
    """Tells whether the text holds a thing of the kind that is demanded, beyond what the question itself said."""
    if demand.kind in _PATTERNS:
        return bool(_PATTERNS[demand.kind].search(text))
    if demand.kind == "count":
        return _counts(demand, text)
    if demand.kind == "when":
        return any(not demand.asked.issuperset(terms(found[0])) for found in _WHEN.finditer(text))
    if demand.kind == "who":
        return any(demand.asked.isdisjoint(terms(name)) for name in _CAPITALISED.findall(text[1:])) or bool(
            _PERSON.search(text)
        )
    return True


def _counts(demand: Demand, text: str) -> bool:
    """A figure must stand with what is counted; where that is called something else, any figure will do."""
    if demand.counted.isdisjoint(terms(text)):
        return bool(_new_numbers(demand, text))
    parts = [part for part in _SEGMENT.split(text) if not demand.counted.isdisjoint(terms(part))]
    return any(_new_numbers(demand, part) or _ONE.search(part) for part in parts)


def _new_numbers(demand: Demand, text: str) -> list[str]:
    """Figures in the text that the question did not name and that are no years."""
    return [
        found[0]
        for found in _FREE_NUMBER.finditer(text)
        if fold(found[0]) not in demand.asked
        and not (_YEAR.fullmatch(found[0]) and _YEAR_BEFORE.search(text[: found.start()]))
    ]
