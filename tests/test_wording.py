import pytest

from bot.question.understand import essence


@pytest.mark.parametrize(
    ("question", "left"),
    [
        ("Can you tell me who cut the ribbon?", "who cut the ribbon?"),
        ("Hi, do you know when it left?", "when it left?"),
        ("Could you list the drones?", "list the drones?"),
        ("Please tell me about the bridge", "about the bridge"),
        ("What do the articles say about glass eels?", "about glass eels?"),
        ("What is said about the heron?", "about the heron?"),
        ("anything on the heron in the articles", "about the heron"),
        ("Is there anything about herons?", "about herons?"),
        ("Do our docs say anything about herons?", "about herons?"),
        ("Which drones are mentioned in the articles?", "Which drones?"),
        ("Who paid, according to the articles?", "Who paid?"),
        ("Which kind of bridge is it?", "Which bridge is it?"),
        ("What is the latest news about the bridge?", "What is the latest about the bridge?"),
    ],
)
def test_courtesies_and_talk_about_the_articles_are_taken_away(question: str, left: str) -> None:
    assert essence(question) == left


@pytest.mark.parametrize(
    "question",
    [
        "What did Serbia say about China?",
        "Who can list the drones?",
        "tell me",
        "What do you know?",
        "Eels?",
        "",
    ],
)
def test_a_question_of_which_too_little_would_be_left_is_untouched(question: str) -> None:
    assert essence(question) == question
