from dataclasses import replace

import pytest

from bot.passages import WORDS, passages
from bot.quote.candidates import Candidate, candidates
from bot.retrieve import Found
from tests.asking_fixtures import BRIDGE, TRAIN, found, question

LONG = " ".join(f"Sentence number {i} of this chunk tells of the ferry and of nothing else at all." for i in range(8))
TOLL = "The toll is two dollars."


def ranked(*chunks: Found, first: str = "") -> list[Candidate]:
    """The units of the chunks as they come, but those that begin so before all others; scores fall by one."""
    units = sorted(candidates(question("ferry"), chunks), key=lambda unit: not unit.text.startswith(first))
    return [replace(unit, score=-float(rank)) for rank, unit in enumerate(units)]


def test_a_short_chunk_is_one_passage() -> None:
    (only,) = passages(ranked(found(TOLL, start=40)))
    assert (only.article, only.start, only.end, only.text) == (BRIDGE, 40, 40 + len(TOLL), TOLL)


def test_a_long_chunk_becomes_passages_that_cover_its_units_once() -> None:
    made = sorted(passages(ranked(found(LONG))), key=lambda passage: passage.start)
    assert len(made) > 1
    assert " ".join(passage.text for passage in made) == LONG
    assert all(LONG[passage.start : passage.end] == passage.text for passage in made)
    assert all(WORDS / 2 <= len(passage.text.split()) <= WORDS * 1.5 for passage in made)


def test_the_passage_that_holds_the_best_unit_comes_first() -> None:
    assert TOLL in passages(ranked(found(f"{LONG} {TOLL}"), first=TOLL))[0].text


def test_passages_come_best_first_with_the_score_of_their_best_unit() -> None:
    made = passages(ranked(found(LONG), found(TOLL, row=1, article=TRAIN, article_row=1), first=TOLL))
    scores = [passage.score for passage in made]
    assert scores == sorted(scores, reverse=True)
    assert (made[0].article, made[0].score) == (TRAIN, 0)
    assert {passage.article.id for passage in made} == {BRIDGE.id, TRAIN.id}


def test_a_chunk_without_words_is_still_a_passage() -> None:
    assert [passage.text for passage in passages(ranked(found("–")))] == ["–"]


def test_nothing_found_is_no_passage() -> None:
    assert passages([]) == ()


@pytest.mark.parametrize("words", [1, WORDS, 3 * WORDS])
def test_a_unit_is_never_cut(words: int) -> None:
    sentence = "word " * (words - 1) + "end."
    assert [passage.text for passage in passages(ranked(found(sentence)))] == [sentence]
