"""Lists, tables and code of an answer in Slack, as values in and values out."""

import pytest

from bot.slack.escape import JOINER, safe
from bot.slack.render import notification
from bot.slack.shape import in_slack

TABLE = "| Lamp | Hours |\n| --- | --- |\n| hall | 10 |\n| old \\| yard | 200 |\n\n[1] [2]"


def test_a_table_stands_in_columns_with_its_markers_below() -> None:
    assert in_slack(TABLE) == (
        "```\nLamp        Hours\n──────────  ─────\nhall        10\nold | yard  200\n```\n\n[1] [2]"
    )


def test_a_table_without_a_header_has_no_rule() -> None:
    assert in_slack("|  |  |\n| --- | --- |\n| hall | new |\n\n[1]") == "```\nhall  new\n```\n\n[1]"


def test_a_wide_table_is_told_row_by_row() -> None:
    long = "word " * 14 + "end"
    assert in_slack(f"| Lamp | Note |\n| --- | --- |\n| hall | {long} |\n| yard |  |\n\n[1]") == (
        f"- Lamp: hall · Note: {long}\n- Lamp: yard\n\n[1]"
    )


def test_markers_in_the_cells_of_a_table_stay_markers() -> None:
    assert in_slack("| Lamp | Hours |\n| --- | --- |\n| hall | 10 [1] |") == "- Lamp: hall · Hours: 10 [1]"


def test_code_keeps_its_fence_and_a_figure_in_brackets_is_no_marker_in_it() -> None:
    shown = in_slack("Run: \n\n```py\na[0] = b[1]\n```\n\n[1]")
    assert shown == f"Run: \n\n```py\na[{JOINER}0] = b[{JOINER}1]\n```\n\n[1]"
    assert safe(shown, {1: None}).replace(JOINER, "") == "Run: \n\n```py\na[0] = b[1]\n```\n\n[1]"


def test_code_with_ticks_in_it_ends_where_it_ends() -> None:
    assert in_slack("````\n```\nx\n```\n````").count("```") == 2


def test_lists_stay_lists_and_boxes_of_tasks_are_signs() -> None:
    assert in_slack("Do:\n\n1. Close:\n   - [x] red\n   - [ ] blue\n   - green\n\n[1]") == (
        "Do:\n\n1. Close:\n   - ☑ red\n   - ☐ blue\n   - green\n\n[1]"
    )


@pytest.mark.parametrize("text", ["", "One. [1] Two. [2]", "\n\n", " and then [1]"])
def test_prose_is_left_as_it_is(text: str) -> None:
    assert in_slack(text) == text


def test_a_notification_of_code_has_no_fence() -> None:
    assert notification("To see it, run:\n\n```\npump state\n```\n\n[1]") == "To see it, run: pump state"
