"""Deletions under fire: several bots, kills, redelivered events. Slow: make survival."""

import asyncio
import random
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot.demo.loopback.clock import Clock
from bot.demo.loopback.slack import LoopbackSlack
from bot.demo.loopback.speaking import Said
from bot.slack.records.database import Records
from bot.slack.records.tables import question
from tests.slack_nursery import Nursery

pytestmark = pytest.mark.survival


def test_questions_deleted_at_any_moment_are_erased_by_several_bots_on_one_postgresql(
    tmp_path: Path, postgres: str
) -> None:
    draw = random.Random(13)

    async def whole() -> None:
        async with LoopbackSlack(clock=Clock(), strict=False) as slack:
            common = {"bot_token": slack.bot_token, "app_token": slack.app_token, "slack_api_url": slack.api_url}
            with Nursery(home=str(tmp_path), database_url=postgres, slack_lease_seconds=0.5, **common) as nursery:
                pids: list[int] = []
                for count in (1, 2, 3):
                    pids.append(await nursery.start())
                    await slack.until(lambda count=count: len(slack.sockets.open) == count)  # type: ignore[misc]
                    await slack.clock.advance(61)
                asked: list[Said] = []
                for number in range(40):
                    said = slack.user("U2").says("C1", f"<@UBOT> how many canaries, number {number}?")
                    asked.append(said)
                    await asyncio.sleep(draw.choice((0, 0.005, 0.02, 0.04, 0.08)))
                    told = slack.user("U2").deletes(said)
                    again = [slack.deliveries.redeliver(d, same_id=False) for d in said.deliveries]
                    if number % 10 == 5:
                        nursery.kill(pids.pop())
                        await slack.until(lambda: len(slack.sockets.open) == 2)
                        await slack.clock.advance(61)
                        pids.append(await nursery.start())
                        await slack.until(lambda: len(slack.sockets.open) == 3)
                    await slack.until(lambda events=(*told, *again): all(d.acked for d in events))  # type: ignore[misc]
                await nothing_left(slack, postgres, {said.ts for said in asked})
                for pid in pids:
                    nursery.kill(pid, 15)

    asyncio.run(whole())


async def nothing_left(slack: LoopbackSlack, url: str, asked: set[str]) -> None:
    """Waits until all of these questions are erased, and checks that no word of them is kept."""
    records = Records(url)
    try:
        for _ in range(600):
            rows = [row for row in await records.call(kept) if row[0] in asked]
            if all(state == "erased" for _, state, _, _ in rows):
                break
            await slack.clock.advance(5)
            await asyncio.sleep(0.05)
        assert {(state, text, str(answer)) for _, state, text, answer in rows} == {("erased", "", "None")}
        assert len(rows) == len(asked)
        assert not any(m.streaming for m in slack.world.said_in("C1"))
    finally:
        records.close()


def kept(c: Connection) -> list[tuple[str, str, str, object]]:
    columns = (question.c.ts, question.c.state, question.c.text, question.c.answer)
    return [(row.ts, row.state, row.text, row.answer) for row in c.execute(select(*columns))]
