"""Five hundred people ask within a minute, and Slack limits the bot as it does. Real time: make survival."""

import asyncio
import statistics
import time
from pathlib import Path

import pytest

from bot.demo.loopback.clock import Clock
from bot.demo.loopback.slack import LoopbackSlack
from bot.demo.loopback.world import Message, User
from tests.slack_fixtures import SENTENCES, Script, Stage, bot_in

pytestmark = pytest.mark.survival
PEOPLE, SECONDS = 500, 60.0


def test_five_hundred_questions_of_as_many_people_in_a_minute_have_their_first_words_soon(tmp_path: Path) -> None:
    async def whole() -> None:
        async with LoopbackSlack(clock=Clock(flows=True)) as slack:
            for number in range(PEOPLE):
                slack.world.users[f"U1{number:04}"] = User(f"U1{number:04}", "T1", f"Person {number}")
            script = Script()
            async with bot_in(slack, tmp_path, script) as bot:
                said, begun = {}, time.monotonic()
                for number in range(PEOPLE):
                    await asyncio.sleep(max(0.0, begun + number * SECONDS / PEOPLE - time.monotonic()))
                    person = slack.user(f"U1{number:04}")
                    said[person.says(person.dm(), f"how many days, number {number}?").ts] = time.monotonic()
                stage = Stage(slack, bot, script, tmp_path)
                await slack.until(lambda: stage.states().get("answered") == PEOPLE, timeout=120)
                waits = sorted(first_words(slack, ts) - asked for ts, asked in said.items())
                assert all(SENTENCES[0] in m.text for m in bot_messages(slack))
                assert len(waits) == PEOPLE
            limited = sum(call.status == 429 for call in slack.journal.calls)
            p50, p95 = statistics.median(waits), waits[int(PEOPLE * 0.95)]
            print(
                f"first words: p50 {p50:.2f} s, p95 {p95:.2f} s, last {waits[-1]:.2f} s; {limited} calls were limited"
            )
            assert p50 < 3

    asyncio.run(whole())


def first_words(slack: LoopbackSlack, ts: str) -> float:
    """When Slack had taken the first words of an answer, by the machine's clock."""
    posts = slack.journal.of("chat.startStream", "chat.postMessage")
    return min(call.finished for call in posts if call.ok and call.args.get("thread_ts") == ts)


def bot_messages(slack: LoopbackSlack) -> list[Message]:
    return [m for m in slack.world.messages.values() if m.user == "UBOT" and not m.only_for]
