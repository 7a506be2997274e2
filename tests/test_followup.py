import pytest

from bot.question.followup import Turn, needs_context, readings
from ingest.embed.minilm import MiniLM
from tests.conftest import HashEmbedder

QUESTION = "Which company built the Marlow Bridge in Port Ellery?"
HISTORY = (Turn("user", QUESTION), Turn("assistant", "Hartwell & Sons did. [1]"))
WORDS = HashEmbedder()


@pytest.mark.parametrize(
    "text",
    ["And when was that?", "How long is it?", "Why?", "What did they pay?", "How much was it?", "When?"],
)
def test_a_follow_up_carries_over_the_subject(text: str) -> None:
    (only,) = readings(text, HISTORY, WORDS)
    assert only.startswith(text)
    assert "Marlow Bridge Port Ellery" in only


@pytest.mark.parametrize(
    "text",
    [
        "How many glass eels passed the counting station this spring?",
        "Who is the director of Nordvia and what did she say about the train?",
        "What did Ilse Korhonen cut in front of the crowd?",
        "Where does the night train between Lindholm and Vareš stop?",
        "How are parcels kept?",
        "Where do lorries stand?",
    ],
)
def test_a_question_that_stands_alone_is_untouched(text: str) -> None:
    assert readings(text, HISTORY, WORDS) == (text,)


def test_what_may_stand_alone_or_go_on_is_read_both_ways() -> None:
    assert readings("Who paid?", HISTORY, WORDS) == ("Who paid?", "Who paid? (company built Marlow Bridge Port Ellery)")


@pytest.mark.parametrize(
    ("before", "text", "first"),
    [
        ("How many boats does the port of Arnsk have?", "And Bellin?", "How many boats does the port of Bellin have?"),
        ("How much is a pony ride in the park?", "What about a boat trip?", "How much is a boat trip in the park?"),
        ("How long can I keep a hammer?", "How about a saw?", "How long can I keep a saw?"),
        ("What does a day in Hall 3 cost?", "and for Hall 4?", "What does a day in Hall 4 cost?"),
        ("Who mends the heating?", "what about leaks", "Who mends the leaks?"),
    ],
)
def test_the_earlier_question_is_put_again_about_another_thing(
    before: str, text: str, first: str, model: MiniLM
) -> None:
    assert readings(text, (Turn("user", before),), model)[0] == first


@pytest.mark.parametrize("history", [(), (Turn("assistant", "Hello."),)])
def test_without_an_earlier_question_nothing_is_carried_over(history: tuple[Turn, ...]) -> None:
    assert readings("And when was that?", history, WORDS) == ("And when was that?",)


def test_a_chain_of_follow_ups_goes_back_to_the_question_that_stands_alone() -> None:
    history = (*HISTORY, Turn("user", "And when was that?"), Turn("assistant", "On Saturday. [1]"))
    assert readings("Why?", history, WORDS) == ("Why? (company built Marlow Bridge Port Ellery)",)


def test_the_latest_standalone_question_is_the_subject() -> None:
    later = "How many glass eels passed the counting station?"
    (only,) = readings("Who counted them?", (*HISTORY, Turn("user", later)), WORDS)
    assert only.endswith("(glass eels passed counting station)")


def test_line_breaks_in_an_earlier_turn_do_not_reach_the_question() -> None:
    (only,) = readings("Why?", (Turn("user", "Which company\nbuilt the Marlow Bridge, and how?"),), WORDS)
    assert "\n" not in only


@pytest.mark.parametrize(("text", "leans"), [("Why?", True), ("", True), (QUESTION, False)])
def test_a_message_without_a_subject_needs_what_came_before(text: str, leans: bool) -> None:
    assert needs_context(text) is leans
