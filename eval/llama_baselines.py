"""llama_index's ways to find passages, as in its quickstart and as a hybrid, to hold ours against.

Needs the extra `llama-index`. Each is a function from a question to passages, as those of `eval.baselines` are.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llama_index.core import Document, VectorStoreIndex
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.embeddings import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.retrievers.fusion_retriever import FUSION_MODES
from llama_index.core.schema import BaseNode, NodeWithScore, QueryBundle

from eval.baselines import CANDIDATES, LIMIT, Search
from ingest.articles.article import Article
from ingest.embed.embedder import Embedder
from ingest.index.lexical import Lexical, write_lexical
from ingest.terms import question_terms, terms


def by_llama_index(articles: Sequence[Article], embedder: Embedder) -> Search:
    """llama_index's VectorStoreIndex with its defaults: chunks of 1024 tokens with 200 overlap, the two nearest."""
    index = VectorStoreIndex.from_documents(
        _pages(articles), embed_model=_Adapter(embedder), transformations=[SentenceSplitter()]
    )
    retriever = index.as_retriever()
    return lambda question: _texts(retriever.retrieve(question))


def by_hybrid(articles: Sequence[Article], embedder: Embedder, folder: Path) -> Search:
    """llama_index's hybrid: BM25 and vectors over chunks of 200 tokens, fused by rank; writes to `folder`."""
    chunks = SentenceSplitter(chunk_size=200, chunk_overlap=20).get_nodes_from_documents(_pages(articles))
    vectors = VectorStoreIndex(chunks, embed_model=_Adapter(embedder))
    write_lexical(folder, (" ".join(terms(chunk.get_content())) for chunk in chunks))
    fused = QueryFusionRetriever(
        [vectors.as_retriever(similarity_top_k=CANDIDATES), _Terms(chunks, Lexical(folder))],
        llm=MockLLM(),
        mode=FUSION_MODES.RECIPROCAL_RANK,
        similarity_top_k=LIMIT,
        num_queries=1,
        use_async=False,
    )
    return lambda question: _texts(fused.retrieve(question))


def _pages(articles: Sequence[Article]) -> list[Document]:
    return [Document(text=article.text) for article in articles]


def _texts(found: Sequence[NodeWithScore]) -> list[str]:
    return [one.node.get_content() for one in found]


class _Terms(BaseRetriever):
    """BM25 over llama_index's chunks, in the form that its fusion asks for."""

    def __init__(self, chunks: Sequence[BaseNode], lexical: Lexical) -> None:
        super().__init__()
        self._chunks, self._lexical = chunks, lexical

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._lexical.search(dict.fromkeys(question_terms(query_bundle.query_str), 1.0), CANDIDATES)
        return [NodeWithScore(node=self._chunks[row], score=score) for row, score in found.items()]


class _Adapter(BaseEmbedding):
    """Our embedder in the form that llama_index asks for."""

    _embedder: Any = PrivateAttr()

    def __init__(self, embedder: Embedder) -> None:
        super().__init__(model_name=embedder.fingerprint, embed_batch_size=64)
        self._embedder = embedder

    def _get_text_embedding(self, text: str) -> list[float]:
        return list(map(float, self._embedder.embed([text])[0]))

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [list(map(float, vector)) for vector in self._embedder.embed(texts)]

    def _get_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_text_embedding(query)
