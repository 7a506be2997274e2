"""Which messages are meant for the bot, and who may ask, as values in and values out."""

from typing import Any

import pytest

from bot.slack.incoming import Heard, intent_of, read_message
from bot.slack.people import Standing, no_edit, refusal, standing_of
from bot.slack.records.threads import ChannelRules, Thread
from bot.slack.settings import SlackSettings

EVENT = {"type": "message", "channel_type": "channel", "channel": "C1", "ts": "1.0", "user": "U1", "text": "hi"}
OURS = Thread(("U1",))


def said(text: str, *, kind: str = "channel", user: str = "U1", thread: bool = False) -> Heard:
    place = {"ts": "2.0", "thread_ts": "1.0" if thread else None, "channel_type": kind}
    heard = read_message(EVENT | place | {"user": user, "text": text}, team="T1", bot_user="UBOT", now=0.0)
    assert heard
    return heard


@pytest.mark.parametrize(
    "changes",
    [
        {"subtype": "channel_join"},
        {"subtype": "message_changed"},
        {"bot_id": "B1"},
        {"user": None},
        {"user": "USLACKBOT"},
        {"user": "UBOT"},
        {"edited": {"user": "U1"}},
        {"ts": None},
    ],
)
def test_what_is_no_message_of_a_person_is_ignored(changes: dict[str, Any]) -> None:
    assert read_message(EVENT | changes, team="T1", bot_user="UBOT", now=0.0) is None


def test_a_message_without_text_is_read() -> None:
    message = read_message(EVENT | {"text": None, "subtype": "file_share"}, team="T1", bot_user="UBOT", now=0.0)
    assert message
    assert message.asked.text == ""


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
        (said("and then?", thread=True), ChannelRules(), OURS, "overhear"),
        (said("and then?", thread=True, user="U2"), ChannelRules(), OURS, "overhear"),
        (said("tell me more", thread=True), ChannelRules(), OURS, "overhear"),
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
    message: Heard, channel: ChannelRules, thread: Thread | None, intent: str
) -> None:
    assert intent_of(message, channel=channel, thread=thread) == intent


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


@pytest.mark.parametrize(("unknown", "is_refused"), [("answer", False), ("wait", True)])
def test_who_is_not_known_yet_is_answered_unless_the_rules_want_to_know(unknown: Any, is_refused: bool) -> None:
    sentence = refusal(
        SlackSettings(slack_unknown=unknown), user="U1", channel="C1", actor_team="T1", standing="unknown"
    )
    assert bool(sentence) == is_refused


@pytest.mark.parametrize(
    ("user", "standing", "is_admin", "may"),
    [
        ("U1", "member", False, True),
        ("U2", "member", False, False),
        ("U2", "member", True, True),
        ("U1", "guest", False, False),
        ("U1", "stranger", False, False),
        ("U1", "unknown", False, False),
    ],
)
def test_settings_may_be_kept_to_a_few_and_admins_and_are_never_for_guests(
    user: str, standing: Standing, is_admin: bool, may: bool
) -> None:
    rules = ChannelRules(editors="listed", listed=("U1",))
    assert (no_edit(rules, user=user, standing=standing, is_admin=is_admin) is None) == may
