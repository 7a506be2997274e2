"""Sheets and texts of cells: a row is quoted with its header, as the cells show it."""

import csv
import datetime
from typing import Any

import pytest

from ingest.articles.formats.signs import shown_number
from ingest.articles.formats.tables import MAX_ROWS
from ingest.errors import UnreadableArticle
from tests.formats_fixtures import zipped
from tests.office_fixtures import saved, workbook
from tests.reading_fixtures import article_of, blocks_of, leaning, text_of

FEES: list[list[Any]] = [["Grade", "Fee"], ["Junior", 25], ["Senior", 30.5]]


def test_a_sheet_is_a_section_and_its_rows_lean_on_their_header() -> None:
    made = saved(workbook({"Fees": FEES, "Sites": [["Site", "Metres"], ["North", 12]]}))
    assert blocks_of(made, "a.xlsx")[0] == ("heading", "Fees")
    assert leaning(made, "a.xlsx") == {
        "Junior | 25": "Grade | Fee",
        "Senior | 30.5": "Grade | Fee",
        "North | 12": "Site | Metres",
    }
    assert article_of(made, "a.xlsx").blocks[-1].path == ("Sites",)


def test_hidden_sheets_rows_and_columns_are_not_read_and_sheets_are_counted() -> None:
    book = workbook({"Fees": [*FEES, ["Secret", 99]], "Draft": [["Old", 1]]}, hidden=["Draft"])
    book["Fees"].row_dimensions[4].hidden = True
    article = article_of(saved(book), "a.xlsx")
    assert "Secret" not in article.text
    assert "Old" not in article.text
    assert article.left_out == {"hidden sheets": 1}


def test_a_merged_cell_is_said_in_each_of_its_rows() -> None:
    book = workbook({"Hours": [["Day", "Open"], ["Monday", "9-12"], [None, "14-18"]]})
    book["Hours"].merge_cells("A2:A3")
    assert "Monday | 14-18" in text_of(saved(book), "a.xlsx")


NAMES: list[list[Any]] = [["Port", "Boats", None, "Crew", None], [None, "sail", "steam", "men", "women"]]


def test_names_below_a_merged_name_are_one_with_it() -> None:
    book = workbook(
        {
            "Fleet": [*NAMES, ["Visby", 3, 4, 40, 9]],
            "Years": [["Port", "Sold", None], [None, 2024, 2025], ["Visby", 7, 8]],
        }
    )
    for sheet, merged in (("Fleet", "B1:C1"), ("Fleet", "D1:E1"), ("Fleet", "A1:A2"), ("Years", "B1:C1")):
        book[sheet].merge_cells(merged)
    assert leaning(saved(book), "a.xlsx") == {
        "Visby | 3 | 4 | 40 | 9": "Port | Boats sail | Boats steam | Crew men | Crew women",
        "Visby | 7 | 8": "Port | Sold 2024 | Sold 2025",
    }


def test_a_wide_name_above_figures_or_above_all_columns_stays_a_row() -> None:
    book = workbook(
        {
            "Fleet": [["Port", "Boats", None], ["Visby", 3, 4]],
            "All": [["The fleet", None], ["Port", "Boats"], ["Visby", 3]],
        }
    )
    for sheet, merged in (("Fleet", "B1:C1"), ("All", "A1:B1")):
        book[sheet].merge_cells(merged)
    found = leaning(saved(book), "a.xlsx")
    assert (found["Visby | 3 | 4"], found["Visby | 3"]) == ("Port | Boats", "Port | Boats")


