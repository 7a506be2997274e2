"""What a person says in Slack: messages, edits, deletions, and the events that tell the app of them.

Knows what each of these makes Slack send to the app. Knows nothing of transports, clicks or commands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.demo.loopback import wire
from bot.demo.loopback.agent import Agent
from bot.demo.loopback.deliveries import Deliveries, Delivery
from bot.demo.loopback.responses import ResponseUrls
from bot.demo.loopback.site import Site
from bot.demo.loopback.streams import Streams
from bot.demo.loopback.text import escaped, rich_text
from bot.demo.loopback.views import Views
from bot.demo.loopback.world import Channel, Message, User, World

Json = dict[str, Any]
Order = Literal["mention first", "message first"]
WIRE_TEXT = re.compile(r"<(?:[@#!][^<>\n]+|(?:https?|mailto|tel|ftp)[^<>\n]*)>|&(?:amp|lt|gt);|[^<>&]")


@dataclass(frozen=True)
class Said:
    """A message that a person sent, and the deliveries that it caused."""

    message: Message
    deliveries: tuple[Delivery, ...]

    @property
    def ts(self) -> str:
        """Return the ts of the message."""
        return self.message.ts

    @property
    def channel(self) -> str:
        """Return the conversation."""
        return self.message.channel


@dataclass(frozen=True)
class Parts:
    """The parts of the loopback that a person touches."""

    site: Site
    deliveries: Deliveries
    views: Views
    agent: Agent
    streams: Streams
    responses: ResponseUrls


@dataclass(frozen=True)
class Speaker:
    """One person at the keyboard."""

    parts: Parts
    user: User

    @property
    def site(self) -> Site:
        """Return what all parts share."""
        return self.parts.site

    @property
    def deliveries(self) -> Deliveries:
        """Return what tells the app."""
        return self.parts.deliveries

    @property
    def id(self) -> str:
        """Return the id of the user."""
        return self.user.id

    def says(
        self,
        channel: str,
        text: str,
        *,
        thread: str = "",
        subtype: str = "",
        files: Sequence[Json] = (),
        order: Order = "mention first",
    ) -> Said:
        """Send a message in wire form: `<@U…>` for mentions, `&lt;` for a typed `<` (see `types` for plain text)."""
        if WIRE_TEXT.sub("", text):
            raise ValueError(f"not a text that Slack would send: {text!r}; use types() for what a person types")
        where = self._spoken_in(channel)
        blocks = (
            ({"type": "rich_text", "block_id": self.site.world.next_id("b"), "elements": rich_text(text)},)
            if text
            else ()
        )
        said = Message(
            where.id,
            self.site.world.next_ts(),
            self.id,
            text,
            blocks,
            thread_ts=thread,
            team=self.user.team,
            subtype=subtype,
        )
        said = self.site.world.put(replace(said, files=tuple(files), bot_id=self.user.bot_id, app_id=self.user.app_id))
        self.site.journal.ring()
        return Said(said, self._announce(said, where, order=order))

    def types(self, channel: str, text: str, *, thread: str = "") -> Said:
        """Send what a person types: `@Name` and `@channel` become mentions, `&`, `<` and `>` are escaped."""
        return self.says(channel, _as_sent(self.site.world, text), thread=thread)

    def edits(self, said: Said, text: str) -> Said:
        """Change the wording; a mention in the new wording tells the app again, with another event id."""
        where, before = self.site.world.channel(said.channel), self.site.world.message(said.channel, said.ts)
        now = replace(before, text=text, edited_by=self.id, edited_ts=self.site.world.next_ts())
        self.site.world.put(now)
        told = [self.deliveries.event(wire.changed_event(self.site, now, before=before), where)]
        if self._mentions(now) and where.kind != "im":
            told.append(self.deliveries.event(wire.mention_event(self.site, now), where))
        return Said(now, tuple(filter(None, told)))

    def deletes(self, said: Said) -> tuple[Delivery, ...]:
        """Take the message back; of one with replies a tombstone stays."""
        world = self.site.world
        gone, where = world.message(said.channel, said.ts), world.channel(said.channel)
        if any(reply.ts != gone.ts for reply in world.thread(gone.channel, gone.ts)):
            event = wire.changed_event(self.site, world.put(_tombstone(gone)), before=gone)
        else:
            world.remove(gone)
            event = wire.deleted_event(self.site, gone)
        told = self.deliveries.event(event, where)
        return (told,) if told else ()

    def joins(self, channel: str) -> tuple[Delivery, ...]:
        """Become a member: a channel_join message, and member_joined_channel."""
        self.site.world.join(channel, self.id)
        where = self.site.world.channel(channel)
        text = f"<@{self.id}> has joined the channel"
        said = self.site.world.put(
            Message(where.id, self.site.world.next_ts(), self.id, text, team=self.user.team, subtype="channel_join")
        )
        joined = {"type": "member_joined_channel", "user": self.id, "channel": channel, "channel_type": channel[0]}
        events = (wire.message_event(self.site, said), joined | {"team": self.user.team, "event_ts": said.ts})
        return tuple(filter(None, [self.deliveries.event(event, where) for event in events]))

    def dm(self) -> str:
        """Return the id of the direct conversation with the app."""
        return self.site.world.direct((self.id, self.site.app.bot_user)).id

    def _spoken_in(self, channel_id: str) -> Channel:
        where = self.site.world.channel(channel_id)
        if self.id not in (*where.members, "USLACKBOT"):
            raise ValueError(f"{self.id} is not in {channel_id}, and cannot speak there")
        return where

    def _mentions(self, said: Message) -> bool:
        return bool(re.search(rf"<@{self.site.app.bot_user}(\|[^>]*)?>", said.text))

    def _announce(self, said: Message, where: Channel, *, order: Order) -> tuple[Delivery, ...]:
        events = [wire.message_event(self.site, said)]
        if self._mentions(said) and where.kind != "im":
            events.insert(0 if order == "mention first" else 1, wire.mention_event(self.site, said))
        return tuple(filter(None, [self.deliveries.event(event, where) for event in events]))


def _tombstone(gone: Message) -> Message:
    return Message(gone.channel, gone.ts, "USLACKBOT", "This message was deleted.", team=gone.team, subtype="tombstone")


def _as_sent(world: World, typed: str) -> str:
    text = escaped(typed)
    for user in sorted(world.users.values(), key=lambda user: -len(user.name)):
        text = re.sub(rf"@{re.escape(user.name)}(?!\w)", f"<@{user.id}>", text)
    text = re.sub(r"@(channel|here|everyone)\b", r"<!\1>", text)
    return re.sub(r"(?<![<|\w])https?://[^\s<>]+", r"<\g<0>>", text)
