"""The answer type of a question: a date, an amount of money, steps, a yes or no, a definition. Pure patterns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from bot.question.days import days_in
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
    "often",
    "age",
    "when",
    "where",
    "who",
    "command",
    "steps",
    "why",
    "define",
    "about",
    "yesno",
    "named",
    "other",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

DENIES = re.compile(r"\b(?:not|no|never|none|without|cannot|except|nor|neither)\b|n['’]t\b", re.IGNORECASE)
AUXILIARY = r"(?:did|does|do|was|were|is|are|will|would|has|have|had|can|could|should|might|must)"
_PLACES = r"(?:place|base|city|town|village|country|airport|port|region|state|street|hotel|building|district|island)"
# The first pattern that the question matches decides.
_WORDED: tuple[tuple[Kind, str], ...] = (
    (
        "money",
        r"\bhow much (?:money|cash)\b|\bhow much (?:is|are|was|were) (?:it|that|they|these|those)\b"
        r"|\bwhat (?:do|does|did|will|would) .{1,80}? costs?\b"
        r"|\bhow expensive\b|\b(?:what|which) (?:price|cost|price tag)\b"
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
    ("often", r"\bhow (?:often|frequently|regularly)\b"),
    ("age", r"\bhow old\b|\b(?:what|which) age\b"),
    ("when", rf"(?:^|[,.;:] ?|\b(?:and|so|exactly|know|remember|tell me|since) )when\b,? {AUXILIARY}\b"),
    ("when", r"\b(?:since|until|till|by|from) when\b|^(?:and |but |so )?when\W*$|\bhow (?:early|soon|late)\b"),
    ("when", r"\b(?:what|which) (?:exact )?(?:year|date|day|month|decade|century)\b|\bhow long ago\b"),
    ("where", rf"\bwhere\b|\b(?:at|in|near|to|from) which (?:\w+ )?{_PLACES}\b"),
    ("who", r"^(?:\W*\w+ ){0,3}?who(?:m|se)?\b"),
    (
        "command",
        r"\b(?:what|which)(?:['’]s| is| are)? (?:the )?(?:\w+ )?"
        r"(?:command|flag|option|switch|query|snippet|parameter)s?\b"
        r"|\b(?:command|snippet|code|one-?liner) (?:to|for|that)\b",
    ),
    (
        "steps",
        r"\bhow (?:do|can|could|should|would|must|might|to)\b(?! (?:it|they|this) (?:work|differ))"
        r"|\bhow (?:is|are|was|were) .{2,60}? \w{2,}(?:ed|en|ne|id|de|pt|ht|un|et|ut)\b"
        r"|\b(?:steps|procedure|process|instructions|guide|way|show me)\b.{0,30}\b(?:to|for|of|how)\b"
        r"|\b(?:walk|talk|take|guide|lead) (?:me|us) through\b|\bwhat (?:do|should|must|can|shall) (?:i|we) do\b",
    ),
    (
        "why",
        r"\bwhy\b|\bhow come\b|\bwhat(?:['’]s| is| was| are)? (?:the )?(?:reasons?|causes?|caused|purpose|point)\b",
    ),
    (
        "about",
        r"\b(?:tell|teach) me (?:more |something )?about\b|\banything (?:on|about)\b|\b(?:said|known|written) about\b"
        r"|\b(?:say|says|know|info|information|details?|news|articles?|docs?|documentation) (?:on|about)\b|^about \w",
    ),
    (
        "define",
        r"^(?:so |and )?what(?:['’]s| is| are) (?:an? |the )?[\w’'./-]+(?: [\w’'./-]+){0,2}\W*$"
        r"|\bwhat does? .{1,60} (?:mean|stand for)\b|\b(?:define|definition of|meaning of)\b",
    ),
    ("yesno", rf"(?:^|[,;:.—–-] (?:and |so |but )?){AUXILIARY}(?:n['’]?t)? \w"),
    ("named", r"\b(?:which|what|name|list)\b"),
)
# "What is step 3 of …", "what does clause 2.2 say".
_NUMBERED = re.compile(
    r"\b(?:step|clause|section|article|item|point|rule|paragraph|phase|stage|part|chapter|§) ?(?:no\.? ?|number |#)?"
    r"(\d{1,3}(?:\.\d{1,3}){0,3}|[ivx]{1,4}\b|[a-h]\b)",
    re.IGNORECASE,
)
# A few words without a verb: what is wanted is whatever there is to say.
_BARE = re.compile(
    rf"\W*(?!(?:how|why|when|where|who|what|which|whose|{AUXILIARY})\b)(?:the |our |an? )?"
    r"[\w’'./+#-]+(?: [\w’'./+#-]+){0,3}\W*",
    re.IGNORECASE,
)
_KINDS = tuple((kind, re.compile(worded, re.IGNORECASE)) for kind, worded in _WORDED)
# The noun that is asked for, "drones" in "how many combat drones did", ends where the question goes on.
_NOUN_ENDS = (
    rf"(?=[?,]|$| (?:{AUXILIARY}|of|in|on|at|to|for|from|by|that|who|which|there|took|gets?|got|came|comes?"
    r"|[a-z]+ed)\b)"
)
_HEAD: Mapping[Kind, re.Pattern[str]] = {
    "count": re.compile(rf"\bhow many ((?:[\w’'-]+ ){{0,4}}?[\w’'-]+?){_NOUN_ENDS}", re.IGNORECASE),
    "named": re.compile(
        rf"\b(?:what (?:are|were) (?:all )?(?:the |our |your )?((?:[\w’'-]+ ){{0,3}}?[\w’'-]+?){_NOUN_ENDS})"
        rf"|\b(?:which|what|(?:name|list)(?: all)?(?: the)?) (?!{AUXILIARY}\b)"
        rf"(?:(?:model|brand|version|make|name)s? of (?:the )?)?((?:[\w’'-]+ ){{0,5}}?[\w’'-]+?){_NOUN_ENDS}",
        re.IGNORECASE,
    ),
}
_THEN_A_VERB = re.compile(rf" ?{AUXILIARY}\b", re.IGNORECASE)
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
# Whether a sentence holds such a thing can be seen of it, although one without may answer.
_SEEN: frozenset[Kind] = frozenset({"why", "who", "often"})


# Words that only say what kind of thing is asked for: a table holds it without them.
_SAYS_KIND: Mapping[Kind, frozenset[str]] = {
    "money": frozenset(terms("cost price pay expensive money cash")),
    "weight": frozenset(terms("weigh weight heavy")),
    "when": frozenset(terms("date day run open close operate")),
    "clock": frozenset(terms("time hour")),
}


@dataclass(frozen=True)
class AnswerType:
    """What answers a question: the kind of thing, the term of the noun that is asked for, the question's own terms.

    `head` is None where no noun is asked for; it is the last word of "which Chinese drones", "how many cargo planes".
    `strict` tells whether a sentence without the thing is surely no answer, `several` whether more than one is wanted.
    `days` are the days of the week that the question names, Monday as 0; `numbered` is the number of the step, clause
    or section that it asks for, None if it asks for none; `said` are its terms that only say the kind.
    """

    kind: Kind
    head: str | None
    asked: frozenset[str]
    strict: bool
    several: bool
    days: frozenset[int] = frozenset()
    numbered: str | None = None
    said: frozenset[str] = frozenset()

    @property
    def is_typed(self) -> bool:
        """Tells whether it can be seen of a sentence whether it holds such a thing."""
        return self.strict or self.kind in _SEEN


def answer_type_of(question: str) -> AnswerType:
    """Reads off a question what kind of thing its answer must hold."""
    kind: Kind = next((kind for kind, pattern in _KINDS if pattern.search(question)), "other")
    if kind == "other" and _BARE.fullmatch(question):
        kind = "about"
    found = _HEAD[kind].search(question) if kind in _HEAD else None
    noun = next(filter(None, found.groups()), "") if found else ""
    if found and not _THEN_A_VERB.match(question, found.end()):
        noun = _subject(noun)
    head = terms(_noun(noun))[-1:] if noun else []
    kind = kind if kind != "named" or head else "other"
    strict = kind in _STRICT or (kind == "named" and bool(_BY_NAME.search(question)))
    several = bool(noun and _PLURAL.search(_noun(noun)))
    place = _NUMBERED.search(question)
    return AnswerType(
        kind,
        head[0] if head else None,
        frozenset(terms(question)),
        strict,
        several,
        days_in(question),
        place[1].rstrip(".") if place else None,
        frozenset(terms(question)) & _SAYS_KIND.get(kind, frozenset()),
    )


def _subject(phrase: str) -> str:
    """What the verb is said of, where nothing but a bare verb can follow it: "lamps" of "lamps burn"."""
    words = phrase.split()
    ends = (i for i, word in enumerate(words[:-1]) if _PLURAL.search(word) and not _PLURAL.search(words[i + 1]))
    return " ".join(words[: next(ends, len(words)) + 1])


def _noun(phrase: str) -> str:
    """The noun phrase without the name that follows it: "missiles" in "list the missiles China has provided"."""
    words = phrase.split()
    while len(words) > 1 and words[-1][0].isupper() and not words[-2][0].isupper():
        words.pop()
    return " ".join(words)
