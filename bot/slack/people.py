"""Who somebody is, and whether they may ask and may change settings. Asks Slack in the background and remembers.

Nobody's answer waits for a slow or limited `users.info`: whoever asks waits a moment for the profile, counted from when
it was first wanted, and not at all while Slack limits the method. What is known stays in use while it is asked anew.
"""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Literal

from bot.errors import SlackRefused, SlackUnsure
from bot.slack.calls import Clock
from bot.slack.records.threads import ChannelRules
from bot.slack.settings import SlackSettings
from bot.slack.web import Web

Standing = Literal["member", "guest", "stranger", "unknown"]
UNKNOWN = "I could not check just now whether you are a member of this workspace. Please try again in a minute."
_log = logging.getLogger("footnote.slack")
_KEEP_SECONDS, _AGAIN_SECONDS, _MOST = 600.0, 30.0, 10_000
_GRACE = 0.5
_TO_KNOW_AN_EDITOR = 2.0  # seconds; the form has to open within three
_AT_ONCE = 8
_NOBODY: tuple[float, Mapping[str, Any] | None] = (float("-inf"), None)


def standing_of(profile: Mapping[str, Any] | None, *, actor_team: str, team: str) -> Standing:
    """Returns how a person stands to the workspace, from the `user` of users.info; None: it could not be read."""
    if actor_team != team:
        return "stranger"
    if profile is None:
        return "unknown"
    if profile.get("is_stranger") or profile.get("team_id", team) != team:
        return "stranger"
    return "guest" if profile.get("is_restricted") or profile.get("is_ultra_restricted") else "member"


def refusal(rules: SlackSettings, *, user: str, channel: str, actor_team: str, standing: Standing) -> str | None:
    """Returns the sentence with which a person is refused, or None if they may ask; an empty list allows everyone."""
    if rules.slack_users and user not in rules.slack_users:
        return "I answer only some people here, and you are not on my list yet. Ask whoever runs me to add you."
    if rules.slack_teams and actor_team not in rules.slack_teams:
        return "I do not answer people of your workspace. Ask whoever runs me to allow it."
    if rules.slack_channels and channel not in rules.slack_channels:
        return "I do not answer in this channel. Ask whoever runs me to allow it."
    if standing == "stranger" and not rules.slack_strangers and actor_team not in rules.slack_teams:
        return "I answer only members of this workspace, not people from outside."
    if standing == "guest" and not rules.slack_guests and user not in rules.slack_users:
        return "I answer only full members of this workspace, not guests."
    if standing == "unknown" and rules.slack_unknown == "wait" and user not in rules.slack_users:
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


class People:
    """The profiles that were read lately, and those that are being asked for."""

    def __init__(self, web: Web, clock: Clock, *, team: str, rules: SlackSettings) -> None:
        self._web, self._clock, self._team, self._rules = web, clock, team, rules
        self._read: dict[str, tuple[float, Mapping[str, Any] | None]] = {}
        self._asking: dict[str, tuple[float, asyncio.Task[None]]] = {}
        self._names: dict[str, str] = {}
        self._first_names: set[str] = set()
        self._turns = asyncio.Semaphore(_AT_ONCE)
        self._blind_until = float("-inf")

    def look_up(self, user: str) -> None:
        """Begins to ask for a profile, unless it was read lately or is being asked for."""
        now = self._clock.now()
        fresh = now - self._read.get(user, _NOBODY)[0] < _KEEP_SECONDS
        if fresh or user in self._asking or now < self._blind_until or len(self._asking) >= _MOST:
            return
        self._asking[user] = (asyncio.get_running_loop().time(), asyncio.create_task(self._ask(user)))

    def note_name(self, user: str, name: str) -> None:
        """Remembers what somebody is called, as a command tells it."""
        if len(self._names) >= _MOST:
            self._names.clear()
        self._names[user] = name
        self._note_first_name(user)

    def name(self, user: str) -> str | None:
        """Returns what somebody is called; None if nobody has told."""
        found: Mapping[str, Any] = self._profile(user) or {}
        shown = found.get("profile") or {}
        return shown.get("display_name") or shown.get("real_name") or found.get("real_name") or self._names.get(user)

    @property
    def names(self) -> frozenset[str]:
        """What people here are called, as far as is known: their first names, in lower case."""
        return frozenset(self._first_names)

    def refusal_now(self, user: str, *, actor_team: str, channel: str) -> str | None:
        """Returns the sentence with which a person is surely refused; None if they may ask, or are not known yet."""
        return self._refusal(user, self._profile(user) or {}, actor_team=actor_team, channel=channel)

    async def refusal(self, user: str, *, actor_team: str, channel: str) -> str | None:
        """Returns the sentence with which a person is refused, after a moment for Slack to tell who it is."""
        rules = self._rules
        profile: Mapping[str, Any] | None = {}
        if actor_team == self._team and not (rules.slack_guests and rules.slack_strangers):
            profile = await self._awaited(user, _GRACE)
        return self._refusal(user, profile, actor_team=actor_team, channel=channel)

    async def no_edit(self, rules: ChannelRules, user: str, *, actor_team: str, channel: str) -> str | None:
        """Returns the sentence with which a person may not change the settings of a channel, or None."""
        profile = await self._awaited(user, _TO_KNOW_AN_EDITOR)
        standing = standing_of(profile, actor_team=actor_team, team=self._team)
        is_admin = bool(profile and (profile.get("is_admin") or profile.get("is_owner")))
        refused = self.refusal_now(user, actor_team=actor_team, channel=channel)
        return refused or no_edit(rules, user=user, standing=standing, is_admin=is_admin)

    async def end(self) -> None:
        """Asks no more."""
        tasks = [task for _, task in self._asking.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _refusal(self, user: str, profile: Mapping[str, Any] | None, *, actor_team: str, channel: str) -> str | None:
        standing = standing_of(profile, actor_team=actor_team, team=self._team)
        return refusal(self._rules, user=user, channel=channel, actor_team=actor_team, standing=standing)

    def _profile(self, user: str) -> Mapping[str, Any] | None:
        return self._read.get(user, _NOBODY)[1]

    async def _awaited(self, user: str, patience: float) -> Mapping[str, Any] | None:
        """The profile, if Slack has told it in time."""
        self.look_up(user)
        if user in self._asking and self._web.may_ask_for_profiles:
            since, task = self._asking[user]
            left = since + patience - asyncio.get_running_loop().time()
            if left > 0:
                await asyncio.wait({task}, timeout=left)
        return self._profile(user)

    async def _ask(self, user: str) -> None:
        try:
            async with self._turns:
                await self._read_profile(user)
        finally:
            self._asking.pop(user, None)

    async def _read_profile(self, user: str) -> None:
        profile = self._profile(user)
        try:
            read_at, profile = self._clock.now(), await self._web.profile(user)
        except (SlackRefused, SlackUnsure) as error:
            _log.warning("%s", error)
            read_at = self._clock.now() - _KEEP_SECONDS + _AGAIN_SECONDS
            if isinstance(error, SlackRefused) and error.code == "missing_scope":
                self._blind_until = self._clock.now() + _KEEP_SECONDS
        if len(self._read) >= _MOST:
            self._read.clear()
            self._first_names.clear()
        self._read[user] = (read_at, profile)
        self._note_first_name(user)

    def _note_first_name(self, user: str) -> None:
        self._first_names.update(word.lower() for word in (self.name(user) or "").split()[:1])
