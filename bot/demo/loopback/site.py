"""What all parts of the loopback share: the app's registration, its tokens, the world, the clock and the journal.

Knows who the app is and what it may do. Knows nothing of any single method or transport.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from bot.demo.loopback.clock import Clock
from bot.demo.loopback.errors import Refused
from bot.demo.loopback.journal import ApiCall, Journal
from bot.demo.loopback.spec import Method
from bot.demo.loopback.world import Channel, User, World

Json = dict[str, Any]

Handler = Callable[["Call"], Awaitable[dict[str, Any]]]
BOT_SCOPES = frozenset(
    "app_mentions:read assistant:write channels:history channels:read chat:write commands groups:history groups:read"
    " im:history im:read im:write mpim:history mpim:read reactions:read reactions:write users:read team:read".split()
)
BOT_EVENTS = frozenset(
    "app_mention message.im message.mpim message.channels message.groups app_home_opened agent_session_stopped"
    " app_context_changed member_joined_channel".split()
)


@dataclass
class Registration:
    """The app as Slack knows it: identity, manifest and signing secret."""

    app_id: str = "A0FOOTNOTE"
    team: str = "T1"
    bot_user: str = "UBOT"
    bot_id: str = "BBOT"
    events: frozenset[str] = BOT_EVENTS
    is_agent: bool = True
    signing_secret: str = "0123456789abcdef0123456789abcdef"
    verification_token: str = "verification"


@dataclass
class Token:
    """A credential: `kind` is bot, app or user; a revoked one is answered with `dead`."""

    value: str
    kind: str
    user: str
    scopes: frozenset[str]
    dead: str = ""


@dataclass
class Site:
    """The shared state; `emit` sends an event to the app, `replied` hears of each reply in a thread."""

    clock: Clock
    world: World
    journal: Journal
    app: Registration
    tokens: dict[str, Token] = field(default_factory=dict)
    emit: Callable[[Json, Channel | None], object] = lambda event, channel: None
    replied: Callable[[str, str], object] = lambda channel, thread: None
    base_url: str = ""
    handlers: dict[str, Handler] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    tasks: set[asyncio.Task[object]] = field(default_factory=set)

    @property
    def bot(self) -> User:
        """Return the app's own user."""
        return self.world.users[self.app.bot_user]

    def spawn(self, work: Coroutine[Any, Any, object]) -> None:
        """Run something in the background; it ends with the loopback at the latest."""
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def bot_is_in(self, channel: Channel) -> bool:
        """Whether the app's user is a member."""
        return self.app.bot_user in channel.members

    def spoken_in(self, channel_id: str) -> Channel:
        """Return the conversation if the app may speak there; refuse as Slack would."""
        channel = self.world.channel(channel_id)
        if not self.bot_is_in(channel):
            raise Refused("not_in_channel" if channel.kind == "public" else "channel_not_found")
        if channel.archived:
            raise Refused("is_archived")
        return channel


@dataclass(frozen=True)
class Call:
    """One checked call on its way to the code that carries it out."""

    site: Site
    method: Method
    token: Token
    args: Json
    record: ApiCall

    @property
    def world(self) -> World:
        """Return the world that the call reads and changes."""
        return self.site.world
