"""Long, slow and many answers reach Slack whole. The real bot before the loopback Slack."""

import re
from pathlib import Path

import pytest

from bot.demo.loopback import faults as wrong
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
