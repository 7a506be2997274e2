"""Questions over a folder of documents become examples: units with their facts, and which of them answer; or outcomes.

A folder holds `corpus/` and `questions.jsonl`, one object a line: `question`; `answerable`; `article`, `core` and
`evidence` (texts that stand in the article: the least that answers, and all that a whole answer shows); `answer`, a
short one in the writer's own words; `also`, a list of objects with `article`, `core` and `evidence` that do as well.
"""

import datetime
import json
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from bot.question.understand import Question, understand
from bot.quote.candidates import Candidate, candidates
from bot.quote.choose import choose
from bot.quote.cross_encoder import as_read
from bot.quote.ranker import ranked
from bot.retrieve import retrieve
from eval.wording import plain
from ingest.embed.embedder import Reading, Vectors
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index, open_current
from ingest.run import ingest
from ingest.terms import STOP_WORDS, terms

Asked = Mapping[str, Any]
# The units of a search that are learnt from: the best by word and sense, some at random, and all that answer.
_BEST, _RANDOM, _RIGHT = 24, 4, 4
_FEW = (1, 2, 4, 7, 12, 30)
# A sentence of a paragraph that answers counts if it holds this share of what the best one holds of the short answer.
_AS_GOOD = 0.7
# A quote that holds this share of the words of what answers shows it.
_NEARLY = 0.8
_DAY = datetime.date(2026, 11, 26)


@dataclass(frozen=True)
class Example:
    """The units that one search brought: `facts` of shape (units, facts), `texts` as they are read with the question.

    `worth` is 2 for a unit that answers, 1 for one that belongs to the answer, 0 for any other. `everywhere` tells
    whether all articles were searched; `said` are the messages that the question goes on from.
    """

    question: str
    texts: Sequence[Reading]
    facts: Vectors
    worth: Vectors
    answerable: bool
    everywhere: bool
    said: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Search:
    """What one search brought, and what each unit is `worth`."""

    asked: Asked
    question: Question
    units: Sequence[Candidate]
    worth: Vectors
    answerable: bool
    everywhere: bool
    index: Index


def examples(folder: Path, model: MiniLM) -> Iterator[Example]:
    """Yields three searches a question: all articles, few with the right one, few without it, which answer nothing.

    Raises:
        IngestError: the corpus cannot be ingested.
    """
    chance = random.Random(folder.name)
    for one in _searches(folder, model):
        kept = _kept(one.units, one.worth, chance)
        units = [one.units[i] for i in kept]
        facts = np.array([unit.facts for unit in units], dtype=np.float32)
        texts = [as_read(one.question, unit, one.units) for unit in units]
        yield Example(one.question.text, texts, facts, one.worth[kept], one.answerable, one.everywhere)


def outcomes(folder: Path, model: MiniLM) -> Iterator[tuple[float, bool]]:
    """Yields for each of these searches the log odds of the best unit, and whether what is quoted holds an answer.

    Raises:
        IngestError: the corpus cannot be ingested.
    """
    for one in _searches(folder, model):
        found = ranked(one.question, one.units, model, searched=one.index.manifest.chunks)
        quoted = [part for answering in choose(one.question, found.units, one.index) for part in answering]
        cores = [core for place in (one.asked, *one.asked.get("also", ())) for core in place.get("core", ())]
        yield found.odds, one.answerable and any(_shows(part.quote, core) for part in quoted for core in cores)


def _shows(quote: str, core: str) -> bool:
    """Whether nearly all words of a text stand in a quote."""
    words = Counter(plain(core).split())
    return (words & Counter(plain(quote).split())).total() >= _NEARLY * max(words.total(), 1)


def _searches(folder: Path, model: MiniLM) -> Iterator[_Search]:
    home, chance = folder / "home", random.Random(folder.name)
    now = datetime.datetime(_DAY.year, _DAY.month, _DAY.day, tzinfo=datetime.UTC)
    ingest(folder / "corpus", home, open_embedder=lambda: model, now=now)
    lines = (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    with closing(open_current(home, model.fingerprint)) as index:
        for asked in map(json.loads, lines):
            right = _right_articles(asked)
            others = [article.id for article in index.articles if article.id not in right]
            few = chance.sample(others, min(chance.choice(_FEW), len(others)))
            scopes = [(), *([(*sorted(right), *few)] if right else []), *([tuple(few)] if few else [])]
            for scope in scopes:
                answerable = bool(right) and scope != tuple(few)
                question = understand(asked["question"], index, model, today=_DAY)
                units = candidates(question, retrieve(question, index, model.embed([question.text])[0], scope=scope))
                worth = _worth(asked, units) if answerable else np.zeros(len(units), dtype=np.float32)
                if units:
                    yield _Search(asked, question, units, worth, answerable, not scope, index)


def _kept(units: Sequence[Candidate], worth: Vectors, chance: random.Random) -> list[int]:
    likely = [unit.facts[0] + unit.facts[1] + 2 * unit.found.unit_cosines[unit.position] for unit in units]
    order = [int(i) for i in np.argsort(-np.array(likely), kind="stable")]
    right = [i for i in range(len(units)) if worth[i] == 2][:_RIGHT]
    return list(dict.fromkeys([*order[:_BEST], *right, *chance.sample(order, min(_RANDOM, len(order)))]))


def _worth(asked: Asked, units: Sequence[Candidate]) -> Vectors:
    """What each unit is worth as an answer; of a paragraph that answers, the sentences that say it."""
    worth: Vectors = np.zeros(len(units), dtype=np.float32)
    short = frozenset(terms(asked.get("answer") or "")) - STOP_WORDS - frozenset(terms(asked["question"]))
    for place in (asked, *asked.get("also", ())):
        here = [i for i, unit in enumerate(units) if unit.article.id == place["article"]]
        for text in place["evidence"]:
            worth[[i for i in here if _is_in(units[i], text)]] = 1
        for text in place["core"]:
            inside = [i for i in here if _is_in(units[i], text)]
            held = [len(short & units[i].terms) for i in inside]
            for i, count in zip(inside, held, strict=True):
                worth[i] = 2 if count >= _AS_GOOD * max(held) else max(worth[i], 1)
    return worth


def _is_in(unit: Candidate, text: str) -> bool:
    return bool(plain(unit.text)) and plain(unit.text) in plain(text)


def _right_articles(asked: Asked) -> frozenset[str]:
    if not asked["answerable"]:
        return frozenset()
    return frozenset(place["article"] for place in (asked, *asked.get("also", ())))
