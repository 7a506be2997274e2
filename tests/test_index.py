from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.articles.article import Article
from ingest.errors import IndexBroken, IndexNotFound, WrongEmbedder
from ingest.index import generation
from ingest.index.build import About, entry_of, write_index
from ingest.index.manifest import read_manifest, write_manifest
from ingest.index.open_index import Index, open_current
from ingest.split import Chunk
from ingest.terms import question_terms
from ingest.units import Unit
from tests.conftest import BRIDGE, EELS, HashEmbedder
from tests.index_fixtures import run_here

pytestmark = pytest.mark.usefixtures("by_index")


def article_of(index: Index, row: int) -> str:
    return index.read([row])[row].chunk.article_id


def test_the_manifest_counts_what_is_there(index: Index, embedder: HashEmbedder) -> None:
    manifest = index.manifest
    assert (manifest.generation, manifest.articles, manifest.chunks) == ("000001", 4, 9)
    assert (manifest.fingerprint, manifest.dimensions) == (embedder.fingerprint, 64)
    assert len(index.ids()) == manifest.chunks
    assert manifest.sentences == sum(len(one.chunk.sentences) for one in index.read(range(9)).values())


def test_the_vector_search_finds_the_chunk_of_a_question(index: Index, embedder: HashEmbedder) -> None:
    found = index.nearest(embedder.embed(["How many glass eels passed Weir Mill?"])[0], 3)
    assert article_of(index, next(iter(found))) == EELS
    assert list(found.values()) == sorted(found.values(), reverse=True)


def test_the_search_for_terms_finds_chunks_their_titles_included(index: Index) -> None:
    weights = dict.fromkeys(question_terms("Hartwell & Sons"), 1.0)
    assert article_of(index, next(iter(index.matching(weights, 3)))) == BRIDGE
    title_only = dict.fromkeys(question_terms("volunteers count a record number"), 1.0)
    assert article_of(index, next(iter(index.matching(title_only, 4)))) == EELS


def test_every_stored_chunk_stands_in_its_article_at_its_offsets(index: Index) -> None:
    for stored in index.read(range(index.manifest.chunks)).values():
        chunk, text = stored.chunk, index.text(stored.article_row)
        assert text[chunk.start : chunk.end] == chunk.text
        assert stored.vectors.shape == (2 + len(chunk.sentences), 64)  # of the chunk, its section, its sentences


def test_a_rare_term_weighs_more_than_a_frequent_one(index: Index) -> None:
    rare, frequent, unknown = (index.inverse_frequency(term) for term in ("hartwel", "the", "zebra"))
    assert unknown > rare > frequent > 0
    # ln(1 + (N - n + 0.5) / (n + 0.5)) with N = 9 chunks and n = 0
    assert unknown == pytest.approx(np.log(20))


def test_it_knows_the_terms_and_words_of_articles_and_titles(index: Index) -> None:
    assert index.knows("hartwel")
    assert index.knows("record")
    assert not index.knows("zebra")
    assert index.similar_word("korhonnen") == "korhonen"


def test_hundreds_of_equal_chunks_hide_no_other(tmp_path: Path) -> None:
    texts = ["The same."] * 400 + [f"Topic{i} alone." for i in range(40)]
    article = Article("a.txt", "A", None, None, None, "")
    vectors = HashEmbedder(dimensions=384).embed(texts)
    chunks = [
        (
            Chunk(str(i), "a.txt", i, i + len(text), text, (Unit(0, len(text), "paragraph", 0),)),
            np.stack([vectors[i]] * 2),
        )
        for i, text in enumerate(texts)
    ]
    about = About("hash", 384, content="c", created="now")
    write_index(tmp_path, ["a.txt"], entries=[entry_of(article, "h", chunks)], about=about, run=run_here)
    index = Index(tmp_path)
    assert all(max(index.nearest(vector, 3).values()) > 0.999 for vector in vectors[400:])
    assert list(index.nearest(vectors[0], 1)) == [0, 1, 2]
    index.close()


def test_without_a_published_generation_the_remedy_is_named(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match=r"no index in .*; build it with: footnote ingest"):
        open_current(tmp_path, "any")


def test_another_embedder_than_the_one_that_built_it_is_refused(published_home: Path) -> None:
    with pytest.raises(WrongEmbedder, match="built with embedder hash-terms-64, but hash-other-64 is set"):
        open_current(published_home, HashEmbedder("other").fingerprint)


@pytest.mark.parametrize("part", ["manifest.json", "store.sqlite", "lexical/words/meta.json"])
def test_a_generation_that_lacks_a_part_is_broken(home: Path, part: str, embedder: HashEmbedder) -> None:
    (generation.folder_of(home, "000001") / part).unlink()
    with pytest.raises(IndexBroken):
        open_current(home, embedder.fingerprint)


def test_without_its_vectors_it_compares_with_every_text_and_says_so(home: Path, embedder: HashEmbedder) -> None:
    vector = embedder.embed(["How many glass eels passed Weir Mill?"])[0]
    with closing(open_current(home, embedder.fingerprint)) as index:
        expected = index.nearest(vector, 3)
    (generation.folder_of(home, "000001") / "chroma" / "chroma.sqlite3").unlink()
    with closing(open_current(home, embedder.fingerprint)) as index:
        assert index.nearest(vector, 3) == pytest.approx(expected, abs=1e-3)
        assert "every vector is compared instead" in (index.trouble or "")


def test_an_index_of_another_analyzer_is_refused(home: Path, embedder: HashEmbedder) -> None:
    folder = generation.folder_of(home, "000001")
    write_manifest(folder, replace(read_manifest(folder), analyzer="other"))
    with pytest.raises(IndexBroken, match="rebuild it with: footnote ingest"):
        open_current(home, embedder.fingerprint)


def test_a_pointer_to_a_generation_that_is_gone_is_broken(home: Path, embedder: HashEmbedder) -> None:
    generation.point_to(home, "000009")
    with pytest.raises(IndexBroken, match="run: footnote rollback, or footnote ingest"):
        open_current(home, embedder.fingerprint)


def test_of_few_texts_every_vector_is_compared_without_chroma(
    home: Path, embedder: HashEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    vector = embedder.embed(["How many glass eels passed Weir Mill?"])[0]
    with closing(Index(generation.folder_of(home, "000001"), by_index=True)) as index:
        expected = index.nearest(vector, 3)
    (generation.folder_of(home, "000001") / "chroma" / "chroma.sqlite3").unlink()
    monkeypatch.setattr("ingest.index.open_index.FEW", 9)
    with closing(open_current(home, embedder.fingerprint)) as index:
        assert index.manifest.chunks == 9
        assert index.nearest(vector, 3) == pytest.approx(expected, abs=1e-3)
        assert index.trouble is None
