"""The workspace: teams, people, conversations, messages. State only.

Knows who is where and what was said, including every earlier wording of a message. Knows nothing of the wire, of
permissions or of events.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from bot.demo.loopback.clock import Clock
from bot.demo.loopback.errors import NotThere, Refused

Json = dict[str, Any]
Kind = Literal["public", "private", "im", "mpim"]
CHANNEL_TYPES: dict[Kind, str] = {"public": "channel", "private": "group", "im": "im", "mpim": "mpim"}


@dataclass(frozen=True)
class Team:
    """A workspace."""

    id: str
    name: str
    domain: str


@dataclass(frozen=True)
class User:
    """A person or a bot."""

    id: str
    team: str
    name: str
    is_bot: bool = False
    bot_id: str = ""
    app_id: str = ""
    guest: Literal["", "multi", "single"] = ""
    deleted: bool = False


@dataclass(frozen=True)
class Channel:
    """A conversation; `teams` has more than one id when it is shared over Slack Connect."""

    id: str
    name: str
    kind: Kind
    teams: tuple[str, ...]
    members: tuple[str, ...] = ()
    archived: bool = False
    creator: str = ""

    @property
    def type(self) -> str:
        """Return the `channel_type` of the events."""
        return CHANNEL_TYPES[self.kind]

    @property
    def shared(self) -> bool:
        """Whether another company is in it."""
        return len(self.teams) > 1


@dataclass(frozen=True)
class Message:
    """One wording of a message; an edit makes another value with the same channel and ts."""

    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: tuple[Json, ...] = ()
    attachments: tuple[Json, ...] = ()
    thread_ts: str = ""
    team: str = ""
    bot_id: str = ""
    app_id: str = ""
    subtype: str = ""
    edited_by: str = ""
    edited_ts: str = ""
    metadata: Json | None = None
    files: tuple[Json, ...] = ()
    only_for: str = ""
    streaming: bool = False
    streamed: bool = False
    unfurl_links: bool | None = None
    unfurl_media: bool | None = None
    link_names: bool = False
    parse: str = ""
    mrkdwn: bool = True
    username: str = ""
    broadcast: bool = False
    reactions: tuple[tuple[str, str], ...] = ()

    @property
    def root(self) -> str:
        """Return the ts of the thread that it opens or stands in."""
        return self.thread_ts or self.ts


@dataclass
class World:
    """All of it."""

    clock: Clock
    teams: dict[str, Team] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    messages: dict[tuple[str, str], Message] = field(default_factory=dict)
    wordings: list[Message] = field(default_factory=list)
    deleted: list[Message] = field(default_factory=list)
    _threads: defaultdict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    _last_ts: int = 0
    _ids: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def next_ts(self) -> str:
        """Return a message id that is later than every other."""
        self._last_ts = max(self._last_ts + 100, int(self.clock.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def next_id(self, prefix: str) -> str:
        """Return an id of Slack's looks: a letter and digits, never twice the same."""
        return f"{prefix}{next(self._ids):09d}"

    def channel(self, channel_id: str) -> Channel:
        """Return the conversation, or refuse with channel_not_found."""
        if channel_id not in self.channels:
            raise Refused("channel_not_found")
        return self.channels[channel_id]

    def user(self, user_id: str) -> User:
        """Return the person, or refuse with user_not_found."""
        if user_id not in self.users:
            raise Refused("user_not_found")
        return self.users[user_id]

    def message(self, channel_id: str, ts: str) -> Message:
        """Return the present wording, or refuse with message_not_found."""
        if (channel_id, ts) not in self.messages:
            raise Refused("message_not_found")
        return self.messages[channel_id, ts]

    def put(self, message: Message) -> Message:
        """Keep this wording as the present one."""
        self.messages[message.channel, message.ts] = message
        self.wordings.append(message)
        self._threads[message.channel, message.root].add(message.ts)
        return message

    def remove(self, message: Message) -> None:
        """Take the message away; what was seen of it stays in `wordings` and `deleted`."""
        del self.messages[message.channel, message.ts]
        self._threads[message.channel, message.root].discard(message.ts)
        self.deleted.append(message)

    def said_in(self, channel_id: str) -> tuple[Message, ...]:
        """Return the messages of a conversation, oldest first, without the ephemeral ones."""
        return self._sorted(m for m in self.messages.values() if m.channel == channel_id and not m.only_for)

    def thread(self, channel_id: str, ts: str) -> tuple[Message, ...]:
        """Return the root and its replies, oldest first, without the ephemeral ones."""
        found = (self.messages[channel_id, one] for one in self._threads.get((channel_id, ts), ()))
        return self._sorted(message for message in found if not message.only_for)

    def ephemeral(self, channel_id: str, user_id: str) -> tuple[Message, ...]:
        """Return what one person alone sees in a conversation, oldest first."""
        return self._sorted(m for m in self.messages.values() if m.channel == channel_id and m.only_for == user_id)

    def versions(self, channel_id: str, ts: str) -> tuple[Message, ...]:
        """Return every wording of one message, first to last."""
        return tuple(message for message in self.wordings if (message.channel, message.ts) == (channel_id, ts))

    def join(self, channel_id: str, user_id: str) -> None:
        """Make a person a member."""
        channel = self.channel(channel_id)
        if user_id not in channel.members:
            self.channels[channel_id] = replace(channel, members=(*channel.members, user_id))

    def leave(self, channel_id: str, user_id: str) -> None:
        """Make a person no member any more."""
        channel = self.channel(channel_id)
        self.channels[channel_id] = replace(channel, members=tuple(m for m in channel.members if m != user_id))

    def direct(self, user_ids: Iterable[str]) -> Channel:
        """Return the direct conversation of exactly these people, opening it at the first time."""
        members = tuple(sorted(set(user_ids)))
        for channel in self.channels.values():
            if channel.kind in ("im", "mpim") and channel.members == members:
                return channel
        kind: Kind = "im" if len(members) == 2 else "mpim"
        name = "" if kind == "im" else "mpdm-" + "--".join(self.user(m).name for m in members) + "-1"
        teams = tuple(sorted({self.user(member).team for member in members}))
        channel = Channel(self.next_id("D" if kind == "im" else "G"), name, kind, teams, members)
        self.channels[channel.id] = channel
        return channel

    def named(self, name: str) -> User:
        """Return the person with that display name."""
        for user in self.users.values():
            if user.name == name:
                return user
        raise NotThere(f"nobody is called {name}")

    @staticmethod
    def _sorted(messages: Iterable[Message]) -> tuple[Message, ...]:
        return tuple(sorted(messages, key=lambda message: tuple(map(int, message.ts.split(".")))))
