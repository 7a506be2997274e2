"""Whoever asked is told, also where the bot may not post. The real bot before the loopback Slack."""

import dataclasses
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.demo.loopback import faults as wrong
from bot.demo.loopback.world import Message
from tests.slack_fixtures import Stage, advance_until_settled, play

FIRST = "Everyone has 30 days of leave."


def archive(stage: Stage) -> None:
    channels = stage.slack.world.channels
    channels["C1"] = dataclasses.replace(channels["C1"], archived=True)


def restrict(stage: Stage) -> None:
    refusal = wrong.refused("restricted_action_read_only_channel")
    stage.slack.faults.next("chat.startStream", "chat.postMessage", fault=refusal, times=9, when=in_a_channel)


def in_a_channel(args: dict[str, object]) -> bool:
    return str(args.get("channel"))[0] == "C"


def privately(stage: Stage, channel: str, user: str = "U1") -> str:
    """What one person alone was told, in a channel or directly."""
    world, person = stage.slack.world, stage.slack.user(user)
    direct = [m for m in world.said_in(person.dm()) if m.user == "UBOT"]
    return "\n".join(m.text for m in (*world.ephemeral(channel, user), *direct))


async def ask_about(stage: Stage, said: Message) -> None:
    ana = stage.slack.user("U1")
    ana.uses_shortcut("ask_about_message", on=said)
    await stage.slack.until(lambda: ana.modal)
    ana.submits({"question": "how many days of leave are there?"})


@pytest.mark.parametrize("where", ["not a member", "archived", "restricted"])
@pytest.mark.parametrize("how", ["command", "form"])
def test_who_asks_by_command_or_form_where_the_bot_may_not_post_is_answered_alone(
    tmp_path: Path, where: str, how: str
) -> None:
    channel = "C2" if where == "not a member" else "C1"

    async def scene(stage: Stage) -> None:
        said = stage.slack.user("U2").says(channel, "how many days of leave?")
        if where != "not a member":
            (archive if where == "archived" else restrict)(stage)
        if how == "command":
            stage.slack.user("U1").runs("/ask", "how many days?", channel=channel)
        else:
            await ask_about(stage, said.message)
        await advance_until_settled(stage)
        assert FIRST in privately(stage, channel)
        assert not [m for m in stage.slack.world.said_in(channel) if m.user == "UBOT"]
        assert stage.states() == {"answered": 1}

    play(tmp_path, scene)


def test_an_answer_by_form_comes_directly_where_its_address_is_worn_out(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        said = stage.slack.user("U2").says("C2", "how many days of leave?")
        await ask_about(stage, said.message)
        for grant in stage.slack.responses.grants.values():
            grant.uses = 5
        await advance_until_settled(stage)
        (direct,) = [m for m in stage.slack.world.said_in(stage.slack.user("U1").dm()) if m.user == "UBOT"]
        assert FIRST in direct.text

    play(tmp_path, scene)


@pytest.mark.parametrize("what", ["shortcut", "settings", "quote", "thumb"])
def test_who_waits_for_a_form_that_slack_does_not_open_is_told(tmp_path: Path, what: str) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        said = ana.says("C1", "<@UBOT> how many days of leave?")
        await stage.settled()
        stage.slack.faults.next("views.open", fault=wrong.refused("expired_trigger_id"))
        (reply,) = stage.replies("C1", said.ts)
        if what == "shortcut":
            ana.uses_shortcut("ask_about_message", on=said.message)
        elif what == "settings":
            ana.runs("/ask", "settings", channel="C1")
        elif what == "quote":
            ana.clicks(reply, "show_quote_1")
        else:
            ana.clicks(reply, "answer_feedback", value=f"down:{answer_id(reply)}")
        await stage.slack.until(lambda: "Slack did not open the form" in privately(stage, "C1"))

    play(tmp_path, scene)


def test_who_mentions_the_bot_where_it_may_not_post_is_told_so(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        restrict(stage)
        stage.slack.user("U1").says("C1", "<@UBOT> how many days?")
        await advance_until_settled(stage)
        assert "I may not write in the channel" in privately(stage, "C1")
        assert stage.states() == {"failed": 1}

    play(tmp_path, scene)


def test_what_slack_refuses_again_and_again_is_given_up_soon_and_not_in_silence(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        for method in ("chat.startStream", "chat.postMessage"):
            stage.slack.faults.next(method, fault=wrong.refused("team_access_not_granted"), times=50, when=in_a_channel)
        stage.slack.user("U1").says("C1", "<@UBOT> how many days?")
        await advance_until_settled(stage, step=10)
        assert "Please ask again" in privately(stage, "C1")
        assert stage.calls("chat.startStream") <= 3

    play(tmp_path, scene)


def test_a_click_below_an_answer_to_one_person_alone_is_acted_on(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        ana.runs("/ask", "how many days?", channel="C2")
        await stage.settled()
        private = stage.slack.world.ephemeral("C2", "U1")[-1]
        ana.clicks(private, "show_quote_1")
        await stage.slack.until(lambda: ana.modal)
        ana.closes_modal()
        ana.clicks(private, "answer_feedback", value=f"up:{answer_id(private)}")
        await stage.slack.until(lambda: "Thank you." in privately(stage, "C2"))

    play(tmp_path, scene)


@pytest.mark.parametrize("what", ["thumb", "reason", "settings"])
def test_a_click_that_cannot_be_acted_on_is_not_swallowed(tmp_path: Path, what: str) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        said = ana.says("C1", "<@UBOT> how many days of leave?")
        await stage.settled()
        (reply,) = stage.replies("C1", said.ts)
        if what == "reason":
            ana.clicks(reply, "answer_feedback", value=f"down:{answer_id(reply)}")
            await stage.slack.until(lambda: ana.modal)
        with closing(sqlite3.connect(tmp_path / "slack.sqlite")) as inbox:
            for table in ("slack_feedback", "slack_channel"):
                inbox.execute(f"ALTER TABLE {table} RENAME TO {table}_away")
        if what == "thumb":
            ana.clicks(reply, "answer_feedback", value=f"up:{answer_id(reply)}")
        elif what == "reason":
            ana.submits({"reason": "wrong"})
        else:
            ana.runs("/ask", "settings", channel="C1")
        await stage.slack.until(lambda: "Something went wrong on my side" in privately(stage, "C1"))

    play(tmp_path, scene)


def answer_id(reply: Message) -> str:
    (button,) = [e for b in reply.blocks if b["type"] == "context_actions" for e in b["elements"][1:]]
    return str(button["value"])
