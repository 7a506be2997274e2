"""Who is answered where, and who may change that. Pure decisions over plain values; calls nobody."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Standing = Literal["member", "guest", "stranger", "unknown"]
UNKNOWN = "I could not check just now whether you are a member of this workspace. Please try again in a minute."


@dataclass(frozen=True)
class Rules:
    """Who may ask at all; an empty list allows everyone.

    `unknown` is for those of whom Slack has not told (yet) whether they are members or guests.
    """

    teams: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    strangers: bool = False
    guests: bool = False
    unknown: Literal["answer", "wait"] = "answer"


@dataclass(frozen=True)
class Quota:
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
    if standing == "unknown" and rules.unknown == "wait" and user not in rules.users:
        return UNKNOWN
    return None


def no_edit(channel: ChannelRules, *, user: str, standing: Standing, is_admin: bool) -> str | None:
    """Returns the sentence with which somebody may not change settings, or None; admins of the workspace always may.

    Nobody is taken for a member here before Slack has said so.
    """
    if standing == "unknown":
        return UNKNOWN
    if standing != "member":
        return "Only full members of this workspace can change my settings."
    if is_admin or channel.editors == "everyone" or user in channel.listed:
        return None
    return "The settings of this channel can be changed by the people who were listed in them, and by admins."
