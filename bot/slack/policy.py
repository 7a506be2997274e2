"""Whom Footnote answers, where, and when it keeps quiet. Pure decisions over plain values; calls nobody."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.question.smalltalk import small_talk
from bot.slack.escape import plain_text
from bot.slack.incoming import Message

Intent = Literal["ask", "help", "stop", "too long", "ignore"]
Standing = Literal["member", "guest", "stranger", "unknown"]
MAX_CHARACTERS = 4_000
_STOP = re.compile(
    r"(?:please )?(?:stop|stop (?:it|now|answering|please)|be quiet|quiet|shut up|go away)(?: please| footnote)?[.!]*",
    re.I,
)
_OPENS = re.compile(
    r"(?:and|but|so|also|then|ok(?:ay)?,?|what|who|whom|whose|when|where|why|which|how|is|are|was|were|do|does|did|can|could"
    r"|will|would|should|has|have|had|tell|explain|show|list|give|name|compare|summari[sz]e|more)\b",
    re.I,
)
_SOMEBODY = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>|<!(?:here|channel|everyone|subteam)")


@dataclass(frozen=True)
class Rules:
    """Who may ask at all; an empty list allows everyone."""

    teams: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    strangers: bool = False
    guests: bool = False


@dataclass(frozen=True)
class Limits:
    """The queue's length, and the most questions of one person and of the workspace."""

    queue: int = 200
    waiting_per_user: int = 5
    per_user_minute: int = 10
    per_user_day: int = 200
    per_team_minute: int = 120


@dataclass(frozen=True)
class ChannelRules:
    """What was set for a channel inside Slack: `answers` to mentions only or to every question, from which folders."""

    answers: Literal["mentions", "questions"] = "mentions"
    folders: tuple[str, ...] = ()
    editors: Literal["everyone", "listed"] = "everyone"
    listed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Thread:
    """A thread in which the bot was asked: by whom, and whether people have talked among themselves since."""

    askers: tuple[str, ...]
    stopped: bool = False
    chatter: bool = False


def intent_of(message: Message, *, bot_user: str, channel: ChannelRules, thread: Thread | None) -> Intent:
    """Returns what a message wants of the bot.

    A direct message and a mention always speak to it. Without a mention it answers a follow-up in a thread of its own
    if that is meant for it, and a top-level question where the channel is set so.
    """
    text = plain_text(message.text, bot_user=bot_user)
    if not (message.kind == "im" or message.mentioned or _speaks_to_us(message, text, channel, thread)):
        return "ignore"
    if _STOP.fullmatch(text):
        return "stop" if thread and not thread.stopped else "ignore"
    if len(text) > MAX_CHARACTERS:
        return "too long"
    return "ask" if any(map(str.isalnum, text)) else "help"


def is_chatter(message: Message, thread: Thread) -> bool:
    """Tells whether an ignored message shows that people talk among themselves in a thread of the bot's."""
    return message.user not in thread.askers or bool(_SOMEBODY.search(message.text))


def standing_of(profile: Mapping[str, Any] | None, *, actor_team: str, team: str) -> Standing:
    """Returns how a person stands to the workspace, from the `user` of users.info; None: it could not be read."""
    if actor_team != team:
        return "stranger"
    if profile is None:
        return "unknown"
    if profile.get("is_stranger") or profile.get("team_id", team) != team:
        return "stranger"
    return "guest" if profile.get("is_restricted") or profile.get("is_ultra_restricted") else "member"


def needs_profile(rules: Rules, *, actor_team: str, team: str) -> bool:
    """Tells whether the rules ask more of a person than the event says."""
    return actor_team == team and not (rules.guests and rules.strangers)


def refusal(rules: Rules, *, user: str, channel: str, actor_team: str, standing: Standing) -> str | None:
    """Returns the sentence with which a person is refused, or None if they may ask."""
    if rules.users and user not in rules.users:
        return "I answer only some people here, and you are not on my list yet. Ask whoever runs me to add you."
    if rules.teams and actor_team not in rules.teams:
        return "I do not answer people of your workspace. Ask whoever runs me to allow it."
    if rules.channels and channel not in rules.channels:
        return "I do not answer in this channel. Ask whoever runs me to allow it."
    if standing == "stranger" and not rules.strangers and actor_team not in rules.teams:
        return "I answer only members of this workspace, not people from outside."
    if standing == "guest" and not rules.guests and user not in rules.users:
        return "I answer only full members of this workspace, not guests."
    if standing == "unknown" and user not in rules.users:
        return "I could not check just now whether you are a member of this workspace. Please ask again in a minute."
    return None


def may_edit(channel: ChannelRules, *, user: str, is_admin: bool) -> bool:
    """Tells whether a person may change a channel's settings; admins of the workspace always may."""
    return is_admin or channel.editors == "everyone" or user in channel.listed


def _speaks_to_us(message: Message, text: str, channel: ChannelRules, thread: Thread | None) -> bool:
    if _SOMEBODY.search(message.text) or small_talk(text):
        return bool(_STOP.fullmatch(text))
    if message.thread_ts and message.thread_ts != message.ts:
        return thread is not None and not thread.stopped and _follows_up(message, text, thread)
    return message.kind == "channel" and channel.answers == "questions" and text.endswith("?")


def _follows_up(message: Message, text: str, thread: Thread) -> bool:
    """Anyone may go on right after an answer with a question; other words count only from who has asked before."""
    if _STOP.fullmatch(text):
        return message.user in thread.askers
    if thread.chatter:
        return False
    return text.endswith("?") or (message.user in thread.askers and bool(_OPENS.match(text)))
