"""PDF: paragraphs, rows and headings by where letters stand; a page that cannot be read costs that page."""

from dataclasses import replace

import pytest

from ingest.articles.formats.columns import Cell, Line
from ingest.articles.formats.layout import pieces_of_pages, without_edges
from ingest.articles.formats.letters import Letter, as_printed, lines_of, runs_down
from ingest.articles.formats.pdf import read
from ingest.errors import UnreadableArticle
from tests.formats_fixtures import pdf, pdf_with_stream
from tests.reading_fixtures import article_of, leaning

PEOPLE = (
    ("Town", "Keeper"),
    ("North", "Ann Brandt"),
    ("", "Bo Lindqvist"),
    ("South", "Cy Ahlgren"),
    ("West", "Di Berg"),
)
WIDE = "The council of Port Ellery met on Monday to hear what the new bridge had cost in the"


def lines(*texts: str | tuple[tuple[float, str], ...], page: int = 1, size: float = 10.0) -> tuple[Line, ...]:
    """Lines one below the other; a text stands at the left, or cells where they are said to."""
    return tuple(
        Line(
            tuple(
                Cell(left, left + 5 * len(text), text)
                for left, text in ([(60.0, one)] if isinstance(one, str) else one)
            ),
            page,
            bottom=700 - 13.0 * i,
            size=size,
        )
        for i, one in enumerate(texts)
    )


def texts(*pages: tuple[Line, ...], outline: tuple[tuple[str, int], ...] = ()) -> list[tuple[str, str]]:
    return [(piece.kind, piece.text) for piece in pieces_of_pages(pages, outline)[0]]


def test_lines_of_a_paragraph_are_put_together_and_a_short_one_ends_it() -> None:
    assert texts(lines(WIDE, "end, and why.")) == [("paragraph", f"{WIDE} end, and why.")]
    assert texts(lines(WIDE, "end.", "Nobody spoke.")) == [
        ("paragraph", f"{WIDE} end."),
        ("paragraph", "Nobody spoke."),
    ]


def test_a_word_cut_at_the_end_of_a_line_is_whole_again_unless_its_hyphen_is_its_own() -> None:
    assert texts(lines("The coun-", "cil met.")) == [("paragraph", "The council met.")]
    assert texts(lines("A well-", "known firm.", "It is well-known."))[0][1].startswith("A well-known firm.")


def test_a_line_ends_at_the_hyphen_behind_which_the_file_gives_no_line_end() -> None:
    above = [Letter(sign, 60 + 5 * i, 700, 65 + 5 * i, 710) for i, sign in enumerate("coun\x02")]
    below = [Letter(sign, 60 + 5 * i, 687, 65 + 5 * i, 697) for i, sign in enumerate("cil met.")]
    assert [line.text for line in lines_of([*above, *below], 1)] == ["coun-", "cil met."]


def test_a_sentence_goes_on_behind_a_formula_that_drives_its_lines_apart() -> None:
    page = lines("Start", WIDE, "end, and why.", WIDE, "end.")
    moved = [replace(line, bottom=line.bottom - 10 * (i > 1)) for i, line in enumerate(page)]
    assert ("paragraph", f"{WIDE} end, and why.") in texts(tuple(moved))


def test_a_sentence_goes_on_behind_the_notes_at_the_foot_of_its_page() -> None:
    note = (Line((Cell(60, 160, "¹ In crowns of 1990."),), 1, bottom=600, size=8),)
    pages = [(*lines("Head.", WIDE), *note), lines("end, and why.", "Nobody spoke.", page=2)]
    assert texts(*pages)[1:3] == [("paragraph", f"{WIDE} end, and why."), ("paragraph", "¹ In crowns of 1990.")]


def test_an_item_of_a_list_is_one() -> None:
    assert texts(lines(WIDE, "• one", "• two"))[1:] == [("item", "one"), ("item", "two")]


def test_a_sentence_that_runs_over_a_page_is_not_broken() -> None:
    pieces, _ = pieces_of_pages([lines(WIDE), lines("end, and why.", page=2)])
    assert [(piece.text, piece.page) for piece in pieces] == [(f"{WIDE} end, and why.", 1)]


def test_lines_whose_cells_stand_in_columns_are_rows_that_lean_on_their_header() -> None:
    table = lines(WIDE, ((60, "Grade"), (200, "Days")), ((60, "Junior"), (200, "25")), ((60, "Senior"), (200, "30")))
    assert texts(table)[1:] == [("row", "Grade | Days"), ("row", "Junior | 25"), ("row", "Senior | 30")]
    assert [piece.is_header for piece in pieces_of_pages([table])[0]] == [False, True, False, False]


def test_a_cell_that_is_missing_leaves_its_column_empty() -> None:
    table = lines(
        ((60, "Grade"), (200, "Days"), (300, "Pay")), ((60, "One"), (300, "9")), ((60, "Two"), (200, "3"), (300, "8"))
    )
    assert texts(table)[1] == ("row", "One | | 9")


def test_two_columns_of_prose_are_read_one_after_the_other() -> None:
    left = "the left column tells of the bridge at length"
    right = "the right one tells of trams and of nothing else"
    page = lines(*(((60.0, f"{left} {i}"), (330.0, f"{right} {i}")) for i in range(5)))
    text = " ".join(text for _, text in texts(page))
    assert text.index(f"{left} 4") < text.index(f"{right} 0")


