"""A published index is read by others' clients alone, as the README shows."""

import datetime
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chromadb
import pytest
from chromadb.config import Settings

from bot.answer import Answer
from bot.ask import ask
from bot.means import Means
from bot.request import Request
from ingest.embed.minilm import MiniLM
from ingest.index.generation import current, folder_of
from ingest.index.open_index import open_current
from tests.index_fixtures import WordEmbedder, run_ingest

QUESTION = "How long is the Marlow Bridge?"


def opened(home: Path) -> Any:
    """The collection of what is published, by chromadb's own client."""
    folder = folder_of(home, str(current(home))) / "chroma"
    client = chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False))
    return client.get_collection("chunks")


@pytest.fixture(scope="module")
def collection(real_home: Path) -> Any:
    folder = folder_of(real_home, str(current(real_home))) / "chroma"
    return chromadb.PersistentClient(str(folder), settings=Settings(anonymized_telemetry=False)).get_collection(
        "chunks"
    )


@pytest.fixture(scope="module")
def answer(real_home: Path, model: MiniLM) -> Iterator[Answer]:
    index = open_current(real_home, model.fingerprint)
    yield ask(Request(QUESTION, datetime.date(2026, 3, 9)), Means(index, model, model))
    index.close()


def test_chromadb_alone_finds_what_an_answer_cites(collection: Any, answer: Answer, model: MiniLM) -> None:
    found = collection.query(query_embeddings=model.embed([QUESTION]).tolist(), n_results=10)
    places = list(zip(found["metadatas"][0], found["documents"][0], strict=True))
    cited = answer.citations[0]
    (about, text), *_ = [one for one in places if cited.quote in one[1]]
    assert (about["article_id"], about["title"]) == (cited.article.id, cited.article.title)
    assert about["start"] <= cited.start < cited.end <= about["end"]
    assert text[cited.start - about["start"] :].startswith(cited.quote)


def test_llama_index_alone_finds_what_an_answer_cites(collection: Any, answer: Answer, model: MiniLM) -> None:
    from llama_index.core import QueryBundle, VectorStoreIndex  # here, for every worker collects this file
    from llama_index.core.embeddings import MockEmbedding
    from llama_index.vector_stores.chroma import ChromaVectorStore

    store = ChromaVectorStore(chroma_collection=collection)
    index = VectorStoreIndex.from_vector_store(store, embed_model=MockEmbedding(embed_dim=384))
    asked = QueryBundle(QUESTION, embedding=model.embed([QUESTION])[0].tolist())
    nodes = index.as_retriever(similarity_top_k=10).retrieve(asked)
    cited = answer.citations[0]
    assert any(cited.quote in node.text and node.metadata["article_id"] == cited.article.id for node in nodes)


def test_the_retriever_of_llama_index_finds_it_first_with_its_place(real_home: Path, answer: Answer) -> None:
    from bot.retriever import FootnoteRetriever

    retriever = FootnoteRetriever(real_home, limit=3)
    nodes = retriever.retrieve(QUESTION)
    retriever.close()
    cited, place = answer.citations[0], nodes[0].metadata
    assert len(nodes) == 3
    assert place["article_id"] == cited.article.id
    assert place["start"] < cited.end
    assert cited.start < place["end"]


def test_what_stands_elsewhere_now_is_written_over_without_embedding_it_again(tmp_path: Path) -> None:
    corpus, home, embedder = tmp_path / "corpus", tmp_path / "home", WordEmbedder()
    corpus.mkdir()
    texts = {f"{name}.md": f"# {name}\n\nThe {name} river bridge market.\n" for name in ("a", "b", "c")}
    for name, text in texts.items():
        (corpus / name).write_text(text)
    run_ingest(corpus, home, embedder=embedder)
    (corpus / "b.md").write_text("---\ndate: 2026-01-05\nurl: https://b.example/x\n---\n" + texts["b.md"])
    embedder.embedded.clear()
    run_ingest(corpus, home, embedder=embedder)
    found = opened(home).get(where={"article_id": "b.md"})
    assert embedder.embedded == []
    assert [(one["published"], one["url"]) for one in found["metadatas"]] == [("2026-01-05", "https://b.example/x")]
