"""What buttons and forms do: quotes, feedback, deletion, settings. Knows who may; the forms live in `forms`."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.slack import forms
from bot.slack.clock import Clock
from bot.slack.home import Knowledge
from bot.slack.people import People
from bot.slack.policy import may_edit
from bot.slack.records.feedback import Opinion
from bot.slack.records.open import Records
from bot.slack.render import quote_view
from bot.slack.web import Web

Json = Mapping[str, Any]
_GONE = "This answer is no longer kept."
_NOT_YOURS = "Only who asked can delete an answer."
_NO_EDITOR = "The settings of this channel can be changed by the people who were listed in them, and by admins."
_SAVED = "Saved. This holds for this channel from now on."


class Clicks:
    """Acts on clicks; each takes the body of the interaction, acknowledged already."""

    def __init__(
        self,
        *,
        team: str,
        web: Web,
        records: Records,
        people: People,
        clock: Clock,
        knowledge: Callable[[], Knowledge],
    ) -> None:
        self._team, self._web, self._records = team, web, records
        self._people, self._clock, self._knowledge = people, clock, knowledge

    async def show_quote(self, body: Json) -> None:
        """Opens the modal with a quote in its surroundings."""
        id_, _, number = str(body["actions"][0]["value"]).partition(":")
        found = await self._records.call(lambda: self._records.inbox.find(id_))
        await self._web.open_view(str(body["trigger_id"]), quote_view(found[1] if found else {}, int(number or 0)))

    async def feedback(self, body: Json) -> None:
        """Keeps a thumb; a thumb down asks for the reason."""
        value, _, id_ = str(body["actions"][0]["value"]).partition(":")
        opinion = Opinion(id_, str(body["user"]["id"]), "down" if value == "down" else "up")
        if not await self._save(opinion):
            await self._tell(body, _GONE)
        elif value == "down":
            await self._web.open_view(str(body["trigger_id"]), forms.reason_form(id_))
        else:
            await self._tell(body, "Thank you.")

    async def reason(self, body: Json) -> None:
        """Keeps the reason for a thumb down."""
        view = body["view"]
        reason, right = forms.entered(view, "reason"), forms.entered(view, "right_answer")
        asker = str(body["user"]["id"])
        reason = reason if reason in forms.REASONS else None
        await self._save(Opinion(forms.place_of(view)["id"], asker, "down", reason, right or None))

    async def delete(self, body: Json) -> None:
        """Deletes an answer for the one who asked."""
        id_ = str(body["actions"][0]["value"])
        found = await self._records.call(lambda: self._records.inbox.find(id_))
        if found is None or found[0].asker != body["user"]["id"]:
            await self._tell(body, _NOT_YOURS if found else _GONE)
            return
        for post in await self._records.call(lambda: self._records.posts.of(id_)):
            if post.ts:
                await self._web.delete(post.channel, post.ts)
        asked = found[0]
        await self._records.call(lambda: self._records.inbox.forget(asked.team, asked.channel, asked.ts))

    async def open_settings(self, body: Json) -> None:
        """Opens the settings of the channel in which /ask settings was said."""
        channel, user = str(body["channel_id"]), str(body["user_id"])
        if channel.startswith("D"):
            await self._web.respond(str(body["response_url"]), text="Settings are for channels; say this in one.")
            return
        rules = await self._records.call(lambda: self._records.channels.find(self._team, channel))
        if not may_edit(rules, user=user, is_admin=await self._people.is_admin(user)):
            await self._web.respond(str(body["response_url"]), text=_NO_EDITOR)
            return
        form = forms.settings_form(channel, rules, self._knowledge().folders)
        await self._web.open_view(str(body["trigger_id"]), form)

    async def settings(self, body: Json) -> None:
        """Keeps the settings that were entered, if the person may set them."""
        view, user = body["view"], str(body["user"]["id"])
        channel = forms.place_of(view)["channel"]
        rules = await self._records.call(lambda: self._records.channels.find(self._team, channel))
        allowed = may_edit(rules, user=user, is_admin=await self._people.is_admin(user))
        if allowed:
            entered = forms.read_settings_form(view, editor=user)
            await self._records.call(lambda: self._records.channels.save(self._team, channel, entered))
        await self._web.whisper(channel, user, thread_ts=None, text=_SAVED if allowed else _NO_EDITOR)

    async def _save(self, opinion: Opinion) -> bool:
        now = self._clock.now()
        return await self._records.call(lambda: self._records.feedback.save(opinion, now=now))

    async def _tell(self, body: Json, text: str) -> None:
        message = body.get("message") or {}
        thread_ts = message.get("thread_ts")
        await self._web.whisper(str(body["channel"]["id"]), str(body["user"]["id"]), thread_ts=thread_ts, text=text)
