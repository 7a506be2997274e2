"""What `footnote ask` and `chat` do. Knows lines, batches and turns; answers through a callable."""

import datetime
import io
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from rich.console import Console

from bot.answer import Answer, as_json
from bot.batch import answer_batch, opened_output, read_batch
from bot.question.followup import Turn
from bot.request import Request
from bot.terminal import print_answer

LEAVE = frozenset({"exit", "quit", ":q", "/exit", "/quit"})


Ask = Callable[[Request], Answer]


def answer_one(ask: Ask, question: str, *, json_wanted: bool) -> None:
    """Answers one question, for a reader or as the object that other tools read."""
    request = Request(question, datetime.date.today())
    if json_wanted:
        print(json.dumps(as_json(ask(request)), ensure_ascii=False))
        return
    with _waiting():
        answer = ask(request)
    print_answer(answer, Console())


def answer_file(ask: Ask, questions: Path, output: Path | None) -> None:
    """Answers every line of a file; every line is read before the first is answered.

    Raises BadBatch: a line is not what it should be; BadOutput: the answers cannot be written.
    """
    items = read_batch(questions, today=datetime.date.today())
    with opened_output(output) as write:
        for line in answer_batch(items, ask):
            write(line + "\n")


def converse(ask: Ask) -> None:
    """Answers what is typed, line by line, until it ends."""
    console = Console()
    chat(typed_lines(console), ask, console)


def chat(lines: Iterable[str], ask: Ask, console: Console) -> None:
    """Answers each line with the lines before it in mind, until one says exit or they end."""
    history: list[Turn] = []
    for line in lines:
        if line.strip().lower() in LEAVE:
            return
        if not line.strip():
            continue
        with _waiting():
            answer = ask(Request(line, datetime.date.today(), tuple(history)))
        history += [Turn("user", line), Turn("assistant", answer.text)]
        print_answer(answer, console)
        console.print()


def _waiting() -> AbstractContextManager[object]:
    """A sign of life on a terminal, for a model may think for a while before it writes."""
    return Console(stderr=True).status("reading the articles…")


def typed_lines(console: Console) -> Iterator[str]:
    """Yields the lines of standard input, with a prompt if a person types them."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    while True:
        try:
            yield console.input("[bold]> [/]" if sys.stdin.isatty() else "")
        except EOFError:
            return
