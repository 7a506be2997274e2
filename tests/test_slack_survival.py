"""Questions survive kills, restarts, doubles and other bots: each gets one reply. Slow: make survival."""

import asyncio
import random
import time
from pathlib import Path

import pytest

from bot.demo.loopback import faults as wrong
from bot.demo.loopback.clock import Clock
from bot.demo.loopback.slack import LoopbackSlack
from bot.demo.loopback.speaking import Said
from bot.slack.records import inbox
from bot.slack.records.database import Records, look
from tests import inbox_fixtures
from tests.slack_fixtures import SENTENCES, Script, Stage, advance_until_settled, bot_in, play, tick
from tests.slack_nursery import Nursery

pytestmark = pytest.mark.survival
WHOLE = f"{SENTENCES[0]} [1] {SENTENCES[1]} [2]"


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
                asked: list[Said] = []
                amid = kills = 0
                # Where answers are fast more kills are needed until half of the fifty have fallen into one.
                while kills < 50 or (amid < 25 and kills < 100):
                    kills += 1
                    pid = await nursery.start()
                    await slack.until(lambda: slack.sockets.open)
                    now = [slack.user("U1").says("C1", f"<@UBOT> question {len(asked) + i}?") for i in range(2)]
                    asked += now
                    # A question that was never acknowledged four times is lost to Slack, too: kill after that.
                    await slack.until(lambda now=now: all(d.acked for s in now for d in s.deliveries))  # type: ignore[misc]
                    await asyncio.sleep(draw.uniform(0, 0.09))
                    nursery.kill(pid)
                    amid += any(not finished(slack, said.ts) for said in now)
                    await slack.until(lambda: not slack.sockets.open)
                    await slack.clock.advance(61)
                pid = await nursery.start()
                await slack.until(lambda: slack.sockets.open)
                await all_closed(slack, f"sqlite:///{tmp_path / 'slack.sqlite'}", len(asked))
                for said in asked:
                    assert WHOLE in one_reply(slack, "C1", said.ts).replace("\n", " ")
                assert amid >= 25, f"only {amid} of the kills fell into an answer"
                nursery.kill(pid, 15)

    asyncio.run(whole())


def finished(slack: LoopbackSlack, ts: str) -> bool:
    replies = [m for m in slack.thread("C1", ts) if m.user == "UBOT"]
    return bool(replies) and not replies[-1].streaming


async def all_closed(slack: LoopbackSlack, url: str, count: int) -> None:
    records = Records(url)
    try:
        closed = 0
        for _ in range(2_000):  # a bot of its own waits out a rate limit by its own clock, up to a minute
            states = await records.call(inbox_fixtures.states)
            closed = sum(n for state, n in states.items() if state not in ("received", "answering"))
            if closed >= count:
                return
            await slack.clock.advance(5)
            await asyncio.sleep(0.05)
        raise AssertionError(f"{closed} of {count} closed: {states}\n{slack.journal.tail()}")
    finally:
        records.close()


def test_a_thousand_doubled_and_reordered_events_make_one_answer_each(tmp_path: Path) -> None:
    draw = random.Random(7)
    lossy = ("chat.startStream", "chat.appendStream", "chat.stopStream", "chat.postMessage", "chat.update")

    async def whole() -> None:
        async with LoopbackSlack(clock=Clock()) as slack:
            slack.faults.sometimes(*lossy, fault=wrong.lost_response(), share=0.05, seed=3)
            asked: list[Said] = []
            script, closed = Script(), 0
            for _ in range(5):
                limits = {"slack_queue": 10_000, "slack_drain_seconds": 0.05}
                async with bot_in(slack, tmp_path, script, **limits) as bot:  # type: ignore[arg-type]
                    stage = Stage(slack, bot, script, tmp_path)
                    fresh = [slack.user("U1").says("C1", f"<@UBOT> question {len(asked) + i}?") for i in range(50)]
                    asked += fresh
                    events = [d for said in draw.choices(asked, k=20) + fresh for d in said.deliveries]
                    draw.shuffle(events)
                    slack.deliveries.acks_to_lose = 10
                    for number, event in enumerate(events[:100]):
                        slack.deliveries.redeliver(event, same_id=bool(number % 2))
                        if number % 10 == 0:
                            await tick(stage, 0.1)
                    # The bot ends in the middle of the batch, except for the last time.
                    closed += 40
                    await advance_until_settled(stage, closed, step=0.5)
                await slack.clock.advance(61)
            async with bot_in(slack, tmp_path, script) as bot:
                await advance_until_settled(Stage(slack, bot, script, tmp_path), len(asked), step=0.5)
            events_sent = sum(len(d.attempts) for d in slack.deliveries.all)
            assert events_sent >= 1000
            for said in asked:
                assert WHOLE in one_reply(slack, "C1", said.ts).replace("\n", " ")

    asyncio.run(whole())


