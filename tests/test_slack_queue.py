"""Who has to wait, and in which order. The real bot before the loopback Slack."""

from pathlib import Path

import pytest

from bot.demo.loopback import faults as wrong
from tests.slack_fixtures import Script, Stage, advance_until_settled, play


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


def test_a_limit_on_looking_people_up_holds_up_nobody(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.slack.faults.next("users.info", fault=wrong.rate_limited(600))
        for user in ("U1", "U2", "U1", "U2", "U1", "U2"):
            stage.slack.user(user).says("C1", "<@UBOT> how many days?")
        await stage.settled(6)  # and the clock has not moved
        assert stage.states() == {"answered": 6}

    play(tmp_path, scene)


@pytest.mark.parametrize("method", ["chat.startStream", "chat.stopStream", "assistant.threads.setStatus"])
def test_an_answer_that_waits_for_slack_holds_up_nobody_else(tmp_path: Path, method: str) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        held = stage.slack.faults.next(method, fault=wrong.held())
        ana.says("C1", "<@UBOT> how many days?")
        await stage.slack.until(lambda: stage.calls(method))
        ana.says(ana.dm(), "how many days?")
        await stage.settled()
        assert len(stage.script.asked) == 2
        held.gate.set()
        await advance_until_settled(stage, 2)

    play(tmp_path, scene, slack_workers=1)
