"""How cases are put to the bot: its own pipeline, over a published index, by quoting or a model. Knows no files."""

import datetime
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from bot.answer import Answer
from bot.ask import ask
from bot.means import Means, Pinned
from bot.model.settings import ModelSettings
from bot.model.write import Writer
from bot.request import Request
from eval.cases import Case
from eval.prints import Prints, take_prints
from eval.run import Ask, Run, evaluate
from eval.transcripts import Heard
from ingest.articles.article import Article
from ingest.index.open_index import Index


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
def at_desk(pinned: Pinned, writer: Callable[[Means, Heard], Writer | None]) -> Iterator[Desk]:
    """Yields a desk over one generation; `writer` says who writes, given the means and what notes what is heard."""
    with pinned() as means:
        heard = Heard()
        yield Desk(means, articles_of(means.index), writer(means, heard), heard)


def articles_of(index: Index) -> Mapping[str, Article]:
    """Returns the published articles whole, by id."""
    return {article.id: index.read_article(row) for row, article in enumerate(index.articles)}


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