def test_a_hundred_questions_at_once_are_acknowledged_at_once_and_none_is_lost(tmp_path: Path) -> None:
    lags: list[float] = []
    stretches: list[float] = []

    async def watch() -> None:
        """Notes how long the loop came late, and how long it had worked at a stretch."""
        while True:
            before, worked = time.perf_counter(), time.thread_time()
            await asyncio.sleep(0.01)
            lags.append(time.perf_counter() - before - 0.01)
            stretches.append(time.thread_time() - worked)

    async def scene(stage: Stage) -> None:
        watching = asyncio.create_task(watch())
        asked = []
        for i in range(100):
            asked.append(stage.slack.user("U1").says("C1", f"<@UBOT> question {i}?"))
            await asyncio.sleep(0)  # saying it is the loopback's work, in the same loop
        await stage.slack.until(lambda: all(d.acked for said in asked for d in said.deliveries))
        await advance_until_settled(stage, 100, step=0.2)
        watching.cancel()
        for i, said in enumerate(asked):
            assert WHOLE in one_reply(stage.slack, "C1", said.ts)
            (reply,) = stage.replies("C1", said.ts)
            found = stage.bot.records.run(inbox.find, answer_id(reply.metadata))
            assert found is not None
            assert found[0].ts == said.ts, i
        late = sorted(lags)[int(len(lags) * 0.99)]
        print(
            f"ack p99 {stage.slack.deliveries.slowest() * 1000:.0f} ms, loop lag p99 {late * 1000:.0f} ms, "
            f"worst {max(lags) * 1000:.0f} ms, of it own work {max(stretches) * 1000:.0f} ms"
        )
        assert stage.slack.deliveries.slowest() < 1
        assert max(lags) < 0.2
        assert max(stretches) < 0.2

    play(tmp_path, scene, script=Script())


def answer_id(metadata: object) -> str:
    assert isinstance(metadata, dict)
    return str(metadata["event_payload"]["answer_id"])


def test_a_term_signal_lets_answers_finish_and_the_next_bot_goes_on_with_the_rest(tmp_path: Path) -> None:
    async def whole() -> None:
        async with LoopbackSlack(clock=Clock(), strict=False) as slack:
            common = {"bot_token": slack.bot_token, "app_token": slack.app_token, "slack_api_url": slack.api_url}
            with Nursery(home=str(tmp_path), slack_workers=2, **common) as nursery:
                pid = await nursery.start()
                await slack.until(lambda: slack.sockets.open)
                asked = [slack.user("U1").says("C1", f"<@UBOT> question {i}?") for i in range(6)]
                await slack.until(lambda: all(d.acked for s in asked for d in s.deliveries))
                nursery.kill(pid, 15)
                await slack.until(lambda: not slack.sockets.open)
                await asyncio.sleep(0.3)
                assert not any(m.streaming for m in slack.world.said_in("C1"))
                await slack.clock.advance(61)
                pid = await nursery.start()
                await slack.until(lambda: slack.sockets.open)
                await all_closed(slack, f"sqlite:///{tmp_path / 'slack.sqlite'}", 6)
                for said in asked:
                    assert WHOLE in one_reply(slack, "C1", said.ts).replace("\n", " ")
                nursery.kill(pid, 15)

    asyncio.run(whole())


def test_the_doctor_looks_at_a_postgresql_and_makes_no_tables(postgres: str) -> None:
    before, again = look(postgres), look(postgres)
    assert before == again
    assert before is not None
    assert before.server.startswith("PostgreSQL ")
    assert before.can_make
    Records(postgres).close()
    after = look(postgres)
    assert after is not None
    assert (len(before.missing), after.missing) == (6, ())


def test_several_bots_on_one_postgresql_answer_each_question_once(tmp_path: Path, postgres: str) -> None:
    draw = random.Random(11)

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
                for _ in range(10):
                    asked += [slack.user("U1").says("C1", f"<@UBOT> question {len(asked) + i}?") for i in range(4)]
                    again = [slack.deliveries.redeliver(d, same_id=False) for s in asked[-4:] for d in s.deliveries]
                    await slack.until(lambda again=again: all(d.acked for d in again))  # type: ignore[misc]
                    await slack.until(lambda said=tuple(asked): all(d.acked for s in said for d in s.deliveries))  # type: ignore[misc]
                    victim = draw.choice(pids)
                    pids.remove(victim)
                    nursery.kill(victim)
                    await slack.until(lambda: len(slack.sockets.open) == 2)
                    await slack.clock.advance(61)
                    pids.append(await nursery.start())
                    await slack.until(lambda: len(slack.sockets.open) == 3)
                await all_closed(slack, postgres, len(asked))
                for said in asked:
                    assert WHOLE in one_reply(slack, "C1", said.ts).replace("\n", " ")
                for pid in pids:
                    nursery.kill(pid, 15)

    asyncio.run(whole())
