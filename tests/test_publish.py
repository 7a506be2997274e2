"""From the ledger to a published generation."""

import random
from contextlib import closing
from pathlib import Path

import pytest

from ingest.errors import PublishFailed
from ingest.index.generation import current, folder_of
from ingest.index.manifest import Manifest, read_manifest
from ingest.index.open_index import Index, open_current
from ingest.index.space import check_space
from ingest.index.verify import find_fault
from ingest.publish import start_from
from ingest.terms import ANALYZER_VERSION, question_terms
from tests.index_fixtures import WordEmbedder, run_ingest, write_article, write_articles

QUESTIONS = ("the old bridge of place3", "silver anchor lantern", "second report of place7", "winter garden engine")


def published(home: Path) -> Manifest:
    return read_manifest(folder_of(home, str(current(home))))


def rows(home: Path) -> list[object]:
    with closing(open_current(home, WordEmbedder.fingerprint)) as index:
        chunks = index.read(range(index.manifest.chunks))
        return [
            [index.read_article(row) for row in range(len(index.articles))],
            [(row, one.article_row, one.chunk, one.vectors.tolist()) for row, one in chunks.items()],
        ]


def results(index: Index) -> list[dict[int, float]]:
    found = []
    for question in QUESTIONS:
        weights = dict.fromkeys(question_terms(question), 1.0)
        found.append(index.nearest(WordEmbedder().embed([question])[0], 50))
        found.append(index.matching(weights, 50))
    return found


def near(found: dict[int, float], expected: dict[int, float]) -> bool:
    """Whether scores differ by no more than the average length of a chunk, which is of all since the base, and the same
    is found but for ties.
    """
    both = found.keys() & expected.keys()
    return len(both) >= 0.9 * len(expected) and all(
        found[row] == pytest.approx(expected[row], rel=0.02) for row in both
    )


def spellings(index: Index) -> list[object]:
    typed = ("harbuor", "lanternn", "engine", "editoin", "subscripe", "edition2")
    return [index.similar_word(word) for word in typed]


def change(corpus: Path, chooser: random.Random, edition: int) -> None:
    for number in chooser.sample(range(80), 3):
        write_article(corpus, number, edition=f"edition{edition}", sentences=chooser.choice([2, 20]))
    for path in chooser.sample(sorted(corpus.iterdir()), 2):
        path.unlink()


def test_a_grown_index_of_many_twins_is_the_same_as_one_written_whole(tmp_path: Path) -> None:
    corpus, home = tmp_path / "corpus", tmp_path / "home"
    # Of one title, for what a chunk is found by is its section, too.
    footer = f"To read more of it subscribe to {'the paper and ' * 38}the letter."  # by its length a chunk of its own
    for number in range(40):
        write_article(corpus, number, sentences=2, footer=footer, title="The weekly report")
    run_ingest(corpus, home)
    for number in range(3):  # each time the first of the twins goes, or changes, and others come
        sorted(corpus.iterdir())[0].unlink()
        write_article(corpus, number + 1, sentences=3, footer=footer, edition="second", title="The weekly report")
        write_article(corpus, 70 + number, sentences=2, footer=footer, title="The weekly report")
        run_ingest(corpus, home)
    run_ingest(corpus, tmp_path / "whole")
    assert 0 < published(home).dead < 20  # of texts, of which the footer, which is never gone, is none
    assert published(home).ids == published(tmp_path / "whole").ids
    assert rows(home) == rows(tmp_path / "whole")
    with (
        closing(open_current(home, WordEmbedder.fingerprint)) as grown,
        closing(open_current(tmp_path / "whole", WordEmbedder.fingerprint)) as whole,
    ):
        assert grown.is_whole()
        assert (grown.trouble, spellings(grown)) == (None, spellings(whole))
        assert [near(*pair) for pair in zip(results(grown), results(whole), strict=True)] == [True] * 8
        of_footer = WordEmbedder().embed([footer])[0]
        assert list(grown.nearest(of_footer, 1)) == list(whole.nearest(of_footer, 1))
        assert len(grown.nearest(of_footer, 1)) == 3


def test_copying_and_changing_gives_the_same_index_as_writing_everything(tmp_path: Path) -> None:
    chooser = random.Random(7)
    corpus, home = tmp_path / "corpus", tmp_path / "home"
    write_articles(corpus, 60)
    run_ingest(corpus, home)
    for edition in range(2):
        change(corpus, chooser, edition)
        run_ingest(corpus, home)
        run_ingest(corpus, tmp_path / f"whole{edition}")
        assert published(home).dead > 0
        assert published(home).ids == published(tmp_path / f"whole{edition}").ids
        assert rows(home) == rows(tmp_path / f"whole{edition}")
        with (
            closing(open_current(home, WordEmbedder.fingerprint)) as grown,
            closing(open_current(tmp_path / f"whole{edition}", WordEmbedder.fingerprint)) as whole,
        ):
            assert (grown.trouble, spellings(grown)) == (None, spellings(whole))
            assert [near(*pair) for pair in zip(results(grown), results(whole), strict=True)] == [True] * 8


def test_one_changed_article_embeds_only_what_is_new_in_it(tmp_path: Path) -> None:
    write_articles(tmp_path / "corpus", 20)
    run_ingest(tmp_path / "corpus", tmp_path / "home")
    path = write_article(tmp_path / "corpus", 4)
    path.write_text(path.read_text() + "One sentence more.\n")
    embedder = WordEmbedder()
    run_ingest(tmp_path / "corpus", tmp_path / "home", embedder=embedder)
    assert embedder.embedded == ["One sentence more."]


