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
    "money", "percent", "clock", "count", "weight", "speed", "length", "span", "age", "when", "who", "named", "other"
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
    ("who", r"^(?:\W*\w+ ){0,3}?who(?:m|se)?\b"),
    ("named", r"\b(?:which|what|name|list)\b"),
)
# The noun that is asked for, "drones" in "how many combat drones did", ends where the question goes on.
_NOUN_ENDS = rf"(?=[?,]|$| (?:{_AUXILIARY}|of|in|on|at|to|for|from|by|that|who|which|there|took|gets?|got|came|comes?|[a-z]+ed)\b)"
_HEAD: Mapping[Kind, re.Pattern[str]] = {
    "count": re.compile(rf"\bhow many ((?:[\w’'-]+ ){{0,4}}?[\w’'-]+?){_NOUN_ENDS}", re.IGNORECASE),
    "named": re.compile(
        rf"\b(?:which|what|(?:name|list)(?: all)?(?: the)?) (?!{_AUXILIARY}\b)((?:[\w’'-]+ ){{0,5}}?[\w’'-]+?){_NOUN_ENDS}",
        re.IGNORECASE,
    ),
}
# Kinds whose thing can be recognised so surely that a sentence without it is no answer.
STRICT: frozenset[Kind] = frozenset(
    {"money", "percent", "clock", "count", "weight", "speed", "length", "span", "age", "when"}
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
_CAPITALISED = re.compile(r"(?<![\w-])[A-Z][\w’'-]*[\w]")
_WHEN = re.compile(_DATE, re.IGNORECASE)
_PERSON = re.compile(
    r"\b(?:people|persons?|m[ae]n|wom[ae]n|public|members?|citizens?|experts?|officials?|leaders?|president)\b"
)
# How many words may stand between a name and what it is the name of: "HQ-22 surface-to-air missile systems".
_REACH = 5
_PATTERNS: Mapping[Kind, str] = {
    "money": _MONEY,
    "percent": _PERCENT,
    "clock": _CLOCK + r"|\b1\d{3}\b|\b20\d\d\b",
    "weight": r"\d[ -]?(?:\w+[ -])?(?:kg|kilo|ton|pound|lb|gram|ounce|oz\b|g\b|t\b)",
    "speed": (
        r"\d[ -]?(?:\w+[ -])?(?:km/?h|mph|kph|knot|m/s|kilomet|miles? (?:per|an)|met)"
        r"|[kmg]bps|\w+ per (?:second|minute|hour)|\bmach\b|speed of light"
    ),
    "length": (
        r"(?:\d|\b(?:half a|a|one|two|three|several|few|hundreds of|thousands of))[ -]?(?:\w+[ -])?"
        r"(?:km|kilomet|met(?:er|re)|mile|feet|foot|ft\b|yard|inch|cm\b|mm\b|m\b|stor(?:e?y|ies)|floor)"
    ),
    "span": _SPAN,
    "age": r"\d|\byears? old\b|\baged\b|\bcentur|\b(?:" + "|".join(_WORDS_FOR_NUMBERS) + r")\b",
}


@dataclass(frozen=True)
class Demand:
    """What a question demands: the kind of thing, the term of the noun that is asked for, the question's own terms.

    `head` is None where no noun is asked for; it is the last word of "which Chinese drones", "how many cargo planes".
    """

    kind: Kind
    head: str | None
    asked: frozenset[str]


def demand_of(question: str) -> Demand:
    """Reads off a question what kind of thing its answer must hold."""
    kind: Kind = next((kind for kind, pattern in _KINDS if re.search(pattern, question, re.IGNORECASE)), "other")
    found = _HEAD[kind].search(question) if kind in _HEAD else None
    head = terms(found[1])[-1:] if found else []
    return Demand(kind if kind != "named" or head else "other", head[0] if head else None, frozenset(terms(question)))


def fitness(demand: Demand, text: str) -> float:
    """Returns how far the text holds a thing of the kind that is demanded, beyond what the question itself said.

    0 if it does not, 1 if it does. Where a name is asked for, as in "which drones", half if it names nothing so.
    """
    if demand.kind == "named":
        return 1.0 if _names_one(demand, text) else 0.5
    return float(_holds(demand, text))


def _holds(demand: Demand, text: str) -> bool:
    if demand.kind in _PATTERNS:
        return bool(re.search(_PATTERNS[demand.kind], text, re.IGNORECASE))
    if demand.kind == "count":
        return _counts(demand, text)
    if demand.kind == "when":
        return any(not demand.asked.issuperset(terms(found[0])) for found in _WHEN.finditer(text))
    if demand.kind == "who":
        return bool(_new_names(demand, text[1:]) or _PERSON.search(text))
    return True


def _names_one(demand: Demand, text: str) -> bool:
    """A new name must stand shortly before the noun that is asked for, with no break between."""
    for part in _SEGMENT.split(text):
        words = part.split()
        for i, word in enumerate(words):
            if demand.head in terms(word) and _new_names(demand, " ".join(words[max(i - _REACH, 0) : i])):
                return True
    return False


def _new_names(demand: Demand, text: str) -> list[str]:
    return [name for name in _CAPITALISED.findall(text) if demand.asked.isdisjoint(terms(name))]


def _counts(demand: Demand, text: str) -> bool:
    """A figure must stand with what is counted; where that is called something else, any figure will do."""
    if demand.head not in terms(text):
        return bool(_new_numbers(demand, text))
    parts = [part for part in _SEGMENT.split(text) if demand.head in terms(part)]
    return any(_new_numbers(demand, part) or _ONE.search(part) for part in parts)


def _new_numbers(demand: Demand, text: str) -> list[str]:
    """Figures in the text that the question did not name and that are no years."""
    return [
        found[0]
        for found in _FREE_NUMBER.finditer(text)
        if fold(found[0]) not in demand.asked
        and not (_YEAR.fullmatch(found[0]) and _YEAR_BEFORE.search(text[: found.start()]))
    ]
