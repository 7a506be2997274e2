import dataclasses
import io

from rich.console import Console

from bot.answer import Answer, Part
from bot.commands import chat
from bot.question.followup import Turn
from bot.request import Request
from bot.shapes import Line
from tests.test_answer import ANSWER


def talk(*lines: str) -> tuple[list[tuple[str, tuple[Turn, ...]]], str]:
    """What was asked, with its history, and what was printed."""
    asked: list[tuple[str, tuple[Turn, ...]]] = []

    def ask(request: Request) -> Answer:
        asked.append((request.text, request.history))
        return dataclasses.replace(ANSWER, parts=(Part((Line(f"Answer {len(asked)}."),), ANSWER.citations),))

    console = Console(file=io.StringIO(), width=80)
    chat(lines, ask, console)
    assert isinstance(console.file, io.StringIO)
    return asked, console.file.getvalue()


def test_each_line_is_answered_with_the_lines_before_it_in_mind() -> None:
    asked, printed = talk("Who?", "And when?")
    assert asked[0] == ("Who?", ())
    assert asked[1] == ("And when?", (Turn("user", "Who?"), Turn("assistant", "Answer 1. [1]")))
    assert "Answer 1. [1]" in printed
    assert "Answer 2. [1]" in printed


def test_empty_lines_are_passed_over_and_exit_leaves() -> None:
    asked, _ = talk("", "  ", "Who?", " EXIT ", "Never asked?")
    assert [text for text, _ in asked] == ["Who?"]
