"""Prompts are pinned by golden files; write them anew, when that is meant, with: python -m tests.test_prompt"""

import datetime
from pathlib import Path

import pytest

from bot.endpoint.abilities import Form
from bot.endpoint.reply import Message
from bot.model.check import Offered, Verdict
from bot.model.parse import Claim, Quoted
from bot.model.prompt import condense_messages, repair_messages, write_messages
from bot.question.followup import Turn
from ingest.articles.article import Article
from ingest.sentences import sentence_spans

GOLDEN = Path("tests/golden")
TEXT = "Six planes landed on Saturday. They carried missiles."
OFFERED = tuple(
    Offered(i, Article(f"{i}.txt", title, None, day, None, TEXT), 0, TEXT, sentence_spans(TEXT))
    for i, (title, day) in enumerate([("A delivery", datetime.date(2022, 4, 10)), ("Undated news", None)], 1)
)
FAILED = (Verdict(Claim("Seven landed.", (Quoted(1, "Six"),)), "failed", (), "the quote lacks the number 7"),)
HISTORY = (Turn("user", "Who sent the planes?"), Turn("assistant", "China sent them. [1]"))


def writing(form: Form) -> tuple[Message, ...]:
    return write_messages("What landed?", OFFERED, today=datetime.date(2026, 3, 1), nonce="0f1e2d3c", form=form)


RENDERED = {
    "write-schema": writing("schema"),
    "write-plain": writing("plain"),
    "repair": repair_messages(writing("schema"), "{}", FAILED)[-2:],
    "condense": condense_messages("And when?", HISTORY, nonce="0f1e2d3c"),
}


def as_text(messages: tuple[Message, ...]) -> str:
    return "\n".join(f"=== {message['role']}\n{message['content']}" for message in messages) + "\n"


@pytest.mark.parametrize("name", RENDERED)
def test_a_prompt_is_what_its_golden_file_says(name: str) -> None:
    assert as_text(RENDERED[name]) == (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


def test_json_that_is_only_asked_for_is_asked_for_in_the_same_words() -> None:
    assert writing("object") == writing("schema")


if __name__ == "__main__":
    for golden, messages in RENDERED.items():
        (GOLDEN / f"{golden}.txt").write_text(as_text(messages), encoding="utf-8")
