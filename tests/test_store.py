import datetime
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from ingest.articles.article import Article
from ingest.articles.blocks import Block, Link
from ingest.embed.embedder import Vectors
from ingest.errors import IndexBroken
from ingest.index.link import link_all
from ingest.index.store import Store, base_of, pack, text_id, unpack
from ingest.index.write_store import Entry, write_store
from ingest.split import Chunk
from ingest.units import Unit

ARTICLES = (
    Article("a.txt", "A", "https://a.example", datetime.date(2026, 2, 14), "Ana", "One. Two. Three."),
    Article(
        "b.txt",
        "B",
        None,
        None,
        None,
        "Two. Two.",
        blocks=(Block("heading", 0, 4, level=1, page=3), Block("paragraph", 5, 9, ("Two.",), page=3)),
        links=(Link(5, 8, "https://b.example"),),
    ),
)


def chunk(id_: str, start: int, *texts: str, path: tuple[str, ...] = (), page: int | None = None) -> Chunk:
    """A chunk of these sentences with a space between; the letter behind `id-` is its article's name."""
    units, at = [], start
    for text in texts:
        units.append(Unit(at, at + len(text), "paragraph", 0))
        at += len(text) + 1
    leads = tuple(f"before {text}" for text in texts)
    return Chunk(id_, f"{id_[3]}.txt", start, at - 1, " ".join(texts), tuple(units), path, page, leads)


CHUNKS = (
    chunk("id-a1", 0, "One.", "Two."),
    chunk("id-a2", 10, "Three."),
    chunk("id-b1", 0, "Two."),
    chunk("id-b2", 5, "Two.", path=("Costs", "Building"), page=3),
)


def vectors(of: Chunk) -> Vectors:
    return np.linspace(-1, 1, (2 + len(of.units)) * 4, dtype=np.float32).reshape(-1, 4)


def entry(article: Article, chunks: Sequence[Chunk]) -> Entry:
    return Entry(article, f"hash-{article.id}", "its words", tuple((c, "terms", vectors(c)) for c in chunks))


def write(path: Path) -> None:
    """All of the articles and chunks."""
    ids = [article.id for article in ARTICLES]
    write_store(path, ids, entries=[entry(a, [c for c in CHUNKS if c.article_id == a.id]) for a in ARTICLES])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    write(tmp_path / "store.sqlite")
    opened = Store(tmp_path / "store.sqlite", 4)
    yield opened
    opened.close()


def test_articles_come_back_without_their_texts_which_are_read_by_row(store: Store) -> None:
    assert store.articles[0] == Article("a.txt", "A", "https://a.example", datetime.date(2026, 2, 14), "Ana", "")
    assert store.articles[1].published is None
    assert [store.text(0), store.text(1)] == [article.text for article in ARTICLES]


def test_chunks_come_back_as_they_were_with_their_vectors(store: Store) -> None:
    stored = store.read_chunks([2, 0])
    assert {row: one.chunk for row, one in stored.items()} == {0: CHUNKS[0], 2: CHUNKS[2]}
    assert (stored[2].row, stored[2].article_row) == (2, 1)
    assert np.allclose(stored[0].vectors, vectors(CHUNKS[0]), atol=1e-3)


def test_an_article_is_read_whole_with_its_blocks_and_links(store: Store) -> None:
    assert store.read_article(1) == ARTICLES[1]


def test_rows_that_do_not_exist_are_left_out(store: Store) -> None:
    assert store.read_chunks([99]) == {}
    assert store.read_chunks([]) == {}
    assert store.twins(["unknown"]) == {}


def test_chunks_of_the_same_text_in_the_same_section_are_twins_and_share_one_vector(tmp_path: Path) -> None:
    again = chunk("id-b3", 9, "Two.")
    write_store(tmp_path / "twins.sqlite", ["b.txt"], entries=[entry(ARTICLES[1], [*CHUNKS[2:], again])])
    two, built = text_id("B", CHUNKS[2]), text_id("B", CHUNKS[3])
    assert two == text_id("B", again) != built
    with closing(Store(tmp_path / "twins.sqlite", 4)) as store:
        assert store.twins([two, built]) == {two: [0, 2], built: [1]}
        assert store.text_ids() == (two, built)


def test_each_text_has_one_vector_by_its_id(store: Store) -> None:
    ids = tuple(text_id(one.article_id[0].upper(), one) for one in CHUNKS)
    assert store.text_ids() == ids
    assert np.allclose(store.vectors_of(store.text_ids()), [vectors(one)[0] for one in CHUNKS], atol=1e-3)
    assert store.ids() == ("id-a1", "id-a2", "id-b1", "id-b2")


def grown(folder: Path, order: Sequence[str], entries: Sequence[Entry], before: Path | None) -> Store:
    """A store of what differs from another: that, or the base of that, is its base."""
    path = folder / "store.sqlite"
    if before is not None:
        link_all(base_of(before) if base_of(before).is_file() else before, base_of(path))
    folder.mkdir(exist_ok=True)
    write_store(path, order, entries=entries, before=before)
    return Store(path, 4)


