"""The search of the bot as a retriever of llama_index, over whatever is published. Answers nothing.

Needs the extra `llama-index`; the bot itself does not.
"""

import datetime
from pathlib import Path

from bot.answer import Passage
from bot.live import LiveIndex
from bot.passages import passages
from bot.question.understand import understand
from bot.search import Search
from ingest.articles.article import Article
from ingest.articles.blocks import block_at
from ingest.distribution import remedy_for
from ingest.embed.minilm import MiniLM
from ingest.index.record import place_of

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

        Raises IngestError: nothing has been published, or nothing of it can be opened.
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
            rows = {one.article.id: one.stored.article_row for one in seen.found}
            best = passages(seen.ranked.units)[: self._limit]
            return [_node(passage, index.read_article(rows[passage.article.id])) for passage in best]


def _node(passage: Passage, article: Article) -> NodeWithScore:
    block = block_at(article.blocks, passage.start)
    heading, page, kind = (block.heading, block.page, block.kind) if block else (None, None, None)
    place = place_of(article, passage.start, passage.end, heading=heading, page=page, kind=kind)
    node = TextNode(id_=f"{article.id}:{passage.start}-{passage.end}", text=passage.text, metadata=dict(place))
    return NodeWithScore(node=node, score=passage.score)
