"""An event becomes a message addressed to us, or a reason to ignore it. Pure; knows Slack's event fields, no rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["im", "mpim", "channel"]
# A message of a person has one of these subtypes; everything else (joins, edits, deletions, bots) is not a question.
_OF_PEOPLE = frozenset({None, "file_share", "thread_broadcast"})
_SLACKBOT = "USLACKBOT"
EDIT_SECONDS = 60.0
"""A mention that is added by editing counts if it comes this soon after the message."""


@dataclass(frozen=True)
class Message:
    """What a person wrote, where; `text` as Slack sent it, `actor_team` the author's own workspace."""

    channel: str
    kind: Kind
    ts: str
    thread_ts: str | None
    user: str
    actor_team: str
    text: str
    mentioned: bool
    external: bool

    @property
    def thread(self) -> str:
        """The ts of the thread that an answer belongs in."""
        return self.thread_ts or self.ts


def read_message(event: Mapping[str, Any], *, team: str, bot_user: str, external: bool = False) -> Message | str:
    """Returns the message of an app_mention or message event, or the reason why it is none."""
    if event.get("subtype") == "message_changed":
        event = _edited(event, bot_user)
    if event.get("subtype") not in _OF_PEOPLE:
        return f"subtype {event.get('subtype')}"
    text = event.get("text") or ""
    mentioned = event.get("type") == "app_mention" or _mentions(text, bot_user)
    if event.get("edited") and not (mentioned and _is_soon(event)):
        return "edited"
    user = event.get("user")
    if not user or event.get("bot_id") or event.get("bot_profile") or user in (bot_user, _SLACKBOT):
        return "not a person"
    if not event.get("channel") or not event.get("ts"):
        return "incomplete"
    return Message(
        channel=event["channel"],
        kind=_kind(event),
        ts=event["ts"],
        thread_ts=event.get("thread_ts"),
        user=user,
        actor_team=event.get("user_team") or event.get("team") or team,
        text=text,
        mentioned=mentioned,
        external=external,
    )


def deleted_ts(event: Mapping[str, Any]) -> str | None:
    """Returns the ts of the message that the event says was deleted; one with replies leaves a tombstone."""
    if event.get("subtype") == "message_deleted":
        return event.get("deleted_ts")
    changed = event.get("message") or {}
    is_tombstone = event.get("subtype") == "message_changed" and changed.get("subtype") == "tombstone"
    return changed.get("ts") if is_tombstone else None


def _edited(event: Mapping[str, Any], bot_user: str) -> Mapping[str, Any]:
    """The new wording of a message, as its own event, if the bot was not mentioned before; else the event itself."""
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    if not now.get("edited") or _mentions(before.get("text") or "", bot_user):
        return event
    return {"channel": event.get("channel"), "channel_type": event.get("channel_type"), "type": "message", **now}


def _is_soon(event: Mapping[str, Any]) -> bool:
    try:
        return float(event["edited"]["ts"]) - float(event["ts"]) <= EDIT_SECONDS
    except (KeyError, TypeError, ValueError):
        return False


def _mentions(text: str, bot_user: str) -> bool:
    return f"<@{bot_user}>" in text or f"<@{bot_user}|" in text


def _kind(event: Mapping[str, Any]) -> Kind:
    given = event.get("channel_type")
    if given in ("im", "mpim"):
        return "im" if given == "im" else "mpim"
    return "im" if given is None and str(event["channel"]).startswith("D") else "channel"