def test_what_the_entries_lack_is_as_before_with_everything_that_is_kept_of_it(tmp_path: Path) -> None:
    write(tmp_path / "store.sqlite")
    new = Article("aa.txt", "B", None, None, None, "Two.")
    twin = Chunk("id-aa", "aa.txt", 0, 4, "Two.", (Unit(0, 4, "paragraph", 0),))
    order = ["aa.txt", "b.txt"]
    with closing(grown(tmp_path / "new", order, [entry(new, [twin])], tmp_path / "store.sqlite")) as store:
        assert [article.id for article in store.articles] == ["aa.txt", "b.txt"]
        assert store.read_article(1) == ARTICLES[1]
        assert store.hashes() == {"aa.txt": "hash-aa.txt", "b.txt": "hash-b.txt"}
        assert store.ids() == ("id-aa", "id-b1", "id-b2")
        assert store.twins([text_id("B", twin)]) == {text_id("B", twin): [0, 1]}
        assert {row: one.chunk for row, one in store.read_chunks(range(9)).items()} == {
            0: twin,
            1: CHUNKS[2],
            2: CHUNKS[3],
        }
        assert store.counts() == (3, 3)


def test_what_has_changed_again_and_again_is_there_once_and_what_has_gone_is_not(tmp_path: Path) -> None:
    write(tmp_path / "store.sqlite")
    before, order = tmp_path / "store.sqlite", ["a.txt", "b.txt", "c.txt"]
    c = Article("c.txt", "C", None, None, None, "Three.")
    for number in range(3):
        again = chunk("id-a1", 0, f"Again {number}.")
        entries = [entry(ARTICLES[0], [again]), *([entry(c, [chunk("id-c1", 0, "Three.")])] if number == 0 else [])]
        folder = tmp_path / str(number)
        with closing(grown(folder, order, entries, before)) as store:
            assert [one.chunk.text for one in store.read_chunks(range(9)).values()] == [
                f"Again {number}.",
                "Two.",
                "Two.",
                "Three.",
            ]
        before = folder / "store.sqlite"
    with closing(grown(tmp_path / "less", ["c.txt"], [], before)) as store:
        assert [article.id for article in store.articles] == ["c.txt"]
        assert (store.ids(), store.text_ids()) == (("id-c1",), (text_id("C", chunk("id-c1", 0, "Three.")),))
        assert store.rows_of([0, 1, 2, 3, 99]) == [-1] * 5  # the numbers of the base, all of which is gone


def test_what_it_has_beside_its_base_is_told_with_its_numbers_and_what_has_gone_too(tmp_path: Path) -> None:
    write(tmp_path / "store.sqlite")
    new = chunk("id-a1", 0, "New.")
    with closing(grown(tmp_path / "new", ["a.txt"], [entry(ARTICLES[0], [new])], tmp_path / "store.sqlite")) as store:
        first, terms = store.written("chunk", "terms")
        assert (first, list(terms), store.rows_of([first])) == (4, ["terms"], [0])
        assert list(store.gone("chunk", "terms")) == [(row, "terms") for row in range(4)]
        assert list(store.gone("article", "words")) == [(0, "its words"), (1, "its words")]
        assert store.latest(9) == {0: text_id("A", new)}


def test_several_threads_may_read_at_once(store: Store) -> None:
    texts: list[str] = []
    threads = [threading.Thread(target=lambda: texts.append(store.text(0))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert texts == [ARTICLES[0].text] * 4


def test_no_thread_that_has_read_leaves_a_descriptor_behind(store: Store) -> None:
    before = len(list(Path("/dev/fd").iterdir()))
    for _ in range(20):
        thread = threading.Thread(target=store.text, args=(0,))
        thread.start()
        thread.join()
    assert len(list(Path("/dev/fd").iterdir())) == before


def test_packing_keeps_the_direction_of_a_vector() -> None:
    vector = np.random.default_rng(7).normal(size=(3, 384)).astype(np.float32)
    vector /= np.linalg.norm(vector, axis=1, keepdims=True)
    packed = unpack(pack(vector), 384)
    assert ((packed * vector).sum(axis=1) / np.linalg.norm(packed, axis=1)).min() > 0.9999998


@pytest.mark.parametrize("content", [None, b"", b"not a database" * 1000], ids=["missing", "empty", "garbage"])
def test_what_is_no_store_is_broken_and_not_created(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "store.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IndexBroken, match=r"cannot be read: .*run: footnote rollback, or footnote ingest"):
        Store(path, 4)
    assert path.exists() == (content is not None)


def test_damage_that_shows_only_when_a_chunk_is_read_is_broken_too(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    many = [Chunk(f"id{i}", "a.txt", 0, 4, f"{i} " * 50, (Unit(0, 4, "paragraph", 0),)) for i in range(500)]
    write_store(path, ["a.txt"], entries=[entry(ARTICLES[0], many)])
    pages = path.read_bytes()
    path.write_bytes(pages[:8192] + b"\xff" * (len(pages) - 8192))
    with pytest.raises(IndexBroken):
        Store(path, 4).read_chunks(range(500))


def test_a_path_with_odd_letters_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "a b?c#d%20é" / "store.sqlite"
    path.parent.mkdir()
    write(path)
    opened = Store(path, 4)
    opened.close()
    assert opened.chunks == 4
