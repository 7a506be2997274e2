"""What one person sees of the loopback at a moment, as JSON for the page.

Knows what the page needs. Knows nothing of HTTP, and changes nothing but opening the person's direct conversation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.demo.loopback.person import Person
from bot.demo.loopback.views import View
from bot.demo.loopback.world import Channel, Message, User

if TYPE_CHECKING:
    from bot.demo.loopback.slack import LoopbackSlack

Json = dict[str, Any]


def people(slack: LoopbackSlack) -> tuple[User, ...]:
    """Return who one can be."""
    return tuple(
        user
        for user in slack.world.users.values()
        if not (user.is_bot or user.deleted or user.id == "USLACKBOT") and _places(slack, user.id)
    )


def seen(slack: LoopbackSlack, person: Person) -> Json:
    """Return everything on the screen of this person."""
    direct = person.dm()
    places = _places(slack, person.id)
    return {
        "me": person.id,
        "bot": slack.app.bot_user,
        "direct": direct,
        "people": [{"id": user.id, "name": user.name, "kind": _kind(slack, user)} for user in people(slack)],
        "names": {user.id: user.name for user in slack.world.users.values()},
        "places": [{"id": place.id, "name": _name(slack, place), "kind": place.kind} for place in places],
        "messages": {place.id: [_message(said) for said in person.sees(place.id)] for place in places},
        "working": _working(slack, {place.id for place in places}),
        "prompts": list(person.prompts),
        "home": _view(person.home),
        "modal": _view(person.modal),
        "broken": list(slack.journal.violations),
    }


def _places(slack: LoopbackSlack, user_id: str) -> tuple[Channel, ...]:
    """The conversations of a person in which the app is too."""
    found = (place for place in slack.world.channels.values() if user_id in place.members and not place.archived)
    return tuple(place for place in found if slack.site.bot_is_in(place))


def _kind(slack: LoopbackSlack, user: User) -> str:
    if user.guest:
        return "guest"
    return "member" if user.team == slack.app.team else "elsewhere"


def _name(slack: LoopbackSlack, place: Channel) -> str:
    if place.kind == "im":
        return slack.site.bot.name
    if place.kind == "mpim":
        return ", ".join(slack.world.users[member].name for member in place.members if member in slack.world.users)
    return place.name


def _message(said: Message) -> Json:
    return {
        "channel": said.channel,
        "ts": said.ts,
        "root": said.root,
        "user": said.user,
        "text": said.text,
        "blocks": list(said.blocks),
        "private": bool(said.only_for),
        "streaming": said.streaming,
        "edited": bool(said.edited_by),
    }


def _working(slack: LoopbackSlack, places: set[str]) -> list[Json]:
    """The threads in which the app is at work: its status line, and whether Stop can be pressed."""
    threads = {*slack.agent.statuses, *slack.agent.sessions}
    found = [
        {
            "channel": channel,
            "thread": thread,
            "status": slack.agent.status(channel, thread),
            "stop": slack.agent.stop_button_shown(channel, thread),
        }
        for channel, thread in sorted(threads)
        if channel in places
    ]
    return [one for one in found if one["status"] or one["stop"]]


def _view(view: View | None) -> Json | None:
    if view is None:
        return None
    shown = {name: view.content.get(name) for name in ("blocks", "title", "submit", "close")}
    return {**shown, "id": view.id, "hash": view.hash, "errors": dict(view.errors)}
