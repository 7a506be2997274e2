"""How answers, refusals, roots and notifications are worded. The real bot before the loopback Slack."""

import dataclasses
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.demo.loopback import faults as wrong
from bot.slack.escape import safe
from bot.slack.render import notification
from tests.slack_fixtures import TRAVEL, Script, Stage, advance_until_settled, answered, play, refused

SENTENCE = "R&D <pilots> read docs.example.com, not docs.example.org, for 1 < 2 reasons."


def test_a_notification_is_escaped_once_and_whole_where_it_names_a_domain(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.slack.faults.next("chat.startStream", fault=wrong.refused("channel_type_not_supported"))
        asked = stage.slack.user("U1").says("C1", "<@UBOT> who reads?")
        await advance_until_settled(stage)
        (reply,) = stage.replies("C1", asked.ts)
        assert reply.text == safe(SENTENCE)

    play(tmp_path, scene, script=Script(answer=lambda question: answered(question, [SENTENCE, "So it is."])))


@pytest.mark.parametrize("length", [280, 296, 299, 300, 301, 304])
def test_a_long_notification_ends_with_a_whole_word(length: int) -> None:
    text = "word " * (length // 5) + "files.example.com/path and more of it. [1] Another."
    words = notification(safe(text)).replace("\u2060", "").removesuffix(" …").split()
    assert set(words) <= {"word", "files.example.com/path", "and", "more", "of", "it."}


def test_a_refusal_names_each_title_once_and_gives_one_tip(tmp_path: Path) -> None:
    def refuse(question: str) -> Answer:
        return dataclasses.replace(refused(question), nearest=(TRAVEL,))

    async def scene(stage: Stage) -> None:
        asked = stage.slack.user("U1").says("C1", "<@UBOT> who won in 1950?")
        await stage.settled()
        text = stage.text("C1", asked.ts)
        assert text.count("Travel") == 1
        assert text.count("Try ") == 1
        assert text.startswith("The articles do not answer this.\nNearest articles\n")

    play(tmp_path, scene, script=Script(answer=refuse))


@pytest.mark.parametrize("knows", ["profile", "command alone"])
def test_the_root_of_a_command_says_who_asked_and_what_and_notifies_nobody(tmp_path: Path, knows: str) -> None:
    async def scene(stage: Stage) -> None:
        if knows != "profile":
            stage.slack.faults.next("users.info", fault=wrong.held(), times=9)
        stage.slack.user("U1").runs("/ask", "how many days for <@U2>?", channel="C1")
        await stage.settled()
        (root,) = [m for m in stage.slack.world.said_in("C1") if m.user == "UBOT" and not m.thread_ts]
        assert root.text.lower() == "ana asked: how many days for?"
        assert stage.slack.effects_of_all().notified == frozenset()
        stage.slack.faults.clear()

    play(tmp_path, scene)


@pytest.mark.parametrize(("seconds", "answers"), [(0, 1), (59, 1), (62, 0)])
def test_a_mention_that_is_added_by_editing_within_a_minute_counts(tmp_path: Path, seconds: int, answers: int) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        said = ana.says("C1", "how many days of leave?")
        await stage.slack.until(lambda: all(d.acked for d in said.deliveries))
        await stage.slack.clock.advance(seconds)
        edited = ana.edits(said, "<@UBOT> how many days of leave?")
        await stage.slack.until(lambda: all(d.acked for d in edited.deliveries))
        if answers:
            await stage.settled()
        assert len(stage.replies("C1", said.ts)) == answers

    play(tmp_path, scene)


def test_an_edit_that_slack_tells_only_as_a_change_counts_too(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.slack.app.events -= {"app_mention"}
        ana = stage.slack.user("U1")
        said = ana.says("C1", "how many days of leave?")
        await stage.slack.until(lambda: all(d.acked for d in said.deliveries))
        ana.edits(said, "<@UBOT> how many days of leave?")
        await stage.settled()
        assert len(stage.replies("C1", said.ts)) == 1

    play(tmp_path, scene)


def test_stop_stops_an_answer_that_is_ready_but_not_posted(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        first = ana.says("C1", "<@UBOT> how many days of leave?")
        await stage.settled()
        held = stage.slack.faults.next("assistant.threads.setStatus", fault=wrong.held())
        ana.says("C1", "<@UBOT> and who books trains?", thread=first.ts)
        await stage.slack.until(lambda: len(stage.script.asked) == 2)
        stopped = ana.says("C1", "stop", thread=first.ts)
        await stage.slack.until(lambda: all(d.acked for d in stopped.deliveries))
        held.gate.set()
        await advance_until_settled(stage, 3)
        assert stage.states() == {"answered": 1, "stopped": 1, "refused": 1}
        assert len(stage.replies("C1", first.ts)) == 2
        assert "I keep quiet in this thread" in stage.replies("C1", first.ts)[1].text

    play(tmp_path, scene)


@pytest.mark.parametrize("under_way", [True, False])
def test_stop_in_a_direct_message_is_acknowledged_and_stops_what_is_under_way(tmp_path: Path, under_way: bool) -> None:
    script = Script()
    gate = script.hold(0)

    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        if under_way:
            asked = ana.says(ana.dm(), "how many days of leave?")
            await stage.slack.until(lambda: script.asked)
        said = ana.says(ana.dm(), "stop")
        await stage.settled(1 + under_way)
        assert "I have stopped" in stage.text(ana.dm(), said.ts)
        gate.set()
        if under_way:
            assert stage.states() == {"stopped": 1, "refused": 1}
            assert stage.replies(ana.dm(), asked.ts) == ()

    play(tmp_path, scene, script=script)


def test_a_mention_that_says_stop_where_nothing_runs_is_acknowledged(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        said = stage.slack.user("U1").says("C1", "<@UBOT> stop")
        await stage.settled()
        assert "I keep quiet in this thread" in stage.text("C1", said.ts)

    play(tmp_path, scene)
