from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from bot.question.period import period_of
from bot.question.understand import Question, understand
from bot.retrieve import PER_ARTICLE, WEIGHTS, Found, Weights, is_within, retrieve
from ingest.embed.embedder import Vectors
from ingest.index.open_index import Index, open_current
from tests.asking_fixtures import ASKED
from tests.conftest import HashEmbedder, build

FERRY = "The ferry Alba carries lorries over the Tann every hour of the day. "
PIERS = "amber birch cedar delta elder fjord gorse heath inlet jetty kauri larch mossy nettle".split()


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    """A report printed three times, a long article about a ferry, and many short ones about piers."""
    folder = tmp_path_factory.mktemp("harbour")
    corpus = folder / "corpus"
    report = "A lighthouse keeper found a whale on the beach of Sorrel and called the rescuers.\n"
    texts = {
        "wire/old.md": f"---\ntitle: Old\npublished: 2025-01-05\n---\n{report}",
        "wire/new.md": f"---\ntitle: New\npublished: 2026-03-02\n---\n{report}",
        "wire/undated.md": f"# Undated\n\n{report}",
        "ferry.txt": "".join(
            f"{FERRY}Its captain number {i} likes the colour {pier}. " * 3 for i, pier in enumerate(PIERS)
        ),
        **{f"piers/{pier}.txt": f"The {pier} pier was rebuilt for {pier} boats." for pier in PIERS},
    }
    for name, text in texts.items():
        (corpus / name).parent.mkdir(parents=True, exist_ok=True)
        (corpus / name).write_text(text, encoding="utf-8")
    build(corpus, folder / "home")
    index = open_current(folder / "home", HashEmbedder().fingerprint)
    yield index
    index.close()


def read(text: str, index: Index) -> Question:
    return understand(text, index, HashEmbedder(), today=ASKED)


def vector(text: str) -> Vectors:
    return np.asarray(HashEmbedder().embed([text])[0])


def find(text: str, index: Index, *, scope: tuple[str, ...] = (), weights: Weights | None = None) -> tuple[Found, ...]:
    return retrieve(read(text, index), index, vector(text), scope=scope, weights=weights or Weights())


def ids(found: tuple[Found, ...]) -> list[str]:
    return [one.article.id for one in found]


def test_what_holds_the_words_of_the_question_is_found_first(harbour: Index) -> None:
    assert find("Which pier was rebuilt for gorse boats?", harbour)[0].article.id == "piers/gorse.txt"


def test_passages_come_best_first_and_not_too_many(harbour: Index) -> None:
    scores = [one.score for one in find("Which pier was rebuilt for boats?", harbour)]
    assert scores == sorted(scores, reverse=True)
    question = read("Which pier was rebuilt for boats?", harbour)
    few = retrieve(question, harbour, vector(question.text), keep=5)
    assert [one.score for one in few] == scores[:5]


def test_the_score_is_the_weighted_sum_of_counts_brought_to_one(harbour: Index) -> None:
    found = find("Which pier was rebuilt for gorse boats?", harbour, weights=Weights(2, 0, 3, 0))
    counts = harbour.matching(dict.fromkeys(read("Which pier was rebuilt for gorse boats?", harbour).terms, 1.0), 100)
    assert found[0].score == pytest.approx(5)
    assert found[0].chunk_cosine == max(one.chunk_cosine for one in found)
    assert counts[found[0].stored.row] == max(counts.values())


@pytest.mark.parametrize(
    ("weights", "count"),
    [
        (Weights(1, 0, 0, 0), "chunk_cosine"),
        (Weights(0, 0, 0, 1), "section_cosine"),
    ],
)
def test_each_count_alone_ranks_by_itself(harbour: Index, weights: Weights, count: str) -> None:
    values = [getattr(one, count) for one in find("Which ferry carries lorries?", harbour, weights=weights)]
    assert values == sorted(values, reverse=True)


def test_words_alone_rank_by_themselves(harbour: Index) -> None:
    asked = "Which ferry carries lorries?"
    counts = harbour.matching(dict.fromkeys(read(asked, harbour).terms, 1.0), 100)
    values = [counts.get(one.stored.row, 0.0) for one in find(asked, harbour, weights=Weights(0, 0, 1, 0))]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize("count", ["chunk", "unit", "terms", "section"])
def test_each_count_has_a_say_in_what_is_found_as_shipped(harbour: Index, count: str) -> None:
    question = read("Which ferry carries lorries?", harbour)
    shipped, without = retrieve(question, harbour, vector(question.text)), replace(WEIGHTS, **{count: 0.0})
    assert [one.score for one in shipped] != [
        one.score for one in retrieve(question, harbour, vector(question.text), weights=without)
    ]


