"""What is seen for a question, in a real index of invented articles."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace

import pytest

from bot.question.followup import Turn, before
from bot.question.understand import understand
from bot.quote.candidates import candidates
from bot.quote.talk import Leaning
from bot.retrieve import Found
from bot.search import THRESHOLD, Search, Seen
from ingest.embed.embedder import Vectors
from ingest.errors import EmbedderUnavailable
from ingest.index.open_index import Index, open_current
from tests.asking_fixtures import ASKED
from tests.conftest import EELS, HashEmbedder, build

EELS_ASKED = "How many glass eels passed the counting station?"


class Away(HashEmbedder):
    """An embedder whose server is down."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        raise EmbedderUnavailable("nobody answers")


def look(index: Index, text: str, embedder: HashEmbedder | None = None, scope: tuple[str, ...] = ()) -> Seen:
    language = HashEmbedder()
    search = Search(index, embedder or language, language, ASKED, scope)
    return search.look(understand(text, index, language, today=ASKED))


def test_every_unit_that_was_found_is_ranked(index: Index) -> None:
    seen = look(index, EELS_ASKED)
    asked = understand(EELS_ASKED, index, HashEmbedder(), today=ASKED)
    assert seen.vector is not None
    places = {(unit.found.stored.row, unit.position) for unit in candidates(asked, seen.found)}
    assert places == {(unit.found.stored.row, unit.position) for unit in seen.ranked.units}


def test_the_articles_seem_to_answer_from_even_odds_on(index: Index) -> None:
    seen = look(index, EELS_ASKED)
    answers = [replace(seen, ranked=replace(seen.ranked, odds=THRESHOLD + by)).answers for by in (-0.1, 0, 0.1)]
    assert answers == [False, True, True]


TICKETS = (
    "# Tickets\n\nThese hold in all trams.\n\n"
    "| Zone | Single ticket | Day ticket |\n|---|---|---|\n"
    "| 1 | 2.40 euros | 6.10 euros |\n| 2 | 3.60 euros | 8.80 euros |\n\n"
    "# Counter\n\nMondays: 07:30-18:00\nSundays: 09:00-13:00\n"
)


@pytest.fixture(scope="module")
def tickets(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Index]:
    folder = tmp_path_factory.mktemp("tickets")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "tickets.md").write_text(TICKETS, encoding="utf-8")
    build(folder / "corpus", folder / "home")
    with closing(open_current(folder / "home", HashEmbedder().fingerprint)) as index:
        yield index


@pytest.mark.parametrize("asked", ["What does a single ticket in zone 1 cost?", "What is the price of a day ticket?"])
def test_a_row_with_an_amount_answers_what_it_costs_without_the_word(tickets: Index, asked: str) -> None:
    seen = look(tickets, asked)
    assert (seen.answers, seen.ranked.units[0].kind) == (True, "row")


@pytest.mark.parametrize("asked", ["When does the counter open on Sundays?", "When is the counter open on Sundays?"])
def test_a_line_with_a_label_answers_when_something_is_open_without_the_word(tickets: Index, asked: str) -> None:
    seen = look(tickets, asked)
    assert (seen.answers, seen.ranked.units[0].text) == (True, "Sundays: 09:00-13:00")


@pytest.mark.parametrize("asked", ["What does it cost?", "What does a parking permit cost?", "What does a boat weigh?"])
def test_a_row_of_something_else_does_not_answer_what_it_costs(tickets: Index, asked: str) -> None:
    assert not look(tickets, asked).answers


def test_where_the_embedder_is_down_words_alone_find(index: Index) -> None:
    seen = look(index, EELS_ASKED, Away())
    assert seen.vector is None
    assert seen.found[0].article.id == EELS


def test_where_nothing_can_be_found_nothing_answers(index: Index) -> None:
    seen = look(index, EELS_ASKED, scope=("no such folder",))
    assert (seen.found, seen.ranked.units, seen.answers) == ((), (), False)


def test_a_model_reads_more_than_is_quoted_from_each_chunk_once(index: Index) -> None:
    language = HashEmbedder()
    search = Search(index, language, language, ASKED)
    asked = understand(EELS_ASKED, index, language, today=ASKED)
    seen = search.look(asked)
    rows = [one.stored.row for one in search.read(asked, seen)]
    assert len(rows) == len(set(rows))
    assert rows[: len(seen.found)] == [one.stored.row for one in seen.found]


def test_a_question_for_the_newest_reads_the_newest_article_first(index: Index) -> None:
    language = HashEmbedder()
    search = Search(index, language, language, ASKED)
    asked = understand("What is the latest news?", index, language, today=ASKED)
    read = search.read(asked, search.look(asked))
    dated = [article.published for article in index.articles if article.published]
    assert read[0].article.published == max(dated)


def test_a_question_is_embedded_once_for_quoting_and_for_a_model_to_read(index: Index) -> None:
    embedder = HashEmbedder()
    search = Search(index, embedder, embedder, ASKED)
    asked = understand(EELS_ASKED, index, embedder, today=ASKED)
    search.read(asked, search.look(asked))
    assert embedder.embedded.count(asked.text) == 1


def leaning(index: Index, quoted: str, scope: tuple[str, ...] = ()) -> tuple[Leaning, tuple[Found, ...]]:
    """What is looked at for a message that shares no word with what was quoted last."""
    asked, language = "does it rain there often?", HashEmbedder()
    said = before(asked, (Turn("user", "What is told?"), Turn("assistant", quoted)))
    return Search(index, language, language, ASKED, scope).leaning(
        understand(asked, index, language, today=ASKED), said
    )


@pytest.mark.parametrize("row", [0, -1])
def test_of_the_article_quoted_last_what_stands_beside_the_quote_is_looked_at_whatever_it_says(
    row: int, index: Index
) -> None:
    quoted = range(index.manifest.chunks)[row]
    rows = {quoted, quoted - 1, quoted + 1} & {*range(index.manifest.chunks)}
    stored = index.read(rows)
    article = stored[quoted].chunk.article_id
    leans, found = leaning(index, stored[quoted].chunk.text)
    assert {place.row for place in leans.last} == {quoted}
    assert {one.stored.row for one in found} >= {one for one in rows if stored[one].chunk.article_id == article}


def test_what_stands_beside_the_quote_and_outside_the_scope_is_not_looked_at(index: Index) -> None:
    last = index.manifest.chunks - 1
    chunk = index.read([last])[last].chunk
    _, inside = leaning(index, chunk.text, (chunk.article_id,))
    assert {one.stored.chunk.article_id for one in inside} == {chunk.article_id}
    leans, outside = leaning(index, chunk.text, (EELS,))
    assert (leans.last, {one.stored.chunk.article_id for one in outside}) == ((), {EELS})
