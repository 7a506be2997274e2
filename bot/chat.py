"""A conversation on a terminal, line by line. Keeps the turns; answers through a callable."""

import datetime
import io
import sys
from collections.abc import Callable, Iterable, Iterator

from rich.console import Console

from bot.answer import Answer
from bot.question.followup import Turn
from bot.request import Request
from bot.terminal import print_answer

LEAVE = frozenset({"exit", "quit", ":q", "/exit", "/quit"})


def chat(lines: Iterable[str], ask: Callable[[Request], Answer], console: Console) -> None:
    """Answers each line with the lines before it in mind, until one says exit or they end."""
    history: list[Turn] = []
    for line in lines:
        if line.strip().lower() in LEAVE:
            return
        if not line.strip():
            continue
        answer = ask(Request(line, datetime.date.today(), tuple(history)))
        history += [Turn("user", line), Turn("assistant", answer.text)]
        print_answer(answer, console)
        console.print()


def typed_lines(console: Console) -> Iterator[str]:
    """Yields the lines of standard input, with a prompt if a person types them."""
    if isinstance(sys.stdin, io.TextIOWrapper):
        sys.stdin.reconfigure(errors="replace")
    while True:
        try:
            yield console.input("[bold]> [/]" if sys.stdin.isatty() else "")
        except EOFError:
            return
