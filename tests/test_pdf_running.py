"""PDF: heads, feet and page numbers go and are counted; what only looks like them stays."""

from ingest.articles.formats.columns import Cell, Line
from ingest.articles.formats.layout import pieces_of_pages, without_edges
from tests.pdf_fixtures import lines


def printed_pages(*pages: tuple[tuple[float, str], ...], size: float = 10.0) -> list[tuple[Line, ...]]:
    """Pages of lines that stand so high, in cells where a stroke divides them."""
    return [
        tuple(
            Line(
                tuple(
                    Cell(60 + 100 * i, 60 + 100 * i + 5 * len(cell), cell) for i, cell in enumerate(text.split(" | "))
                ),
                number,
                bottom=bottom,
                size=size,
            )
            for bottom, text in page
        )
        for number, page in enumerate(pages, start=1)
    ]


def test_running_heads_and_page_numbers_go_and_are_counted() -> None:
    pages = printed_pages(
        *(((760, "The Gazette"), (700, f"Text {n} of it."), (687, "More."), (30, f"Page {i} of 4"))
          for i, n in enumerate("abcd"))
    )  # fmt: skip
    assert [line.text for line in without_edges(pages)][::2] == [f"Text {n} of it." for n in "abcd"]
    assert pieces_of_pages(pages)[1] == 4 * 6


def test_the_heads_and_feet_of_two_pages_stand_outside_of_the_sentence_that_goes_over_them() -> None:
    pages = printed_pages(
        ((760, "The Gazette, 1"), (700, "The bridge was built"), (687, "by many people who"), (30, "by us, 1 of 2")),
        ((760, "The Gazette, 2"), (700, "came from the north."), (687, "It is old."), (30, "by us, 2 of 2")),
    )
    found = [piece.text for piece in pieces_of_pages(pages)[0]]
    assert found[1].startswith("The bridge was built by many people who came from the north.")
    assert sorted(map(len, found[:1] + found[2:])) == [13, 13, 14, 14]


def test_a_row_of_column_names_is_no_running_head_where_rows_stand_further_apart_than_lines() -> None:
    ends = tuple((707 - 13 * i, "So it is.") for i in range(6))
    rows = [((760, "Part | Price"), (740, f"Nut {n} | 10 EUR"), (720, f"Bolt {n} | 15 EUR"), *ends) for n in "abcd"]
    assert "Part Price" in [line.text for line in without_edges(printed_pages(*rows))]


def test_what_returns_on_many_pages_within_the_text_is_no_running_head() -> None:
    form = [
        ((760, f"Purpose {n}"), (747, f"Of {n}."), (734, "Owner: the board"), (721, "Status: open")) for n in "abcd"
    ]
    assert len(without_edges(printed_pages(*form))) == 16
    notes = [((760, "See the annex."), (720, f"Clause {n} is long."), (707, "See the annex."), (694, f"So {n}."),
              (681, "See the annex."), (668, f"And {n}."), (655, "See the annex.")) for n in "abcd"]  # fmt: skip
    assert len(without_edges(printed_pages(*notes, notes[0]))) == 35


def test_a_row_of_column_names_that_returns_on_each_page_is_said_once() -> None:
    names, rows = (760, "Part | Price"), ((747, "Nut"), (734, "Bolt"), (721, "Pin"))
    pages = printed_pages(*((names, *((bottom, f"{part} {n} | {n}0 EUR") for bottom, part in rows)) for n in "123"))
    assert [line.text for line in without_edges(pages)].count("Part Price") == 1
    assert len(without_edges(pages)) == 10


def test_a_line_that_stands_on_few_pages_is_no_running_head() -> None:
    pages = [lines("Same", "a", "b", "c", "d", page=1), lines("Same", "e", "f", "g", "h", page=2)]
    assert len(without_edges(pages)) == 10
