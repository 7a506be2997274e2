"""Questions survive kills, restarts, doubles and other bots: each gets one reply. Slow; see the Makefile's `survival`."""

import asyncio
import os
import random
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.slack.records.open import Records
from tests.loopback import Clock, LoopbackSlack
from tests.loopback import faults as wrong
from tests.slack_fixtures import SENTENCES, Script, Stage, advance_until_settled, bot_in, play, tick
from tests.slack_nursery import Nursery

pytestmark = pytest.mark.survival
WHOLE = f"{SENTENCES[0]} [1] {SENTENCES[1]} [2]"
LATE = "I could not answer this in time"


def one_reply(slack: LoopbackSlack, channel: str, ts: str) -> str:
    """The text of the one reply of the bot in a thread; fails if there is another number of them."""
    replies = [s.text for s in slack.reads(channel, ts) if s.author == "Ask Docs"]
    assert len(replies) == 1, f"{len(replies)} replies to {ts}: {replies}"
    assert not any(m.streaming for m in slack.thread(channel, ts))
    return replies[0].replace("\u2060", "")


def test_fifty_kills_at_any_moment_leave_every_question_answered_once(tmp_path: Path) -> None:
    draw = random.Random(5)

    async def whole() -> None:
        async with LoopbackSlack(clock=Clock(), strict=False) as slack:
            with Nursery(
                home=str(tmp_path), bot_token=slack.bot_token, app_token=slack.app_token, slack_api_url=slack.api_url
            ) as nursery:
                asked = []
                for _ in range(50):
                    pid = await nursery.start()
                    await slack.until(lambda: slack.sockets.open)
                    now = [slack.user("U1").says("C1", f"<@UBOT> question {len(asked) + i}?") for i in range(2)]
                    asked += now
                    # A question that was never acknowledged four times is lost to Slack, too: kill after that.
                    await slack.until(lambda now=now: all(d.acked for s in now for d in s.deliveries))  # type: ignore[misc]
                    await asyncio.sleep(draw.uniform(0, 0.09))
                    nursery.kill(pid)
                    await slack.until(lambda: not slack.sockets.open)
                    await slack.clock.advance(61)
                pid = await nursery.start()
                await slack.until(lambda: slack.sockets.open)
                await all_closed(slack, f"sqlite:///{tmp_path / 'slack.sqlite'}", len(asked))
                for said in asked:
                    assert WHOLE in one_reply(slack, "C1", said.ts).replace("\n", " ")
                nursery.kill(pid, 15)

    asyncio.run(whole())


async def all_closed(slack: LoopbackSlack, url: str, count: int) -> None:
    records = Records(url)
    try:
        closed = 0
        for _ in range(600):
            states = await records.call(records.inbox.states)
            closed = sum(n for state, n in states.items() if state not in ("received", "answering"))
            if closed >= count:
                return
            await slack.clock.advance(5)
            await asyncio.sleep(0.05)
        raise AssertionError(f"{closed} of {count} closed: {states}\n{slack.journal.tail()}")
    finally:
        records.close()
