"""What the responder is asked: the words, what was said before, and in which folders to look. Knows no answers."""

import datetime
import logging

from bot.errors import BotError
from bot.question.followup import Turn
from bot.request import Overheard, Request
from bot.retrieve import is_within
from bot.slack.incoming import asking_part
from bot.slack.markup import plain_text
from bot.slack.records import threads
from bot.slack.records.inbox import OVERHEARD
from bot.slack.records.tables import PostedQuestion
from bot.slack.workspace import Workspace

_log = logging.getLogger("footnote.slack")
_EARLIER, _PATIENCE = 10, 3.0


async def request_of(asked: PostedQuestion, means: Workspace, *, today: datetime.date) -> Request:
    """Returns the request for a question."""
    scope = await scope_of(asked.channel, asked.asker, means)
    overheard = await _overheard(asked, means) if asked.kind == OVERHEARD else None
    return Request(asked.text, today, await _history(asked, means), scope, asked.asker, overheard)


async def scope_of(channel: str, user: str, means: Workspace) -> tuple[str, ...]:
    """Returns the folders that are looked into: a channel's own, and in a direct conversation the person's.

    What direct messages are answered from is bounded by the settings.
    """
    is_direct, bounds = channel.startswith("D"), means.settings.slack_direct_folders
    rules = await means.records.call(threads.rules_of, means.access.team, user if is_direct else channel)
    if not is_direct or not bounds:
        return rules.folders
    return tuple(folder for folder in rules.folders if is_within(bounds, folder)) or bounds


async def _overheard(asked: PostedQuestion, means: Workspace) -> Overheard:
    thread = await means.records.call(threads.find, *asked.place)
    about = await means.records.call(threads.articles, *asked.place)
    return Overheard(bool(thread and asked.asker in thread.askers), asking_part(asked.text), about)


async def _history(asked: PostedQuestion, means: Workspace) -> tuple[Turn, ...]:
    """The thread's turns as they were stored; in a thread that is new to us, what people wrote there."""
    if asked.thread_ts is None:
        return ()
    turns = await means.records.call(threads.turns, *asked.place)
    if turns or asked.thread_ts == asked.ts or not asked.ts[:1].isdigit():
        return turns
    try:
        messages = await means.web.replies(asked.channel, asked.thread_ts, patience=_PATIENCE)
    except BotError as error:
        _log.warning("question %s has no history: %s", asked.id, error)
        return ()
    earlier = [m for m in messages if str(m.get("ts")) < asked.ts and not m.get("bot_id")][-_EARLIER:]
    return tuple(Turn("user", plain_text(str(m.get("text") or ""))) for m in earlier)
