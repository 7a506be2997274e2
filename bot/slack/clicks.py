"""What buttons and forms do: quotes, feedback, deletion, settings. Knows who may; the forms live in `views`."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from functools import partial

from bot.errors import SlackRefused, SlackUnsure
from bot.retrieve import is_within
from bot.slack import views
from bot.slack.escape import safe
from bot.slack.posting import Way, by_any_way
from bot.slack.records import feedback, inbox, threads
from bot.slack.records.feedback import Opinion
from bot.slack.records.tables import PostedQuestion
from bot.slack.records.threads import ChannelRules
from bot.slack.render import Block, Json, quote_view
from bot.slack.workspace import Workspace

_log = logging.getLogger("footnote.slack")
_GONE = "This answer is no longer kept."
_NOT_YOURS = "Only who asked can delete an answer."
_NOT_HERE = "This answer was given to somebody else."
_LOST = "Slack did not open the form. Please try again."


class Clicks:
    """Acts on clicks; each takes the body of the interaction, acknowledged already."""

    def __init__(self, means: Workspace, *, wake: Callable[[], None]) -> None:
        self._means, self._wake = means, wake
        self._call, self._team = means.records.call, means.access.team

    async def show_quote(self, body: Json) -> None:
        """Opens the modal with a quote in its surroundings, for who may see the answer."""
        id_, _, number = str(body["actions"][0]["value"]).partition(":")
        answer = await self._answer_for(body, id_)
        if answer is not None:
            await self.show(body, quote_view(answer, int(number) if number.isdecimal() else 0))

    async def feedback(self, body: Json) -> None:
        """Keeps a thumb; a thumb down asks for the reason."""
        value, _, id_ = str(body["actions"][0]["value"]).partition(":")
        if await self._answer_for(body, id_) is None:
            return
        if not await self._save(Opinion(id_, str(body["user"]["id"]), "down" if value == "down" else "up")):
            await self.tell(body, _GONE)
        elif value == "down":
            await self.show(body, views.reason_form(id_))
        else:
            await self.tell(body, "Thank you.")

    async def reason(self, body: Json) -> None:
        """Keeps the reason for a thumb down."""
        view = body["view"]
        reason, right = views.entered(view, "reason"), views.entered(view, "right_answer")
        reason = reason if reason in views.REASONS else None
        await self._save(Opinion(views.place_of(view)["id"], str(body["user"]["id"]), "down", reason, right or None))

    async def delete(self, body: Json) -> None:
        """Deletes an answer for the one who asked."""
        found = await self._call(inbox.find, str(body["actions"][0]["value"]))
        if found is None or found[0].asker != body["user"]["id"]:
            await self.tell(body, _NOT_YOURS if found else _GONE)
            return
        asked, now = found[0], self._means.clock.now()
        await self._call(inbox.forget, asked.team, asked.channel, asked.ts, now=now, with_answer=True)
        self._wake()

    async def open_settings(self, body: Json) -> None:
        """Opens the settings of the channel in which /ask settings was said; in a direct conversation, the person's."""
        channel, user = str(body["channel_id"]), str(body["user_id"])
        place = {"channel": channel, "response_url": str(body.get("response_url") or "")}
        if channel.startswith("D"):
            place["user"] = user
        rules, actor_team = await self._rules_of(place), str(body.get("team_id") or self._team)
        why_not = await self._means.people.no_edit(rules, user, actor_team=actor_team, channel=channel)
        if why_not:
            await self.tell(body, why_not)
        else:
            await self.show(body, views.settings_form(place, rules, await self._folders(place)))

    async def settings(self, body: Json) -> None:
        """Keeps the settings that were entered, if the person may set them."""
        view, user = body["view"], str(body["user"]["id"])
        place = views.place_of(view)
        rules, folders, channel = await self._rules_of(place), await self._folders(place), place["channel"]
        told = await self._means.people.no_edit(rules, user, actor_team=_team_of(body), channel=channel)
        if not told:
            entered = views.read_settings_form(view, editor=user, before=rules, folders=folders)
            await self._call(threads.keep_rules, self._team, place.get("user", channel), entered)
            told = _saved(entered, folders)
        await self.tell({**body, "response_url": place.get("response_url"), "channel_id": channel}, told)

    async def show(self, body: Json, view: Block) -> None:
        """Opens a modal, or says that it did not open."""
        try:
            await self._means.web.open_view(str(body["trigger_id"]), view)
        except (SlackRefused, SlackUnsure) as error:
            _log.warning("%s", error)
            await self.tell(body, _LOST)

    async def tell(self, body: Json, text: str) -> None:
        """Says something to whoever clicked or commanded, alone: beside the message, or by the address that came."""
        try:
            await by_any_way(self._ways(body), [(safe(text), ())])
        except (SlackRefused, SlackUnsure) as error:
            _log.info("%s", error)

    def _ways(self, body: Json) -> list[Way]:
        web, message, address = self._means.web, body.get("message") or {}, body.get("response_url")
        user = str(body["user_id"] if "user_id" in body else body["user"]["id"])
        channel = body.get("channel_id") or (body.get("channel") or {}).get("id")
        ways: list[Way] = [partial(web.respond, str(address))] if address else []
        if channel:
            ways.append(partial(web.whisper, str(channel), user, thread_ts=message.get("thread_ts")))
        else:  # a form belongs to no channel
            ways.append(partial(web.post, user, None))
        return ways[::-1] if message else ways

    async def _answer_for(self, body: Json, id_: str) -> Json | None:
        """The answer that was clicked on; None if it is gone or not for whoever clicked, who then is told so."""
        found = await self._call(inbox.find, id_)
        why_not = await self._refusal(body, found[0]) if found else _GONE
        if why_not:
            await self.tell(body, why_not)
        return found[1] if found and not why_not else None

    async def _refusal(self, body: Json, asked: PostedQuestion) -> str | None:
        """Why somebody may not see more of an answer: who may not ask may not, and not what another was told alone."""
        user, channel = str(body["user"]["id"]), str((body.get("channel") or {}).get("id"))
        if user != asked.asker and channel != asked.channel:
            return _NOT_HERE
        return await self._means.people.refusal(user, actor_team=_team_of(body), channel=asked.channel)

    async def _rules_of(self, place: Json) -> ChannelRules:
        """The settings of a channel, or of a person where `place` has one."""
        return await self._call(threads.rules_of, self._team, str(place.get("user") or place["channel"]))

    async def _folders(self, place: Json) -> tuple[str, ...]:
        """The folders that can be chosen."""
        folders = (await asyncio.to_thread(self._means.knowledge)).folders
        bounds = self._means.settings.slack_direct_folders
        if not (place.get("user") and bounds):
            return folders
        return tuple(folder for folder in folders if is_within(bounds, folder))

    async def _save(self, opinion: Opinion) -> bool:
        return await self._call(feedback.save, opinion, now=self._means.clock.now())


def _team_of(body: Json) -> str:
    return str(body["user"].get("team_id") or (body.get("team") or {}).get("id"))


def _saved(rules: ChannelRules, folders: Sequence[str]) -> str:
    """What is said when settings are kept: what they come to, and what of it leads nowhere."""
    told = f"Saved. From now on I answer here from {', '.join(rules.folders) or 'all articles'}."
    gone = [folder for folder in rules.folders if folder not in folders]
    return f"{told} There are no articles in {', '.join(gone)} at the moment." if gone else told
