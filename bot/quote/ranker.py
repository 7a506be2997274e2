"""The learned ranker: what speaks for a unit as the answer becomes one score. Knows weights and rules.

A small network, learnt by `eval.train` from questions over public documents (eval/RANKER.md), weighs the facts of every
unit. Beside the units stands the chance that none answers; a softmax over all of them gives the probability that a unit
answers (a listwise loss: Cao et al. 2007). What comes near the best is read with the question
(`bot.quote.cross_encoder`), and the log odds of that are added.
"""

import functools
import hashlib
import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.errors import BotError
from bot.question.days import DAYS, MONTHS
from bot.question.document import asks_what_it_says, numbers_asked, says_so
from bot.question.names import is_mentioned
from bot.question.understand import Question
from bot.quote.another import speaks_of_another
from bot.quote.candidates import FACTS, Candidate
from bot.quote.cross_encoder import read
from bot.quote.refuse import missing_names
from ingest.embed.embedder import Language, Vectors

# So many of the best units may come first.
CLOSER_LOOK = 12
# The log odds of the reader, which are about minus USUAL where it cannot tell, weigh so much.
_READING, USUAL = 0.8, 3.7
_BY_NUMBER, _OF_ANOTHER = 6.0, 8.0
# A sentence, no line with a label; and the section that sums up all the others.
_TELLS = re.compile(r"(?!\W{0,3}[^.:\n]{2,40}: )(?:\S+\s+){4}.*[.!?:][\"”’')\]]*\s*$", re.DOTALL)
_SUMMARY = re.compile(
    r"(?:executive )?(?:abstract|summary|overview|introduction|purpose|tl;?dr|in short)\W*$", re.IGNORECASE
)
_IMPRINT = re.compile(r"©|\b(?:copyright|all rights reserved)\b", re.IGNORECASE)
# Under headings, whose words speak for all that stands there, the best of many chunks looks as if it answered: in log
# odds, for each time that there are e times as many (eval/RESULTS.md).
_OF_MANY, _MANY = 0.6, 400
# An article that says nothing of a rare name (idf) of the question is less likely to answer it (log odds); less so
# if no article knows it; hardly, if it is put together as no word is: "useThrottledRef", "Person20001", "RFC 1505".
_SILENT, _RARE, _UNKNOWN, _NO_SUCH = 1.0, 3.5, 2.0, 6.0
_IDENTIFIER = re.compile(r"(?=.{5})(?:\w*_\w*|[$\w]*[a-z][A-Z]\w*|(?=\w*\d)[A-Z][^\W\d]\w*)")
# These say when or how much, or are short for something.
_NO_NAME = re.compile(rf"(?:{'|'.join(DAYS)})s?|{'|'.join(MONTHS)}|\w{{1,4}}|v?\d.*", re.IGNORECASE)
_ENGLISH = frozenset("the is are of does do how what which who when where why to for my we i it can and there".split())
_FEW_WORDS = 3
# The log odds of nothing at all.
NOTHING = -50.0
WEIGHTS = Path(__file__).with_name("weights.json")


@dataclass(frozen=True)
class Network:
    """One hidden layer with tanh, and a linear path beside it, over standardised numbers.

    `mean`, `scale` and `linear` have shape (facts,), `hidden` (facts, units), `bias` and `out` (units,); `none` is the
    score of there being no answer.
    """

    mean: Vectors
    scale: Vectors
    linear: Vectors
    hidden: Vectors
    bias: Vectors
    out: Vectors
    none: float

    def __call__(self, facts: Sequence[Sequence[float]] | Vectors) -> Vectors:
        """Returns the score of each row of facts, shape (rows,), relative to that of no answer."""
        x = (np.array(facts, dtype=np.float64).reshape(len(facts), len(self.mean)) - self.mean) / self.scale
        return np.asarray(np.tanh(x @ self.hidden + self.bias) @ self.out + x @ self.linear - self.none)


@dataclass(frozen=True)
class Weights:
    """The network, and what turns the final scores into a probability: a slope and an offset (Platt 1999).

    `talk` is the network for messages that lean on what was said before; its scores are final.
    """

    network: Network
    slope: float
    offset: float
    talk: Network


@dataclass(frozen=True)
class Ranked:
    """The units in the order of their scores.

    `odds` are the log odds that the best of them answers, as far as these are known; `searched` is the number of chunks
    among which they were found.
    """

    units: tuple[Candidate, ...]
    odds: float
    searched: int

    @property
    def probability(self) -> float:
        """The chance that the odds amount to."""
        weights = load_weights()
        return float(1 / (1 + np.exp(-(weights.slope * self.odds + weights.offset))))


