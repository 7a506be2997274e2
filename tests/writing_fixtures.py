"""A small index for models to write from, and what the tests of that path ask it."""

import datetime
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

from bot.answer import Answer, Part, faults
from bot.ask import answering
from bot.means import Means
from bot.model.write import Writer
from bot.request import Request
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index, open_current
from tests.model_fixtures import article, build

TODAY = datetime.date(2026, 3, 1)
ARTICLES: Mapping[str, str] = {
    "bridge.md": article(
        "A bridge for Harlow",
        "2024-05-20",
        "The Harlow bridge opened to traffic on 18 May 2024. Mayor Ines Roth cut the ribbon before 3,000 guests. "
        "The bridge is 412 metres long and cost 96 million euros. It does not carry trains.",
    ),
    "census.md": article(
        "Counting Harlow",
        "2021-02-01",
        "The town of Harlow had 51,200 inhabitants at the last count. Most of them live north of the river Senn.",
    ),
    "recount.md": article(
        "Counting again",
        "2021-02-11",
        "The town of Harlow had 52,900 inhabitants at the last count. The mayor had asked for it.",
    ),
    "census-new.md": article(
        "Harlow grows",
        "2025-06-11",
        "The town of Harlow had 58,900 inhabitants at the last count. The school board asked for two new schools.",
    ),
}
LENGTH = "The Harlow bridge is 412 metres long."
LENGTH_QUOTE = "The bridge is 412 metres long and cost 96 million euros."
QUESTION = "How long is the Harlow bridge?"


def opened(folder: Path, model: MiniLM) -> Iterator[Index]:
    """The open index of the articles, while a fixture needs it."""
    with closing(open_current(build(folder, ARTICLES, model), model.fingerprint)) as index:
        yield index


def texts(index: Index) -> dict[str, str]:
    return {one.id: index.text(row) for row, one in enumerate(index.articles)}


def run(index: Index, model: MiniLM, writer: Writer | None, question: str = QUESTION) -> tuple[list[Part], Answer]:
    *parts, answer = answering(Request(question, TODAY), Means(index, model, model, writer))
    assert isinstance(answer, Answer)
    shown = [part for part in parts if isinstance(part, Part)]
    assert len(shown) == len(parts)
    assert faults(answer, texts(index)) == ()
    return shown, answer
