"""What the commands about questions do: one, a file of them, a conversation. Prints answers; parses no flags."""

import json
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from rich.console import Console

from bot.answer import Answer, as_json
from bot.batch import answer_batch, opened_output, read_batch
from bot.chat import chat, typed_lines
from bot.opened import Reply
from bot.question.followup import Turn
from bot.terminal import print_answer


def answer_one(reply: Reply, question: str, *, json_wanted: bool) -> None:
    """Answers one question, for a reader or as the object that other tools read."""
    if json_wanted:
        print(json.dumps(as_json(reply(question, (), None)), ensure_ascii=False))
        return
    with _waiting():
        answer = reply(question, (), None)
    print_answer(answer, Console())


def answer_file(reply: Reply, questions: Path, output: Path | None) -> None:
    """Answers every line of a file; every line is read before the first is answered.

    Raises:
        BadBatch: a line is not what it should be.
        BadOutput: the answers cannot be written.
    """
    items = read_batch(questions)
    with opened_output(output) as write:
        for line in answer_batch(items, lambda item: reply(item.question, item.history, item.asked)):
            write(line + "\n")


def converse(reply: Reply) -> None:
    """Answers what is typed, line by line, until it ends."""
    console = Console()

    def answer(text: str, history: Sequence[Turn]) -> Answer:
        with _waiting():
            return reply(text, history, None)

    chat(typed_lines(console), answer, console)


def _waiting() -> AbstractContextManager[object]:
    """A sign of life on a terminal, for a model may think for a while before it writes."""
    return Console(stderr=True).status("reading the articles…")