def ranked(question: Question, units: Sequence[Candidate], language: Language, *, searched: int) -> Ranked:
    """Returns the units, the best first; those that had no closer look come after those that had."""
    if not units:
        return Ranked((), NOTHING, searched)
    weighed_facts = weigh(question, units)
    sums_up = _sums_up(question, units)
    order = np.lexsort((-weighed_facts, ~sums_up))
    closer = [units[i] for i in order[:CLOSER_LOOK]]
    scores = weighed_facts[order[:CLOSER_LOOK]]
    scores += _READING * (read(question, closer, scores, units, language) + USUAL)
    scores[sums_up[order[:CLOSER_LOOK]]] = scores.max() + _BY_NUMBER
    first = closer[int(np.argmax(scores))]
    if missing := lost(question, units):
        scores -= missing
    elif _is_silent_on_a_name(question, [unit for unit in units if unit.article.id == first.article.id]):
        scores -= _SILENT
    best = sorted((replace(unit, score=float(score)) for unit, score in zip(closer, scores, strict=True)), key=_order)
    rest = [replace(units[i], score=float(weighed_facts[i])) for i in order[CLOSER_LOOK:]]
    return weighed((*best, *rest), float(scores.max()), searched=searched)


def weigh(question: Question, units: Sequence[Candidate]) -> Vectors:
    """Returns the score of each unit before any of them is read, shape (units,)."""
    return load_weights().network([unit.facts for unit in units]) + _by_rule(question, units)


def weighed(units: tuple[Candidate, ...], odds: float, *, searched: int) -> Ranked:
    """Returns units in their order with the odds that they answer, given the score of the best."""
    if units[0].chunk.path:
        odds -= _OF_MANY * math.log(max(searched / _MANY, 1))
    return Ranked(units, odds, searched)


def _is_silent_on_a_name(question: Question, units: Sequence[Candidate]) -> bool:
    """Whether a rare name or figure of the question stands in nothing that was found of an article."""
    idf = question.terms
    rare = [name for name in question.names if any(idf.get(t, 0.0) >= _RARE for t in (name.whole, *name.parts))]
    held = frozenset().union(*(unit.around for unit in units if rare))
    return any(not is_mentioned(name, held) for name in rare)


def lost(question: Question, units: Sequence[Candidate]) -> float:
    """Returns what all lose for a name of the question that no article knows: in some languages any noun looks so."""
    words = question.text.lower().split()
    if len(words) > _FEW_WORDS and _ENGLISH.isdisjoint(words):
        return 0.0
    missing = [name.text for name in missing_names(question, units)]
    if numbers_asked(question.text) & set(missing) or any(_IDENTIFIER.fullmatch(name) for name in missing):
        return _NO_SUCH
    return _UNKNOWN if any(not _NO_NAME.fullmatch(name) for name in missing) else 0.0


def _by_rule(question: Question, units: Sequence[Candidate]) -> Vectors:
    """What is either so or not: the step or clause that is asked for by its number, and another thing of its kind."""
    wanted = question.answer_type.numbered
    numbered = np.array([bool(wanted) and unit.number == wanted for unit in units])
    of_another = np.array([speaks_of_another(question, unit) for unit in units])
    return np.asarray(_BY_NUMBER * numbered - _OF_ANOTHER * of_another)


def _sums_up(question: Question, units: Sequence[Candidate]) -> npt.NDArray[np.bool_]:
    """Which units sum up an article that is asked what it says, one for each: a rule as well."""
    titles = {unit.article.id: unit.article.title for unit in units}
    asked = {id_ for id_, title in titles.items() if asks_what_it_says(question, title)}
    first: dict[str, Candidate] = {}
    for unit in sorted((unit for unit in units if unit.article.id in asked and not unit.asks), key=_telling(question)):
        first.setdefault(unit.article.id, unit)
    return np.array([unit is first.get(unit.article.id) for unit in units])


def _telling(question: Question) -> Callable[[Candidate], tuple[bool, bool, bool, int]]:
    def order(unit: Candidate) -> tuple[bool, bool, bool, int]:
        summary = bool(_SUMMARY.match((*unit.chunk.path, "")[0]))
        told = unit.kind == "paragraph" and bool(_TELLS.match(unit.text)) and not _IMPRINT.search(unit.text)
        return not summary, not told, not says_so(question, unit.article.title, unit.terms), unit.start

    return order


def _order(unit: Candidate) -> tuple[float, int, int]:
    return (-unit.score, unit.found.stored.row, unit.start)


@functools.cache
def load_weights() -> Weights:
    """Returns the weights that come with this package.

    Raises:
        BotError: the file is not the one that belongs to these facts.
    """
    try:
        stored: dict[str, Any] = json.loads(WEIGHTS.read_text(encoding="ascii"))
        digest, belongs = stored.pop("digest"), stored["names"] == [*FACTS] and "talk" in stored
    except (OSError, ValueError, LookupError, AttributeError):
        digest, belongs = "", False
    if not belongs or digest_of(stored) != digest:
        raise BotError(f"{WEIGHTS.name} does not belong to this version", "install Footnote again")
    return Weights(_network(stored["network"]), stored["slope"], stored["offset"], _network(stored["talk"]))


def digest_of(stored: dict[str, Any]) -> str:
    """Returns the sha256 over weights as they are stored, without their digest."""
    return hashlib.sha256(json.dumps(stored, sort_keys=True).encode()).hexdigest()


def _network(stored: dict[str, Any]) -> Network:
    arrays: dict[str, Any] = {
        name: np.array(value, dtype=np.float64) for name, value in stored.items() if name != "none"
    }
    return Network(**arrays, none=float(stored["none"]))
