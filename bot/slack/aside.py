"""What is said outside the stream of an answer: the root for a command, and words for one person alone."""

from collections.abc import Sequence

from bot.answer import Citation
from bot.errors import SlackRefused
from bot.slack.escape import safe
from bot.slack.pages import PAGE_BYTES, cut
from bot.slack.posting import Means, Posting
from bot.slack.records.posts import ROOT
from bot.slack.records.question import Question
from bot.slack.render import Block, links, markdown, notification


async def post_root(asked: Question, means: Means) -> str:
    """Posts the question of a slash command as the root of a thread, once, and returns its ts."""

    async def post() -> str:
        text = f"Question: {safe(asked.text)}"
        return await means.web.post(asked.channel, None, text=text, blocks=[markdown(text)], id_=asked.id)

    ts, _ = await Posting(asked, means).once(ROOT, post)
    return ts


async def whisper(asked: Question, text: str, means: Means) -> None:
    """Says something to the asker alone, where they asked."""
    if asked.response_url:
        await means.web.respond(asked.response_url, text=safe(text))
        return
    await means.web.whisper(asked.channel, asked.asker, thread_ts=asked.thread_ts, text=safe(text))


async def tell_privately(
    asked: Question, text: str, citations: Sequence[Citation], below: Sequence[Block], means: Means
) -> None:
    """Gives a whole answer to the asker alone: through the command's address, else as a direct message."""
    body, rest = cut(safe(text, links(citations)), limit=PAGE_BYTES)
    blocks = [markdown(body + ("…" if rest else "")), *below]
    if not asked.response_url:
        await means.web.post(asked.asker, None, text=notification(text), blocks=blocks, id_=asked.id)
        return
    try:
        await means.web.respond(asked.response_url, text=notification(text), blocks=blocks)
    except SlackRefused:
        await means.web.post(asked.asker, None, text=notification(text), blocks=blocks, id_=asked.id)
