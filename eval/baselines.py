"""Plain ways to find passages, to hold ours against: terms alone, vectors alone, and llama_index as in its quickstart.

Each is a function from a question to passages, best first, over the same articles and with the same embedding model.
"""

from collections.abc import Callable, Sequence
from typing import Any

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.node_parser import SentenceSplitter

from ingest.article import Article
from ingest.embed import Embedder
from ingest.index import Index
from ingest.terms import question_terms

_LIMIT = 12
Search = Callable[[str], Sequence[str]]


def by_terms(index: Index) -> Search:
    """BM25 over our chunks, nothing else."""

    def search(question: str) -> list[str]:
        rows = index.matching(dict.fromkeys(question_terms(question), 1.0), _LIMIT)
        chunks = index.read(rows)
        return [chunks[row].chunk.text for row in rows]

    return search


def by_vectors(index: Index, embedder: Embedder) -> Search:
    """Cosine over our chunks, nothing else."""

    def search(question: str) -> list[str]:
        rows = index.nearest(embedder.embed([question])[0], _LIMIT)
        chunks = index.read(rows)
        return [chunks[row].chunk.text for row in rows]

    return search


def by_llama_index(articles: Sequence[Article], embedder: Embedder) -> Search:
    """llama_index's VectorStoreIndex with its defaults: chunks of 1024 tokens with 200 overlap, the two nearest."""
    pages = [Document(text=article.text) for article in articles]
    index = VectorStoreIndex.from_documents(
        pages, embed_model=_Adapter(embedder), transformations=[SentenceSplitter()], show_progress=False
    )
    retriever = index.as_retriever()
    return lambda question: [found.node.get_content() for found in retriever.retrieve(question)]


class _Adapter(BaseEmbedding):
    """Our embedder in the form that llama_index asks for."""

    _embedder: Any = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(model_name=embedder.fingerprint)
        self._embedder = embedder

    def _get_text_embedding(self, text: str) -> list[float]:
        return list(map(float, self._embedder.embed([text])[0]))

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)
