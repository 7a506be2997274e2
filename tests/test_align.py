from dataclasses import replace

import pytest

from bot.quote.align import align
from ingest.embed.minilm import MiniLM
from tests.asking_fixtures import question, sentence
from tests.conftest import HashEmbedder


def alignments(asked: str, *said: str) -> list[float]:
    aligned = align(question(asked), [sentence(text, asked) for text in said], HashEmbedder())
    return [one.alignment for one in aligned]


def test_a_sentence_with_all_the_words_is_aligned_whole() -> None:
    assert alignments("how long is the bridge", "The bridge is long.") == [pytest.approx(1, abs=1e-3)]


def test_function_words_ask_for_nothing() -> None:
    asked = "what was it that the bridge cost"
    assert alignments(asked, "Bridge, cost.") == [pytest.approx(1, abs=1e-3)]


def test_the_weakest_word_is_told_apart_from_the_whole() -> None:
    (one,) = align(question("bridge tram"), [sentence("The bridge opened.", "bridge tram")], HashEmbedder())
    assert one.weakest < 0.3 < one.alignment


def test_a_rare_word_weighs_more() -> None:
    asked = replace(question("bridge quokka"), terms={"bridg": 1.0, "quokka": 9.0})
    common, rare = align(asked, [sentence("A bridge."), sentence("A quokka.")], HashEmbedder())
    assert rare.alignment > common.alignment + 0.5


class KnowsBridges(HashEmbedder):
    """A language in which "bridge" is as common as a word can be."""

    def rarity(self, word: str) -> float:
        return 0.0 if word == "bridge" else 1.0


def test_a_word_that_is_common_everywhere_tells_nothing() -> None:
    (one,) = align(question("bridge quokka"), [sentence("A quokka.")], KnowsBridges())
    assert one.alignment == pytest.approx(1, abs=1e-3)


def test_a_question_of_function_words_leaves_the_sentences_alone() -> None:
    sentences = (sentence("The bridge opened."),)
    assert align(question("what was it"), sentences, HashEmbedder()) == sentences


def test_a_sentence_without_words_meets_nothing() -> None:
    assert alignments("how long is the bridge", "…") == [-1]


def test_no_sentences_are_aligned_to_none() -> None:
    assert align(question("how long is the bridge"), [], HashEmbedder()) == ()


def test_a_sentence_that_leans_is_read_with_the_one_before() -> None:
    leaning = sentence("It is long.", before="The bridge opened.")
    alone = sentence("It is long.")
    together, single = align(question("how long is the bridge"), [leaning, alone], HashEmbedder())
    assert together.alignment > single.alignment


@pytest.mark.parametrize(
    ("asked", "meant", "other"),
    [
        ("When did the planes touch down?", "The aircraft landed on Saturday.", "The aircraft were sold on Saturday."),
        ("What did the doctor say?", "The physician said nothing.", "The harbour said nothing."),
        ("How much did the bridge cost?", "The price of the bridge was high.", "The colour of the bridge was grey."),
        ("Who paid for the repair?", "The council bore the cost of mending it.", "The council met in the town hall."),
    ],
)
def test_other_words_of_the_same_meaning_are_met(asked: str, meant: str, other: str, model: MiniLM) -> None:
    one, unlike = align(question(asked), [sentence(meant, asked), sentence(other, asked)], model)
    assert one.alignment > unlike.alignment + 0.1
    assert one.weakest > unlike.weakest


def test_a_thing_called_by_another_word_is_named_all_the_same(model: MiniLM) -> None:
    asked, said = "Which planes landed in Belgrade?", "Six Y-20 aircraft landed in Belgrade."
    before = sentence(said, asked)
    (after,) = align(question(asked), [before], model)
    assert (before.fits, after.fits) == (0.5, 1)
