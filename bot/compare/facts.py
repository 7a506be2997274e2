"""Whether the facts of a sentence stand in what it cites: dates, figures with their units, names.

Each rule is a name and a function, and what it finds is a value. Whether the sentence follows from the quotes is no
question for rules: that is judged by reading (`bot.model.judge`).
"""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.compare.arithmetic import follows
from bot.compare.dates import other_date, without_dates
from bot.compare.figures import missing_numbers, vague_figure
from bot.compare.measures import amounts, other_measure, without_units
from bot.compare.propernames import missing_names


@dataclass(frozen=True)
class Evidence:
    """What a sentence may take its facts from.

    `titles` are those of the cited articles and the headings that the quotes stand under; `published` the days of the
    articles; `asked` a text whose names are no new facts, for the question and a cited article both hold them; `known`
    are words, folded, that are names wherever they stand.
    """

    quotes: tuple[str, ...]
    titles: tuple[str, ...] = ()
    published: tuple[datetime.date, ...] = ()
    asked: str = ""
    known: frozenset[str] = frozenset()

    @property
    def text(self) -> str:
        """The quotes as one text."""
        return " ".join(self.quotes)


@dataclass(frozen=True)
class Fault:
    """A fact of a sentence that its evidence lacks: the rule that found it, and the words."""

    rule: str
    what: str


def find_fault(sentence: str, evidence: Evidence) -> Fault | None:
    """Returns the first fact of the sentence that the evidence does not hold, or None."""
    found = ((rule, missing(sentence, evidence)) for rule, missing in RULES.items())
    return next((Fault(rule, what) for rule, what in found if what), None)


def _rest(sentence: str, evidence: Evidence) -> str:
    """The sentence without the dates that stand in the evidence, whose figures and names are no other facts."""
    return without_dates(sentence, evidence.text, evidence.published)


def _figure(sentence: str, evidence: Evidence) -> str | None:
    rest = _rest(sentence, evidence)
    held = " ".join((evidence.text, *evidence.titles))
    missing = missing_numbers(rest, held)
    claimed = [amount for amount in amounts(rest) if amount.number in missing]
    unsaid = (one.written for one in claimed if not follows(one, sentence, evidence.text))
    return next(unsaid, None) or vague_figure(rest, held)


def _name(sentence: str, evidence: Evidence) -> str | None:
    rest = without_units(_rest(sentence, evidence))
    held = " ".join((evidence.text, *evidence.titles, evidence.asked))
    return next(iter(missing_names(rest, held, evidence.known)), None)


RULES: Mapping[str, Callable[[str, Evidence], str | None]] = {
    "date": lambda sentence, evidence: other_date(sentence, evidence.text, evidence.published),
    "figure": _figure,
    "unit": lambda sentence, evidence: other_measure(_rest(sentence, evidence), evidence.text),
    "name": _name,
}
