import pytest

from bot.quote.candidates import Candidate
from bot.quote.thread import _alike
from ingest.embed.embedder import Language
from ingest.embed.minilm import MiniLM
from ingest.terms import question_terms
from tests.asking_fixtures import candidate
from tests.conftest import HashEmbedder

ASKED = "how long is the bridge"


def met(asked: str, *units: Candidate, language: Language | None = None) -> list[bool]:
    """Whether each unit meets a message whose words are all its own."""
    left = _alike(asked, frozenset(question_terms(asked)), units, language or HashEmbedder())
    return [any(unit is one for one in left) for unit in units]


def test_a_message_is_met_by_what_holds_its_words() -> None:
    assert met(ASKED, candidate("The bridge is long."), candidate("Boats came.")) == [True, False]


def test_a_message_without_words_of_its_own_is_met_by_everything() -> None:
    units = (candidate("The bridge is long."), candidate("Boats came."))
    assert _alike("what was it", frozenset(), units, HashEmbedder()) == [*units]


def test_a_unit_that_leans_is_met_together_with_the_one_before() -> None:
    leaning = candidate("It is red.", before="The bridge is long.")
    other = candidate("Boats are red.", before="The bridge is long.")
    assert met(ASKED, leaning, other) == [True, False]


def test_a_unit_is_met_with_the_last_words_of_what_introduces_it() -> None:
    near = candidate("640 metres", lead="The bridge is long:", kind="item")
    far = candidate("640 metres", lead="The bridge is long:" + " and more" * 20, kind="item")
    assert met(ASKED, near, far) == [True, False]


@pytest.mark.parametrize(
    ("asked", "meant", "other"),
    [
        ("and the doctor?", "The physician said nothing.", "The harbour said nothing."),
        ("and the price?", "The cost of the bridge was high.", "The colour of the bridge was grey."),
    ],
)
def test_other_words_of_the_same_meaning_meet_it(asked: str, meant: str, other: str, model: MiniLM) -> None:
    assert met(asked, candidate(meant), candidate(other), language=model) == [True, False]
