"""The search of the bot as a retriever of llama_index, over whatever is published. Answers nothing.

Needs the extra `llama-index`; the bot itself does not.
"""

import datetime
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.answer import Passage
from bot.live import LiveIndex
from bot.passages import passages
from bot.question.understand import understand
from bot.search import Search
from ingest.articles.blocks import block_at
from ingest.distribution import remedy_for
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index

try:
    from llama_index.core.base.base_retriever import BaseRetriever
    from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode
except ImportError as error:
    raise ImportError(f"FootnoteRetriever needs llama_index; {remedy_for('llama-index')}") from error


class FootnoteRetriever(BaseRetriever):
    """Finds what the bot would answer from: passages of whole units, best first, from the newest published generation.

    Each node's metadata holds article_id, title, start and end (offsets in the article's text), and, where they are
    known, url, published (ISO date), heading, page and kind. Scores compare passages of one question only.
    """

    def __init__(self, home: Path | str = ".footnote", *, limit: int = 10) -> None:
        """Opens what is published in a data folder, embedded by the built-in model; at most `limit` nodes are found.

        Raises:
            IngestError: nothing has been published, or nothing of it can be opened.
        """
        super().__init__()
        self._model, self._limit = MiniLM(), limit
        self._live = LiveIndex(Path(home), self._model.fingerprint)

    def close(self) -> None:
        """Gives back memory, files and the thread that looks for news."""
        self._live.close()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        today = datetime.date.today()
        with self._live.pinned() as index:
            question = understand(query_bundle.query_str, index, self._model, today=today)
            seen = Search(index, self._model, self._model, today).look(question)
            return [_node(passage, index) for passage in passages(seen.ranked.units)[: self._limit]]


def _node(passage: Passage, index: Index) -> NodeWithScore:
    name = f"{passage.article.id}:{passage.start}-{passage.end}"
    node = TextNode(id_=name, text=passage.text, metadata=_metadata(passage, index))
    return NodeWithScore(node=node, score=passage.score)


def _metadata(passage: Passage, index: Index) -> Mapping[str, Any]:
    row = next(row for row, article in enumerate(index.articles) if article.id == passage.article.id)
    article = index.read_article(row)
    block = block_at(article.blocks, passage.start)
    facts = {
        "article_id": article.id,
        "title": article.title,
        "url": article.url,
        "published": article.published.isoformat() if article.published else None,
        "start": passage.start,
        "end": passage.end,
        "heading": block.heading if block else None,
        "page": block.page if block else None,
        "kind": block.kind if block else None,
    }
    return {name: value for name, value in facts.items() if value is not None}
