import dataclasses
import io

from rich.console import Console

from bot.answer import Answer, Citation, Part
from bot.shapes import Code, Line, Table
from bot.terminal import print_answer
from ingest.articles.blocks import Block
from tests.test_answer import ANSWER, BARE, CITATION, REFUSAL, cite


def printed(answer: Answer, *, terminal: bool = False) -> str:
    console = Console(file=io.StringIO(), width=40, force_terminal=terminal, color_system=None)
    print_answer(answer, console)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_an_answer_is_followed_by_its_footnotes_with_title_date_url_and_quote() -> None:
    assert printed(ANSWER) == (
        "The bridge is 640 metres long. [1]\n"
        "\n"
        "[1] A bridge · 2026-02-14 · https://a.example\n"
        "    “The bridge is 640 metres long.”\n"
    )


def test_an_article_without_url_and_date_shows_its_id() -> None:
    answer = cite(Citation(1, BARE, "Long\n words", 0, 11))
    assert printed(answer).endswith("\n[1] Bare · bare.txt\n    “Long words”\n")


def test_a_refusal_is_its_text_and_what_comes_closest() -> None:
    assert printed(REFUSAL) == printed(REFUSAL, terminal=True) == "No. The nearest: “A bridge”; “Bare”.\n"


def test_words_of_an_article_are_never_taken_for_markup() -> None:
    loud = dataclasses.replace(CITATION.article, title="[red]Loud[/red] :smile:")
    answer = cite(Citation(1, loud, "[link=x]c[/link]", 0, 16), said="A [bold]b[/]")
    text = printed(answer)
    assert "A [bold]b[/] [1]" in text
    assert "[red]Loud[/red] :smile:" in text
    assert "“[link=x]c[/link]”" in text


def test_on_a_terminal_long_quotes_are_wrapped_and_indented() -> None:
    answer = cite(dataclasses.replace(CITATION, quote="many words " * 10))
    quote = printed(answer, terminal=True).split("https://a.example")[1].strip("\n").splitlines()
    assert len(quote) > 2
    assert all(line.startswith("    ") and len(line) <= 40 for line in quote)


TABLED = dataclasses.replace(CITATION.article, blocks=(Block("row", 0, 12),))
ONE = dataclasses.replace(CITATION, article=TABLED, quote="Lamp | Hours\nhall | 10")
LAMPS = Table(("Lamp", "Hours"), (("hall", "10"),))
SHAPED = dataclasses.replace(
    ANSWER,
    parts=(
        Part((Line("So:"), Line(""), Line("1. Close it."), Line(""), LAMPS), (ONE,), below=True),
        Part((Code("a[0]\n  b", "sh"),), (ONE,), below=True),
    ),
)
ROWS = dataclasses.replace(
    ANSWER,
    parts=(
        Part((dataclasses.replace(LAMPS, header=("Lamp", "[red]h")),), (ONE,)),
        Part((Table(("Lamp", "[red]h"), (("[b]yard", "20"),), continues=True),), (ONE,), gap="\n"),
        Part((Line("It is so."),), (ONE,)),
    ),
)


def test_on_a_terminal_a_table_stands_in_columns_and_code_is_set_off() -> None:
    lines = [line.rstrip() for line in printed(SHAPED, terminal=True).splitlines()]
    assert "1. Close it." in lines
    assert any(line.split() == ["Lamp", "Hours"] for line in lines)
    assert not any("---" in line or "```" in line for line in lines)
    assert "    a[0]" in lines
    assert "      b" in lines


def test_rows_of_one_table_stand_in_one_grid_each_with_its_marker() -> None:
    lines = [line.split() for line in printed(ROWS, terminal=True).splitlines()]
    shown = [["Lamp", "[red]h"], ["hall", "10", "[1]"], ["[b]yard", "20", "[1]"], ["It", "is", "so.", "[1]"]]
    assert [line for line in lines if line in shown] == shown


def test_where_nobody_looks_the_markdown_is_printed_as_it_is() -> None:
    assert printed(SHAPED).startswith(SHAPED.text + "\n")


def test_a_quoted_table_is_shown_row_by_row() -> None:
    assert printed(SHAPED).endswith("    “Lamp | Hours\n    hall | 10”\n")
