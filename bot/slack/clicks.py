"""What buttons and forms do: quotes, feedback, deletion, settings. Knows who may; the forms live in `forms`."""

import asyncio
import dataclasses
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.errors import SlackRefused, SlackUnsure
from bot.retrieve import is_within
from bot.slack import forms
from bot.slack.clock import Clock
from bot.slack.escape import safe
from bot.slack.home import Knowledge
from bot.slack.people import People
from bot.slack.policy import ChannelRules, Rules, no_edit
from bot.slack.records.feedback import Opinion
from bot.slack.records.open import Records
from bot.slack.records.question import PostedQuestion
from bot.slack.render import quote_view
from bot.slack.web import Block, Web

Json = Mapping[str, Any]
_log = logging.getLogger("footnote.slack")
_GONE = "This answer is no longer kept."
_NOT_YOURS = "Only who asked can delete an answer."
_NOT_HERE = "This answer was given to somebody else."
_LOST = "Slack did not open the form. Please try again."
_TO_KNOW_AN_EDITOR = 2.0  # seconds; the form has to open within three


@dataclass(frozen=True)
class House:
    """Where the bot works and by which rules: its workspace, who may ask, what direct messages look into."""

    team: str
    rules: Rules
    direct_folders: tuple[str, ...]
    knowledge: Callable[[], Knowledge]


