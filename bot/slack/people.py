"""Who somebody is. Asks Slack in the background and remembers; what a profile means is decided in `policy`.

Nobody's answer waits for a slow or limited `users.info`: whoever asks waits a moment for the profile, counted from when
it was first wanted, and not at all while Slack limits the method. What is known stays in use while it is asked anew.
"""

import asyncio
import dataclasses
import logging
from collections.abc import Mapping
from typing import Any

from bot.errors import SlackRefused, SlackUnsure
from bot.slack.clock import Clock
from bot.slack.policy import Rules, Standing, needs_profile, refusal, standing_of
from bot.slack.records.question import PostedQuestion
from bot.slack.web import Web

_log = logging.getLogger("footnote.slack")
_KEEP_SECONDS, _AGAIN_SECONDS, _MOST = 600.0, 30.0, 10_000
_GRACE = 0.5
_AT_ONCE = 8
_NOBODY: tuple[float, Mapping[str, Any] | None] = (float("-inf"), None)


class People:
    """The profiles that were read lately, and those that are being asked for."""

    def __init__(self, web: Web, clock: Clock) -> None:
        self._web, self._clock = web, clock
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

    def refusal_now(self, asked: PostedQuestion, rules: Rules) -> str | None:
        """Returns the sentence with which the asker is surely refused; None if they may ask, or are not known yet."""
        return self._refusal(asked, dataclasses.replace(rules, unknown="answer"))

    async def refusal(self, asked: PostedQuestion, rules: Rules) -> str | None:
        """Returns the sentence with which the asker is refused, after a moment for Slack to tell who it is."""
        if needs_profile(rules, actor_team=asked.actor_team, team=asked.team):
            await self._wait_for(asked.asker, _GRACE)
        return self._refusal(asked, rules)

    def _refusal(self, asked: PostedQuestion, rules: Rules) -> str | None:
        needed = needs_profile(rules, actor_team=asked.actor_team, team=asked.team)
        profile = self._profile(asked.asker) if needed else {}
        standing = standing_of(profile, actor_team=asked.actor_team, team=asked.team)
        return refusal(rules, user=asked.asker, channel=asked.channel, actor_team=asked.actor_team, standing=standing)

    async def standing(self, user: str, *, actor_team: str, team: str, patience: float = _GRACE) -> Standing:
        """Returns how a person stands to the workspace; `unknown` if Slack has not told in time."""
        await self._wait_for(user, patience)
        return standing_of(self._profile(user), actor_team=actor_team, team=team)

    def is_admin(self, user: str) -> bool:
        """Tells whether somebody is known as an admin or owner of the workspace."""
        profile: Mapping[str, Any] = self._profile(user) or {}
        return bool(profile.get("is_admin") or profile.get("is_owner"))

    async def end(self) -> None:
        """Asks no more."""
        tasks = [task for _, task in self._asking.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _profile(self, user: str) -> Mapping[str, Any] | None:
        return self._read.get(user, _NOBODY)[1]

    async def _wait_for(self, user: str, patience: float) -> None:
        self.look_up(user)
        if user not in self._asking or not self._web.may_ask_for_profiles:
            return
        since, task = self._asking[user]
        left = since + patience - asyncio.get_running_loop().time()
        if left > 0:
            await asyncio.wait({task}, timeout=left)

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
