"""What is said outside the stream of an answer: the root for a command, and words for one person alone."""

import logging
from collections.abc import Awaitable, Sequence
from functools import partial
from typing import Protocol

from bot.answer import Answer
from bot.errors import SlackRefused, SlackUnsure
from bot.slack.escape import safe
from bot.slack.pages import pages
from bot.slack.posting import Posting
from bot.slack.records.posts import ROOT
from bot.slack.records.tables import PostedQuestion
from bot.slack.render import Block, in_slack, markdown, notification
from bot.slack.workspace import Workspace

_log = logging.getLogger("footnote.slack")
_USES = 5  # of the address that comes with a command or a click


class Way(Protocol):
    """A way to say something to one person alone."""

    def __call__(self, *, text: str, blocks: Sequence[Block]) -> Awaitable[object]:
        """Raises SlackRefused, SlackUnsure: it does not lead to them."""
        ...


async def post_root(asked: PostedQuestion, means: Workspace) -> str:
    """Posts the question of a slash command, and who asked it, as the root of a thread, once; returns its ts."""
    posting = Posting(asked, means)
    earlier = (await posting.earlier()).get(ROOT)
    if earlier:
        return earlier
    # A mention would notify.
    text = safe(f"{means.people.name(asked.asker) or 'Somebody'} asked: {asked.text}")
    web = means.web.watched(posting.allow)
    post = partial(web.post, asked.channel, None, text=text, blocks=[markdown(text)], id_=asked.id)
    ts, _ = await posting.once(ROOT, post)
    return ts


async def tell(asked: PostedQuestion, means: Workspace, text: str) -> None:
    """Says something to the asker alone, if there is any way to; it cannot be found again, so it is not repeated."""
    try:
        await by_any_way(_ways(asked, means), [(safe(text), ())])
    except (SlackRefused, SlackUnsure) as error:
        _log.warning("question %s: the asker could not be told: %s", asked.id, error)


async def give(asked: PostedQuestion, means: Workspace, answer: Answer, *, below: Sequence[Block]) -> None:
    """Gives a whole answer to the asker alone.

    Raises SlackRefused, SlackUnsure: there is no way to them at this moment.
    """
    texts = pages(in_slack(answer.parts).lstrip()) or ("…",)
    blocks = [[markdown(text)] for text in texts]
    blocks[-1] += below
    await by_any_way(_ways(asked, means, messages=len(texts)), list(zip(map(notification, texts), blocks, strict=True)))


async def by_any_way(ways: Sequence[Way], messages: Sequence[tuple[str, Sequence[Block]]]) -> None:
    """Says it in the first way that works, and raises what is wrong with the last if none does.

    A way that fails in the middle is given up for the next: twice is better than never.
    """
    for way in ways:
        try:
            for text, blocks in messages:
                await way(text=text, blocks=blocks)
            return
        except (SlackRefused, SlackUnsure) as error:
            if way is ways[-1]:
                raise
            _log.info("%s", error)


def _ways(asked: PostedQuestion, means: Workspace, *, messages: int = 1) -> list[Way]:
    """Through the address that came with the request, else where it was made, else as a direct message."""
    web = means.web
    by_address: list[Way] = [partial(web.respond, asked.response_url)] if asked.response_url else []
    where_asked = partial(web.whisper, asked.channel, asked.asker, thread_ts=asked.thread_ts)
    return [*(by_address if messages <= _USES else ()), where_asked, partial(web.post, asked.asker, None)]
