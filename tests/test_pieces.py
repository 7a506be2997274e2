"""Pieces become a text: what stands between them, what leans on what, and which tables only lay out a page."""

import pytest

from ingest.articles.blocks import Link
from ingest.articles.formats.pieces import Piece, assemble
from ingest.articles.formats.tables import joined, row_of, table_of
from ingest.errors import UnreadableArticle

HEAD, INTRO = Piece("heading", "Costs", level=2), Piece("paragraph", "It costs:")


def item(text: str, level: int = 1, label: str = "•", group: int = 1) -> Piece:
    return Piece("item", text, level=level, label=label, group=group)


def row(text: str, *, is_header: bool = False, group: int = 2) -> Piece:
    return Piece("row", text, group=group, is_header=is_header)


def cells(*texts: str) -> list[list[Piece]]:
    return [[Piece("paragraph", text)] for text in texts]


def leanings(*pieces: Piece) -> list[int | None]:
    return [block.leans_on for block in assemble(pieces).blocks]


def test_an_empty_line_stands_between_blocks_and_none_inside_a_list() -> None:
    made = assemble((HEAD, INTRO, item("two"), item("three"), Piece("paragraph", "That is all.")))
    assert made.text == "Costs\n\nIt costs:\n\n• two\n• three\n\nThat is all."


def test_a_block_covers_its_label_and_its_text() -> None:
    made = assemble((item("two", label="2.2"),))
    assert made.text[made.blocks[0].start : made.blocks[0].end] == "2.2 two"


def test_lists_that_stand_apart_are_not_run_together() -> None:
    assert assemble((item("one"), item("two", group=3))).text == "• one\n\n• two"


def test_items_lean_on_what_introduces_their_list_and_deeper_ones_on_the_item_above() -> None:
    assert leanings(INTRO, item("a"), item("b", 2), item("c", 2), item("d")) == [None, 0, 1, 1, 0]


def test_what_stands_in_an_item_leans_on_it() -> None:
    inside = Piece("code", "make", level=1, group=1)
    assert leanings(INTRO, item("Run:"), inside, item("b")) == [None, 0, 1, 0]


def test_rows_lean_on_their_header_and_the_header_on_what_introduces_the_table() -> None:
    assert leanings(INTRO, row("Name | Age", is_header=True), row("Ann | 5")) == [None, 0, 1]


def test_rows_without_a_header_lean_on_what_introduces_the_table() -> None:
    assert leanings(INTRO, row("Ann | 5"), row("Bob | 6")) == [None, 0, 0]


def test_a_heading_introduces_nothing() -> None:
    assert leanings(HEAD, item("a")) == [None, None]


def test_code_leans_on_what_announces_it_be_it_an_item() -> None:
    assert leanings(INTRO, Piece("code", "make"))[1] == 0
    assert leanings(item("Build it."), Piece("code", "make"))[1] == 0


def test_an_item_introduces_a_table_only_if_it_says_so() -> None:
    assert leanings(item("Fees:"), row("a | 1"))[1] == 0
    assert leanings(item("Fees."), row("a | 1"))[1] is None


def test_white_space_is_plain_but_lines_of_code_stay() -> None:
    made = assemble((Piece("paragraph", " a\t b \n\n c "), Piece("code", "if x:\n    y")))
    assert made.text == "a b\nc\n\nif x:\n    y"


def test_what_says_nothing_is_left_out() -> None:
    assert assemble((Piece("paragraph", " \u200b "), row("| |"), HEAD)).text == "Costs"


def test_text_that_hides_something_is_refused() -> None:
    with pytest.raises(UnreadableArticle, match="bidi override"):
        assemble((Piece("paragraph", "Pay \u202e001 euros."),))


def test_links_stand_where_their_words_do() -> None:
    piece = Piece("item", "See  the   rules", label="1.", group=1, links=(Link(5, 16, "https://a.example"),))
    made = assemble((HEAD, piece))
    assert [made.text[link.start : link.end] for link in made.links] == ["the rules"]


@pytest.mark.parametrize("target", ["javascript:alert(1)", " JavaScript:x", "data:text/html,x", "vbscript:x"])
def test_links_that_lead_to_no_page_are_none(target: str) -> None:
    assert assemble((Piece("paragraph", "here", links=(Link(0, 4, target),)),)).links == ()


def test_cells_have_strokes_between_and_empty_ones_at_the_end_go() -> None:
    assert row_of(["a", "", " b\nc", "", "\u200b"]).text == "a | | b c"


def test_parts_of_a_cell_do_not_run_together() -> None:
    assert joined(["one", "", "two.", "three:", "four"]) == "one; two. three: four"


def test_a_declared_header_is_one() -> None:
    made = table_of([cells("Key", "Value"), cells("a", "b")], group=1, headers=[True, False])
    assert [(piece.text, piece.is_header) for piece in made] == [("Key | Value", True), ("a | b", False)]


def test_a_first_row_that_names_a_column_of_figures_is_a_header() -> None:
    assert table_of([cells("Town", "People"), cells("Visby", "24,000")], group=1)[0].is_header
    assert not table_of([cells("Owner", "Ann"), cells("Level", "high")], group=1)[0].is_header
    assert not table_of([cells("1", "2"), cells("3", "4")], group=1)[0].is_header


def test_a_table_of_one_column_lays_out_a_page() -> None:
    made = table_of([cells("First."), cells("Second.")], group=1)
    assert [(piece.kind, piece.text) for piece in made] == [("paragraph", "First."), ("paragraph", "Second.")]


def test_a_table_that_holds_headings_or_long_texts_lays_out_a_page() -> None:
    long = [[HEAD, Piece("paragraph", "word " * 90)], [INTRO]]
    assert [piece.kind for piece in table_of([long], group=1)] == ["heading", "paragraph", "paragraph"]


def test_a_table_in_a_cell_of_named_columns_is_the_text_of_that_cell() -> None:
    rows = [cells("Day", "Hours"), [[Piece("paragraph", "Monday")], [row("8 | 12"), row("14 | 18")]]]
    assert table_of(rows, group=1, headers=[True, False])[1].text == "Monday | 8, 12; 14, 18"


def test_a_label_that_says_more_than_a_count_stays_in_a_cell() -> None:
    rows = [cells("a", "b"), [[item("x", label="2.2")], [item("y"), item("z", label="1.")]]]
    assert table_of(rows, group=1, headers=[True, False])[1].text == "2.2 x | y; z"
