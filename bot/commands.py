"""What the commands about questions do: one, a file of them, a conversation. Prints answers; parses no flags."""

import json
from pathlib import Path

from rich.console import Console

from bot.answer import as_json
from bot.batch import answer_batch, opened_output, read_batch
from bot.chat import chat, typed_lines
from bot.opened import Reply
from bot.terminal import print_answer


def answer_one(reply: Reply, question: str, *, json_wanted: bool) -> None:
    """Answers one question, for a reader or as the object that other tools read."""
    answer = reply(question, (), None)
    if json_wanted:
        print(json.dumps(as_json(answer), ensure_ascii=False))
    else:
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
    chat(typed_lines(console), lambda text, history: reply(text, history, None), console)
