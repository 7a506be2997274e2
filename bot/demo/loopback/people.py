"""auth, users, conversations, team, bots, reactions: what the app reads of the workspace.

Knows what each answers and refuses. Knows nothing of messages beyond listing them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.demo.loopback import wire
from bot.demo.loopback.errors import Refused
from bot.demo.loopback.site import Call, Handler
from bot.demo.loopback.world import Channel, Message

Json = dict[str, Any]
PAGE = 100


async def auth_test(call: Call) -> Json:
    """auth.test."""
    team, site = call.world.teams[call.site.app.team], call.site
    found: Json = {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "team_id": team.id,
        "is_enterprise_install": False,
    }
    if call.token.kind == "app":
        return {"app_id": site.app.app_id, "app_name": site.bot.name}
    who = call.world.user(call.token.user)
    return found | {"user": who.name, "user_id": who.id} | ({"bot_id": who.bot_id} if who.bot_id else {})


async def api_test(call: Call) -> Json:
    """api.test."""
    if call.args.get("error"):
        raise Refused(call.args["error"])
    return {"args": call.args}


async def users_info(call: Call) -> Json:
    """users.info."""
    return {"user": wire.user(call.site, call.world.user(call.args["user"]))}


async def users_list(call: Call) -> Json:
    """users.list."""
    page, more = _page(tuple(call.world.users.values()), call.args)
    return {"members": [wire.user(call.site, who) for who in page], **more}


async def conversations_info(call: Call) -> Json:
    """conversations.info."""
    channel = _seen(call, call.args["channel"])
    count = {"num_members": len(channel.members)} if call.args.get("include_num_members") else {}
    return {"channel": {**wire.channel(call.site, channel), **count}}


async def conversations_members(call: Call) -> Json:
    """conversations.members."""
    page, more = _page(_seen(call, call.args["channel"]).members, call.args)
    return {"members": list(page), **more}


async def conversations_list(call: Call) -> Json:
    """conversations.list and users.conversations."""
    kinds = {
        {"public_channel": "public", "private_channel": "private"}.get(k, k)
        for k in call.args.get("types", "public_channel").split(",")
    }
    mine = call.method.name == "users.conversations"
    who = call.args.get("user", call.site.app.bot_user)
    seen = [
        c
        for c in call.world.channels.values()
        if c.kind in kinds and (who in c.members if mine else c.kind == "public" or call.site.bot_is_in(c))
    ]
    if call.args.get("exclude_archived"):
        seen = [channel for channel in seen if not channel.archived]
    page, more = _page(seen, call.args)
    return {"channels": [wire.channel(call.site, channel) for channel in page], **more}


async def conversations_open(call: Call) -> Json:
    """conversations.open."""
    if "channel" in call.args:
        return {"channel": {"id": call.world.channel(call.args["channel"]).id}, "already_open": True, "no_op": True}
    users = [call.world.user(user_id).id for user_id in call.args.get("users", "").split(",") if user_id]
    if not users:
        raise Refused("users_list_not_supplied")
    channel = call.world.direct((call.site.app.bot_user, *users))
    return {"channel": wire.channel(call.site, channel) if call.args.get("return_im") else {"id": channel.id}}


async def conversations_join(call: Call) -> Json:
    """conversations.join."""
    channel = call.world.channel(call.args["channel"])
    if channel.kind != "public":
        raise Refused("method_not_supported_for_channel_type")
    call.world.join(channel.id, call.site.app.bot_user)
    return {"channel": wire.channel(call.site, call.world.channel(channel.id))}


async def conversations_replies(call: Call) -> Json:
    """conversations.replies."""
    channel = _readable(call, call.args["channel"])
    asked = call.world.messages.get((channel.id, call.args["ts"]))
    if asked is None or asked.only_for:
        raise Refused("thread_not_found")
    return _history(call, call.world.thread(channel.id, asked.root if asked.root == asked.ts else asked.ts) or (asked,))


async def conversations_history(call: Call) -> Json:
    """conversations.history."""
    channel = _readable(call, call.args["channel"])
    return _history(call, tuple(m for m in reversed(call.world.said_in(channel.id)) if m.root == m.ts or m.broadcast))


async def team_info(call: Call) -> Json:
    """team.info."""
    team_id = call.args.get("team", call.site.app.team)
    if team_id not in call.world.teams:
        raise Refused("team_not_found")
    team = call.world.teams[team_id]
    return {"team": {"id": team.id, "name": team.name, "domain": team.domain}}


async def bots_info(call: Call) -> Json:
    """bots.info."""
    for who in call.world.users.values():
        if who.bot_id == call.args.get("bot", call.site.app.bot_id):
            return {
                "bot": {
                    "id": who.bot_id,
                    "name": who.name,
                    "app_id": who.app_id,
                    "user_id": who.id,
                    "deleted": who.deleted,
                }
            }
    raise Refused("bot_not_found")


async def reactions_add(call: Call) -> Json:
    """reactions.add."""
    message, mine = _reaction(call)
    if mine in message.reactions:
        raise Refused("already_reacted")
    call.world.put(replace(message, reactions=(*message.reactions, mine)))
    return {}


async def reactions_remove(call: Call) -> Json:
    """reactions.remove."""
    message, mine = _reaction(call)
    if mine not in message.reactions:
        raise Refused("no_reaction")
    call.world.put(replace(message, reactions=tuple(reaction for reaction in message.reactions if reaction != mine)))
    return {}


async def reactions_get(call: Call) -> Json:
    """reactions.get."""
    message = call.world.message(call.args.get("channel", ""), call.args.get("timestamp", ""))
    return {"type": "message", "channel": message.channel, "message": wire.message(call.site, message)}


HANDLERS: Mapping[str, Handler] = {
    "auth.test": auth_test,
    "api.test": api_test,
    "users.info": users_info,
    "users.list": users_list,
    "users.conversations": conversations_list,
    "conversations.info": conversations_info,
    "conversations.members": conversations_members,
    "conversations.list": conversations_list,
    "conversations.open": conversations_open,
    "conversations.join": conversations_join,
    "conversations.replies": conversations_replies,
    "conversations.history": conversations_history,
    "team.info": team_info,
    "bots.info": bots_info,
    "reactions.add": reactions_add,
    "reactions.remove": reactions_remove,
    "reactions.get": reactions_get,
}


def _seen(call: Call, channel_id: str) -> Channel:
    channel = call.world.channel(channel_id)
    if channel.kind != "public" and not call.site.bot_is_in(channel):
        raise Refused("channel_not_found")
    return channel


def _readable(call: Call, channel_id: str) -> Channel:
    channel = _seen(call, channel_id)
    if not call.site.bot_is_in(channel):
        raise Refused("not_in_channel")
    needed = {"public": "channels", "private": "groups", "im": "im", "mpim": "mpim"}[channel.kind] + ":history"
    if needed not in call.token.scopes:
        raise Refused("missing_scope", needed=needed, provided=",".join(sorted(call.token.scopes)))
    return channel


def _history(call: Call, messages: tuple[Message, ...]) -> Json:
    args, inclusive = call.args, bool(call.args.get("inclusive"))
    latest, oldest = float(args.get("latest", "inf")), float(args.get("oldest", "0"))
    within = [
        m
        for m in messages
        if oldest < float(m.ts) < latest or (inclusive and float(m.ts) in (oldest, latest)) or m.ts == args.get("ts")
    ]
    page, more = _page(within, args)
    shown = [wire.message(call.site, message) for message in page]
    if not args.get("include_all_metadata"):
        for message in shown:
            message.pop("metadata", None)
    return {"messages": shown, "has_more": bool(more["response_metadata"]["next_cursor"]), **more}


def _page(found: Sequence[Any], args: Json) -> tuple[Sequence[Any], Json]:
    cursor, limit = args.get("cursor") or "next:0", args.get("limit", PAGE)
    if not cursor.startswith("next:") or not cursor[5:].isdigit():
        raise Refused("invalid_cursor")
    if not 1 <= limit <= 1000:
        raise Refused("invalid_limit")
    begin = int(cursor[5:])
    after = f"next:{begin + limit}" if begin + limit < len(found) else ""
    return found[begin : begin + limit], {"response_metadata": {"next_cursor": after}}


def _reaction(call: Call) -> tuple[Message, tuple[str, str]]:
    call.site.spoken_in(call.args["channel"])
    return call.world.message(call.args["channel"], call.args["timestamp"]), (
        call.args["name"].strip(":"),
        call.site.app.bot_user,
    )