def test_values_are_shown_as_their_cells_show_them() -> None:
    book = workbook(
        {"Sums": [["What", "Value"], ["Share", 0.125], ["Sum", 1234.5], ["Day", datetime.date(2026, 5, 4)]]}
    )
    book["Sums"]["B2"].number_format, book["Sums"]["B3"].number_format = "0.0%", "#,##0.00"
    assert text_of(saved(book), "a.xlsx").splitlines()[-3:] == ["Share | 12.5%", "Sum | 1,234.50", "Day | 2026-05-04"]


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [
        (1234.5, "General", "1234.5"),
        (0.5, "0%", "50%"),
        (-3, '0.0 "m"', "-3.0 m"),
        (12, "[$€-407] 0", "€ 12"),
        (0.1 + 0.2, "General", "0.3"),
        (7, "000", "007"),
        (-5, "0;(0)", "(5)"),
        (5, "[" * 40_000, "5"),
    ],
)
def test_a_number_is_written_in_its_format(value: float, form: str, shown: str) -> None:
    assert shown_number(value, form) == shown


def test_a_formula_shows_what_was_computed_last_and_nothing_is_computed() -> None:
    assert "SUM" not in text_of(saved(workbook({"Fees": [*FEES, ["Sum", "=SUM(B2:B3)"]]})), "a.xlsx")


@pytest.mark.parametrize("sign", [",", ";", "\t", "|", "^", "~"])
def test_cells_are_separated_by_the_sign_that_the_rows_agree_on(sign: str) -> None:
    lines = [sign.join(row) for row in (("Grade", "Fee"), ("Junior", "25"), ("Senior", "30"))]
    assert leaning("\n".join(lines), "a.csv") == {"Junior | 25": "Grade | Fee", "Senior | 30": "Grade | Fee"}


def test_a_cell_may_hold_the_sign_and_line_ends() -> None:
    assert "North, old | two lines" in text_of('Site,Note\n"North, old","two\nlines"\n', "a.csv")


def test_a_rare_sign_separates_no_cells_where_a_usual_one_does() -> None:
    assert text_of("Site^a,Note^b\nNorth^a,x^2\n", "a.csv") == "Site^a | Note^b\nNorth^a | x^2"


def test_a_line_for_excel_is_not_text() -> None:
    assert text_of("sep=;\nSite;Metres\nNorth;12\n", "a.csv") == "Site | Metres\nNorth | 12"


def test_a_small_file_takes_no_room_from_others_in_the_process() -> None:
    before = csv.field_size_limit()
    text_of("Site,Metres\nNorth,12\n", "a.csv")
    assert csv.field_size_limit() >= before


@pytest.mark.parametrize("name", ["a.csv", "a.tsv"])
def test_rows_beyond_the_limit_are_said_to_be_left_out(name: str) -> None:
    article = article_of("Site,Metres\n" + "\n".join(f"s{i},{i}" for i in range(MAX_ROWS + 50)), name)
    assert f"s{MAX_ROWS - 5}" in article.text
    assert f"s{MAX_ROWS + 5}" not in article.text
    assert f"{MAX_ROWS:,}" in article.warnings[0]


def test_what_is_no_workbook_is_a_named_failure() -> None:
    with pytest.raises(UnreadableArticle, match="Excel"):
        article_of(b"PK\x03\x04 cut", "a.xlsx")
    with pytest.raises(UnreadableArticle):
        article_of(zipped({"word/document.xml": b"<a/>"}), "a.xlsx")


def test_a_sheet_that_nobody_named_is_no_section() -> None:
    made = saved(workbook({"Sheet1": FEES}))
    assert article_of(made, "club-fees.xlsx").title == "Club Fees"
    assert blocks_of(made, "club-fees.xlsx")[0] == ("row", "Grade | Fee")


def test_a_quotation_mark_that_is_never_closed_is_a_mark_of_the_text() -> None:
    rows = 'part\tsize\nscrew\t"5 inch\nbolt\t3\nnut\t2\n'
    assert [text for _, text in blocks_of(rows.encode(), "a.tsv")] == [
        *("part | size", 'screw | "5 inch', "bolt | 3", "nut | 2")
    ]
    quoted = 'name, likes\nBo, "tea, milk"\n'
    assert blocks_of(quoted.encode(), "a.csv")[1] == ("row", "Bo | tea, milk")
