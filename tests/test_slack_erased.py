"""A deleted question is erased, whenever the deletion comes. The real bot before the loopback Slack."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.demo.loopback import faults as wrong
from bot.demo.loopback import wire
from bot.demo.loopback.clock import Clock
from bot.demo.loopback.slack import LoopbackSlack
from bot.demo.loopback.speaking import Said
from bot.demo.loopback.world import Message
from tests.inbox_fixtures import opinions
from tests.slack_fixtures import Script, Stage, advance_until, answered, bot_in, play, tick

QUESTION = "<@UBOT> how many days for canaries?"
Prepare = Callable[[Stage], object]
BEFORE_WORDS = ("users.info", "agents.sessions.setStatus", "chat.startStream", "chat.postMessage")


def stored(home: Path) -> str:
    """All that the bot keeps, as one text."""
    with closing(sqlite3.connect(home / "slack.sqlite")) as kept:
        tables = [name for (name,) in kept.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return "\n".join(str(row) for table in tables for row in kept.execute(f"SELECT * FROM {table}"))


def canary_script(**changes: object) -> Script:
    return Script(answer=lambda question: answered(question, ["Canaries have 30 days.", "Trains run.", "Noon."]))


async def erased(stage: Stage, ts: str, channel: str = "C1") -> None:
    """Waits until nothing is under way, and checks that nothing is shown and nothing kept."""
    await advance_until(stage, lambda: not stage.states())
    for _ in range(10):
        await tick(stage)
    assert stage.replies(channel, ts) == ()
    kept = stored(stage.home)
    assert "anaries" not in kept
    assert "U1" not in kept


def not_streamed(stage: Stage) -> None:
    stage.slack.faults.next("chat.startStream", fault=wrong.refused("channel_type_not_supported"))


def dead_stream(stage: Stage) -> None:
    stage.slack.faults.next("chat.stopStream", fault=wrong.refused("message_not_in_streaming_state"))


@pytest.mark.parametrize(
    ("method", "prepare"),
    [
        ("users.info", lambda stage: None),
        ("agents.sessions.setStatus", lambda stage: None),
        ("chat.startStream", lambda stage: None),
        ("chat.appendStream", lambda stage: None),
        ("chat.stopStream", lambda stage: None),
        ("chat.postMessage", not_streamed),
        ("chat.update", dead_stream),
    ],
)
def test_a_question_deleted_during_any_call_of_its_answer_is_erased_with_what_was_begun(
    tmp_path: Path, method: str, prepare: Prepare
) -> None:
    script = canary_script()
    if method not in BEFORE_WORDS:
        for part in (1, 2):
            script.hold(part)

    async def scene(stage: Stage) -> None:
        prepare(stage)
        held = stage.slack.faults.next(method, fault=wrong.held())
        ana = stage.slack.user("U1")
        asked = ana.says("C1", QUESTION)
        if method not in BEFORE_WORDS:
            await advance_until(stage, lambda: stage.replies("C1", asked.ts))
            script.gates[1].set()
            if method != "chat.appendStream":
                script.gates[2].set()
        await advance_until(stage, lambda: stage.calls(method))
        told = ana.deletes(asked)
        await stage.slack.until(lambda: all(d.acked for d in told))
        held.gate.set()
        script.release()
        await erased(stage, asked.ts)

    play(tmp_path, scene, script=script)


@pytest.mark.parametrize("part", [0, 1, 2, 3])
def test_a_question_deleted_between_any_two_sentences_is_erased_at_once(tmp_path: Path, part: int) -> None:
    script = canary_script()
    gate = script.hold(part)

    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        asked = ana.says("C1", QUESTION)
        await stage.slack.until(lambda: script.asked)
        for _ in range(4):
            await tick(stage)
        told = ana.deletes(asked)
        await stage.slack.until(lambda: all(d.acked for d in told))
        await erased(stage, asked.ts)
        gate.set()
        await erased(stage, asked.ts)

    play(tmp_path, scene, script=script)


@pytest.mark.parametrize("how", ["deleted", "stopped"])
def test_an_answer_that_waits_for_a_rate_limit_is_not_posted_once_it_is_unwanted(tmp_path: Path, how: str) -> None:
    async def scene(stage: Stage) -> None:
        not_streamed(stage)
        stage.slack.faults.next("chat.postMessage", fault=wrong.rate_limited(30))
        ana = stage.slack.user("U1")
        asked = ana.says("C1", QUESTION)
        await stage.slack.until(lambda: stage.calls("chat.postMessage"))
        told = ana.deletes(asked) if how == "deleted" else ana.says("C1", "stop", thread=asked.ts).deliveries
        await stage.slack.until(lambda: all(d.acked for d in told))
        await advance_until(stage, lambda: not {"answering", "erasing"} & set(stage.states()))
        assert not any("anaries" in m.text for m in stage.slack.world.wordings if m.user == "UBOT")

    play(tmp_path, scene, script=canary_script())


def test_a_deletion_that_comes_before_its_question_keeps_it_out(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        slack = stage.slack
        late = slack.world.put(Message("C1", slack.world.next_ts(), "U1", QUESTION, team="T1"))
        told = slack.user("U1").deletes(Said(late, ()))
        await slack.until(lambda: all(d.acked for d in told))
        asked = slack.deliveries.event(wire.mention_event(slack.site, late), slack.world.channel("C1"))
        await slack.until(lambda: asked and asked.acked)
        await erased(stage, late.ts)
        assert stage.script.asked == []

    play(tmp_path, scene)


def test_a_question_deleted_while_it_waits_for_slack_to_come_back_is_erased(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        for method in ("chat.startStream", "chat.postMessage"):
            stage.slack.faults.next(method, fault=wrong.lost_response(), times=1)
        stage.slack.faults.next("conversations.replies", fault=wrong.lost_request(), times=60)
        ana = stage.slack.user("U1")
        asked = ana.says("C1", QUESTION)
        await advance_until(stage, lambda: stage.calls("conversations.replies") >= 4)
        told = ana.deletes(asked)
        await stage.slack.until(lambda: all(d.acked for d in told))
        await advance_until(stage, lambda: not stage.states(), step=20)
        await erased(stage, asked.ts)

    play(tmp_path, scene, script=canary_script(), slack_call_seconds=0.3)


def test_a_question_deleted_while_no_bot_runs_is_erased_by_the_next_one(tmp_path: Path) -> None:
    script = canary_script()
    script.hold(1)

    async def whole() -> None:
        async with LoopbackSlack(clock=Clock()) as slack:
            ana = slack.user("U1")
            async with bot_in(slack, tmp_path, script, slack_drain_seconds=0.05) as bot:
                asked = ana.says("C1", QUESTION)
                await slack.until(lambda: slack.replies("C1", asked.ts))
            await slack.clock.advance(61)
            told = ana.deletes(asked)
            async with bot_in(slack, tmp_path, script) as bot:
                await slack.until(lambda: all(d.acked for d in told))
                script.release()
                await erased(Stage(slack, bot, script, tmp_path), asked.ts)

    asyncio.run(whole())


def test_feedback_on_an_erased_question_is_not_kept(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana, marko = stage.slack.user("U1"), stage.slack.user("U2")
        asked = ana.says("C1", QUESTION)
        await stage.settled()
        (reply,) = stage.replies("C1", asked.ts)
        marko.clicks(reply, "answer_feedback", value=f"down:{bin_of(reply)}")
        await stage.slack.until(lambda: marko.modal)
        told = ana.deletes(asked)
        await stage.slack.until(lambda: all(d.acked for d in told))
        sent = marko.submits({"reason": "outdated", "right_answer": "canaries have 35"})
        await stage.slack.until(lambda: sent.acked)
        await tick(stage)
        assert stage.bot.records.run(opinions) == ()
        assert "anaries" not in stored(stage.home)

    play(tmp_path, scene, script=canary_script())


def test_the_words_of_an_erased_question_are_in_no_file(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        asked = ana.says("C1", QUESTION)
        await stage.settled()
        told = ana.deletes(asked)
        await stage.slack.until(lambda: all(d.acked for d in told))
        await stage.slack.until(lambda: not stage.states())
        assert not any(b"anaries" in file.read_bytes() for file in tmp_path.glob("slack.sqlite*"))

    play(tmp_path, scene, script=canary_script())


def bin_of(reply: Message) -> str:
    (button,) = [e for b in reply.blocks if b["type"] == "context_actions" for e in b["elements"][1:]]
    return str(button["value"])
