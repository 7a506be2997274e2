"""What is said outside the stream of an answer: the root for a command, and words for one person alone."""

import logging
from collections.abc import Sequence

from bot.answer import Answer
from bot.errors import SlackRefused, SlackUnsure
from bot.slack.escape import safe
from bot.slack.pages import pages
from bot.slack.posting import Posting, Workspace
from bot.slack.records.posts import ROOT
from bot.slack.records.question import PostedQuestion
from bot.slack.render import Block, markdown, notification
from bot.slack.shape import in_slack

_log = logging.getLogger("footnote.slack")
_USES = 5  # of the address that comes with a command or a click


async def post_root(asked: PostedQuestion, means: Workspace, *, name: str | None) -> str:
    """Posts the question of a slash command, and who asked it, as the root of a thread, once; returns its ts."""
    posting = Posting(asked, means)
    web = means.web.watched(posting.allow)
    earlier = await posting.earlier_root()
    if earlier:
        return earlier

    async def post() -> str:
        text = safe(f"{name or 'Somebody'} asked: {asked.text}")  # a mention would notify
        return await web.post(asked.channel, None, text=text, blocks=[markdown(text)], id_=asked.id)

    ts, _ = await posting.once(ROOT, post)
    return ts


async def tell(asked: PostedQuestion, means: Workspace, text: str) -> None:
    """Says something to the asker alone, if there is any way to; it cannot be found again, so it is not repeated."""
    try:
        await _by_any_way(asked, means, [(safe(text), ())])
    except (SlackRefused, SlackUnsure) as error:
        _log.warning("question %s: the asker could not be told: %s", asked.id, error)


async def give(asked: PostedQuestion, means: Workspace, answer: Answer, *, below: Sequence[Block]) -> None:
    """Gives a whole answer to the asker alone.

    Raises SlackRefused, SlackUnsure: there is no way to them at this moment.
    """
    texts = pages(in_slack(answer.parts).lstrip()) or ("…",)
    blocks = [[markdown(text)] for text in texts]
    blocks[-1] += below
    await _by_any_way(asked, means, list(zip(map(notification, texts), blocks, strict=True)))


async def _by_any_way(asked: PostedQuestion, means: Workspace, messages: Sequence[tuple[str, Sequence[Block]]]) -> None:
    """Through the address that came with the request, else where it was made, else as a direct message.

    A way that fails in the middle is given up for the next: twice is better than never.
    """
    ways = [_where_asked, _directly]
    if asked.response_url and len(messages) <= _USES:
        ways.insert(0, _by_address)
    for way in ways:
        try:
            for text, blocks in messages:
                await way(asked, means, text, blocks)
        except (SlackRefused, SlackUnsure) as error:
            if way is ways[-1]:
                raise
            _log.info("question %s: %s", asked.id, error)
        else:
            return


async def _by_address(asked: PostedQuestion, means: Workspace, text: str, blocks: Sequence[Block]) -> None:
    await means.web.respond(str(asked.response_url), text=text, blocks=blocks)


async def _where_asked(asked: PostedQuestion, means: Workspace, text: str, blocks: Sequence[Block]) -> None:
    await means.web.whisper(asked.channel, asked.asker, thread_ts=asked.thread_ts, text=text, blocks=blocks)


async def _directly(asked: PostedQuestion, means: Workspace, text: str, blocks: Sequence[Block]) -> None:
    await means.web.post_direct(asked.asker, text=text, blocks=blocks)
