"""A real bot before the loopback Slack, answering from a script. For the tests of the Slack app."""

import asyncio
import datetime
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.answer import Answer, Citation, Part, Passage, uncited
from bot.demo.loopback.slack import LoopbackSlack
from bot.demo.loopback.world import Message
from bot.request import Request
from bot.responder import Responder
from bot.shapes import Line
from bot.slack.http import EVENTS_PATH
from bot.slack.run import Running, keep_what_is_loaded, running
from bot.slack.settings import SlackSettings
from bot.slack.views import Knowledge
from ingest.articles.article import Article
from tests import inbox_fixtures
from tests.quick_loop import watched

HUNGARY = Article(
    "policy/leave.md", "Leave & holidays", "https://docs.example.com/leave", datetime.date(2026, 9, 1), None, ""
)
TRAVEL = Article("policy/travel.md", "Travel", "https://docs.example.com/travel", datetime.date(2020, 1, 2), None, "")
SENTENCES = ("Everyone has 30 days of leave.", "Trains are booked by the office.")
KNOWLEDGE = Knowledge(2, datetime.date(2026, 9, 1), "2026-11-20T10:00:00+00:00", ("policy",), ("Leave", "Travel"))


def citation(number: int, article: Article = HUNGARY, quote: str = SENTENCES[0]) -> Citation:
    return Citation(number, article, quote, 11, 11 + len(quote))


def answered(
    question: str, sentences: Sequence[str] = SENTENCES, articles: Sequence[Article] = (HUNGARY, TRAVEL)
) -> Answer:
    """An answer of these sentences, each with its own citation."""
    cited = tuple(citation(i, articles[(i - 1) % len(articles)], sentence) for i, sentence in enumerate(sentences, 1))
    passages = tuple(Passage(c.article, 0, c.end + 12, f"Before it. {c.quote} And after.", 0.9) for c in cited)
    parts = tuple(Part((Line(one.quote),), (one,), gap=" ") for one in cited)
    return Answer(question, parts, passages, (), "quote", 0.9, "000001", {"total": 1.0})


def refused(question: str) -> Answer:
    said = uncited("The articles do not answer this.")
    return Answer(question, (said,), (), (TRAVEL,), "quote", 0.02, "000001", {"total": 1.0})


@dataclass
class Script:
    """A responder that answers from a script and remembers what it was asked.

    `gates` holds it back: before part n it waits for the event of that number, if there is one.
    """

    answer: Callable[[str], Answer] = answered
    gates: dict[int, threading.Event] = field(default_factory=dict)
    fails: dict[int, Exception] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    closed: int = 0

    def __call__(self, request: Request) -> Iterator[Part | Answer]:
        self.asked.append(request)
        answer = self.answer(request.text)
        items: tuple[Part | Answer, ...] = (*answer.parts, answer)
        for number, item in enumerate(items):
            if number in self.gates:
                self.gates[number].wait(10)
            if number in self.fails:
                raise self.fails[number]
            yield item

    def hold(self, number: int = 0) -> threading.Event:
        self.gates[number] = threading.Event()
        return self.gates[number]

    def release(self) -> None:
        for gate in self.gates.values():
            gate.set()


@dataclass
class Stage:
    """A loopback with a bot in it."""

    slack: LoopbackSlack
    bot: Running
    script: Script
    home: Path

    async def settled(self, count: int = 1) -> None:
        """Waits until so many questions have been closed."""
        await self.slack.until(lambda: self.closed() >= count)

    def states(self) -> dict[str, int]:
        return states(self.bot)

    def closed(self) -> int:
        return sum(n for state, n in self.states().items() if state not in ("received", "answering"))

    def replies(self, channel: str, thread: str) -> tuple[Message, ...]:
        """What the bot said in a thread."""
        return tuple(m for m in self.slack.thread(channel, thread) if m.user == "UBOT")

    def text(self, channel: str, thread: str) -> str:
        """All that the bot said in a thread, as a person reads it."""
        return "\n".join(s.text for s in self.slack.reads(channel, thread) if s.author == "Ask Docs").replace(
            "\u2060", ""
        )

    def calls(self, method: str) -> int:
        return len(self.slack.journal.of(method))


