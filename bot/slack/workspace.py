"""All that the bot works with in its one workspace, put together once. Knows the parts; decides nothing."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.responder import Responder
from bot.slack.access import Access
from bot.slack.calls import Clock
from bot.slack.people import People
from bot.slack.pieces import Crew
from bot.slack.records.database import Records
from bot.slack.settings import SlackSettings
from bot.slack.views import Knowledge
from bot.slack.web import Web

STARTS_PER_MINUTE = 18  # startStream and stopStream: 20 a minute


class Starts:
    """How many streams may still be started this minute, and how many are live; shared by all answers of a process."""

    def __init__(self) -> None:
        self._times: list[float] = []
        self.live = 0

    def take(self, *, now: float) -> bool:
        """Counts one more start, unless there have been too many."""
        self._times = [time for time in self._times if time > now - 60]
        if len(self._times) >= STARTS_PER_MINUTE:
            return False
        self._times.append(now)
        return True


@dataclass(frozen=True)
class Workspace:
    """Who the bot is there, what was set for it, and what it asks, answers and remembers with.

    `owner` names this process as the holder of questions; `crew` and `starts` are shared by its answers.
    """

    access: Access
    settings: SlackSettings
    web: Web
    records: Records
    people: People
    clock: Clock
    responder: Responder
    knowledge: Callable[[], Knowledge]
    owner: str = field(default_factory=lambda: secrets.token_hex(8))
    crew: Crew = field(default_factory=Crew)
    starts: Starts = field(default_factory=Starts)
