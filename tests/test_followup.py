import pytest

from bot.question.followup import Turn, condense, needs_context

QUESTION = "Which company built the Marlow Bridge in Port Ellery?"
HISTORY = (Turn("user", QUESTION), Turn("assistant", "Hartwell & Sons did. [1]"))


@pytest.mark.parametrize(
    "text",
    [
        "And when was that?",
        "How long is it?",
        "Why?",
        "and the cost?",
        "What did they pay?",
        "How much was it?",
        "When?",
    ],
)
def test_a_follow_up_carries_over_the_subject(text: str) -> None:
    condensed = condense(text, HISTORY)
    assert condensed.startswith(text)
    assert "Marlow Bridge Port Ellery" in condensed


@pytest.mark.parametrize(
    "text",
    [
        "How many glass eels passed the counting station this spring?",
        "Who is the director of Nordvia and what did she say about the train?",
        "What did Ilse Korhonen cut in front of the crowd?",
        "Where does the night train between Lindholm and Vareš stop?",
    ],
)
def test_a_question_that_stands_alone_is_untouched(text: str) -> None:
    assert condense(text, HISTORY) == text


@pytest.mark.parametrize("history", [(), (Turn("assistant", "Hello."),)])
def test_without_an_earlier_question_nothing_is_carried_over(history: tuple[Turn, ...]) -> None:
    assert condense("And when was that?", history) == "And when was that?"


def test_a_chain_of_follow_ups_goes_back_to_the_question_that_stands_alone() -> None:
    history = (*HISTORY, Turn("user", "And when was that?"), Turn("assistant", "On Saturday. [1]"))
    assert condense("Why?", history) == "Why? (company built Marlow Bridge Port Ellery)"


def test_the_latest_standalone_question_is_the_subject() -> None:
    later = "How many glass eels passed the counting station?"
    assert condense("And who counted them?", (*HISTORY, Turn("user", later))).endswith(
        "(many glass eels passed counting station)"
    )


def test_line_breaks_in_an_earlier_turn_do_not_reach_the_question() -> None:
    assert "\n" not in condense("Why?", (Turn("user", "Which company\nbuilt the Marlow Bridge, and how?"),))


@pytest.mark.parametrize(("text", "leans"), [("Why?", True), ("", True), (QUESTION, False)])
def test_a_message_without_a_subject_needs_what_came_before(text: str, leans: bool) -> None:
    assert needs_context(text) is leans