def test_the_best_unit_of_a_chunk_speaks_for_it(harbour: Index) -> None:
    found = find("Which ferry carries lorries?", harbour, weights=Weights(0, 1, 0, 0))
    best = [max(one.unit_cosines) for one in found]
    assert best == sorted(best, reverse=True)


def test_one_article_fills_only_a_few_places(harbour: Index) -> None:
    chunks = harbour.read(range(harbour.manifest.chunks)).values()
    found = ids(find("Which ferry carries lorries over the Tann every hour of the day?", harbour))
    assert sum(one.chunk.article_id == "ferry.txt" for one in chunks) > PER_ARTICLE
    assert found.count("ferry.txt") == PER_ARTICLE


def test_what_is_printed_twice_is_found_once_as_the_newest(harbour: Index) -> None:
    (whale,) = (one for one in find("Who found the whale?", harbour) if one.article.id.startswith("wire/"))
    assert whale.article.id == "wire/new.md"


def test_the_newest_takes_the_place_of_the_best(harbour: Index) -> None:
    found = find("Who found the whale in January 2025?", harbour)
    assert found[0].article.id == "wire/new.md"
    assert found[0].score == max(one.score for one in found)


@pytest.mark.parametrize(
    ("scope", "within"),
    [
        (("piers",), "piers/"),
        (("piers/",), "piers/"),
        (("piers/gorse.txt",), "piers/gorse.txt"),
    ],
)
def test_nothing_outside_the_scope_is_looked_at(harbour: Index, scope: tuple[str, ...], within: str) -> None:
    found = ids(find("Which ferry carries lorries?", harbour, scope=scope))
    assert found
    assert all(id_.startswith(within) for id_ in found)


def test_chunks_that_are_wanted_come_first_whether_they_fit_or_not(harbour: Index) -> None:
    text = "amber pier boats"
    question = read(text, harbour)
    last = retrieve(question, harbour, vector(text))[-1].stored.row
    found = retrieve(question, harbour, vector(text), also=(last,))
    assert [one.stored.row for one in found].index(last) == 0


def test_the_counts_of_a_chunk_are_another_questions_by_its_vector(harbour: Index) -> None:
    first = find("amber pier boats", harbour)[0]
    other = vector("lighthouse keeper")
    seen = first.seen_by(other)
    assert seen.unit_cosines == pytest.approx([float(each @ other) for each in first.unit_vectors])
    assert (seen.stored, seen.score) == (first.stored, first.score)


def test_a_scope_without_articles_finds_nothing(harbour: Index) -> None:
    assert find("Which ferry carries lorries?", harbour, scope=("pier",)) == ()


@pytest.mark.parametrize(
    ("place", "within"),
    [("a", True), ("a/", True), ("a/b.txt", True), ("a/b", False), ("b.txt", False), ("a/b.txt/c", False)],
)
def test_a_scope_names_folders_and_articles(place: str, within: bool) -> None:
    assert is_within((place,), "a/b.txt") is within


def test_a_period_adds_its_bonus_and_nothing_else(harbour: Index) -> None:
    question = replace(read("Who found the whale?", harbour), period=None)
    period = period_of("in January 2025", today=ASKED)
    assert period is not None
    scope = ("wire/old.md", "ferry.txt")
    without = {one.stored.row: one for one in retrieve(question, harbour, vector(question.text), scope=scope)}
    dated = retrieve(replace(question, period=period), harbour, vector(question.text), scope=scope)
    added = {one.article.id: round(one.score - without[one.stored.row].score, 6) for one in dated}
    assert added == {"wire/old.md": 0.3, "ferry.txt": 0}


def test_without_a_period_dates_move_nothing(harbour: Index) -> None:
    question = read("Who found the whale?", harbour)
    assert question.period is None
    scores = [
        retrieve(question, harbour, vector(question.text), scope=(id_, "ferry.txt"))[0].score
        for id_ in ("wire/old.md", "wire/new.md")
    ]
    assert scores[0] == scores[1]


def test_the_same_question_finds_the_same_twice(harbour: Index) -> None:
    first, second = (find("Which pier was rebuilt for boats?", harbour) for _ in range(2))
    assert [(one.stored.row, one.score) for one in first] == [(one.stored.row, one.score) for one in second]


def test_each_chunk_brings_the_sentence_that_stands_before_it_in_its_section(harbour: Index) -> None:
    ferry = [one for one in find("Alba captain colour", harbour) if one.article.id == "ferry.txt"]
    later = [one for one in ferry if one.stored.chunk.start]
    text = harbour.text(ferry[0].stored.article_row)
    assert len(later) > 1
    for one in later:
        assert one.before
        assert text[: one.stored.chunk.start].rstrip().endswith(one.before)


def test_before_the_first_chunk_of_an_article_stands_nothing(harbour: Index) -> None:
    piers = [one for one in find("gorse pier", harbour) if one.article.id.startswith("piers/")]
    assert piers
    assert not any(one.before for one in piers)
