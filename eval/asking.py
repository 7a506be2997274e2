"""How cases are put to the bot: its own pipeline, over a published index, by quoting or a model; once more elsewhere.

What an answer owes to time, to order, or to how Python happens to hash shows as a difference from the same cases asked
in a process of its own, from the last to the first. Knows processes; knows no files.
"""

import argparse
import datetime
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from rich.console import Console

from bot.answer import Answer
from bot.ask import ask
from bot.means import Means, Pinned
from bot.model.settings import ModelSettings
from bot.model.write import Writer
from bot.request import Request
from bot.slack.settings import SlackSettings
from eval.cases import Case, read_cases
from eval.flags import Place
from eval.prints import Prints, take_prints
from eval.run import Ask, Run, evaluate, kept, today_of
from eval.transcripts import Heard, Transcripts, replaying
from ingest.articles.article import Article

Answers = Mapping[str, Mapping[str, Any]]
"""What was answered, by the id of the case."""
Opened = Callable[[], AbstractContextManager[Pinned]]
Writing = Callable[[Means, Heard], Writer | None]
"""Says who writes, given the means and what notes what is heard."""


@dataclass(frozen=True)
class Order:
    """One `footnote eval` as it was ordered: its flags, where things are, the model, and what opens the bot's means.

    `minilm` is the folder of the embedding model, if it is not the wheel's; `slack` says where the bot keeps what
    people asked, and for how long.
    """

    args: argparse.Namespace
    place: Place
    model: ModelSettings
    opened: Opened
    minilm: Path | None
    slack: SlackSettings
    console: Console = field(default_factory=Console)


@dataclass(frozen=True)
class Desk:
    """All that cases are asked with: the means of the bot, the articles that they hold, and who writes if anyone."""

    means: Means
    articles: Mapping[str, Article]
    writer: Writer | None
    heard: Heard

    @property
    def texts(self) -> Mapping[str, str]:
        """The articles' texts by id, as they are published."""
        return {id_: article.text for id_, article in self.articles.items()}

    def prints(self, cases: Sequence[Case], model: ModelSettings | None) -> Prints:
        """Returns the fingerprints of what a run of these cases depends on."""
        index = self.means.index.manifest
        return take_prints(self.texts, cases, index=index, model=model if self.writer else None)


@contextmanager
def at_desk(opened: Opened, writer: Writing = lambda means, heard: means.writer) -> Iterator[Desk]:
    """Yields a desk over one generation, with whatever the bot would answer by if nothing else is said."""
    with opened() as pinned, pinned() as means:
        articles = {article.id: means.index.read_article(row) for row, article in enumerate(means.index.articles)}
        heard = Heard()
        yield Desk(means, articles, writer(means, heard), heard)


def run_cases(cases: Sequence[Case], desk: Desk, prints: Prints) -> Run:
    """Asks every case once."""
    return evaluate(cases, asks(desk), desk.articles, prints=prints, verdict=desk.heard.verdict)


def asks(desk: Desk) -> Ask:
    """Returns what answers a case; how long it took, and what a model read and wrote for it, is in its timings."""

    def answer(case: Case, day: datetime.date) -> Answer:
        heard, began = desk.heard, time.perf_counter()
        before = heard.read, heard.written
        found = ask(Request(case.question, day, case.history), replace(desk.means, writer=desk.writer))
        tokens = {"read": heard.read - before[0], "written": heard.written - before[1]} if desk.writer else {}
        return replace(found, timings_ms={**found.timings_ms, "total": (time.perf_counter() - began) * 1000, **tokens})

    return answer


@contextmanager
def second_run(opened: Opened, writer: Writing, cases: Path) -> Iterator[Callable[[], Answers]]:
    """Starts asking in a process where `opened` and `writer` are known by name; yields what waits for the answers."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool.submit(_answers, opened, writer, cases).result


def _answers(opened: Opened, writer: Writing, cases: Path) -> Answers:
    with at_desk(opened, writer) as desk:
        answer, today = asks(desk), today_of(desk.articles)
        return {case.id: kept(answer(case, case.asked or today)) for case in reversed(read_cases(cases))}


def replayed(transcripts: Path | None, tokens: int, _: Means, heard: Heard) -> Writer | None:
    """Returns a writer that says what is in the transcripts; nobody writes without them."""
    return replaying(Transcripts(transcripts), heard, tokens=tokens) if transcripts else None
