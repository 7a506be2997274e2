"""PDF: paragraphs and headings by where letters stand; a page that cannot be read costs that page."""

from dataclasses import replace

import pytest

from ingest.articles.formats.columns import Cell, Line
from ingest.articles.formats.layout import pieces_of_pages
from ingest.articles.formats.letters import Letter, lines_of, runs_down
from ingest.articles.formats.pdf import read
from ingest.errors import UnreadableArticle
from tests.formats_fixtures import pdf
from tests.pdf_fixtures import WIDE, lines, texts
from tests.reading_fixtures import article_of


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


def test_a_page_that_is_written_in_columns_is_told_from_others() -> None:
    column = [Letter(sign, 300, 700 - 10 * i, 310, 710 - 10 * i) for i, sign in enumerate("古いポンプです")]
    line = [Letter(sign, 300 + 10 * i, 700, 310 + 10 * i, 710) for i, sign in enumerate("古いポンプです")]
    bullets = [Letter("\uf0b7", 60, 700 - 10 * i, 70, 710 - 10 * i) for i in range(8)]
    assert [runs_down(one) for one in (column, line, [*bullets, *line])] == [True, False, False]


def test_a_scan_without_text_is_named_as_one_with_its_remedy() -> None:
    with pytest.raises(UnreadableArticle, match=r"pictures of pages; .*OCR"):
        read(pdf([[], []]))


def test_a_damaged_tree_of_bookmarks_costs_the_bookmarks() -> None:
    made = pdf([["It is old."]], outline=["One", "Two"])
    assert article_of(made.replace(b"/First 5 0 R", b"/First 99 0 R"), "a.pdf").text == "It is old."