class Clicks:
    """Acts on clicks; each takes the body of the interaction, acknowledged already."""

    def __init__(
        self, *, house: House, web: Web, records: Records, people: People, clock: Clock, wake: Callable[[], None]
    ) -> None:
        self._house, self._web, self._records, self._people = house, web, records, people
        self._clock, self._wake = clock, wake

    async def show_quote(self, body: Json) -> None:
        """Opens the modal with a quote in its surroundings, for who may see the answer."""
        id_, _, number = str(body["actions"][0]["value"]).partition(":")
        found = await self._records.call(lambda: self._records.inbox.find(id_))
        why_not = await self._refusal(body, found[0]) if found else _GONE
        if found is None or why_not:
            await self.tell(body, why_not or _GONE)
        else:
            await self.show(body, quote_view(found[1], int(number) if number.isdecimal() else 0))

    async def feedback(self, body: Json) -> None:
        """Keeps a thumb; a thumb down asks for the reason."""
        value, _, id_ = str(body["actions"][0]["value"]).partition(":")
        found = await self._records.call(lambda: self._records.inbox.find(id_))
        why_not = await self._refusal(body, found[0]) if found else _GONE
        opinion = Opinion(id_, str(body["user"]["id"]), "down" if value == "down" else "up")
        if why_not or not await self._save(opinion):
            await self.tell(body, why_not or _GONE)
        elif value == "down":
            await self.show(body, forms.reason_form(id_))
        else:
            await self.tell(body, "Thank you.")

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
            await self.tell(body, _NOT_YOURS if found else _GONE)
            return
        asked, now = found[0], self._clock.now()
        place = (asked.team, asked.channel, asked.ts)
        await self._records.call(lambda: self._records.erasure.forget(*place, now=now, with_answer=True))
        self._wake()

    async def open_settings(self, body: Json) -> None:
        """Opens the settings of the channel in which /ask settings was said; in a direct conversation, the person's."""
        channel, user = str(body["channel_id"]), str(body["user_id"])
        place = {"channel": channel, "response_url": str(body.get("response_url") or "")}
        if channel.startswith("D"):
            place["user"] = user
        rules = await self._rules_of(place)
        why_not = await self._no_edit(place, rules, user=user, actor_team=str(body.get("team_id") or self._house.team))
        if why_not:
            await self.tell(body, why_not)
        else:
            await self.show(body, forms.settings_form(place, rules, await self._folders(place)))

    async def settings(self, body: Json) -> None:
        """Keeps the settings that were entered, if the person may set them."""
        view, user = body["view"], str(body["user"]["id"])
        place = forms.place_of(view)
        rules, folders = await self._rules_of(place), await self._folders(place)
        told = await self._no_edit(place, rules, user=user, actor_team=_team_of(body))
        if not told:
            entered = forms.read_settings_form(view, editor=user, before=rules, folders=folders)
            key = place.get("user", place["channel"])
            await self._records.call(lambda: self._records.channels.save(self._house.team, key, entered))
            told = _saved(entered, folders)
        await self.tell({**body, **place, "channel_id": place["channel"]}, told)

    async def show(self, body: Json, view: Block) -> None:
        """Opens a modal, or says that it did not open."""
        try:
            await self._web.open_view(str(body["trigger_id"]), view)
        except (SlackRefused, SlackUnsure) as error:
            _log.warning("%s", error)
            await self.tell(body, _LOST)

    async def tell(self, body: Json, text: str) -> None:
        """Says something to whoever clicked or commanded, alone: beside the message, or by the address that came."""
        ways = [self._respond, self._whisper] if body.get("response_url") else [self._whisper]
        if body.get("message"):
            ways.reverse()
        for way in ways:
            try:
                await way(body, text)
                return
            except (SlackRefused, SlackUnsure) as error:
                _log.info("%s", error)

    async def _respond(self, body: Json, text: str) -> None:
        await self._web.respond(str(body["response_url"]), text=safe(text))

    async def _whisper(self, body: Json, text: str) -> None:
        user = str(body["user_id"] if "user_id" in body else body["user"]["id"])
        channel = body.get("channel_id") or (body.get("channel") or {}).get("id")
        if not channel:  # a form belongs to no channel
            await self._web.post_direct(user, text=safe(text), blocks=())
            return
        thread_ts = (body.get("message") or {}).get("thread_ts")
        await self._web.whisper(str(channel), user, thread_ts=thread_ts, text=safe(text))

    async def _refusal(self, body: Json, asked: PostedQuestion) -> str | None:
        """Why somebody may not see more of an answer: who may not ask may not, and not what another was told alone."""
        user, channel = str(body["user"]["id"]), str((body.get("channel") or {}).get("id"))
        if user != asked.asker and channel != asked.channel:
            return _NOT_HERE
        seer = dataclasses.replace(asked, asker=user, actor_team=_team_of(body))
        return await self._people.refusal(seer, self._house.rules)

    async def _no_edit(self, place: Json, rules: ChannelRules, *, user: str, actor_team: str) -> str | None:
        house, people = self._house, self._people
        editor = PostedQuestion(house.team, place["channel"], "", None, user, actor_team, "settings", "", 0.0)
        standing = await people.standing(user, actor_team=actor_team, team=house.team, patience=_TO_KNOW_AN_EDITOR)
        refusal = people.refusal_now(editor, house.rules)
        return refusal or no_edit(rules, user=user, standing=standing, is_admin=people.is_admin(user))

    async def _rules_of(self, place: Json) -> ChannelRules:
        """The settings of a channel, or of a person where `place` has one."""
        key = str(place.get("user") or place["channel"])
        return await self._records.call(lambda: self._records.channels.find(self._house.team, key))

    async def _folders(self, place: Json) -> tuple[str, ...]:
        """The folders that can be chosen."""
        folders, bounds = (await asyncio.to_thread(self._house.knowledge)).folders, self._house.direct_folders
        if not (place.get("user") and bounds):
            return folders
        return tuple(folder for folder in folders if is_within(bounds, folder))

    async def _save(self, opinion: Opinion) -> bool:
        now = self._clock.now()
        return await self._records.call(lambda: self._records.feedback.save(opinion, now=now))


def _team_of(body: Json) -> str:
    return str(body["user"].get("team_id") or (body.get("team") or {}).get("id"))


def _saved(rules: ChannelRules, folders: Sequence[str]) -> str:
    """What is said when settings are kept: what they come to, and what of it leads nowhere."""
    told = f"Saved. From now on I answer here from {', '.join(rules.folders) or 'all articles'}."
    gone = [folder for folder in rules.folders if folder not in folders]
    return f"{told} There are no articles in {', '.join(gone)} at the moment." if gone else told
