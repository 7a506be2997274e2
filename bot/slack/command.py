"""What `footnote slack` does: the app over whatever is published now and later. Joins the means and the app."""

from collections.abc import Iterator
from pathlib import Path

from bot.answer import Answer, Part
from bot.cited import count_citations
from bot.means import Pinned
from bot.responder import Request, respond
from bot.slack.home import Knowledge, knowledge_of
from bot.slack.run import serve
from bot.slack.settings import SlackSettings


def run_slack(settings: SlackSettings, *, home: Path, pinned: Pinned) -> int:
    """Serves until it is told to stop; returns the exit code. Each answer comes from one generation throughout.

    Raises:
        BotError: Slack does not let the bot in, or its database cannot be used.
    """

    def responder(request: Request) -> Iterator[Part | Answer]:
        with pinned() as means:
            for item in respond(request, means):
                if isinstance(item, Answer):
                    count_citations(home, (c.article.id for c in item.citations), day=request.asked)
                yield item

    def knowledge() -> Knowledge:
        with pinned() as means:
            return knowledge_of(means.index.articles, created=means.index.manifest.created)

    return serve(settings, home=home, responder=responder, knowledge=knowledge)
