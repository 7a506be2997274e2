"""Tables of facts, whose rows each say what something is, have no header; tables of things have one."""

import pytest

from ingest.articles.formats.tables import are_facts
from tests.formats_fixtures import pdf_with_stream
from tests.office_fixtures import saved, workbook
from tests.reading_fixtures import leaning

FACTS = [["Owner", "Ida"], ["Budget", "700"], ["Deadline", "12"]]


@pytest.mark.parametrize(
    "rows",
    [
        FACTS,
        FACTS[:2],
        [["Vessel", "Aurora"], ["Draught", "4.2 m"], ["Crew", "12"]],
        [["Mast:", "oak"], ["Sail:", "hemp"]],
    ],
)
def test_labels_with_values_of_several_kinds_are_facts(rows: list[list[str]]) -> None:
    assert are_facts(rows)


@pytest.mark.parametrize(
    "rows",
    [
        [["Town", "People"], ["Visby", "24,000"]],
        [["Plan", "Price"], ["Small", "free"], ["Large", "30"]],
        [["Setting", "Value"], ["retries", "3"], ["since", "2026-01-01"], ["mode", "fast"]],
        [["Name", "Age"], ["Ida", "31"], ["Bo", "57"]],
        [["Field", "Type"], ["name", "text"], ["owner", "text"]],
        [["Owner", "Ida", "x"], ["Budget", "700", "y"]],
        [["Owner", "Ida"]],
    ],
)
def test_names_of_columns_are_none(rows: list[list[str]]) -> None:
    assert not are_facts(rows)


def test_facts_have_no_header_in_any_format() -> None:
    cells = "".join(f"<tr><td>{label}</td><td>{value}</td></tr>" for label, value in FACTS)
    lines = (
        f"BT /F1 11 Tf {left} {700 - 20 * i} Td ({text}) Tj ET"
        for i, row in enumerate(FACTS)
        for left, text in zip((60, 260), row, strict=True)
    )
    made: dict[str, str | bytes] = {
        "a.html": f"<html><body><table>{cells}</table></body></html>",
        "a.csv": "\n".join(map(",".join, FACTS)),
        "a.xlsx": saved(workbook({"Sheet1": FACTS})),
        "a.pdf": pdf_with_stream("\n".join(lines).encode()),
    }
    for name, raw in made.items():
        assert "Owner | Ida" not in leaning(raw, name).values(), name


def test_a_bold_first_row_names_the_columns_and_a_bold_first_column_the_rows() -> None:
    row = "<tr><td>{}</td><td>{}</td></tr>"
    named = row.format("<b>Name</b>", "<strong>Role</strong>") + row.format("Ida", "smith")
    facts = row.format("<b>Port</b>", "Visby") + row.format("<b>Berths</b>", "40")
    assert leaning(f"<body><table>{named}</table></body>", "a.html")["Ida | smith"] == "Name | Role"
    assert "Port | Visby" not in leaning(f"<body><table>{facts}</table></body>", "a.html").values()
