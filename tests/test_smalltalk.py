import pytest

from bot.question.smalltalk import small_talk


@pytest.mark.parametrize(
    "text",
    [
        "hello",
        "Hi there!",
        "good morning team",
        "thanks",
        "Thank you so much!!",
        "ok, thanks a lot",
        "Thanks for the help",
        "great :)",
        "Hello, how are you?",
        "What can you do?",
        "who are you",
        "help",
        "bye",
        "  THX  ",
        "hello. what can you do?",
    ],
)
def test_courtesies_get_a_short_reply_without_markers(text: str) -> None:
    reply = small_talk(text)
    assert reply
    assert "[" not in reply


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "Hello, who built the bridge?",
        "What can the mayor do?",
        "Who are the owners?",
        "thanks, and when did it open?",
        "Is the bridge good?",
        "What is the Marlow Bridge?",
        "How do the eels climb?",
        "Good Morning America",
        "Hi-tech exports",
    ],
)
def test_what_may_be_a_question_is_left_alone(text: str) -> None:
    assert small_talk(text) is None


def test_the_last_courtesy_decides_the_reply() -> None:
    assert small_talk("Hello! What can you do?") == small_talk("What can you do?") != small_talk("Hello!")


def test_what_it_can_do_is_said_honestly() -> None:
    assert "verbatim quote" in (small_talk("what can you do?") or "")
