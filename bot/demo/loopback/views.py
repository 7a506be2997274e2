"""views.*: modals, the Home tab, and the trigger ids that open them.

Knows the stack of modals of each person and what Slack refuses. Knows nothing of what is clicked in them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.demo.loopback import limits
from bot.demo.loopback.check import view_content
from bot.demo.loopback.errors import Refused
from bot.demo.loopback.site import Call, Handler, Site
from bot.demo.loopback.wire import with_ids

Json = dict[str, Any]


@dataclass(frozen=True)
class View:
    """One view as its person has it open; `errors` are those that the app answered to the last submission, by block."""

    id: str
    user: str
    content: Json
    hash: str
    root: str
    previous: str = ""
    errors: tuple[tuple[str, str], ...] = ()

    @property
    def type(self) -> str:
        """Return modal or home."""
        return str(self.content["type"])

    @property
    def title(self) -> str:
        """Return the title of a modal."""
        return str((self.content.get("title") or {}).get("text", ""))

    def with_errors(self, errors: Mapping[str, str]) -> View:
        """Return the view with the messages that the app put to its inputs, by block_id."""
        return replace(self, errors=tuple(errors.items()))


@dataclass
class Trigger:
    """The right to open a modal once, soon after an interaction."""

    user: str
    issued: float
    view: str = ""
    used: bool = False


class Views:
    """What every person has open."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.triggers: dict[str, Trigger] = {}
        self.stacks: dict[str, list[View]] = {}
        self.homes: dict[str, View] = {}

    @property
    def handlers(self) -> Mapping[str, Handler]:
        """Return the methods that this module carries out."""
        return {
            "views.open": self.open,
            "views.push": self.push,
            "views.update": self.update,
            "views.publish": self.publish,
        }

    def trigger(self, user: str, *, view: str = "") -> str:
        """Issue a trigger id for something that a person just did."""
        trigger_id = self._site.world.next_id("") + ".trigger"
        self.triggers[trigger_id] = Trigger(user, self._site.clock.now(), view)
        return trigger_id

    def top(self, user: str) -> View | None:
        """Return the modal that a person has in front, if any."""
        stack = self.stacks.get(user, [])
        return stack[-1] if stack else None

    def close(self, user: str, *, all_of_them: bool = False) -> tuple[View, ...]:
        """Close the modal in front, or the whole stack; return what was closed."""
        stack = self.stacks.get(user, [])
        closed = tuple(reversed(stack)) if all_of_them else tuple(stack[-1:])
        self.stacks[user] = stack[: len(stack) - len(closed)]
        self._site.journal.ring()
        return closed

    def show(self, user: str, content: Json, *, over: View | None = None) -> View:
        """Put a modal in front of a person."""
        checked = self._checked(content, kind="modal")
        stack = self.stacks.setdefault(user, [])
        if len(stack) >= limits.VIEW_STACK:
            raise Refused("push_limit_reached")
        view = self._new(user, checked)
        view = replace(view, root=over.root, previous=over.id) if over else view
        stack.append(view)
        self._site.journal.ring()
        return view

    def change(self, view: View, content: Json) -> View:
        """Replace what an open view shows."""
        now = replace(view, content=self._checked(content, kind=view.type), hash=self._hash(), errors=())
        return self.swap(view, now)

    def swap(self, view: View, now: View) -> View:
        """Put another value in the place of an open view."""
        for stack in self.stacks.values():
            stack[:] = [now if open_view.id == view.id else open_view for open_view in stack]
        self.homes.update({user: now for user, home in self.homes.items() if home.id == view.id})
        self._site.journal.ring()
        return now

    async def open(self, call: Call) -> Json:
        """views.open."""
        trigger = self._spent(call)
        if self.stacks.get(trigger.user) and not trigger.view:
            self.close(trigger.user, all_of_them=True)
        return {"view": self.as_json(self.show(trigger.user, call.args["view"]))}

    async def push(self, call: Call) -> Json:
        """views.push."""
        trigger = self._spent(call)
        over = self.top(trigger.user)
        if over is None:
            raise Refused("not_found")
        return {"view": self.as_json(self.show(trigger.user, call.args["view"], over=over))}

    async def update(self, call: Call) -> Json:
        """views.update."""
        wanted, external = call.args.get("view_id"), call.args.get("external_id")
        if bool(wanted) == bool(external):
            raise Refused("invalid_arguments")
        for view in (*self.homes.values(), *(view for stack in self.stacks.values() for view in stack)):
            if view.id == wanted or (external and view.content.get("external_id") == external):
                if call.args.get("hash", view.hash) != view.hash:
                    raise Refused("hash_conflict")
                return {"view": self.as_json(self.change(view, call.args["view"]))}
        raise Refused("not_found")

    async def publish(self, call: Call) -> Json:
        """views.publish."""
        user = call.world.user(call.args["user_id"]).id
        before = self.homes.get(user)
        if before and call.args.get("hash", before.hash) != before.hash:
            raise Refused("hash_conflict")
        content = self._checked(call.args["view"], kind="home")
        new = self._new(user, content)
        self.homes[user] = replace(new, id=before.id, root=before.id) if before else new
        return {"view": self.as_json(self.homes[user])}

    def as_json(self, view: View) -> Json:
        """Return a view in the shape of the wire."""
        app = self._site.app
        return {
            "callback_id": "",
            "private_metadata": "",
            "notify_on_close": False,
            "clear_on_close": False,
            **view.content,
            "id": view.id,
            "team_id": app.team,
            "app_id": app.app_id,
            "app_installed_team_id": app.team,
            "bot_id": app.bot_id,
            "hash": view.hash,
            "root_view_id": view.root,
            "previous_view_id": view.previous or None,
            "state": {"values": {}},
        }

    def _spent(self, call: Call) -> Trigger:
        trigger = self.triggers.get(call.args.get("trigger_id") or call.args.get("interactivity_pointer", ""))
        if trigger is None:
            raise Refused("invalid_trigger_id")
        if trigger.used:
            raise Refused("exchanged_trigger_id")
        if self._site.clock.now() - trigger.issued > limits.TRIGGER_SECONDS:
            raise Refused("expired_trigger_id")
        trigger.used = True
        return trigger

    def _checked(self, content: Json, *, kind: str) -> Json:
        if len(json.dumps(content)) > limits.VIEW_BYTES:
            raise Refused("view_too_large")
        view_content(content, kind=kind)
        return {**content, "blocks": with_ids(self._site.world, content["blocks"])}

    def _new(self, user: str, content: Json) -> View:
        view_id = self._site.world.next_id("V")
        return View(view_id, user, content, self._hash(), view_id)

    def _hash(self) -> str:
        return self._site.world.next_id("hash")
