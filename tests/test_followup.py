import pytest

from bot.question.followup import Reading, Turn, asks_for_more, names_another, needs_context, own_terms, readings
from ingest.embed.minilm import MiniLM
from tests.conftest import HashEmbedder

QUESTION = "Which company built the Marlow Bridge in Port Ellery?"
HISTORY = (Turn("user", QUESTION), Turn("assistant", "Hartwell & Sons did. [1]"))
WORDS = HashEmbedder()


def texts(text: str, *before: str) -> list[str]:
    history = tuple(Turn("user", one) for one in before) or HISTORY
    return [reading.text for reading in readings(text, history, WORDS)]


@pytest.mark.parametrize(
    "text",
    [
        "And when was that?",
        "Since when?",
        "By whom?",
        "For how many years?",
        "How long is it?",
        "Why?",
        "What did they pay?",
        "How much was it?",
        "When?",
    ],
)
def test_a_follow_up_carries_over_the_subject(text: str) -> None:
    (only,) = texts(text)
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
        "Is there a canteen nearby?",
        "How much does it cost to hire a canoe?",
        "And which company cleans the windows?",
        "How wide are the doors that lead outside?",
    ],
)
def test_a_question_that_stands_alone_comes_first_untouched(text: str) -> None:
    first, *others = readings(text, HISTORY, WORDS)
    assert first == Reading(text)
    assert [other.leans for other in others] == [True]


def test_what_may_stand_alone_or_go_on_is_read_both_ways() -> None:
    assert texts("Who paid?") == ["Who paid?", "Who paid? (company built Marlow Bridge Port Ellery)"]


@pytest.mark.parametrize(
    ("before", "text", "first"),
    [
        ("How many boats does the port of Arnsk have?", "And Bellin?", "How many boats does the port of Bellin have?"),
        ("How much is a pony ride in the park?", "What about a boat trip?", "How much is a boat trip in the park?"),
        ("How long can I keep a hammer?", "How about a saw?", "How long can I keep a saw?"),
        ("What does a day in Hall 3 cost?", "and for Hall 4?", "What does a day in Hall 4 cost?"),
        ("Who mends the heating?", "what about leaks", "Who mends the leaks?"),
        ("When does the first bus leave?", "And the last one?", "When does the last bus leave?"),
        ("How many people fit into the Birch room?", "And the Oak room?", "How many people fit into the Oak room?"),
        ("How long are towels kept?", "Blankets?", "How long are Blankets kept?"),
    ],
)
def test_the_earlier_question_is_put_again_about_another_thing(
    before: str, text: str, first: str, model: MiniLM
) -> None:
    assert readings(text, (Turn("user", before),), model)[0].text == first


@pytest.mark.parametrize("history", [(), (Turn("assistant", "Hello."),)])
def test_without_an_earlier_question_nothing_is_carried_over(history: tuple[Turn, ...]) -> None:
    assert [reading.text for reading in readings("And when was that?", history, WORDS)] == ["And when was that?"]


def test_a_chain_of_follow_ups_goes_back_to_the_question_that_stands_alone() -> None:
    assert texts("Why?", QUESTION, "And when was that?") == ["Why? (company built Marlow Bridge Port Ellery)"]


def test_the_latest_standalone_question_is_the_subject() -> None:
    later = "How many glass eels passed the counting station?"
    (only,) = texts("Who counted them?", QUESTION, later)
    assert only.endswith("(glass eels passed counting station)")


def test_line_breaks_in_an_earlier_turn_do_not_reach_the_question() -> None:
    (only,) = texts("Why?", "Which company\nbuilt the Marlow Bridge, and how?")
    assert "\n" not in only


@pytest.mark.parametrize(("text", "leans"), [("Why?", True), ("", True), (QUESTION, False)])
def test_a_message_without_a_subject_needs_what_came_before(text: str, leans: bool) -> None:
    assert needs_context(text) is leans


def test_what_was_named_last_is_the_subject(model: MiniLM) -> None:
    history = (Turn("user", "How many boats does the port of Arnsk have?"), Turn("user", "And Bellin?"))
    assert readings("Who owns them?", history, model)[-1].text == "Who owns them? (boats port Bellin)"


def test_others_than_those_spoken_of_are_not_looked_for_by_their_names() -> None:
    assert texts("And the other bridge?", QUESTION)[-1] == "And the other bridge? (company built)"


@pytest.mark.parametrize(
    ("text", "names"), [("And for seniors?", True), ("Rabbits?", True), ("Why?", False), ("And who owns it?", False)]
)
def test_a_message_may_name_a_thing_and_ask_nothing_of_it(text: str, names: bool) -> None:
    assert names_another(text) is names


def test_how_it_is_asked_is_not_what_a_message_says_itself() -> None:
    assert (own_terms("And for how many years?"), own_terms("What about a drill?")) == (
        frozenset({"year"}),
        frozenset({"drill"}),
    )


@pytest.mark.parametrize(("text", "more"), [("Are there more?", True), ("Who else?", True), ("And then?", False)])
def test_some_messages_want_others_than_were_spoken_of(text: str, more: bool) -> None:
    assert asks_for_more(text) is more


def test_two_things_that_are_named_stay_two(model: MiniLM) -> None:
    history = (Turn("user", "How many boats does the port of Arnsk have?"),)
    assert readings("What about Bellin and Tarn?", history, model)[0].text == (
        "How many boats does the port of Bellin and Tarn have?"
    )
