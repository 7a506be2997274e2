"""Articles that nobody would write, through the real app before the loopback: nobody else waits for them."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.answer import Answer, Part
from bot.demo.loopback.slack import LoopbackSlack
from bot.means import opened
from bot.model.settings import ModelSettings
from bot.request import Request
from bot.responder import Responder
from bot.slack.opened import opened as app_of
from ingest.run import ingest
from tests.conftest import NOW, HashEmbedder
from tests.index_fixtures import in_process
from tests.quick_loop import quick_loop
from tests.slack_fixtures import Script, Stage, bot_in

GAP, WORD = " " * 400_000, "Zm9vYmFy" * 7_500
ARTICLES = {
    "gap.txt": f"The ferry to Aldmoor leaves{GAP}at seven in the morning. It carries twelve cars.\n",
    "word.txt": f"The lighthouse of Aldmoor is called {WORD} by its keepers. It was built in 1871.\n",
    "title.md": f"# {WORD}\n\nThe mill of Aldmoor grinds rye. It stands by the weir.\n",
    "digits.txt": f"The register of Aldmoor holds {'1234567890' * 6_000} entries. It was begun in 1902.\n",
    "brackets.txt": f"The map of Aldmoor is drawn [1{'[' * 50_000} on vellum. It hangs in the hall.\n",
}
QUESTIONS = (
    "When does the ferry to Aldmoor leave?",
    "What is the lighthouse of Aldmoor called?",
    "How many entries does the register of Aldmoor hold?",
    "What does the mill of Aldmoor grind?",
    "On what is the map of Aldmoor drawn?",
    f"Is {GAP}it in the hall?",
    f"Is {WORD} in the hall?",
)


@pytest.fixture
def responder(tmp_path: Path) -> Iterator[Responder]:
    corpus, home = tmp_path / "corpus", tmp_path / "home"
    corpus.mkdir()
    for name, text in ARTICLES.items():
        (corpus / name).write_text(text, encoding="utf-8")
    embedder = HashEmbedder()
    report = ingest(corpus, home, open_embedder=lambda: embedder, now=NOW, apart=in_process)
    assert report.failed == {}
    with opened(home, embedder, ModelSettings(), minilm=None, server=None, warn=print) as pinned:
        yield app_of(home, pinned).responder


def test_a_sentence_with_400000_blanks_and_a_word_of_60000_letters_hold_nobody_up(
    responder: Responder, tmp_path: Path
) -> None:
    answering: list[float] = []

    def timed(request: Request) -> Iterator[Part | Answer]:
        start = time.perf_counter()
        yield from responder(request)
        answering.append(time.perf_counter() - start)

    async def whole() -> None:
        async with LoopbackSlack() as slack, bot_in(slack, tmp_path, timed) as bot:
            stage = Stage(slack, bot, Script(), tmp_path)
            with quick_loop():
                said = [slack.user("U1").says("C1", f"<@UBOT> {question}") for question in QUESTIONS]
                await slack.until(lambda: stage.closed() == len(said), timeout=60)
            assert slack.deliveries.slowest() < 1
            assert "The lighthouse of Aldmoor is called [1]" in stage.text("C1", said[1].ts)
            assert "That is too long for me." in stage.text("C1", said[-1].ts)

    asyncio.run(whole())
    assert len(answering) == len(QUESTIONS) - 1
    assert max(answering) < 5
