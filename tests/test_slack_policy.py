"""Which messages are meant for the bot, and who may ask, as values in and values out."""

from typing import Any

import pytest

from bot.slack.incoming import Message, read_message
from bot.slack.policy import ChannelRules, Rules, Thread, intent_of, may_edit, refusal, standing_of

EVENT = {"type": "message", "channel_type": "channel", "channel": "C1", "ts": "1.0", "user": "U1", "text": "hi"}
OURS = Thread(("U1",))


def said(text: str, *, kind: str = "channel", user: str = "U1", thread: bool = False) -> Message:
    mentioned = "<@UBOT>" in text
    return Message("C1", kind, "2.0", "1.0" if thread else None, user, "T1", text, mentioned, False)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"subtype": "channel_join"}, "subtype channel_join"),
        ({"subtype": "message_changed"}, "subtype message_changed"),
        ({"bot_id": "B1"}, "not a person"),
        ({"user": None}, "not a person"),
        ({"user": "USLACKBOT"}, "not a person"),
        ({"user": "UBOT"}, "not a person"),
        ({"edited": {"user": "U1"}}, "edited"),
        ({"ts": None}, "incomplete"),
    ],
)
def test_what_is_no_message_of_a_person_is_ignored(changes: dict[str, Any], reason: str) -> None:
    assert read_message(EVENT | changes, team="T1", bot_user="UBOT") == reason


def test_a_message_without_text_is_read() -> None:
    message = read_message(EVENT | {"text": None, "subtype": "file_share"}, team="T1", bot_user="UBOT")
    assert isinstance(message, Message)
    assert message.text == ""


@pytest.mark.parametrize(
    ("message", "channel", "thread", "intent"),
    [
        (said("<@UBOT> why?"), ChannelRules(), None, "ask"),
        (said("<@UBOT>"), ChannelRules(), None, "help"),
        (said("<@UBOT> " + "x" * 4001), ChannelRules(), None, "too long"),
        (said("why?"), ChannelRules(), None, "ignore"),
        (said("why?"), ChannelRules("questions"), None, "ask"),
        (said("<@U2> why?"), ChannelRules("questions"), None, "ignore"),
        (said("why."), ChannelRules("questions"), None, "ignore"),
        (said("why", kind="im"), ChannelRules(), None, "ask"),
        (said("why?", kind="mpim"), ChannelRules("questions"), None, "ignore"),
        (said("and then?", thread=True), ChannelRules(), OURS, "ask"),
        (said("and then?", thread=True, user="U2"), ChannelRules(), OURS, "ask"),
        (said("tell me more", thread=True), ChannelRules(), OURS, "ask"),
        (said("tell me more", thread=True, user="U2"), ChannelRules(), OURS, "ignore"),
        (said("I see it differently", thread=True), ChannelRules(), OURS, "ignore"),
        (said("thanks!", thread=True), ChannelRules(), OURS, "ignore"),
        (said("<@U2> right?", thread=True), ChannelRules(), OURS, "ignore"),
        (said("and then?", thread=True), ChannelRules(), Thread(("U1",), chatter=True), "ignore"),
        (said("and then?", thread=True), ChannelRules(), Thread(("U1",), stopped=True), "ignore"),
        (said("<@UBOT> and?", thread=True), ChannelRules(), Thread(("U1",), stopped=True), "ask"),
        (said("and then?", thread=True), ChannelRules(), None, "ignore"),
        (said("stop", thread=True), ChannelRules(), OURS, "stop"),
        (said("stop", thread=True, user="U2"), ChannelRules(), OURS, "ignore"),
        (said("<@UBOT> please stop!", thread=True, user="U2"), ChannelRules(), OURS, "stop"),
    ],
)
def test_the_bot_knows_when_it_is_meant(
    message: Message, channel: ChannelRules, thread: Thread | None, intent: str
) -> None:
    assert intent_of(message, bot_user="UBOT", channel=channel, thread=thread) == intent


@pytest.mark.parametrize(
    ("profile", "actor_team", "standing"),
    [
        ({"team_id": "T1"}, "T1", "member"),
        ({"team_id": "T1", "is_restricted": True}, "T1", "guest"),
        ({"is_ultra_restricted": True}, "T1", "guest"),
        ({"is_stranger": True}, "T1", "stranger"),
        ({"team_id": "T9"}, "T1", "stranger"),
        (None, "T9", "stranger"),
        (None, "T1", "unknown"),
    ],
)
def test_a_profile_says_how_a_person_stands(profile: dict[str, Any] | None, actor_team: str, standing: str) -> None:
    assert standing_of(profile, actor_team=actor_team, team="T1") == standing


def test_who_cannot_be_checked_is_not_answered() -> None:
    sentence = refusal(Rules(), user="U1", channel="C1", actor_team="T1", standing="unknown")
    assert sentence
    assert "ask again in a minute" in sentence


def test_settings_may_be_kept_to_a_few_and_admins() -> None:
    rules = ChannelRules(editors="listed", listed=("U1",))
    assert may_edit(rules, user="U1", is_admin=False)
    assert not may_edit(rules, user="U2", is_admin=False)
    assert may_edit(rules, user="U2", is_admin=True)
