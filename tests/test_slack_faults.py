"""Answers reach Slack whole and once, whatever Slack does. The real bot before the loopback Slack."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.demo.loopback import faults as wrong
from tests.slack_fixtures import SENTENCES, Script, Stage, advance_until_settled, answered, play, tick

WHOLE = f"{SENTENCES[0]} [1] {SENTENCES[1]} [2]"
THREE = (*SENTENCES, "Lunch is at noon.")
FAULTS = {
    "lost response": wrong.lost_response,
    "lost request": wrong.lost_request,
    "503 after applying": lambda: wrong.server_error(503, applied=True),
    "503": lambda: wrong.server_error(503),
    "no answer": wrong.no_answer,
}


async def ask(stage: Stage, text: str = "<@UBOT> how many days of leave?") -> str:
    return stage.slack.user("U1").says("C1", text).ts


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(
    "method", ["chat.startStream", "chat.appendStream", "chat.stopStream", "chat.postMessage", "chat.update"]
)
def test_trouble_with_a_call_never_makes_two_answers(tmp_path: Path, method: str, fault: str) -> None:
    script = Script(answer=lambda question: answered(question, THREE))
    gate = script.hold(1)

    async def scene(stage: Stage) -> None:
        if method == "chat.postMessage":
            stage.slack.faults.next("chat.startStream", fault=wrong.refused("channel_type_not_supported"))
        if method == "chat.update":
            stage.slack.faults.next("chat.stopStream", fault=wrong.refused("message_not_in_streaming_state"))
        stage.slack.faults.next(method, fault=FAULTS[fault]())
        ts = await ask(stage)
        await stage.slack.until(lambda: stage.script.asked)
        while not (stage.replies("C1", ts) or method == "chat.postMessage"):
            await tick(stage)
        await stage.slack.clock.advance(1)
        gate.set()
        await advance_until_settled(stage)
        assert f"{THREE[0]} [1] {THREE[1]} [2] {THREE[2]} [3]" in stage.text("C1", ts)
        assert stage.text("C1", ts).count(THREE[0]) == 1
        assert len(stage.replies("C1", ts)) == 1
        assert stage.states() == {"answered": 1}
        assert not stage.replies("C1", ts)[0].streaming

    play(tmp_path, scene, script=script, slack_call_seconds=0.3)


@pytest.mark.parametrize("fault", FAULTS)
def test_trouble_with_the_root_of_a_command_never_makes_two_roots(tmp_path: Path, fault: str) -> None:
    async def scene(stage: Stage) -> None:
        stage.slack.faults.next("chat.postMessage", fault=FAULTS[fault]())
        stage.slack.user("U1").runs("/ask", "how many days?", channel="C1")
        await advance_until_settled(stage)
        (root,) = [m for m in stage.slack.world.said_in("C1") if m.user == "UBOT" and not m.thread_ts]
        assert WHOLE in stage.text("C1", root.ts)

    play(tmp_path, scene, slack_call_seconds=0.3)


def test_blocks_that_slack_refuses_do_not_cost_the_answer(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        for method in ("chat.stopStream", "chat.update"):
            stage.slack.faults.next(method, fault=wrong.refused("invalid_blocks"))
        ts = await ask(stage)
        await advance_until_settled(stage)
        text = stage.text("C1", ts)
        assert WHOLE in text
        assert "[2] Travel" in text

    play(tmp_path, scene)


def test_a_question_is_tried_again_when_slack_is_back(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        for method in ("chat.startStream", "chat.postMessage", "conversations.replies"):
            stage.slack.faults.next(method, fault=wrong.lost_request(), times=9)
        ts = await ask(stage)
        await advance_until_settled(stage, step=3)
        assert WHOLE in stage.text("C1", ts)
        assert len(stage.replies("C1", ts)) == 1

    play(tmp_path, scene, slack_call_seconds=0.3)


@pytest.mark.parametrize("how", ["told to reconnect", "cut"])
def test_a_dropped_socket_loses_neither_the_answer_nor_the_next_question(tmp_path: Path, how: str) -> None:
    script = Script()
    gate = script.hold(1)

    async def scene(stage: Stage) -> None:
        ts = await ask(stage)
        await stage.slack.until(lambda: stage.replies("C1", ts))
        await stage.slack.clock.advance(61)  # one new connection a minute
        if how == "cut":
            stage.slack.sockets.cut_all()
        else:
            await stage.slack.sockets.disconnect()
        gate.set()
        await stage.settled()
        script.gates.clear()
        again = await ask(stage, "<@UBOT> and trains?")
        await stage.settled(2)
        assert WHOLE in stage.text("C1", ts)
        assert len(stage.replies("C1", again)) == 1

    play(tmp_path, scene, script=script, slack_ping_seconds=0.5)


def test_a_lost_acknowledgement_is_followed_by_a_redelivery_and_one_answer(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.slack.deliveries.acks_to_lose = 2
        said = stage.slack.user("U1").says("C1", "<@UBOT> how many days?")
        await stage.settled()
        await stage.slack.clock.advance(4)
        await stage.slack.until(lambda: all(d.acked for d in said.deliveries))
        assert max(len(d.attempts) for d in said.deliveries) > 1
        assert len(stage.replies("C1", said.ts)) == 1

    play(tmp_path, scene)


def test_a_question_that_cannot_be_written_down_is_not_acknowledged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(stage: Stage) -> None:
        with closing(sqlite3.connect(tmp_path / "slack.sqlite")) as inbox:
            inbox.execute("ALTER TABLE slack_question RENAME TO away")
            said = stage.slack.user("U1").says("C1", "<@UBOT> how many days?")
            await stage.slack.until(lambda: len(caplog.records) > 2)
            assert not any(d.acked for d in said.deliveries)
            inbox.execute("ALTER TABLE away RENAME TO slack_question")
        await advance_until_settled(stage, step=3)
        assert len(stage.replies("C1", said.ts)) == 1

    play(tmp_path, scene)
