"""chat.startStream, appendStream, stopStream: messages that grow.

Knows the states of a stream, its limits, and how chunks become blocks. Knows nothing of the transport. A stream lives
`limits.STREAM_SECONDS` of the clock, whatever is appended.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from bot.demo.loopback import chunks, limits, wire
from bot.demo.loopback.agent import Agent
from bot.demo.loopback.chat import check_thread, posted
from bot.demo.loopback.check import blocks_of_message
from bot.demo.loopback.errors import NotThere, Refused
from bot.demo.loopback.site import Call, Handler, Site
from bot.demo.loopback.world import Channel, Message

Json = dict[str, Any]
State = Literal["streaming", "stopped", "expired", "stopped by user"]


@dataclass
class Stream:
    """What goes on at one streamed message; `recipient` is who sees it grow."""

    channel: str
    ts: str
    thread_ts: str
    recipient: str
    started: float
    state: State = "streaming"
    appends: int = 0


class Streams:
    """All streams, alive and over."""

    def __init__(self, site: Site, agent: Agent) -> None:
        self._site = site
        self._agent = agent
        self.all: dict[tuple[str, str], Stream] = {}

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Return the methods that this module carries out."""
        return {"chat.startStream": self.start, "chat.appendStream": self.append, "chat.stopStream": self.stop}

    def alive(self, channel: str = "", thread: str = "") -> tuple[Stream, ...]:
        """Return the streams that may still grow, of all conversations or of one thread."""
        living = [stream for stream in self.all.values() if stream.state == "streaming"]
        return tuple(s for s in living if channel in ("", s.channel) and thread in ("", s.thread_ts))

    async def start(self, call: Call) -> Json:
        """chat.startStream."""
        channel = call.site.spoken_in(call.args["channel"])
        recipient = _recipient(call, channel)
        message = posted(call, channel, content={})
        check_thread(call, message)
        message = chunks.grown(replace(message, streaming=True, streamed=True), by=_given(call))
        _check_size(message)
        call.world.put(message)
        stream = Stream(channel.id, message.ts, message.thread_ts, recipient, self._site.clock.now())
        self.all[channel.id, message.ts] = stream
        self._site.clock.call_later(limits.STREAM_SECONDS, lambda: self.halt(stream, state="expired"))
        self._agent.replied(channel.id, message.thread_ts)
        self._agent.stream_started(channel.id, message.thread_ts)
        call.site.emit(wire.message_event(call.site, message), channel)
        return {"channel": channel.id, "ts": message.ts}

    async def append(self, call: Call) -> Json:
        """chat.appendStream."""
        stream, message = self._growing(call)
        given = _given(call)
        if not given:
            raise Refused("no_text")
        message = chunks.grown(message, by=given)
        _check_size(message)
        stream.appends += 1
        call.world.put(message)
        return {"channel": stream.channel, "ts": stream.ts}

    async def stop(self, call: Call) -> Json:
        """chat.stopStream."""
        stream, before = self._growing(call)
        extra = call.args.get("blocks") or []
        blocks_of_message(extra)
        if len(extra) > limits.STREAM_BLOCKS:
            raise Refused("invalid_blocks")
        grown = chunks.grown(before, by=_given(call))
        _check_size(grown)
        blocks = (*grown.blocks, *wire.with_ids(call.world, extra))
        message = replace(grown, streaming=False, blocks=blocks, metadata=call.args.get("metadata"))
        call.world.put(message)
        stream.state = "stopped"
        self._agent.stream_stopped(stream.channel, stream.thread_ts, status=call.args.get("session_status", ""))
        call.site.emit(wire.changed_event(call.site, message, before=before), call.world.channel(stream.channel))
        return {"channel": stream.channel, "ts": stream.ts, "message": wire.message(call.site, message)}

    def halt(self, stream: Stream, *, state: State) -> None:
        """End a stream from Slack's side; what was shown stays."""
        if stream.state != "streaming":
            return
        stream.state = state
        message = self._site.world.messages.get((stream.channel, stream.ts))
        if message is not None:
            self._site.world.put(replace(message, streaming=False))
        self._site.journal.ring()

    def stop_pressed(self, channel: str, thread: str, *, by: str) -> Json:
        """Halt the streams of a thread as the Stop button does, and return the event that tells the app."""
        if not self._agent.stop_button_shown(channel, thread):
            raise NotThere(
                f"no Stop button in {channel} {thread}: the session is not processing, or the event not subscribed"
            )
        halted = self.alive(channel, thread)
        for stream in halted:
            self.halt(stream, state="stopped by user")
        return {
            "type": "agent_session_stopped",
            "channel": channel,
            "thread_ts": thread,
            "user": by,
            "event_ts": self._site.world.next_ts(),
            "streaming_message_ts": [stream.ts for stream in halted],
        }

    def _growing(self, call: Call) -> tuple[Stream, Message]:
        channel = call.site.spoken_in(call.args["channel"])
        message = call.world.message(channel.id, call.args["ts"])
        if message.user != call.site.app.bot_user:
            raise Refused("message_not_owned_by_app")
        stream = self.all.get((channel.id, message.ts))
        if stream is not None and stream.state == "stopped by user":
            raise Refused("stopped_by_user")
        if stream is None or stream.state != "streaming":
            raise Refused("message_not_in_streaming_state")
        return stream, message


def _recipient(call: Call, channel: Channel) -> str:
    user, team = str(call.args.get("recipient_user_id", "")), call.args.get("recipient_team_id", "")
    if channel.kind == "im":
        return user or next(member for member in channel.members if member != call.site.app.bot_user)
    if not team:
        raise Refused("missing_recipient_team_id")
    if not user:
        raise Refused("missing_recipient_user_id")
    if call.world.user(user).team != team:
        call.site.journal.violated(f"chat.startStream: {user} belongs to {call.world.user(user).team}, not to {team}")
    return user


def _given(call: Call) -> Sequence[Json]:
    text, given = call.args.get("markdown_text"), call.args.get("chunks")
    if text and given:
        raise Refused("markdown_text_conflict")
    if text:
        given = [{"type": "markdown_text", "text": text}]
    return chunks.checked(given or [])


def _check_size(message: Message) -> None:
    if len(message.text.encode()) > limits.STREAM_BYTES:
        raise Refused("msg_too_long")
    blocks_of_message([block for block in message.blocks if block["type"] not in ("markdown", "task_card", "plan")])
