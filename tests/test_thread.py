"""Conversations over a small handbook with the real model: what was said before counts for what comes next."""

from collections.abc import Callable, Iterator

import pytest

from bot.answer import Answer
from bot.ask import ask
from bot.means import Means
from bot.question.followup import Turn
from bot.request import Request
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import open_current
from tests.asking_fixtures import ASKED
from tests.model_fixtures import build

HANDBOOK = """# The boat club of Larkmere

## Boats

A rowing boat is lent for two hours. A canoe is lent for a whole day. A raft is lent for a weekend.

## The house

The boathouse was built in 1931. It was painted green in 1994 by the painter Otto Lindqvist. The boathouse is heated
with wood, because the mains end at the road.
"""
Talk = Callable[..., Answer]


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory, model: MiniLM) -> Iterator[Talk]:
    """Puts messages one after another and returns the answer to the last."""
    home = build(tmp_path_factory.mktemp("thread"), {"club.md": HANDBOOK}, model)
    index = open_current(home, model.fingerprint)

    def said(*messages: str) -> Answer:
        history: list[Turn] = []
        for message in messages:
            answer = ask(Request(message, ASKED, tuple(history)), Means(index, model, model))
            history += [Turn("user", message), Turn("assistant", answer.text)]
        return answer

    yield said
    index.close()


@pytest.mark.parametrize(
    ("messages", "right", "wrong"),
    [
        (
            ("For how long is a rowing boat lent?", "And a canoe?"),
            "canoe is lent for a whole day",
            "rowing boat is lent",
        ),
        (("For how long is a rowing boat lent?", "Rafts?"), "raft is lent for a weekend", "rowing boat is lent"),
        (("When was the boathouse built?", "Who painted it?"), "Otto Lindqvist", "heated"),
        (("How is the boathouse heated?", "Why?"), "because the mains end", "1931"),
    ],
)
def test_what_leans_is_answered_without_the_answer_before(
    messages: tuple[str, ...], right: str, wrong: str, talk: Talk
) -> None:
    text = talk(*messages).text
    assert right in text
    assert wrong not in text


@pytest.mark.parametrize(
    "leaning",
    ["What colour are its eyes?", "Which bank finances it?", "How many daughters does she have?", "And Paris?"],
)
def test_what_leans_and_is_not_in_the_articles_is_refused(leaning: str, talk: Talk) -> None:
    assert not talk("When was the boathouse built?", leaning).answered


def test_what_stands_alone_is_answered_as_if_nothing_had_been_said(talk: Talk) -> None:
    alone = "For how long is a rowing boat lent?"
    assert talk("Who painted the boathouse?", alone).text == talk(alone).text


def test_a_reason_may_be_what_was_said_already(talk: Talk) -> None:
    assert "because the mains end" in talk("How is the boathouse heated?", "Why?").text


def test_without_a_reason_why_is_refused(talk: Talk) -> None:
    assert not talk("For how long is a raft lent?", "Why?").answered


def test_half_a_character_in_an_earlier_message_is_no_obstacle(talk: Talk) -> None:
    assert "1931" in talk("When was the boathouse built\ud83d?", "Who painted it and when was it built?").text


def test_a_long_message_before_does_not_hide_the_next_one(talk: Talk) -> None:
    assert (
        "Otto Lindqvist" in talk(f"When was the boathouse built? {'We met at the pier. ' * 80}", "Who painted it?").text
    )
