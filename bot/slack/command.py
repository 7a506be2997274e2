"""What `footnote slack` does: the app over whatever is published now and later. Joins the live index and the app."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from bot.answer import Answer
from bot.cited import count_citations
from bot.live import LiveIndex
from bot.responder import Part, Request, respond
from bot.slack.home import Knowledge, knowledge_of
from bot.slack.run import serve
from bot.slack.settings import SlackSettings, check
from ingest.address import ServerAddress
from ingest.embed import MiniLM


def run_slack(
    settings: SlackSettings,
    *,
    home: Path,
    embedder: MiniLM,
    server: ServerAddress | None,
    warn: Callable[[str], object],
) -> int:
    """Serves until it is told to stop; returns the exit code. Each answer comes from one generation throughout.

    Raises:
        BotError: a token or a setting is missing or wrong.
        IngestError: nothing has been published, or nothing of it can be opened.
    """
    check(settings)

    def responder(request: Request) -> Iterator[Part | Answer]:
        with live.pinned() as index:
            for item in respond(request, index=index, embedder=embedder, language=embedder):
                if isinstance(item, Answer):
                    count_citations(home, (c.article.id for c in item.citations), day=request.asked)
                yield item

    def knowledge() -> Knowledge:
        with live.pinned() as index:
            return knowledge_of(index.articles, created=index.manifest.created)

    with closing(LiveIndex(home, embedder.fingerprint, server=server)) as live:
        if live.trouble:
            warn(live.trouble)
        return serve(settings, home=home, responder=responder, knowledge=knowledge)
