"""Whether a text holds the kind of thing that a question asks for. Pure patterns of dates, amounts, figures, names.

A sentence without the thing that was asked for is no answer, however much it sounds like one: "How much did it cost?"
is not answered by a sentence without an amount.
"""

import re
from collections.abc import Mapping

from bot.question.answer_type import AnswerType, Kind
from bot.question.days import MONTHS, days_in
from ingest.terms import STOP_WORDS, fold, terms

_WORDS_FOR_NUMBERS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundreds? thousands? millions? billions? "
    "trillions? dozens? half twice double both several few many single no none zero couple pair"
).split()
_SCALE = r"(?:thousand|million|billion|trillion|m|bn|k)"
_CURRENCY = (
    r"(?:dollar|euro|pound|yuan|yen|rupee|dinar|franc|rou?ble|lira|crown|usd|eur|gbp|rmb|cent|pence|penny|kron(?:e|er|or|a)"
    r"|peso|rand|real|won|zloty|forint|koruna|shekel|dirham|riyal|baht|shilling|th?aler|guilder|mark|chf|sek|nok|dkk)"
)
_MONEY = rf"[$€£¥₹]\s?\d|\d\s?{_SCALE}?\s?{_CURRENCY}s?\b|\b(?:dollars|euros|cents|free of charge|for free)\b"
_PERCENT = (
    rf"(?:\d|\b(?:{'|'.join(_WORDS_FOR_NUMBERS)}))[ -]?(?:%|per ?cent)|\b(?:half|third|quarter|fifth|tenth|majority)\b"
    r"|\b(?:one|two|three|\d+) (?:in|out of) (?:every )?(?:two|three|four|five|six|ten|\d+)\b"
)
_HOURS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_CLOCK = (
    r"\b(?:\d{1,2}(?:[:.]\d{2}\b| ?(?:a\.?m\b|p\.?m\b|o[’']clock)| ?[–-] ?\d{1,2}\b)"
    r"|(?:noon|midnight|midday|dawn|dusk|sunrise|sunset|morning|afternoon|evening|night)\b"
    r"|(?:at|from|by|until|till|to|before|after) (?:about |half past |a quarter (?:to|past) "
    rf"|(?:{_HOURS}) (?:to|past) )?(?:{_HOURS}|\d{{1,2}})\b(?! (?:per|percent|of)))"
)
_MONTHS = "|".join(MONTHS)
_DATE = (
    r"(?<![#/\w-])1\d{3}s?\b|(?<![#\w])20\d\ds?\b"
    r"|\b(?:(?:in|by|from|until|since|around|circa|about|between|and|ad|a\.d\.) \d{3}|\d{1,4} ?(?:bc|ad|bce|ce))\b"
    r"|(?<![\w-])[\w-]+ (?:century|centuries|decade|year|month|week|day|night)s?\b"
    rf"|\b(?:{_MONTHS}|(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
    r"|today|yesterday|tomorrow|tonight|weekend|spring|summer|autumn|winter|christmas|easter|era|period"
    r"|ago|after|before|until|during|following|upon|when|whenever|as soon as)\b"
)
_SPAN = (
    r"(?:\d|\b(?:a|an|one|" + "|".join(_WORDS_FOR_NUMBERS) + r"))[ -](?:\w+[ -])?"
    r"(?:second|minute|hour|day|night|week|month|year|decade|centur|generation"
    r"|kilomet|met|mile|feet|foot|yard|inch|km|page|word)"
    r"|\b(?:since|until|from) (?:\w+ )?\d{3,4}\b|\b(?:decades|centuries|years|months|weeks|days|hours)\b"
    r"|\bpermanent|\bindefinite"
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
_PHRASE = re.compile(r"[,;:()—–]| (?:and|or|on|of|to|for|with|by|in|at|from|that|which|who|is|are|was|were) ")
_CAPITALISED = re.compile(r"(?<![\w-])[A-Z][\w’'-]*[\w]")
_PLACE = re.compile(
    r"\b(?:[Ii]n|[Aa]t|[Nn]ear|to|from|over|across|into|off|outside|around|through|between|of|on|and|onto|toward|towards)"
    r" (?:(?:the|a|an|its|their) )?(?:[\w-]+ ){0,2}?([A-Z][\w’-]+)"
)
_WHEN = re.compile(f"{_DATE}|{_CLOCK}", re.IGNORECASE)
_PERSON = re.compile(
    r"\b(?:people|persons?|m[ae]n|wom[ae]n|public|members?|citizens?|experts?|officials?|leaders?|president)\b"
)
# How many words may stand between a name and what it is the name of: "HQ-22 surface-to-air missile systems".
_REACH = 5
_KIN_LETTERS = 4
_WORDED: Mapping[Kind, str] = {
    "money": _MONEY,
    "percent": _PERCENT,
    "clock": _CLOCK + r"|\b1\d{3}\b|\b20\d\d\b",
    "weight": r"\d(?!\d)[ -]?(?:\w{1,30}[ -])?(?:kg|kilo|ton|pound|lb|gram|ounce|oz\b|g\b|t\b)",
    "speed": (
        r"\d(?!\d)[ -]?(?:\w{1,30}[ -])?(?:km/?h|mph|kph|knot|m/s|kilomet|miles? (?:per|an)|met)"
        r"|[kmg]bps|\w per (?:second|minute|hour)|\bmach\b|speed of light"
    ),
    "length": (
        r"(?:\d(?!\d)|\b(?:half a|a|one|two|three|several|few|hundreds of|thousands of))[ -]?(?:\w{1,30}[ -])?"
        r"(?:km|kilomet|met(?:er|re)|mile|feet|foot|ft\b|yard|inch|cm\b|mm\b|m\b|stor(?:e?y|ies)|floor)"
    ),
    "span": _SPAN,
    "often": (
        r"\b(?:once|twice|thrice|daily|hourly|weekly|monthly|quarterly|yearly|annual(?:ly)?|always|never|at once)\b"
        r"|\btimes\b|\b(?:every|each) (?:\w+ ){0,2}(?:second|minute|hour|day|night|week|month|quarter|year|time)s?\b"
        r"|\b(?:a|per) (?:minute|hour|day|week|month|year)\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)days\b"
    ),
    "age": r"\d|\byears? old\b|\baged\b|\bcentur|\b(?:" + "|".join(_WORDS_FOR_NUMBERS) + r")\b",
}
_PATTERNS = {kind: re.compile(worded, re.IGNORECASE) for kind, worded in _WORDED.items()}


def fitness(answer_type: AnswerType, text: str) -> float:
    """Returns how far the text holds a thing of the kind that is demanded, beyond what the question itself said.

    0 if it does not, 1 if it does. Where a name is asked for, as in "which drones", half if it names nothing so. What
    speaks of other days of the week than the question does not hold it.
    """
    if answer_type.days:
        said = days_in(text)
        if said and not answer_type.days <= said:
            return 0.0
    if answer_type.kind == "named":
        return 1.0 if _names_one(answer_type, text) else 0.5
    return float(_holds(answer_type, text))


def _holds(answer_type: AnswerType, text: str) -> bool:
    if answer_type.kind in _PATTERNS:
        return bool(_PATTERNS[answer_type.kind].search(text))
    if answer_type.kind == "count":
        return _counts(answer_type, text)
    if answer_type.kind == "when":
        asked = answer_type.asked - {"when"}
        return any(not asked.issuperset(terms(found[0])) for found in _WHEN.finditer(text))
    if answer_type.kind == "where":
        return any(answer_type.asked.isdisjoint(terms(name)) for name in _PLACE.findall(text))
    if answer_type.kind == "who":
        return bool(_new_names(answer_type, text[1:]) or _PERSON.search(text))
    return True


def _names_one(answer_type: AnswerType, text: str) -> bool:
    """A new name must stand shortly before the noun that is asked for, with no break between."""
    for part in _PHRASE.split(text):
        words = part.split()
        for i, word in enumerate(words):
            if answer_type.head in terms(word) and _new_names(answer_type, " ".join(words[max(i - _REACH, 0) : i])):
                return True
    return False


def _new_names(answer_type: AnswerType, text: str) -> list[str]:
    """Capitalised words that the question did not say, nor a kin of theirs: "Chinese" is nothing new beside "China"."""
    asked = {term[:_KIN_LETTERS] for term in answer_type.asked}
    names = (name for name in _CAPITALISED.findall(text) if fold(name) not in STOP_WORDS)
    return [name for name in names if asked.isdisjoint(term[:_KIN_LETTERS] for term in terms(name))]


def _counts(answer_type: AnswerType, text: str) -> bool:
    """A figure must stand with what is counted; where that is called something else, any figure will do."""
    if answer_type.head not in terms(text):
        return bool(_new_numbers(answer_type, text))
    parts = [part for part in _SEGMENT.split(text) if answer_type.head in terms(part)]
    return any(_new_numbers(answer_type, part) or _ONE.search(part) for part in parts)


def _new_numbers(answer_type: AnswerType, text: str) -> list[str]:
    """Figures in the text that the question did not name and that are no years."""
    return [
        found[0]
        for found in _FREE_NUMBER.finditer(text)
        if fold(found[0]) not in answer_type.asked
        and not (_YEAR.fullmatch(found[0]) and _YEAR_BEFORE.search(text[: found.start()]))
    ]
