"""Answers reach Slack whole and once, whatever Slack does. The real bot before the loopback Slack."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.loopback import faults as wrong
from tests.slack_fixtures import SENTENCES, Script, Stage, advance_until, advance_until_settled, answered, play, tick

WHOLE = f"{SENTENCES[0]} [1] {SENTENCES[1]} [2]"
THREE = (*SENTENCES, "Lunch is at noon.")
FENCED = "\n\n```python\n" + "print('中文 😀')\n" * 900 + "```\n\nDone."


def long_answer(question: str) -> object:
    paragraphs = [f"段落 {i} 😀 " + "文字とことば。" * 60 for i in range(16)]
    return answered(question, [*(f"{p}\n\n" for p in paragraphs)])


async def ask(stage: Stage, text: str = "<@UBOT> how many days of leave?") -> str:
    return stage.slack.user("U1").says("C1", text).ts


def test_a_long_answer_rolls_over_and_is_whole_with_its_buttons_only_on_the_last_message(tmp_path: Path) -> None:
    script = Script(answer=long_answer)  # type: ignore[arg-type]

    async def scene(stage: Stage) -> None:
        ts = await ask(stage)
        await stage.settled()
        replies = stage.replies("C1", ts)
        assert len(replies) > 1
        text = "".join(m.text for m in replies)
        plain = re.sub(r"\[\[(\d+)\]\]\([^)]*\)", r"[\1]", text)
        whole = stage.script.answer("").text
        assert "".join(plain.split()) == "".join(whole.split())
        with_buttons = [any(b["type"] == "context_actions" for b in m.blocks) for m in replies]
        assert with_buttons == [False] * (len(replies) - 1) + [True]

    play(tmp_path, scene, script=script)


def test_code_fences_stay_balanced_over_messages(tmp_path: Path) -> None:
    script = Script(answer=lambda question: answered(question, [f"So it goes.{FENCED}"]))

    async def scene(stage: Stage) -> None:
        ts = await ask(stage)
        await stage.settled()
        replies = stage.replies("C1", ts)
        assert len(replies) > 1
        assert all(m.text.count("```") % 2 == 0 for m in replies)
        assert sum(m.text.count("print(") for m in replies) == 900

    play(tmp_path, scene, script=script)


def test_an_answer_that_takes_six_minutes_is_whole_though_its_stream_died(tmp_path: Path) -> None:
    script = Script()
    gate = script.hold(1)

    async def scene(stage: Stage) -> None:
        ts = await ask(stage)
        await stage.slack.until(lambda: stage.replies("C1", ts))
        for _ in range(6):
            await stage.slack.clock.advance(60)
        assert len(stage.slack.journal.of("assistant.threads.setStatus")) >= 5
        gate.set()
        await stage.settled()
        assert WHOLE in stage.text("C1", ts)
        assert stage.states() == {"answered": 1}

    play(tmp_path, scene, script=script, slack_answer_seconds=1000)


def test_a_stream_is_continued_in_a_new_message_before_it_dies(tmp_path: Path) -> None:
    script = Script(answer=lambda question: answered(question, THREE))
    gates = [script.hold(1), script.hold(2)]

    async def scene(stage: Stage) -> None:
        ts = await ask(stage)
        await stage.slack.until(lambda: stage.replies("C1", ts))
        for _ in range(50):
            await tick(stage, 5)
        gates[0].set()
        await advance_until(stage, lambda: stage.calls("chat.stopStream") == 1)
        gates[1].set()
        await advance_until_settled(stage)
        assert len(stage.replies("C1", ts)) == 2
        text = stage.text("C1", ts).replace("\n", " ")
        assert f"{THREE[0]} [1] {THREE[1]} [2] {THREE[2]} [3]" in text

    play(tmp_path, scene, script=script, slack_answer_seconds=1000)


@pytest.mark.parametrize("error", ["missing_recipient_team_id", "channel_type_not_supported", "internal_error"])
def test_what_cannot_be_streamed_is_posted_whole(tmp_path: Path, error: str) -> None:
    async def scene(stage: Stage) -> None:
        stage.slack.faults.next("chat.startStream", fault=wrong.refused(error), times=9)
        ts = await ask(stage)
        await advance_until_settled(stage)
        (reply,) = stage.replies("C1", ts)
        assert not reply.streamed
        assert WHOLE in stage.text("C1", ts)
        assert reply.text == SENTENCES[0]

    play(tmp_path, scene)


def test_a_rate_limit_is_waited_for_and_loses_nothing(tmp_path: Path) -> None:
    script = Script(answer=lambda question: answered(question, THREE))
    gates = [script.hold(1), script.hold(2)]

    async def scene(stage: Stage) -> None:
        ts = await ask(stage)
        await stage.slack.until(lambda: stage.replies("C1", ts))
        stage.slack.faults.next("chat.appendStream", fault=wrong.rate_limited(7))
        gates[0].set()
        await advance_until(stage, lambda: stage.calls("chat.appendStream") == 1)
        gates[1].set()
        await advance_until_settled(stage)
        assert f"{THREE[0]} [1] {THREE[1]} [2] {THREE[2]} [3]" in stage.text("C1", ts)
        assert not any(call.too_early for call in stage.slack.journal.calls)
        assert len(stage.replies("C1", ts)) == 1

    play(tmp_path, scene, script=script)


def test_twenty_five_questions_in_a_minute_are_all_answered_within_the_budget_of_streams(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        asked = [stage.slack.user("U1").says("C1", f"<@UBOT> question {i}?") for i in range(25)]
        await advance_until_settled(stage, 25, step=0.2)
        assert all(len(stage.replies("C1", said.ts)) == 1 for said in asked)
        assert 1 < stage.calls("chat.startStream") < 25
        assert not [error for error in stage.slack.journal.errors() if error[0] == "chat.startStream"]

    play(tmp_path, scene)


FAULTS = {
    "lost response": wrong.lost_response,
    "lost request": wrong.lost_request,
    "503 after applying": lambda: wrong.server_error(503, applied=True),
    "503": lambda: wrong.server_error(503),
    "no answer": wrong.no_answer,
}


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


def test_questions_of_one_thread_are_answered_in_their_order(tmp_path: Path) -> None:
    script = Script()
    gate = script.hold(0)

    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        root = ana.says("C1", "<@UBOT> question 0?")
        for number in range(1, 5):
            ana.says("C1", f"<@UBOT> question {number}?", thread=root.ts)
        await stage.slack.until(lambda: stage.states().get("received") == 4)
        gate.set()
        await stage.settled(5)
        assert [request.text for request in script.asked] == [f"question {i}?" for i in range(5)]

    play(tmp_path, scene, script=script, slack_workers=4)


def test_who_has_to_wait_is_told_the_place_in_line(tmp_path: Path) -> None:
    script = Script()
    gate = script.hold(0)

    async def scene(stage: Stage) -> None:
        for number in range(3):
            stage.slack.user("U1").says("C1", f"<@UBOT> question {number}?")
        last = stage.slack.user("U2").says("C1", "<@UBOT> the last question?")

        def told() -> bool:
            calls = stage.slack.journal.of("assistant.threads.setStatus")
            return any(c.args["thread_ts"] == last.ts and "number 3 in line" in c.args["status"] for c in calls)

        await stage.slack.until(told)
        gate.set()
        await stage.settled(4)

    play(tmp_path, scene, script=script, slack_workers=1)


def test_a_full_queue_and_an_eager_person_are_told_at_once(tmp_path: Path) -> None:
    script = Script()
    gate = script.hold(0)

    async def scene(stage: Stage) -> None:
        ana, marko = stage.slack.user("U1"), stage.slack.user("U2")
        ana.says("C1", "<@UBOT> question 0?")
        await stage.slack.until(lambda: script.asked)
        for number in (1, 2):
            ana.says("C1", f"<@UBOT> question {number}?")
        await stage.slack.until(lambda: stage.slack.world.ephemeral("C1", "U1"))
        assert "You have 1 questions waiting already" in stage.slack.world.ephemeral("C1", "U1")[0].text
        marko.says("C1", "<@UBOT> a question?")
        marko.says("C1", "<@UBOT> another question?")
        await stage.slack.until(lambda: stage.slack.world.ephemeral("C1", "U2"))
        assert "I am busy: 3 questions are waiting" in stage.slack.world.ephemeral("C1", "U2")[0].text
        gate.set()
        await stage.settled(5)
        assert stage.states() == {"answered": 3, "refused": 2}

    play(tmp_path, scene, script=script, slack_workers=1, slack_queue=3, slack_user_waiting=1)
