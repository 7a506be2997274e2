"""What the responder is asked: the words, what was said before, and in which folders to look. Knows no answers."""

import datetime
import logging

from bot.errors import BotError
from bot.question.followup import Turn
from bot.request import Overheard, Request
from bot.retrieve import is_within
from bot.slack.intent import asking_part
from bot.slack.markup import plain_text
from bot.slack.posting import Workspace
from bot.slack.records.inbox import OVERHEARD
from bot.slack.records.open import Records
from bot.slack.records.question import PostedQuestion

_log = logging.getLogger("footnote.slack")
_EARLIER, _PATIENCE = 10, 3.0


async def request_of(
    asked: PostedQuestion, means: Workspace, *, direct_folders: tuple[str, ...], today: datetime.date
) -> Request:
    """Returns the request for a question; `direct_folders` bound what direct messages are answered from."""
    scope = await scope_of(asked.channel, asked.asker, means.records, team=asked.team, direct_folders=direct_folders)
    overheard = await _overheard(asked, means) if asked.kind == OVERHEARD else None
    return Request(asked.text, today, await _history(asked, means), scope, asked.asker, overheard)


async def scope_of(
    channel: str, user: str, records: Records, *, team: str, direct_folders: tuple[str, ...]
) -> tuple[str, ...]:
    """Returns the folders that are looked into: a channel's own, and in a direct conversation the person's."""
    if not channel.startswith("D"):
        return (await records.call(lambda: records.channels.find(team, channel))).folders
    own = (await records.call(lambda: records.channels.find(team, user))).folders
    inside = tuple(folder for folder in own if is_within(direct_folders, folder)) if direct_folders else own
    return inside or direct_folders


async def _overheard(asked: PostedQuestion, means: Workspace) -> Overheard:
    threads, place = means.records.threads, (asked.team, asked.channel, str(asked.thread_ts))
    thread, about = await means.records.call(lambda: (threads.find(*place), threads.articles(*place)))
    return Overheard(bool(thread and asked.asker in thread.askers), asking_part(asked.text), about)


async def _history(asked: PostedQuestion, means: Workspace) -> tuple[Turn, ...]:
    """The thread's turns as they were stored; in a thread that is new to us, what people wrote there."""
    if asked.thread_ts is None:
        return ()
    place = (asked.team, asked.channel, asked.thread_ts)
    turns = await means.records.call(lambda: means.records.threads.turns(*place))
    if turns or asked.thread_ts == asked.ts or not asked.ts[:1].isdigit():
        return turns
    try:
        messages = await means.web.replies(asked.channel, asked.thread_ts, patience=_PATIENCE)
    except BotError as error:
        _log.warning("question %s has no history: %s", asked.id, error)
        return ()
    earlier = [m for m in messages if str(m.get("ts")) < asked.ts and not m.get("bot_id")][-_EARLIER:]
    return tuple(Turn("user", plain_text(str(m.get("text") or ""))) for m in earlier)
