"""The published index as the Slack app wants it. Knows how to open it; knows nothing of Slack's protocol."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.responder import Responder, respond
from bot.slack.home import Knowledge, knowledge_of
from ingest.embed import MiniLM
from ingest.index import open_current


@dataclass(frozen=True)
class Opened:
    """What the app answers with, and what it says of the articles."""

    responder: Responder
    knowledge: Callable[[], Knowledge]


@contextmanager
def opened(home: Path, minilm: Path | None) -> Iterator[Opened]:
    """Opens the published index of a data folder for as long as the block runs.

    Raises:
        IndexNotFound: there is none; the message says how to build it.
    """
    embedder = MiniLM(minilm)
    with closing(open_current(home, embedder.fingerprint)) as index:
        yield Opened(
            lambda request: respond(request, index=index, embedder=embedder, language=embedder),
            lambda: knowledge_of(index.articles, created=index.manifest.created),
        )
