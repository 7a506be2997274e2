"""chat.*: posting, ephemeral posting, updating and deleting.

Knows what Slack refuses in each, and what event follows. Knows nothing of streams.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from bot.demo.loopback import limits, wire
from bot.demo.loopback.check import blocks_of_message, view_content
from bot.demo.loopback.errors import Refused
from bot.demo.loopback.site import Call, Handler
from bot.demo.loopback.world import Channel, Message

Json = dict[str, Any]
LOOKS = ("link_names", "parse", "unfurl_links", "unfurl_media", "mrkdwn", "username", "metadata")


async def post_message(call: Call) -> Json:
    """chat.postMessage."""
    args = call.args
    channel = _conversation(call, args["channel"])
    message = posted(call, channel, content=_content(call, known=None))
    if message.thread_ts:
        check_thread(call, message)
    message = replace(
        message,
        broadcast=bool(args.get("reply_broadcast")),
        subtype="thread_broadcast" if args.get("reply_broadcast") else "",
    )
    call.world.put(message)
    call.site.replied(channel.id, message.thread_ts)
    call.site.emit(wire.message_event(call.site, message), channel)
    return {
        "channel": channel.id,
        "ts": message.ts,
        "message": wire.message(call.site, message),
        **_warned(call, message),
    }


async def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral."""
    channel = call.site.spoken_in(call.args["channel"])
    if call.args["user"] not in channel.members:
        raise Refused("user_not_in_channel")
    message = replace(posted(call, channel, content=_content(call, known=None)), only_for=call.args["user"])
    call.world.put(message)
    return {"message_ts": message.ts}


async def update(call: Call) -> Json:
    """chat.update."""
    args = call.args
    channel = call.site.spoken_in(args["channel"])
    before = _own(call, refusal="cant_update_message")
    if before.streaming:
        raise Refused("streaming_state_conflict")
    _check_update_text(args.get("text", ""))
    content = _content(call, known=before)
    now = replace(before, **content, streamed=before.streamed and "blocks" not in args)
    now = replace(now, unfurl_links=False, unfurl_media=False)
    if "blocks" not in args:
        now = replace(now, edited_by=before.user, edited_ts=call.world.next_ts())
    now = replace(now, metadata=args.get("metadata", before.metadata) or None)
    call.world.put(now)
    call.site.emit(wire.changed_event(call.site, now, before=before), channel)
    return {"channel": channel.id, "ts": now.ts, "text": now.text, "message": wire.message(call.site, now)}


async def delete(call: Call) -> Json:
    """chat.delete."""
    channel = call.world.channel(call.args["channel"])
    message = _own(call, refusal="cant_delete_message")
    call.world.remove(message)
    call.site.emit(wire.deleted_event(call.site, message), channel)
    return {"channel": channel.id, "ts": message.ts}


async def get_permalink(call: Call) -> Json:
    """chat.getPermalink."""
    message = call.world.message(call.args["channel"], call.args["message_ts"])
    return {"channel": message.channel, "permalink": wire.permalink(call.site, message)}


async def validate(call: Call) -> Json:
    """blocks.validate."""
    given = [name for name in ("blocks", "message", "view") if name in call.args]
    if len(given) != 1:
        raise Refused("invalid_arguments")
    if given == ["view"]:
        view_content(call.args["view"], kind=call.args["view"].get("type", "modal"))
    else:
        blocks_of_message(call.args["blocks"] if given == ["blocks"] else call.args["message"].get("blocks", []))
    return {}


def posted(call: Call, channel: Channel, *, content: Json) -> Message:
    """Return a new message of the app, not yet put anywhere."""
    args, bot = call.args, call.site.bot
    message = Message(
        channel=channel.id,
        ts=call.world.next_ts(),
        user=bot.id,
        team=bot.team,
        bot_id=bot.bot_id,
        app_id=bot.app_id,
        thread_ts=args.get("thread_ts", ""),
        **content,
    )
    return replace(message, **{name: args[name] for name in LOOKS if name in args})


def check_thread(call: Call, message: Message) -> None:
    """Note a thread that never was, or a reply taken for a root: Slack says nothing, and people miss the reply."""
    site, key = call.site, (message.channel, message.thread_ts)
    root = call.world.messages.get(key)
    if root is None and any((gone.channel, gone.ts) == key for gone in call.world.deleted):
        site.warnings.append(f"{call.method.name}: a reply to {message.thread_ts}, which was deleted")
    elif root is None or root.only_for:
        site.journal.violated(f"{call.method.name}: thread_ts {message.thread_ts} is no message of {message.channel}")
    elif root.thread_ts and root.thread_ts != root.ts:
        site.journal.violated(f"{call.method.name}: thread_ts {message.thread_ts} is a reply, not the root")


HANDLERS: Mapping[str, Handler] = {
    "chat.postMessage": post_message,
    "chat.postEphemeral": post_ephemeral,
    "chat.update": update,
    "chat.delete": delete,
    "chat.getPermalink": get_permalink,
    "blocks.validate": validate,
}


def _conversation(call: Call, channel_id: str) -> Channel:
    if channel_id[0] in "UW":
        return call.world.direct((call.site.app.bot_user, call.world.user(channel_id).id))
    return call.site.spoken_in(channel_id)


def _content(call: Call, *, known: Message | None) -> Json:
    args = call.args
    markdown, text, blocks = args.get("markdown_text"), args.get("text"), args.get("blocks")
    if markdown is not None and (text or blocks):
        raise Refused("markdown_text_conflict")
    if markdown is not None and len(markdown) > limits.MARKDOWN_TEXT:
        raise Refused("msg_too_long")
    if not (markdown or text or blocks or args.get("attachments")):
        raise Refused("no_text")
    if len(json.dumps(args.get("metadata") or {})) > limits.METADATA_BYTES:
        raise Refused("metadata_too_large")
    if len(args.get("attachments") or ()) > limits.ATTACHMENTS:
        raise Refused("too_many_attachments")
    if markdown is not None:
        blocks = [{"type": "markdown", "text": markdown}]
    blocks_of_message(blocks or [])
    return {
        "text": (text or markdown or "")[: limits.MESSAGE_TEXT],
        "blocks": tuple(wire.with_ids(call.world, blocks)) if blocks is not None or text or not known else known.blocks,
        "attachments": tuple(args.get("attachments") or (known.attachments if known else ())),
    }


def _check_update_text(text: str) -> None:
    if len(text) > limits.UPDATE_TEXT or len(text.encode()) > limits.UPDATE_TEXT_BYTES:
        raise Refused("msg_too_long")


def _own(call: Call, *, refusal: str) -> Message:
    message = call.world.message(call.args["channel"], call.args["ts"])
    if message.only_for:
        raise Refused("message_not_found")
    if message.user != call.site.app.bot_user:
        raise Refused(refusal)
    return message


def _warned(call: Call, message: Message) -> Json:
    if message.text or not message.blocks:
        return {}
    call.site.warnings.append(f"{call.method.name} {message.ts}: blocks without text, so the notification says nothing")
    return {"warning": "missing_text_in_message", "response_metadata": {"warnings": ["missing_text_in_message"]}}
