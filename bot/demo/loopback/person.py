"""What a person does in Slack besides speaking: commands, clicks, modals, shortcuts, tabs, Stop.

Knows what each makes Slack send to the app, and what the app's answer then does on the screen. A person can only act
on what is there to be seen: anything else is `NotThere`, which fails the test.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.demo.loopback import elements, interactions
from bot.demo.loopback.deliveries import Delivery
from bot.demo.loopback.errors import NotThere, Refused
from bot.demo.loopback.responses import Grant
from bot.demo.loopback.speaking import Said, Speaker
from bot.demo.loopback.text import escaped
from bot.demo.loopback.views import View
from bot.demo.loopback.world import Message

Json = dict[str, Any]


class Person(Speaker):
    """One person before the screen."""

    @property
    def modal(self) -> View | None:
        """Return the modal in front, if one is open."""
        return self.parts.views.top(self.id)

    @property
    def home(self) -> View | None:
        """Return the Home tab that the app published for this person, if any."""
        return self.parts.views.homes.get(self.id)

    @property
    def prompts(self) -> tuple[Json, ...]:
        """Return the suggested prompts of the messages tab."""
        return self.parts.agent.prompts.get(self.dm(), ())

    def sees(self, channel: str) -> tuple[Message, ...]:
        """Return what this person sees in a conversation: everybody's messages and the ephemeral ones, oldest first."""
        if self.id not in self.site.world.channel(channel).members:
            return ()
        seen = (*self.site.world.said_in(channel), *self.site.world.ephemeral(channel, self.id))
        return tuple(sorted(seen, key=lambda message: message.ts))

    def runs(self, name: str, text: str = "", *, channel: str) -> Delivery:
        """Run a slash command; what the app acknowledges with is shown."""
        where = self.site.world.channel(channel)
        grant = Grant(self.id, channel, self.site.clock.now())
        payload = interactions.command(
            self.site,
            self.user,
            channel=where,
            name=name,
            text=text,
            trigger=self.parts.views.trigger(self.id),
            response_url=self.parts.responses.issue(self.id, channel),
        )
        return self._tell(
            payload,
            kind="slash_commands",
            then=lambda answer: self.parts.responses.post(grant, answer) if answer else None,
        )

    def clicks(self, where: Message | View, action_id: str, *, value: Any = None) -> Delivery:
        """Press a button or choose in a menu; `value` tells apart what has the same action_id, or is what is chosen."""
        trigger = self.parts.views.trigger(self.id, view=where.id if isinstance(where, View) else "")
        if isinstance(where, View):
            element = self._found(where.content["blocks"], action_id, value=value)
            payload = interactions.click_in_view(
                self.site, self.user, views=self.parts.views, view=where, element=element, value=value, trigger=trigger
            )
            return self._tell(payload)
        shown = self._present(where)
        element = self._found(shown.blocks, action_id, value=value)
        payload = interactions.click_on_message(
            self.site,
            self.user,
            message=shown,
            element=element,
            value=value,
            trigger=trigger,
            response_url=self.parts.responses.issue(self.id, shown.channel, original=shown),
        )
        return self._tell(payload)

    def submits(self, values: Mapping[str, Any] | None = None) -> Delivery:
        """Fill in the modal in front, by action_id, and submit it; then it closes or does what the app answers."""
        view = self._front()
        unknown = set(values or {}) - {element.action_id for element in elements.elements(view.content["blocks"])}
        if unknown:
            raise NotThere(f"the modal has no input {sorted(unknown)}")
        empty = elements.missing(view.content["blocks"], values or {})
        if empty:
            raise NotThere(f"Slack asks to fill in first: {', '.join(empty)}")
        payload = interactions.submission(
            self.site,
            self.user,
            views=self.parts.views,
            view=view,
            values=values or {},
            trigger=self.parts.views.trigger(self.id, view=view.id),
        )
        return self._tell(payload, then=lambda answer: self._after_submission(view, answer))

    def closes_modal(self, *, all_of_them: bool = False) -> tuple[Delivery, ...]:
        """Close the modal in front, or all; the app hears of those that asked for it."""
        closed = self.parts.views.close(self.id, all_of_them=all_of_them)
        heard = [view for view in closed if view.content.get("notify_on_close")]
        made = [
            interactions.closing(self.site, self.user, views=self.parts.views, view=view, cleared=all_of_them)
            for view in heard
        ]
        return tuple(self._tell(payload) for payload in made)

    def searches(self, action_id: str, typed: str) -> Delivery:
        """Type into an external menu of the modal in front; the options come as the delivery's `answer`."""
        view = self._front()
        element = self._found(view.content["blocks"], action_id)
        payload = interactions.suggestion(
            self.site, self.user, views=self.parts.views, view=view, element=element, typed=typed
        )
        return self._tell(payload)

    def uses_shortcut(self, callback_id: str, *, on: Message | None = None) -> Delivery:
        """Use a shortcut: on a message, or the global one."""
        trigger = self.parts.views.trigger(self.id)
        if on is None:
            payload = interactions.global_shortcut(self.site, self.user, callback_id=callback_id, trigger=trigger)
            return self._tell(payload)
        payload = interactions.message_shortcut(
            self.site,
            self.user,
            callback_id=callback_id,
            message=self._present(on),
            trigger=trigger,
            response_url=self.parts.responses.issue(self.id, on.channel, original=on),
        )
        return self._tell(payload)

    def opens_home(self) -> Delivery | None:
        """Open the Home tab of the app."""
        return self._opens("home")

    def opens_messages(self) -> Delivery | None:
        """Open the messages tab of the app."""
        return self._opens("messages")

    def picks_prompt(self, number: int) -> Said:
        """Take one of the suggested prompts, counted from 1: its message is sent as this person's own."""
        if not 1 <= number <= len(self.prompts):
            raise NotThere(f"there are {len(self.prompts)} prompts")
        return self.says(self.dm(), escaped(self.prompts[number - 1]["message"]))

    def presses_stop(self, channel: str, thread: str) -> Delivery | None:
        """Press the Stop button of a session: Slack halts the streams and tells the app."""
        event = self.parts.streams.stop_pressed(channel, thread, by=self.id)
        return self.deliveries.event(event, self.site.world.channel(channel))

    def _opens(self, tab: str) -> Delivery | None:
        where = self.site.world.channel(self.dm())
        event: Json = {"type": "app_home_opened", "user": self.id, "channel": where.id, "tab": tab}
        if tab == "home" and self.home is not None:
            event["view"] = self.parts.views.as_json(self.home)
        return self.deliveries.event({**event, "event_ts": self.site.world.next_ts()}, where)

    def _present(self, message: Message) -> Message:
        shown = self.site.world.messages.get((message.channel, message.ts))
        hidden = shown is not None and shown.only_for not in ("", self.id)
        if shown is None or hidden or self.id not in self.site.world.channel(message.channel).members:
            raise NotThere(f"{self.id} does not see message {message.ts} in {message.channel}")
        return shown

    def _found(self, blocks: Any, action_id: str, *, value: Any = None) -> elements.Element:
        wanted = value if isinstance(value, str) else None
        matching = [e for e in elements.elements(blocks) if e.action_id == action_id]
        free = matching and matching[0].type in elements.PICKED
        return elements.find(blocks, action_id, by=self.id, value=None if free else wanted)

    def _front(self) -> View:
        if self.modal is None:
            raise NotThere(f"{self.id} has no modal open")
        return self.modal

    def _after_submission(self, view: View, answer: Json) -> None:
        views = self.parts.views
        match answer.get("response_action"):
            case None:
                views.close(self.id)
            case "clear":
                views.close(self.id, all_of_them=True)
            case "update":
                views.change(view, answer["view"])
            case "push":
                views.show(self.id, answer["view"], over=view)
            case "errors":
                self._show_errors(view, answer.get("errors") or {})
            case other:
                self.site.journal.violated(f"response_action {other!r} does not exist")

    def _show_errors(self, view: View, errors: Json) -> None:
        inputs = {block["block_id"] for block in view.content["blocks"] if block["type"] == "input"}
        if not errors or set(errors) - inputs:
            self.site.journal.violated(f"errors for blocks that are no inputs: {sorted(set(errors) - inputs)}")
        self.parts.views.swap(view, view.with_errors(errors))

    def _tell(self, payload: Json, *, kind: Any = "interactive", then: Any = None) -> Delivery:
        def after(answer: Json) -> None:
            try:
                if then is not None:
                    then(answer)
            except Refused as refusal:
                self.site.journal.violated(f"the acknowledgement carried what Slack refuses: {refusal.error}")

        return self.deliveries.deliver(kind, payload, accepts_response=True, after=after)
