import pytest

from bot.passages import WORDS, passages
from tests.asking_fixtures import BRIDGE, TRAIN, found, question

LONG = " ".join(f"Sentence number {i} of this chunk tells of the ferry and of nothing else at all." for i in range(8))
TOLL = "The toll is two dollars."


def test_a_short_chunk_is_one_passage() -> None:
    (only,) = passages(question("What is the toll?"), [found(TOLL, start=40)])
    assert (only.article, only.start, only.end, only.text) == (BRIDGE, 40, 40 + len(TOLL), TOLL)


def test_a_long_chunk_becomes_passages_that_cover_its_sentences_once() -> None:
    made = sorted(passages(question("ferry"), [found(LONG)]), key=lambda passage: passage.start)
    assert len(made) > 1
    assert " ".join(passage.text for passage in made) == LONG
    assert all(LONG[passage.start : passage.end] == passage.text for passage in made)
    assert all(WORDS / 2 <= len(passage.text.split()) <= WORDS * 1.5 for passage in made)


def test_the_passage_that_holds_the_question_s_terms_comes_first() -> None:
    text = f"{TOLL} {LONG}"  # later sentences have the higher cosines here
    assert passages(question("What is the toll in dollars?"), [found(text)])[0].text.startswith(TOLL)


def test_passages_come_best_first() -> None:
    made = passages(question("ferry toll"), [found(LONG), found(TOLL, row=1, article=TRAIN, article_row=1)])
    scores = [passage.score for passage in made]
    assert scores == sorted(scores, reverse=True)
    assert {passage.article for passage in made} == {BRIDGE, TRAIN}


def test_a_chunk_without_words_is_still_a_passage() -> None:
    assert [passage.text for passage in passages(question("toll"), [found("–")])] == ["–"]


def test_nothing_found_is_no_passage() -> None:
    assert passages(question("toll"), []) == ()


@pytest.mark.parametrize("words", [1, WORDS, 3 * WORDS])
def test_a_sentence_is_never_cut(words: int) -> None:
    sentence = "word " * (words - 1) + "end."
    assert [passage.text for passage in passages(question("word"), [found(sentence)])] == [sentence]
