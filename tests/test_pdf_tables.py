"""PDF: rows and cells by where they stand; columns of prose are none."""

from dataclasses import replace

from ingest.articles.formats.layout import pieces_of_pages
from ingest.articles.formats.letters import Letter, lines_of
from tests.formats_fixtures import pdf_with_stream
from tests.pdf_fixtures import WIDE, lines, texts
from tests.reading_fixtures import leaning

PEOPLE = (
    ("Town", "Keeper"),
    ("North", "Ann Brandt"),
    ("", "Bo Lindqvist"),
    ("South", "Cy Ahlgren"),
    ("West", "Di Berg"),
)


def test_lines_whose_cells_stand_in_columns_are_rows_that_lean_on_their_header() -> None:
    table = lines(WIDE, ((60, "Grade"), (200, "Days")), ((60, "Junior"), (200, "25")), ((60, "Senior"), (200, "30")))
    assert texts(table)[1:] == [("row", "Grade | Days"), ("row", "Junior | 25"), ("row", "Senior | 30")]
    assert [piece.is_header for piece in pieces_of_pages([table])[0]] == [False, True, False, False]


def test_a_cell_that_is_missing_leaves_its_column_empty() -> None:
    table = lines(
        ((60, "Grade"), (200, "Days"), (300, "Pay")), ((60, "One"), (300, "9")), ((60, "Two"), (200, "3"), (300, "8"))
    )
    assert texts(table)[1] == ("row", "One | | 9")


def test_rows_of_a_printed_table_lean_on_their_header() -> None:
    rows = (("Grade", "Days"), ("Junior", "25"), ("Senior", "30"))
    stream = "BT /F1 11 Tf 60 780 Td (How many days there are for whom.) Tj ET\n" + "\n".join(
        f"BT /F1 11 Tf 60 {700 - 20 * i} Td ({one}) Tj ET BT /F1 11 Tf 260 {700 - 20 * i} Td ({other}) Tj ET"
        for i, (one, other) in enumerate(rows)
    )
    assert leaning(pdf_with_stream(stream.encode()), "a.pdf")["Junior | 25"] == "Grade | Days"


def placed(*rows: tuple[tuple[float, float, str], ...]) -> list[tuple[str, str]]:
    """What comes out of texts that a program writes in this order, each at (from the left, from below)."""
    letters: list[Letter] = []
    for left, bottom, text in (one for row in rows for one in row):
        if letters and letters[-1].bottom != bottom:
            letters.append(Letter("\n"))
        letters += [Letter(sign, left + 5 * i, bottom, left + 5 * i + 5, bottom + 10) for i, sign in enumerate(text)]
    return texts(tuple(lines_of(letters, 1)))


def test_cells_that_are_written_one_after_the_other_are_one_row_however_many_lines_they_have() -> None:
    made = placed(
        ((60, 700, "Grade"), (150, 700, "Days"), (220, 700, "For whom")),
        (
            (60, 680, "Junior"),
            (150, 680, "25"),
            (220, 680, "whoever has been on the"),
            (220, 668, "ferries for a year"),
        ),
        (
            (60, 642, "Senior"),
            (150, 642, "30"),
            (220, 648, "whoever has been there for"),
            (220, 636, "longer than that"),
        ),
    )
    assert made == [
        ("row", "Grade | Days | For whom"),
        ("row", "Junior | 25 | whoever has been on the ferries for a year"),
        ("row", "Senior | 30 | whoever has been there for longer than that"),
    ]


def test_a_line_that_goes_on_with_cells_of_the_row_above_is_no_row_of_its_own() -> None:
    head, first = ((60, "Item"), (200, "Cost"), (300, "Owner")), ((60, "Oars and"), (200, "20"), (300, "Cy"))
    table = lines(head, ((60, "Rope"), (200, "500"), (300, "Ann")), first, ((60, "paddles"),), head[:2])
    moved = tuple(replace(line, bottom=line.bottom - 6 * min(i, 2)) for i, line in enumerate(table))
    assert ("row", "Oars and paddles | 20 | Cy") in texts(moved)


def test_a_first_row_of_sentences_is_no_header() -> None:
    long = "The keeper opens the sluice and waits until the gauge shows that it is enough"
    table = lines(((60, "Open"), (200, long)), ((60, "Close"), (200, "Anyone may.")))
    assert [piece.is_header for piece in pieces_of_pages([table])[0]] == [False, False]


def test_rows_with_empty_cells_stay_rows() -> None:
    table = lines(*(((60, place), (200, who)) if place else ((200, who),) for place, who in PEOPLE))
    assert [text for _, text in texts(table)][1:4] == ["North | Ann Brandt", "Bo Lindqvist", "South | Cy Ahlgren"]


def test_columns_of_prose_are_no_cells() -> None:
    left = tuple((60.0, 700.0 - 12 * i, f"the left column tells of bridges, part {i}") for i in range(4))
    right = tuple((330.0, 700.0 - 12 * i, f"the right one tells of nothing but trams {i}") for i in range(4))
    assert {kind for kind, _ in placed(left, right)} == {"paragraph"}


def test_words_that_a_narrow_column_drives_apart_are_no_cells() -> None:
    column = lines(
        ((60, "Organizational"), (190, "duties")),
        ((60, "are"), (116, "shared"), (187, "amongx")),
        "departments and also the rest.",
        ((60, "Everybody"), (145, "documents")),
        "and then goes home",
    )
    whole = [replace(line, cells=(*line.cells[:-1], replace(line.cells[-1], right=220.0))) for line in column]
    assert [kind for kind, _ in texts(tuple(whole))] == ["paragraph"]


def test_the_text_of_a_labelled_item_is_no_cell() -> None:
    made = placed(
        ((60, 700, "(a)"), (90, 700, "the ferry is"), (90, 688, "late"), (60, 670, "(b)"), (90, 670, "it sank"))
    )
    assert [kind for kind, _ in made] == ["item", "item"]
