"""The real `footnote slack`, asked thousands of questions with few descriptors. Slow: `make test-endurance`.

It runs as a process of its own, before a loopback Slack, with the embedded model and the shipped articles; meanwhile
new generations are published under it.
"""

import asyncio
import json
import os
import resource
import sqlite3
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.demo.loopback.clock import Clock
from bot.demo.loopback.slack import LoopbackSlack
from ingest.index.generation import current
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.endurance
LONG = os.environ.get("PROFILE") == "long"
QUESTIONS, SWAPS, WARM = (10_000, 40, 1_000) if LONG else (2_000, 10, 1_000)
DESCRIPTORS, UNDER_WAY = 256, 12
PLENTY = ("USER_MINUTE", "USER_DAY", "TEAM_MINUTE", "USER_WAITING", "QUEUE")


@dataclass(frozen=True)
class Size:
    """What the bot held after so many answers: bytes of memory, descriptors, threads."""

    answered: int
    memory: int
    descriptors: int
    threads: int


def size_of(process: int, answered: int) -> Size:
    place = Path(f"/proc/{process}")
    pages = int((place / "statm").read_text().split()[1])
    descriptors, threads = len(list((place / "fd").iterdir())), len(list((place / "task").iterdir()))
    return Size(answered, pages * os.sysconf("SC_PAGE_SIZE"), descriptors, threads)


def few_descriptors() -> None:
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))


async def footnote(home: Path, *arguments: str) -> None:
    command = (sys.executable, "-m", "footnote", "--home", str(home), *arguments)
    process = await asyncio.create_subprocess_exec(*command, cwd=REPOSITORY, stdout=asyncio.subprocess.DEVNULL)
    assert await process.wait() == 0


@asynccontextmanager
async def bot(home: Path, slack: LoopbackSlack) -> AsyncIterator[asyncio.subprocess.Process]:
    environment = {
        **os.environ,
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_APP_TOKEN": slack.app_token,
        "FOOTNOTE_SLACK_API_URL": slack.api_url,
        "FOOTNOTE_SLACK_WORKERS": "8",
        **{f"FOOTNOTE_SLACK_{name}": "1000000" for name in PLENTY},
    }
    with (home / "bot.log").open("w") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "footnote", "--home", str(home), "slack"),
            cwd=REPOSITORY,
            env=environment,
            stdout=log,
            stderr=log,
            preexec_fn=few_descriptors,
        )
        try:
            yield process
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()


def states(home: Path) -> dict[str, int]:
    """How many questions the bot has in each state, by its own records."""
    with closing(sqlite3.connect(f"file:{home / 'slack.sqlite'}?mode=ro", uri=True, timeout=30)) as records:
        return dict(records.execute("SELECT state, count(*) FROM slack_question GROUP BY state"))


def questions() -> list[str]:
    lines = (REPOSITORY / "eval" / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["question"] for line in lines]


async def ask_all(home: Path, corpus: Path, slack: LoopbackSlack, process: int) -> list[Size]:
    """Asks them with a few under way at a time, and publishes a generation every now and then."""
    texts, sizes, ingesting = questions(), [], None
    for number in range(QUESTIONS):
        while number - (answered := states(home).get("answered", 0)) >= UNDER_WAY:
            assert "failed" not in states(home)
            await asyncio.sleep(0.02)
        if number % (QUESTIONS // SWAPS) == QUESTIONS // SWAPS // 2:
            if ingesting:
                await ingesting
            (corpus / "news.txt").write_text(f"Edition {number} of the news has come out. It was read {number} times.")
            ingesting = asyncio.create_task(footnote(home, "ingest", str(corpus)))
        if number % (QUESTIONS // 40) == 0:
            sizes.append(size_of(process, answered))
        slack.user("U1").says("C1", f"<@UBOT> {texts[number % len(texts)]}")
    if ingesting:
        await ingesting
    for _ in range(3_000):
        if states(home) == {"answered": QUESTIONS}:
            break
        await asyncio.sleep(0.02)
    return [*sizes, size_of(process, QUESTIONS)]


def test_thousands_of_questions_leave_memory_and_descriptors_as_they_were(tmp_path: Path) -> None:
    home, corpus = tmp_path / "home", tmp_path / "corpus"
    corpus.mkdir()
    for article in (REPOSITORY / "corpus").glob("*.txt"):
        (corpus / article.name).write_bytes(article.read_bytes())

    async def whole() -> list[Size]:
        await footnote(home, "ingest", str(corpus))
        async with LoopbackSlack(clock=Clock(flows=True), strict=False) as slack, bot(home, slack) as process:
            slack.rates.enforced = False
            await slack.until(lambda: slack.sockets.open, timeout=60)
            return await ask_all(home, corpus, slack, process.pid)

    sizes = asyncio.run(whole())
    for size in sizes:
        print(f"{size.answered} answered: {size.memory / 2**20:.0f} MB, {size.descriptors} fds, {size.threads} threads")
    assert states(home) == {"answered": QUESTIONS}
    assert int(str(current(home))) == 1 + SWAPS
    warm = [size for size in sizes if size.answered >= WARM]
    assert growth([size.memory for size in warm]) <= 1.05
    assert growth([size.descriptors for size in warm]) <= 1.05


def growth(values: list[int]) -> float:
    """The mean of the last quarter over that of the first: a swap has two generations open for a moment."""
    quarter = len(values) // 4
    return sum(values[-quarter:]) / sum(values[:quarter])
