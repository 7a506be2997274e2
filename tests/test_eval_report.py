import dataclasses

import pytest
from rich.console import Console

from bot.answer import Answer
from eval.report import print_comparison, print_result
from eval.run import Comparison, evaluate
from tests.eval_fixtures import BUILT, HIGH, OTHER, TEXTS, answer, case


def compared(comparison: Comparison) -> str:
    console = Console(width=200, record=True)
    print_comparison(comparison, console)
    return console.export_text()


def printed(given: Answer, *, answerable: bool = True) -> str:
    console = Console(width=200, record=True)
    one = case("one", *[HIGH] * answerable, kind="typo")
    print_result(evaluate([one], lambda _: given, TEXTS), console)
    return console.export_text()


def test_totals_and_passes_by_kind_are_shown() -> None:
    words = printed(answer(HIGH, ms=12.34)).split()
    assert words[words.index("refused") + 2] == "1.000"
    assert ["12.3" in words, "failed:" in words] == [True, False]
    assert words[words.index("typo") : words.index("typo") + 5] == ["typo", "│", "1", "│", "1"]


@pytest.mark.parametrize(
    ("given", "answerable", "why"),
    [
        (answer(), True, "refused"),
        (answer(BUILT), True, "the answer lacks a fact"),
        (answer(HIGH, article=OTHER), True, "the right article is not cited"),
        (dataclasses.replace(answer(HIGH), citations=()), True, "a citation is not valid"),
        (answer(HIGH), False, "answered, though the articles do not say it"),
    ],
)
def test_a_failed_case_is_named_with_the_reason(given: Answer, answerable: bool, why: str) -> None:
    assert f"failed: one (typo): {why}\n" in printed(given, answerable=answerable)


def test_what_changed_since_the_baseline_is_named() -> None:
    told = compared(Comparison(lost=("a", "b"), won=(), new=("c",), gone=()))
    assert told == "2 lost since the baseline: a, b\n1 new since the baseline: c\n"


def test_no_change_is_said_too() -> None:
    assert compared(Comparison((), (), (), ())) == "The same as the baseline.\n"


def test_many_cases_are_counted_and_the_first_twenty_named() -> None:
    told = compared(Comparison(lost=(), won=(), new=tuple(f"case-{i}" for i in range(30)), gone=()))
    assert told.startswith("30 new since the baseline: case-0, ")
    assert told.endswith("case-19 …\n")


def test_an_id_is_no_markup() -> None:
    assert "[red]a[/red]" in compared(Comparison(lost=("[red]a[/red]",), won=(), new=(), gone=()))
