"""Lists, tables and code of an answer in Slack, as values in and values out."""

import dataclasses

from bot.answer import Part
from bot.shapes import Code, Line, Shape, Table
from bot.slack.escape import JOINER
from bot.slack.render import in_slack, notification
from tests.test_answer import BARE, CITATION

ONE, TWO = dataclasses.replace(CITATION, article=BARE), dataclasses.replace(CITATION, number=2, article=BARE)
LAMPS = Table(("Lamp", "Hours"), (("hall", "10"), ("old | yard", "200")))


def shown(*said: Shape, below: bool = True, both: bool = False) -> str:
    return in_slack([Part(said, (ONE, TWO) if both else (ONE,), below=below)]).strip().replace(JOINER, "")


def test_a_table_stands_in_columns_with_its_markers_below() -> None:
    assert shown(LAMPS, both=True) == (
        "```\nLamp        Hours\n──────────  ─────\nhall        10\nold | yard  200\n```\n\n[1] [2]"
    )


def test_a_table_without_a_header_has_no_rule() -> None:
    assert shown(Table(("", ""), (("hall", "new"),))) == "```\nhall  new\n```\n\n[1]"


def test_a_wide_table_is_told_row_by_row() -> None:
    long = "word " * 14 + "end"
    assert shown(Table(("Lamp", "Note"), (("hall", long), ("yard", "")))) == (
        f"- Lamp: hall · Note: {long}\n- Lamp: yard\n\n[1]"
    )


def test_rows_with_markers_of_their_own_are_told_one_by_one_as_they_come() -> None:
    rows = [Table(("Lamp", "Hours"), ((lamp, "10"),), lamp != "hall") for lamp in ("hall", "yard")]
    parts = [Part((row,), (ONE,), gap="\n") for row in rows]
    assert in_slack(parts).strip().replace(JOINER, "") == "- Lamp: hall · Hours: 10 [1]\n- Lamp: yard · Hours: 10 [1]"


def test_code_keeps_its_fence_and_a_figure_in_brackets_is_no_marker_in_it() -> None:
    assert shown(Line("Run:"), Line(""), Code("a[0] = b[1]", "py")) == "Run:\n\n```py\na[0] = b[1]\n```\n\n[1]"


def test_code_with_ticks_in_it_ends_where_it_ends() -> None:
    assert in_slack([Part((Code("```\nx\n```", ""),), (ONE,))]).count("```") == 2


def test_lists_stay_lists_and_boxes_of_tasks_are_signs() -> None:
    items = map(Line, ("1. Close:", "   - [x] red", "   - [ ] blue", "   - green"))
    assert shown(Line("Do:"), Line(""), *items) == ("Do:\n\n1. Close:\n   - ☑ red\n   - ☐ blue\n   - green\n\n[1]")


def test_sentences_follow_one_another_and_a_marker_leads_to_the_quote() -> None:
    leads = Part((Line("Two."),), (CITATION,), gap=" ")
    assert in_slack([Part((Line("One."),), (ONE,)), leads]) == (
        f"\n\nOne. {JOINER}[1] Two. [[1]](https://a.example#:~:text=The%20bridge%20is%20640%20metres%20long.)"
    )


def test_a_notification_of_code_has_no_fence() -> None:
    assert (
        notification("To see it, run:\n\n```\npump state\n```\n\n[[1]](https://a.example)")
        == "To see it, run: pump state"
    )
