"""What is said outside the stream of an answer: the root for a command, and words for one person alone."""

import logging
from collections.abc import Sequence

from bot.answer import Citation
from bot.errors import SlackRefused, SlackUnsure
from bot.slack.escape import safe
from bot.slack.pages import pages
from bot.slack.posting import Means, Posting
from bot.slack.records.posts import ROOT
from bot.slack.records.question import Question
from bot.slack.render import Block, links, markdown, notification

_log = logging.getLogger("footnote.slack")
_USES = 5  # of the address that comes with a command


async def post_root(asked: Question, means: Means) -> str:
    """Posts the question of a slash command as the root of a thread, once, and returns its ts."""
    posting = Posting(asked, means)
    earlier = await posting.earlier_root()
    if earlier:
        return earlier

    async def post() -> str:
        text = f"Question: {safe(asked.text)}"
        return await means.web.post(asked.channel, None, text=text, blocks=[markdown(text)], id_=asked.id)

    ts, _ = await posting.once(ROOT, post)
    return ts


async def whisper(asked: Question, means: Means, *, text: str) -> None:
    """Says something to the asker alone, where they asked; at most once, since it could not be found again."""
    try:
        if asked.response_url:
            await means.web.respond(asked.response_url, text=safe(text))
        else:
            await means.web.whisper(asked.channel, asked.asker, thread_ts=asked.thread_ts, text=safe(text))
    except (SlackRefused, SlackUnsure) as error:
        _log.warning("question %s: %s", asked.id, error)


async def tell_privately(
    asked: Question,
    means: Means,
    *,
    text: str,
    citations: Sequence[Citation] = (),
    below: Sequence[Block] = (),
) -> None:
    """Gives a whole answer to the asker alone: through the command's address, else as a direct message."""
    messages = [[markdown(page)] for page in pages(safe(text, links(citations)))]
    messages[-1] += below
    by_address = bool(asked.response_url) and len(messages) <= _USES
    for blocks in messages:
        if by_address:
            await means.web.respond(str(asked.response_url), text=notification(text), blocks=blocks)
        else:
            await means.web.post(asked.asker, None, text=notification(text), blocks=blocks, id_=asked.id)
