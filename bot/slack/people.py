"""Who somebody is, asked of Slack once in ten minutes. Knows profiles; what they mean is decided in `policy`."""

import logging
from collections.abc import Mapping
from typing import Any

from bot.errors import SlackRefused, SlackUnsure
from bot.slack.clock import Clock
from bot.slack.policy import Rules, needs_profile, refusal, standing_of
from bot.slack.records.question import Question
from bot.slack.web import Web

_log = logging.getLogger("footnote.slack")
_KEEP_SECONDS, _MOST = 600.0, 10_000


class People:
    """The profiles that were read lately."""

    def __init__(self, web: Web, clock: Clock) -> None:
        self._web, self._clock = web, clock
        self._read: dict[str, tuple[float, Mapping[str, Any]]] = {}

    async def profile(self, user: str) -> Mapping[str, Any] | None:
        """Returns Slack's `user` object; None if Slack does not tell."""
        now = self._clock.now()
        read, profile = self._read.get(user, (float("-inf"), {}))
        if now - read < _KEEP_SECONDS:
            return profile
        try:
            profile = await self._web.profile(user)
        except (SlackRefused, SlackUnsure) as error:
            _log.warning("%s", error)
            return None
        if len(self._read) >= _MOST:
            self._read.clear()
        self._read[user] = (now, profile)
        return profile

    async def refusal(self, asked: Question, rules: Rules) -> str | None:
        """Returns the sentence with which the asker is refused, or None if they may ask."""
        team, actor_team = asked.team, asked.actor_team
        needed = needs_profile(rules, actor_team=actor_team, team=team)
        profile = await self.profile(asked.asker) if needed else {}
        standing = standing_of(profile, actor_team=actor_team, team=team)
        return refusal(rules, user=asked.asker, channel=asked.channel, actor_team=actor_team, standing=standing)

    async def is_admin(self, user: str) -> bool:
        """Tells whether somebody is an admin or owner of the workspace."""
        profile = await self.profile(user) or {}
        return bool(profile.get("is_admin") or profile.get("is_owner"))
