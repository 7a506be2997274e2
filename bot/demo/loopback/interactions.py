"""The payloads of commands, clicks, shortcuts and modals.

Knows the JSON that Slack sends when a person acts. Knows nothing of delivery, nor of what follows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.demo.loopback import wire
from bot.demo.loopback.elements import Element, action, state
from bot.demo.loopback.site import Site
from bot.demo.loopback.views import View, Views
from bot.demo.loopback.world import Channel, Message, User

Json = dict[str, Any]


def command(site: Site, who: User, *, channel: Channel, name: str, text: str, trigger: str, response_url: str) -> Json:
    """Return the payload of a slash command; all its values are strings."""
    shown = {"im": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)
    return {
        "token": site.app.verification_token,
        "team_id": who.team,
        "team_domain": site.world.teams[who.team].domain,
        "channel_id": channel.id,
        "channel_name": shown,
        "user_id": who.id,
        "user_name": who.name.lower(),
        "command": name,
        "text": text,
        "api_app_id": site.app.app_id,
        "is_enterprise_install": "false",
        "response_url": response_url,
        "trigger_id": trigger,
    }


def click_on_message(
    site: Site, who: User, *, message: Message, element: Element, value: Any, trigger: str, response_url: str
) -> Json:
    """Return the block_actions payload of acting on a message."""
    channel = site.world.channels[message.channel]
    container = {
        "type": "message",
        "message_ts": message.ts,
        "channel_id": message.channel,
        "is_ephemeral": bool(message.only_for),
        **({"thread_ts": message.thread_ts} if message.thread_ts else {}),
    }
    return {
        **_head(site, who, kind="block_actions"),
        "container": container,
        "trigger_id": trigger,
        "channel": _channel(channel),
        **({} if message.only_for else {"message": wire.message(site, message)}),
        "state": {"values": state(message.blocks, {})},
        "response_url": response_url,
        "actions": [action(element, value=value, at=site.world.next_ts())],
    }


def click_in_view(
    site: Site, who: User, *, views: Views, view: View, element: Element, value: Any, trigger: str
) -> Json:
    """Return the block_actions payload of acting in a modal or on the Home tab."""
    held = {} if element.type in ("button", "icon_button") else {element.action_id: value}
    values = {"values": state(view.content["blocks"], held)}
    return {
        **_head(site, who, kind="block_actions"),
        "container": {"type": "view", "view_id": view.id},
        "trigger_id": trigger,
        "view": {**views.as_json(view), "state": values},
        "state": values,
        "actions": [action(element, value=value, at=site.world.next_ts())],
    }


def submission(site: Site, who: User, *, views: Views, view: View, values: Mapping[str, Any], trigger: str) -> Json:
    """Return the view_submission payload of a modal."""
    held = {"values": state(view.content["blocks"], values)}
    return {
        **_head(site, who, kind="view_submission"),
        "trigger_id": trigger,
        "view": {**views.as_json(view), "state": held},
        "response_urls": [],
    }


def closing(site: Site, who: User, *, views: Views, view: View, cleared: bool) -> Json:
    """Return the view_closed payload of a modal."""
    return {**_head(site, who, kind="view_closed"), "view": views.as_json(view), "is_cleared": cleared}


def message_shortcut(
    site: Site, who: User, *, callback_id: str, message: Message, trigger: str, response_url: str
) -> Json:
    """Return the message_action payload of a shortcut on a message."""
    return {
        **_head(site, who, kind="message_action"),
        "callback_id": callback_id,
        "action_ts": site.world.next_ts(),
        "trigger_id": trigger,
        "response_url": response_url,
        "message_ts": message.ts,
        "channel": _channel(site.world.channels[message.channel]),
        "message": wire.message(site, message),
    }


def global_shortcut(site: Site, who: User, *, callback_id: str, trigger: str) -> Json:
    """Return the payload of a global shortcut."""
    head = _head(site, who, kind="shortcut")
    return {**head, "callback_id": callback_id, "action_ts": site.world.next_ts(), "trigger_id": trigger}


def suggestion(site: Site, who: User, *, views: Views, view: View, element: Element, typed: str) -> Json:
    """Return the block_suggestion payload of typing into an external menu."""
    return {
        **_head(site, who, kind="block_suggestion"),
        "container": {"type": "view", "view_id": view.id},
        "view": views.as_json(view),
        "action_id": element.action_id,
        "block_id": element.block["block_id"],
        "value": typed,
    }


def _head(site: Site, who: User, *, kind: str) -> Json:
    return {
        "type": kind,
        "token": site.app.verification_token,
        "api_app_id": site.app.app_id,
        "team": {"id": site.app.team, "domain": site.world.teams[site.app.team].domain},
        "enterprise": None,
        "is_enterprise_install": False,
        "user": {"id": who.id, "username": who.name.lower(), "name": who.name.lower(), "team_id": who.team},
    }


def _channel(channel: Channel) -> Json:
    return {
        "id": channel.id,
        "name": {"im": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name),
    }
