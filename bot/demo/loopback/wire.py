"""The state in the shapes of the wire: messages, users, conversations, events.

Knows the JSON of Slack's answers and events. Knows nothing of who sends them where.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.demo.loopback.site import Site
from bot.demo.loopback.world import Channel, Message, User, World

Json = dict[str, Any]


def with_ids(world: World, blocks: Iterable[Json] | None) -> list[Json]:
    """Return the blocks with a block_id each, as Slack stores them."""
    return [block if "block_id" in block else {**block, "block_id": world.next_id("b")} for block in blocks or ()]


def message(site: Site, said: Message) -> Json:
    """Return a message as the history and the answers carry it."""
    found: Json = {"type": "message", "user": said.user, "ts": said.ts, "text": said.text, "team": said.team}
    optional = {
        "subtype": said.subtype,
        "bot_id": said.bot_id,
        "app_id": said.app_id,
        "thread_ts": said.thread_ts,
        "blocks": list(said.blocks),
        "attachments": list(said.attachments),
        "files": list(said.files),
        "username": said.username,
        "metadata": said.metadata,
    }
    found.update({name: value for name, value in optional.items() if value})
    if said.bot_id:
        found["bot_profile"] = _bot_profile(site, said)
    if said.edited_ts:
        found["edited"] = {"user": said.edited_by, "ts": said.edited_ts}
    return {**found, **_thread_figures(site, said), **_reactions(said)}


def message_event(site: Site, said: Message) -> Json:
    """Return the `message` event of a new message."""
    channel = site.world.channels[said.channel]
    event = {**message(site, said), "channel": said.channel, "channel_type": channel.type, "event_ts": said.ts}
    for figure in ("reply_count", "reply_users", "reply_users_count", "latest_reply"):
        event.pop(figure, None)
    if not said.bot_id and not said.subtype:
        event["client_msg_id"] = f"00000000-0000-4000-8000-{said.ts.replace('.', '')[-12:]}"
    if channel.shared and said.user in site.world.users:
        event |= {"user_team": said.team, "source_team": said.team}
    return event


def mention_event(site: Site, said: Message) -> Json:
    """Return the `app_mention` event of a message."""
    event = message_event(site, said)
    event.pop("channel_type")
    event.pop("subtype", None)
    return {**event, "type": "app_mention"}


def changed_event(site: Site, now: Message, *, before: Message) -> Json:
    """Return the `message` event with subtype message_changed."""
    return _about(
        site,
        now,
        subtype="message_changed",
        fields={"message": message(site, now), "previous_message": message(site, before)},
    )


def deleted_event(site: Site, gone: Message) -> Json:
    """Return the `message` event with subtype message_deleted."""
    return _about(
        site, gone, subtype="message_deleted", fields={"deleted_ts": gone.ts, "previous_message": message(site, gone)}
    )


def user(site: Site, who: User) -> Json:
    """Return a user as users.info shows them to the app."""
    stranger = who.team != site.app.team
    return {
        "id": who.id,
        "team_id": who.team,
        "name": who.name.lower().replace(" ", "."),
        "real_name": who.name,
        "deleted": who.deleted,
        "tz": "Europe/Belgrade",
        "is_bot": who.is_bot,
        "is_app_user": False,
        "is_admin": False,
        "is_owner": False,
        "updated": int(site.clock.now()),
        "is_restricted": bool(who.guest),
        "is_ultra_restricted": who.guest == "single",
        "profile": {
            "real_name": who.name,
            "display_name": who.name,
            "team": who.team,
            **({"bot_id": who.bot_id} if who.bot_id else {}),
        },
        **({"is_stranger": True} if stranger else {}),
    }


def channel(site: Site, where: Channel) -> Json:
    """Return a conversation as conversations.info shows it to the app."""
    kind = where.kind
    found: Json = {
        "id": where.id,
        "created": int(site.clock.now()),
        "is_archived": where.archived,
        "is_channel": kind == "public",
        "is_group": kind == "private",
        "is_im": kind == "im",
        "is_mpim": kind == "mpim",
        "is_private": kind != "public",
        "is_org_shared": False,
        "context_team_id": site.app.team,
    }
    if kind == "im":
        return found | {"user": next((m for m in where.members if m != site.app.bot_user), site.app.bot_user)}
    return found | {
        "name": where.name,
        "name_normalized": where.name,
        "creator": where.creator,
        "is_general": where.name == "general",
        "is_member": site.bot_is_in(where),
        "is_shared": where.shared,
        "is_ext_shared": where.shared,
        "shared_team_ids": list(where.teams),
        "topic": {"value": "", "creator": "", "last_set": 0},
        "purpose": {"value": "", "creator": "", "last_set": 0},
    }


def permalink(site: Site, said: Message) -> str:
    """Return the address of a message in the browser."""
    domain = site.world.teams[site.app.team].domain
    return f"https://{domain}.slack.com/archives/{said.channel}/p{said.ts.replace('.', '')}"


def _bot_profile(site: Site, said: Message) -> Json:
    name = next((who.name for who in site.world.users.values() if who.bot_id == said.bot_id), "")
    known = {"id": said.bot_id, "app_id": said.app_id, "user_id": said.user, "name": name, "team_id": said.team}
    return {**known, "icons": {}, "deleted": False, "updated": int(site.clock.now())}


def _about(site: Site, said: Message, *, subtype: str, fields: Json) -> Json:
    where = site.world.channels[said.channel]
    ts = site.world.next_ts()
    base = {"type": "message", "subtype": subtype, "hidden": True, "channel": said.channel, "channel_type": where.type}
    return {**base, "ts": ts, "event_ts": ts, **fields}


def _thread_figures(site: Site, said: Message) -> Json:
    if said.only_for or said.root != said.ts:
        root = site.world.messages.get((said.channel, said.root))
        return {"parent_user_id": root.user} if root and said.thread_ts else {}
    replies = [reply for reply in site.world.thread(said.channel, said.ts) if reply.ts != said.ts]
    if not replies:
        return {}
    people = tuple(dict.fromkeys(reply.user for reply in replies))
    return {
        "thread_ts": said.ts,
        "reply_count": len(replies),
        "reply_users": list(people),
        "reply_users_count": len(people),
        "latest_reply": replies[-1].ts,
    }


def _reactions(said: Message) -> Json:
    names = tuple(dict.fromkeys(name for name, _ in said.reactions))
    if not names:
        return {}
    by_name = {name: [who for other, who in said.reactions if other == name] for name in names}
    return {"reactions": [{"name": name, "users": users, "count": len(users)} for name, users in by_name.items()]}