def test_what_is_printed_larger_or_named_in_the_outline_is_a_heading() -> None:
    large = (Line((Cell(60, 160, "The bridge"),), 1, bottom=730, size=16),)
    assert texts((*large, *lines(WIDE, "end.")))[0] == ("heading", "The bridge")
    named = texts(lines("Preface.", "2.1 What it  cost", "Much."), outline=(("What it cost", 2),))
    assert named[1] == ("heading", "2.1 What it  cost")


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


def test_a_title_that_the_first_page_shows_is_read_and_others_are_not() -> None:
    shown = read(pdf([["The Bridge", "One line."]], info={"Title": "The Bridge", "Author": "Ana Brandt"})).declared
    assert (shown.title, shown.author) == ("The Bridge", "Ana Brandt")
    assert read(pdf([["One line."]], info={"Title": "Annual report 2009"})).declared.title is None
    assert read(pdf([["One line."]], info={"Title": "Microsoft Word - x.doc"})).declared.title is None


def test_a_page_that_cannot_be_read_costs_that_page_and_is_named() -> None:
    made = pdf([["It is old."], ["Nobody knows why."], ["It turns."]])
    article = article_of(made.replace(b"(Nobody knows why.) Tj", b"(Nobody knows why. T%"), "a.pdf")
    assert article.text == "It is old.\n\nIt turns."
    assert article.warnings == ("no text could be read of page 2",)


def printed(*letters: tuple[str, float], raised: str = "", inferred: bool = False) -> str:
    """The line that letters make up, 10 high and 5 wide, each so far behind the one before."""
    found, at = [], 60.0
    for sign, gap in letters:
        at += gap
        foot, top = (705.0, 711.0) if sign in raised else (700.0, 710.0)
        found.append(Letter(sign, at, foot, at + 5, top, is_inferred=inferred and sign == " "))
        at += 5 if sign.strip() else 0
    return " / ".join(line.text for line in lines_of(found, 1))


def test_words_that_stand_apart_are_apart_though_the_file_has_no_space() -> None:
    assert printed(*((sign, 2.5 if sign == "i" else 0.1) for sign in "oldironpump")) == "old ironpump"


def test_letters_that_are_printed_apart_are_one_word() -> None:
    apart = [(sign, gap) for letter in "pumphouse" for sign, gap in ((letter, 1.5), (" ", 0.0))]
    assert printed(*apart, inferred=True) == "pumphouse"
    assert printed(*((sign, 1.5 if sign != "h" else 4.5) for sign in "pumphouse")) == "pump house"


def test_a_word_is_whole_though_a_line_end_is_said_to_be_in_it() -> None:
    assert printed(("1", 0), ("6", 0), ("1", 0), ("\r", 0), ("\n", 0), ("1", -0.6), ("9", 0)) == "16119"
    assert printed(("a", 0), ("\r", 0), ("\n", 0), ("b", 4)) == "a / b"


def test_the_raised_mark_of_a_note_is_in_its_line_though_line_ends_are_said_to_be_about_it() -> None:
    break_ = (("\r", 0), ("\n", 0))
    assert printed(("o", 0), *break_, ("2", 0), *break_, (".", 0), ("i", 3), raised="2") == "o². i"
    assert printed(("o", 0), *break_, ("2", 9), *break_, ("i", 9), raised="2") == "o / 2 / i"


def test_an_accent_that_is_printed_over_a_letter_is_on_it() -> None:
    assert printed(("J", 0), ("¨", 0), ("o", -5), ("r", 0), ("g", 0)) == "Jörg"
    assert printed(("c", 0), ("¸", -5), ("a", 0)) == "ça"


def test_a_figure_that_stands_above_the_line_is_raised() -> None:
    assert printed(*((sign, 0) for sign in "about106m"), raised="6") == "about10⁶m"
    apart = [(sign, 8.0 if sign == "2" else 0.0) for sign in "since2"]
    assert printed(*apart, raised="2") == "since 2"


def test_a_page_that_is_written_in_columns_is_told_from_others() -> None:
    column = [Letter(sign, 300, 700 - 10 * i, 310, 710 - 10 * i) for i, sign in enumerate("古いポンプです")]
    line = [Letter(sign, 300 + 10 * i, 700, 310 + 10 * i, 710) for i, sign in enumerate("古いポンプです")]
    bullets = [Letter("\uf0b7", 60, 700 - 10 * i, 70, 710 - 10 * i) for i in range(8)]
    assert [runs_down(one) for one in (column, line, [*bullets, *line])] == [True, False, False]


def test_letters_that_print_draws_as_one_are_two_again() -> None:
    assert as_printed("The ﬁnal oﬃce.") == "The final office."


def test_a_hyphen_stays_one_whatever_the_font_calls_it() -> None:
    assert as_printed("Ages 3\u00ad14, year\u00adlong") == "Ages 3-14, year-long"


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


def test_a_scan_without_text_is_named_as_one_with_its_remedy() -> None:
    with pytest.raises(UnreadableArticle, match=r"pictures of pages; .*OCR"):
        read(pdf([[], []]))


def test_a_damaged_tree_of_bookmarks_costs_the_bookmarks() -> None:
    made = pdf([["It is old."]], outline=["One", "Two"])
    assert article_of(made.replace(b"/First 5 0 R", b"/First 99 0 R"), "a.pdf").text == "It is old."