def states(bot: Running) -> dict[str, int]:
    return bot.records.run(inbox_fixtures.states)


def settings_for(slack: LoopbackSlack, **changes: object) -> SlackSettings:
    values: dict[str, object] = {
        "bot_token": slack.bot_token,
        "app_token": slack.app_token,
        "signing_secret": slack.app.signing_secret,
        "slack_api_url": slack.api_url,
        "slack_http_port": 0,
        "slack_call_seconds": 2.0,
        "slack_ping_seconds": 5.0,
        "slack_drain_seconds": 2.0,
        "slack_user_minute": 10_000,
        "slack_team_minute": 10_000,
        "slack_user_day": 100_000,
        "slack_user_waiting": 1_000,
    }
    return SlackSettings(**(values | changes))  # type: ignore[arg-type]


@asynccontextmanager
async def bot_in(
    slack: LoopbackSlack,
    home: Path,
    responder: Responder,
    *,
    transport: str = "socket",
    knowledge: Callable[[], Knowledge] = lambda: KNOWLEDGE,
    **changes: object,
) -> AsyncIterator[Running]:
    """Runs the real bot against the loopback, over either transport."""
    settings = settings_for(slack, slack_mode=transport, **changes)
    bot_runs = running(settings, home=home, responder=responder, knowledge=knowledge, clock=slack.clock)
    async with bot_runs as bot:
        if transport == "http":
            slack.over_http(f"http://127.0.0.1:{bot.port}{EVENTS_PATH}")
        else:
            await slack.until(lambda: slack.sockets.open)
        yield bot


def play(
    home: Path,
    scene: Callable[[Stage], Awaitable[None]],
    *,
    script: Script | None = None,
    transport: str = "socket",
    strict: bool = True,
    knowledge: Callable[[], Knowledge] = lambda: KNOWLEDGE,
    **changes: object,
) -> None:
    """Runs a scene with a fresh loopback and a fresh bot."""
    script = script or Script()
    scene = watched(scene)
    keep_what_is_loaded()  # of each scene only what is new is gone through

    async def whole() -> None:
        async with LoopbackSlack(strict=strict) as slack:
            try:
                async with bot_in(slack, home, script, transport=transport, knowledge=knowledge, **changes) as bot:
                    await scene(Stage(slack, bot, script, home))
            finally:
                script.release()

    asyncio.run(whole())


async def advance_until_settled(stage: Stage, count: int = 1, *, step: float = 1.0) -> None:
    """Moves time on in steps until so many questions are closed."""
    for _ in range(4000):
        if stage.closed() >= count:
            return
        await tick(stage, step)
    raise AssertionError(f"not settled: {stage.states()}\n{stage.slack.journal.tail()}")


async def tick(stage: Stage, step: float = 1.0) -> None:
    """Moves time on by a step, once nothing is on the wire."""
    for _ in range(20):
        if not stage.slack.journal.in_flight:
            break
        await asyncio.wait([asyncio.ensure_future(asyncio.sleep(0.005))])
    await stage.slack.clock.advance(step)
    await asyncio.sleep(0.001)


async def advance_until(stage: Stage, holds: Callable[[], object], *, step: float = 1.0) -> None:
    """Moves time on in steps until something holds."""
    for _ in range(4000):
        if holds():
            return
        await tick(stage, step)
    raise AssertionError(f"it never held: {stage.states()}\n{stage.slack.journal.tail()}")


def told(stage: Stage, channel: str, user: str) -> list[str]:
    """What one person alone was told in a channel."""
    return [m.text for m in stage.slack.world.ephemeral(channel, user)]
