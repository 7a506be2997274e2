"""assistant.threads.* and agents.sessions.*: status, title, prompts and sessions of an agent app.

Knows what a person sees beside the messages: "is searching…", the prompts of the messages tab, whether the Stop
button shows. Knows nothing of streams beyond that one started or ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.demo.loopback import limits
from bot.demo.loopback.clock import Timer
from bot.demo.loopback.errors import Refused
from bot.demo.loopback.site import Call, Handler, Site

Json = dict[str, Any]
Thread = tuple[str, str]
STOP_EVENT = "agent_session_stopped"


@dataclass
class Status:
    """The line under a thread while the app works."""

    text: str
    loading: tuple[str, ...]
    expiry: Timer


@dataclass
class Session:
    """A conversation of a person with the agent, and whether it is at work."""

    status: str
    title: str = ""
    expiry: Timer | None = None


class Agent:
    """Status lines, titles, prompts and sessions by thread."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.statuses: dict[Thread, Status] = {}
        self.titles: dict[Thread, str] = {}
        self.prompts: dict[str, tuple[Json, ...]] = {}
        self.sessions: dict[Thread, Session] = {}

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Return the methods that this module carries out."""
        return {
            "assistant.threads.setStatus": self.set_status,
            "assistant.threads.setTitle": self.set_title,
            "assistant.threads.setSuggestedPrompts": self.set_prompts,
            "agents.sessions.setStatus": self.set_session,
            "agents.sessions.rename": self.rename,
        }

    def status(self, channel: str, thread: str) -> str:
        """Return the status line that shows in a thread at this moment, or nothing."""
        return self.statuses[channel, thread].text if (channel, thread) in self.statuses else ""

    def session(self, channel: str, thread: str) -> str:
        """Return the status of the session of a thread, or nothing."""
        return self.sessions[channel, thread].status if (channel, thread) in self.sessions else ""

    def replied(self, channel: str, thread: str) -> None:
        """Clear the status line, as any reply of the app does."""
        self._clear((channel, thread))

    def stream_started(self, channel: str, thread: str) -> None:
        """Open a session if there is none: a stream counts as work."""
        if self._site.app.is_agent and self.session(channel, thread) != "processing":
            self._set_session((channel, thread), status="processing", title="")

    def stream_stopped(self, channel: str, thread: str, *, status: str) -> None:
        """Set the session as the stop of a stream asked."""
        if status:
            self._set_session((channel, thread), status=status, title="")

    def stop_button_shown(self, channel: str, thread: str) -> bool:
        """Whether a person could press Stop."""
        return self.session(channel, thread) == "processing" and STOP_EVENT in self._site.app.events

    async def set_status(self, call: Call) -> Json:
        """assistant.threads.setStatus."""
        thread = self._thread(call)
        loading = tuple(call.args.get("loading_messages", ()))
        if len(loading) > limits.LOADING_MESSAGES or any(len(text) > limits.LOADING_TEXT for text in loading):
            raise _invalid("loading_messages")
        if len(call.args["status"]) > limits.STATUS_TEXT:
            raise _invalid("status")
        self._clear(thread)
        if call.args["status"]:
            expiry = self._site.clock.call_later(limits.STATUS_SECONDS, lambda: self._clear(thread))
            self.statuses[thread] = Status(call.args["status"], loading, expiry)
        return {}

    async def set_title(self, call: Call) -> Json:
        """assistant.threads.setTitle."""
        self.titles[self._thread(call)] = call.args["title"]
        return {}

    async def set_prompts(self, call: Call) -> Json:
        """assistant.threads.setSuggestedPrompts."""
        channel, prompts = call.world.channel(call.args["channel_id"]), call.args["prompts"]
        if channel.kind != "im" or not call.site.bot_is_in(channel):
            raise Refused("channel_not_found")
        if not 1 <= len(prompts) <= limits.SUGGESTED_PROMPTS:
            raise _invalid("prompts")
        for prompt in prompts:
            if set(prompt) != {"title", "message"} or not all(
                isinstance(v, str) and v.strip() for v in prompt.values()
            ):
                raise _invalid("prompts: each is {title, message}")
        if call.site.app.is_agent and "thread_ts" in call.args:
            call.site.journal.violated("setSuggestedPrompts with thread_ts: in an agent app it shows nothing")
            return {}
        self.prompts[channel.id] = tuple(prompts)
        return {}

    async def set_session(self, call: Call) -> Json:
        """agents.sessions.setStatus."""
        if not call.site.app.is_agent:
            raise Refused("not_authorized")
        if len(call.args.get("title", "")) > limits.SESSION_TITLE:
            raise _invalid("title")
        self._set_session(self._thread(call), status=call.args["status"], title=call.args.get("title", ""))
        if STOP_EVENT not in call.site.app.events:
            return {"warning": "missing_agent_session_stopped_event_subscription"}
        return {}

    async def rename(self, call: Call) -> Json:
        """agents.sessions.rename."""
        thread = self._thread(call)
        if thread not in self.sessions:
            raise Refused("session_not_found")
        self.sessions[thread].title = call.args["title"]
        return {}

    def _thread(self, call: Call) -> Thread:
        channel = call.site.spoken_in(call.args["channel_id"])
        thread = call.args.get("thread_ts", "")
        if thread and (channel.id, thread) not in call.world.messages:
            raise Refused("invalid_thread_ts")
        return channel.id, thread

    def _set_session(self, thread: Thread, *, status: str, title: str) -> None:
        before = self.sessions.get(thread)
        if before and before.expiry:
            before.expiry.cancel()
        session = Session(status, before.title if before else title)
        if status == "processing":
            session.expiry = self._site.clock.call_later(
                limits.SESSION_SECONDS, lambda: setattr(session, "status", "active")
            )
        self.sessions[thread] = session

    def _clear(self, thread: Thread) -> None:
        status = self.statuses.pop(thread, None)
        if status is not None:
            status.expiry.cancel()
            self._site.journal.ring()


def _invalid(what: str) -> Refused:
    return Refused("invalid_arguments", response_metadata={"messages": [f"[ERROR] {what}"]})
