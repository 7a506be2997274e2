"""What kind of thing a question asks for: a date, an amount of money, a number of something, a name. Pure patterns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ingest.terms import terms

Kind = Literal[
    "money",
    "percent",
    "clock",
    "count",
    "weight",
    "speed",
    "length",
    "span",
    "age",
    "when",
    "where",
    "who",
    "named",
    "other",
]

_AUXILIARY = r"(?:did|does|do|was|were|is|are|will|would|has|have|had|can|could|should|might|must)"
_PLACES = r"(?:place|base|city|town|village|country|airport|port|region|state|street|hotel|building|district|island)"
# The first pattern that the question matches decides.
_WORDED: tuple[tuple[Kind, str], ...] = (
    (
        "money",
        r"\bhow much (?:money|cash)\b|\bhow expensive\b|\b(?:what|which) (?:price|cost|price tag)\b"
        r"|\bhow much\b.*\b(?:pa(?:y|ys|id)|costs?|spen[dt]s?|worth|priced?|charged?|earn(?:s|ed)?|owe[sd]?|fined?"
        r"|donated?|invest(?:s|ed)?|raised?|sell for|sold for)\b"
        r"|\bwhat(?:['’]s| is| was| were| are| will be)? (?:the )?(?:\w+ ){0,2}(?:price|cost|salary|budget)\b",
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
    ("where", rf"\bwhere\b|\b(?:at|in|near|to|from) which (?:\w+ )?{_PLACES}\b"),
    ("who", r"^(?:\W*\w+ ){0,3}?who(?:m|se)?\b"),
    ("named", r"\b(?:which|what|name|list)\b"),
)
_KINDS = tuple((kind, re.compile(worded, re.IGNORECASE)) for kind, worded in _WORDED)
# The noun that is asked for, "drones" in "how many combat drones did", ends where the question goes on.
_NOUN_ENDS = (
    rf"(?=[?,]|$| (?:{_AUXILIARY}|of|in|on|at|to|for|from|by|that|who|which|there|took|gets?|got|came|comes?"
    r"|[a-z]+ed)\b)"
)
_HEAD: Mapping[Kind, re.Pattern[str]] = {
    "count": re.compile(rf"\bhow many ((?:[\w’'-]+ ){{0,4}}?[\w’'-]+?){_NOUN_ENDS}", re.IGNORECASE),
    "named": re.compile(
        rf"\b(?:which|what|(?:name|list)(?: all)?(?: the)?) (?!{_AUXILIARY}\b)"
        rf"(?:(?:model|brand|version|make|name)s? of (?:the )?)?((?:[\w’'-]+ ){{0,5}}?[\w’'-]+?){_NOUN_ENDS}",
        re.IGNORECASE,
    ),
}
_PLURAL = re.compile(r"(?:people|[^\Wsui]s|ies)$", re.IGNORECASE)
_BY_NAME = re.compile(
    r"^(?:please )?name \w|\b(?:need|give me|want|by) (?:a |the |their |his |her )?names?\b"
    r"|\b(?:which|what) (?:model|brand|version|make) of\b",
    re.IGNORECASE,
)
# Kinds whose thing can be recognised so surely that a sentence without it is no answer.
_STRICT: frozenset[Kind] = frozenset(
    {"money", "percent", "clock", "count", "weight", "speed", "length", "span", "age", "when"}
)


@dataclass(frozen=True)
class Demand:
    """What a question demands: the kind of thing, the term of the noun that is asked for, the question's own terms.

    `head` is None where no noun is asked for; it is the last word of "which Chinese drones", "how many cargo planes".
    `strict` tells whether a sentence without the thing is surely no answer, `several` whether more than one is wanted.
    """

    kind: Kind
    head: str | None
    asked: frozenset[str]
    strict: bool
    several: bool


def demand_of(question: str) -> Demand:
    """Reads off a question what kind of thing its answer must hold."""
    kind: Kind = next((kind for kind, pattern in _KINDS if pattern.search(question)), "other")
    found = _HEAD[kind].search(question) if kind in _HEAD else None
    head = terms(_noun(found[1]))[-1:] if found else []
    kind = kind if kind != "named" or head else "other"
    strict = kind in _STRICT or (kind == "named" and bool(_BY_NAME.search(question)))
    several = bool(found and _PLURAL.search(_noun(found[1])))
    return Demand(kind, head[0] if head else None, frozenset(terms(question)), strict, several)


def _noun(phrase: str) -> str:
    """The noun phrase without the name that follows it: "missiles" in "list the missiles China has provided"."""
    words = phrase.split()
    while len(words) > 1 and words[-1][0].isupper() and not words[-2][0].isupper():
        words.pop()
    return " ".join(words)
