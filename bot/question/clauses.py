"""A message may ask several things at once: its questions, one by one. Pure patterns; knows no articles."""

import re

from bot.question.answer_type import AUXILIARY
from bot.question.followup import DEGREES
from ingest.terms import question_terms

_WORDED = r"(?:(?:for|in|on|at|to|by|with|from|since|until|through|under) )?(?:who|whom|what|when|where|why|how|which|whose)"
# After a mere "and" a verb begins a question only with its subject: "and is it …", not "which is up and does not …".
_SUBJECT = r"(?:I|we|you|he|she|it|they|there|this|that|these|those|the|an?|my|our|your|any|every)"
_NEXT = re.compile(
    rf"\?+ +(?:(?:and|also|but|so|if so),? )?(?={_WORDED}\b|{AUXILIARY} \w)"
    rf"|[,;] *(?:and|also|but) (?={_WORDED}\b|{AUXILIARY} \w)| and (?={_WORDED}\b|{AUXILIARY} {_SUBJECT}\b)",
    re.IGNORECASE,
)
_ASKS = re.compile(rf"\b{_WORDED}\b|(?:^|[,:;.!?] ?){AUXILIARY} \w", re.IGNORECASE)


def clauses(text: str) -> tuple[str, ...]:
    """Returns the questions of a message in their order; the message alone where it asks one thing.

    "Where and when were they held?" asks one thing: a question without a word of its own begins none.
    """
    found: list[str] = []
    begin = 0
    for border in _NEXT.finditer(text):
        said = text[begin : border.start()]
        if _ASKS.search(said) and not DEGREES.issuperset(question_terms(said)):
            found.append(said.strip())
            begin = border.end()
    return (*found, text[begin:].strip()) if found else (text,)
