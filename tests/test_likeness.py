from dataclasses import replace

import pytest

from bot.quote.candidates import Candidate
from bot.quote.likeness import LIKENESS, compared
from ingest.embed.minilm import MiniLM
from tests.asking_fixtures import candidate, question
from tests.conftest import HashEmbedder

ASKED = "how long is the bridge"


def likeness(unit: Candidate, name: str) -> float:
    return unit.likeness[LIKENESS.index(name)]


def one(asked: str, unit: Candidate) -> Candidate:
    (made,) = compared(question(asked), [unit], HashEmbedder())
    return made


def test_a_unit_with_all_the_words_is_met_whole() -> None:
    met = one(ASKED, candidate("The bridge is long."))
    assert likeness(met, "mean") == pytest.approx(1, abs=1e-3)
    assert likeness(met, "kernel 1.0") == pytest.approx(1, abs=1e-3)


def test_function_words_ask_for_nothing() -> None:
    met = one("what was it that the bridge cost", candidate("Bridge, cost."))
    assert likeness(met, "mean") == pytest.approx(1, abs=1e-3)


def test_the_word_that_is_met_least_is_told_apart_from_the_whole() -> None:
    met = one("bridge tram", candidate("The bridge opened."))
    assert likeness(met, "least") < 0.3 < likeness(met, "mean")


def test_a_kernel_says_how_much_of_the_question_is_met_about_so_well() -> None:
    half = one("bridge tram", candidate("The bridge opened."))
    assert likeness(half, "kernel 1.0") == pytest.approx(0.5, abs=1e-3)
    assert all(likeness(half, f"kernel {centre}") < 0.5 for centre in (0.85, 0.7, 0.55, 0.4))


def test_there_is_a_likeness_for_each_name() -> None:
    assert len(one(ASKED, candidate("The bridge opened.")).likeness) == len(LIKENESS) == len(set(LIKENESS))


def test_a_rare_word_weighs_more() -> None:
    asked = replace(question("bridge quokka"), terms={"bridg": 1.0, "quokka": 9.0})
    common, rare = compared(asked, [candidate("A bridge."), candidate("A quokka.")], HashEmbedder())
    assert likeness(rare, "mean") > likeness(common, "mean") + 0.5


def test_a_question_of_function_words_is_like_nothing() -> None:
    assert set(one("what was it", candidate("The bridge opened.")).likeness) == {0.0}


def test_a_unit_without_words_meets_nothing() -> None:
    met = one(ASKED, replace(candidate("The bridge."), text="…"))
    assert (likeness(met, "mean"), likeness(met, "least")) == (-1, -1)


def test_no_units_are_compared_to_none() -> None:
    assert compared(question(ASKED), [], HashEmbedder()) == ()


def test_a_unit_that_leans_is_read_with_the_one_before() -> None:
    leaning = candidate("It is long.", before="The bridge opened.")
    other = candidate("Boats are long.", before="The bridge opened.")
    together, single = compared(question(ASKED), [leaning, other], HashEmbedder())
    assert likeness(together, "least") == pytest.approx(1, abs=1e-3)
    assert likeness(single, "least") < 0.5


def test_a_unit_is_read_with_the_last_words_of_what_introduces_it() -> None:
    near = candidate("640 metres long", lead="The bridge:", kind="item")
    far = candidate("640 metres long", lead="The bridge:" + " and more" * 20, kind="item")
    met, lost = compared(question(ASKED), [near, far], HashEmbedder())
    assert likeness(met, "least") == pytest.approx(1, abs=1e-3)
    assert likeness(lost, "least") < 0.5


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
    same, unlike = compared(question(asked), [candidate(meant), candidate(other)], model)
    assert likeness(same, "mean") > likeness(unlike, "mean") + 0.1
    assert likeness(same, "least") > likeness(unlike, "least")
