"""Who may ask, where, and how: mentions, direct messages, threads. The real bot before the loopback Slack."""

from pathlib import Path

import pytest

from tests.slack_fixtures import SENTENCES, Stage, play

BOTH = pytest.mark.parametrize("transport", ["socket", "http"])
FIRST = "Everyone has 30 days of leave. [1]"


@BOTH
def test_a_mention_gets_a_streamed_answer_in_its_thread(tmp_path: Path, transport: str) -> None:
    async def scene(stage: Stage) -> None:
        asked = stage.slack.user("U1").says("C1", "<@UBOT> how many days of leave?")
        await stage.settled()
        (reply,) = stage.replies("C1", asked.ts)
        assert reply.streamed
        assert not reply.streaming
        assert FIRST in stage.text("C1", asked.ts)
        (start,) = stage.slack.journal.of("chat.startStream")
        assert (start.args["recipient_user_id"], start.args["recipient_team_id"]) == ("U1", "T1")
        assert stage.calls("chat.stopStream") == 1
        assert stage.slack.deliveries.slowest() < 3

    play(tmp_path, scene, transport=transport)


@BOTH
def test_a_direct_message_is_answered_in_a_thread_with_a_session_that_ends_active(
    tmp_path: Path, transport: str
) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        asked = ana.says(ana.dm(), "how many days of leave?")
        await stage.settled()
        assert FIRST in stage.text(ana.dm(), asked.ts)
        statuses = [c.args["status"] for c in stage.slack.journal.of("agents.sessions.setStatus")]
        (stop,) = stage.slack.journal.of("chat.stopStream")
        assert statuses == ["processing"]
        assert stop.args["session_status"] == "active"

    play(tmp_path, scene, transport=transport)


def test_a_follow_up_needs_no_mention_and_comes_with_its_history(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        first = ana.says("C1", "<@UBOT> how many days of leave?")
        await stage.settled(1)
        ana.says("C1", "and who books trains?", thread=first.ts)
        await stage.settled(2)
        assert len(stage.replies("C1", first.ts)) == 2
        history = stage.script.asked[1].history
        assert [(t.role, t.text) for t in history] == [
            ("user", "how many days of leave?"),
            ("assistant", f"{SENTENCES[0]} [1] {SENTENCES[1]} [2]"),
        ]

    play(tmp_path, scene)


def test_a_reply_in_a_thread_of_others_is_ignored(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        root = stage.slack.user("U2").says("C1", "lunch?")
        said = stage.slack.user("U1").says("C1", "and when is it?", thread=root.ts)
        await stage.slack.until(lambda: all(d.acked for d in said.deliveries))
        assert stage.states() == {}

    play(tmp_path, scene)


def test_people_who_talk_to_each_other_in_a_thread_are_left_alone(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana, marko = stage.slack.user("U1"), stage.slack.user("U2")
        first = ana.says("C1", "<@UBOT> how many days of leave?")
        await stage.settled(1)
        for who, text in (
            (marko, "<@U1> did you know that?"),
            (ana, "no, did you?"),
            (marko, "thanks!"),
            (ana, "what about lunch?"),
        ):
            said = who.says("C1", text, thread=first.ts)
            await stage.slack.until(lambda said=said: all(d.acked for d in said.deliveries))  # type: ignore[misc]
        assert stage.states() == {"answered": 1}
        ana.says("C1", "<@UBOT> and trains?", thread=first.ts)
        await stage.settled(2)

    play(tmp_path, scene)


def test_stop_makes_the_bot_quiet_in_a_thread_until_it_is_mentioned(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        first = ana.says("C1", "<@UBOT> how many days of leave?")
        await stage.settled(1)
        ana.says("C1", "stop", thread=first.ts)
        await stage.settled(2)
        assert "I keep quiet in this thread" in stage.text("C1", first.ts)
        ignored = ana.says("C1", "and trains?", thread=first.ts)
        await stage.slack.until(lambda: all(d.acked for d in ignored.deliveries))
        assert len(stage.script.asked) == 1
        ana.says("C1", "<@UBOT> and trains?", thread=first.ts)
        await stage.settled(3)
        assert len(stage.script.asked) == 2

    play(tmp_path, scene)


def test_a_group_conversation_is_answered_only_when_mentioned(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        ignored = ana.says("G2", "how many days of leave?")
        await stage.slack.until(lambda: all(d.acked for d in ignored.deliveries))
        asked = ana.says("G2", "<@UBOT> how many days of leave?")
        await stage.settled()
        assert stage.replies("G2", ignored.ts) == ()
        assert len(stage.replies("G2", asked.ts)) == 1

    play(tmp_path, scene)


def test_a_suggested_prompt_is_a_question_like_any_other(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        ana.opens_messages()
        await stage.slack.until(lambda: ana.prompts)
        assert 1 <= len(ana.prompts) <= 4
        assert "thread_ts" not in stage.slack.journal.of("assistant.threads.setSuggestedPrompts")[0].args
        asked = ana.picks_prompt(1)
        await stage.settled()
        assert len(stage.replies(asked.channel, asked.ts)) == 1

    play(tmp_path, scene)


def test_guests_and_strangers_are_refused_once(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        for _ in range(2):
            stage.slack.user("U3").says("C1", "<@UBOT> how many days?")
            stage.slack.user("U9").says("C3", "<@UBOT> how many days?")
        await stage.settled(4)
        assert stage.states() == {"refused": 4}
        assert len(stage.slack.world.ephemeral("C1", "U3")) == 1
        assert "not guests" in stage.slack.world.ephemeral("C1", "U3")[0].text
        assert "not people from outside" in stage.slack.world.ephemeral("C3", "U9")[0].text
        assert len(stage.slack.world.ephemeral("C3", "U9")) == 1
        assert stage.script.asked == []

    play(tmp_path, scene)


def test_a_stranger_who_may_ask_is_named_to_the_stream_with_his_own_team(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.slack.user("U9").says("C3", "<@UBOT> how many days?")
        await stage.settled()
        (start,) = stage.slack.journal.of("chat.startStream")
        assert start.args["recipient_team_id"] == "T9"

    play(tmp_path, scene, slack_strangers=True)