def test_an_embedder_that_fails_loses_no_vector(tmp_path: Path) -> None:
    class Failing(WordEmbedder):
        def embed(self, texts):  # type: ignore[no-untyped-def]
            if len(self.embedded) > 256:
                raise OSError("the network is down")
            return super().embed(texts)

    write_articles(tmp_path / "corpus", 100)
    failing, working = Failing(), WordEmbedder()
    with pytest.raises(PublishFailed, match="network is down"):
        run_ingest(tmp_path / "corpus", tmp_path / "home", embedder=failing)
    run_ingest(tmp_path / "corpus", tmp_path / "home", embedder=working)
    assert len(failing.embedded) == 2 * 256
    assert len(working.embedded) == 100 * (6 + 1) - 2 * 256  # six sentences and a section each


MANIFEST = Manifest(
    generation="000004",
    created="",
    articles=10,
    chunks=20,
    sentences=40,
    fingerprint="words-32",
    dimensions=32,
    analyzer=ANALYZER_VERSION,
    content="",
    ids="",
)
TEN = {f"{n}.md": "old" for n in range(10)}


@pytest.mark.parametrize(
    ("manifest", "wanted", "fresh"),
    [
        (MANIFEST, TEN | {"3.md": "new"}, ("3.md",)),
        (MANIFEST, TEN | {"x.md": "new"}, ("x.md",)),
        (MANIFEST, {k: v for k, v in TEN.items() if k > "1.md"}, ()),
    ],
)
def test_few_changes_start_from_what_is_published(
    manifest: Manifest, wanted: dict[str, str], fresh: tuple[str, ...], tmp_path: Path
) -> None:
    start = start_from(manifest, TEN, wanted, "words-32", home=tmp_path)
    assert start.base is not None
    assert start.fresh == fresh


@pytest.mark.parametrize(
    ("manifest", "wanted", "fingerprint"),
    [
        (None, TEN, "words-32"),
        (MANIFEST, TEN, "another embedder"),
        (MANIFEST, TEN | dict.fromkeys(["1.md", "2.md", "3.md", "4.md"], "new"), "words-32"),
        (MANIFEST, dict(list(TEN.items())[:6]), "words-32"),
        (Manifest(**{**vars(MANIFEST), "dead": 7}), TEN | {"3.md": "new"}, "words-32"),
        (Manifest(**{**vars(MANIFEST), "analyzer": "0"}), TEN | {"3.md": "new"}, "words-32"),
    ],
)
def test_many_changes_or_another_embedder_start_anew(
    manifest: Manifest | None, wanted: dict[str, str], fingerprint: str, tmp_path: Path
) -> None:
    start = start_from(manifest, TEN, wanted, fingerprint, home=tmp_path)
    assert (start.base, start.fresh) == (None, tuple(wanted))


def test_a_damaged_generation_is_replaced_though_nothing_has_changed(tmp_path: Path) -> None:
    write_articles(tmp_path / "corpus", 3)
    run_ingest(tmp_path / "corpus", tmp_path / "home")
    (folder_of(tmp_path / "home", "000001") / "store.sqlite").write_bytes(b"")
    report = run_ingest(tmp_path / "corpus", tmp_path / "home")
    assert (report.generation, report.embedded) == ("000002", 0)
    assert find_fault(folder_of(tmp_path / "home", "000002")) is None


@pytest.mark.parametrize("part", ["store.sqlite", "lexical/words/*.term", "chroma/*/length.bin"])
def test_what_is_damaged_is_not_taken_over_when_an_article_changes(part: str, tmp_path: Path) -> None:
    write_articles(tmp_path / "corpus", 20)
    run_ingest(tmp_path / "corpus", tmp_path / "home")
    damaged = next(folder_of(tmp_path / "home", "000001").glob(part))
    content = damaged.read_bytes()
    damaged.write_bytes(content[:-3] + bytes([content[-3] ^ 1]) + content[-2:])
    write_article(tmp_path / "corpus", 4, edition="second")
    report = run_ingest(tmp_path / "corpus", tmp_path / "home")
    folder = folder_of(tmp_path / "home", str(report.generation))
    assert (report.published, (folder / "base").exists(), find_fault(folder)) == (True, False, None)


def test_what_does_not_change_is_one_file_on_the_disk_for_all_generations(tmp_path: Path) -> None:
    write_articles(tmp_path / "corpus", 20)
    for edition in ("second", "third", "fourth"):
        run_ingest(tmp_path / "corpus", tmp_path / "home")
        write_article(tmp_path / "corpus", 4, edition=edition)
    whole, *grown = (folder_of(tmp_path / "home", name) for name in ("000001", "000002", "000003"))
    assert {(folder / "base" / "store.sqlite").stat().st_ino for folder in grown} == {
        (whole / "store.sqlite").stat().st_ino
    }


def test_a_full_disk_is_noticed_before_anything_is_built(tmp_path: Path) -> None:
    write_articles(tmp_path / "corpus", 3)
    run_ingest(tmp_path / "corpus", tmp_path / "home")
    with pytest.raises(PublishFailed, match=r"only 10 MB are free; the published index is untouched\. Free some space"):
        check_space(tmp_path / "home", free=lambda folder: 10 * 2**20)
