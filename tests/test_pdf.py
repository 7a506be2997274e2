import io

import pypdf
import pytest
from ingest.articles.marks import Mark, heading_and_page

from ingest.articles.formats.pdf import Line, _lines, join_lines, read, without_edges
from ingest.errors import UnreadableArticle
from tests.formats_fixtures import pdf

WIDE = "The council of Port Ellery met on Monday to hear what the new bridge had cost in the"


def lines(*texts: str, page: int = 1) -> tuple[Line, ...]:
    return tuple(Line(text, page) for text in texts)


def test_lines_of_a_paragraph_are_put_together() -> None:
    assert join_lines(lines(WIDE, "end, and why."))[0] == f"{WIDE} end, and why."


def test_a_line_that_ends_short_ends_its_paragraph() -> None:
    assert join_lines(lines(WIDE, "end.", "Nobody spoke."))[0] == f"{WIDE} end.\n\nNobody spoke."


def test_a_word_cut_at_the_end_of_a_line_is_whole_again() -> None:
    assert join_lines(lines("The coun-", "cil met."))[0] == "The council met."


def test_a_hyphen_that_belongs_to_the_word_stays() -> None:
    text, _ = join_lines(lines("A well-", "known firm.", "It is well-known."))
    assert text.startswith("A well-known firm.")


def test_entries_of_a_table_of_contents_are_not_one_sentence() -> None:
    assert join_lines(lines("Contents", "1 Costs 2", "2 Trams 3", WIDE))[0].startswith(
        "Contents\n\n1 Costs 2\n\n2 Trams 3"
    )


def test_letters_that_print_draws_as_one_are_two_again() -> None:
    assert _lines("The ﬁnal oﬃce.", 1) == lines("The final office.")


def test_an_item_of_a_list_begins_a_paragraph() -> None:
    assert join_lines(lines(WIDE, "• one", "• two"))[0] == f"{WIDE}\n\n• one\n\n• two"


def test_a_sentence_that_runs_over_a_page_is_not_broken_and_its_pages_are_marked() -> None:
    text, marks = join_lines((*lines(WIDE), *lines("end, and why.", page=2)))
    assert text == f"{WIDE} end, and why."
    assert marks == (Mark(0, None, 1), Mark(len(WIDE) + 1, None, 2))


def test_a_title_of_the_outline_that_stands_alone_on_a_line_is_a_heading() -> None:
    text, marks = join_lines(lines("Preface.", "2.1 What it  cost", "Much."), ["What it cost"])
    assert text == "Preface.\n\n## 2.1 What it  cost\n\nMuch."
    assert heading_and_page(marks, text.index("Much")) == ("2.1 What it  cost", 1)


def test_running_heads_and_page_numbers_go_and_all_else_stays() -> None:
    pages = [lines("The Gazette", f"Text {n} of the page.", f"Page {n} of 4", page=n) for n in range(1, 5)]
    assert [line.text for line in without_edges(pages)] == [f"Text {n} of the page." for n in range(1, 5)]


def test_a_line_that_stands_on_few_pages_is_no_running_head() -> None:
    pages = [lines("Same", "a", "b", "c", "d", page=1), lines("Same", "e", "f", "g", "h", page=2)]
    assert len(without_edges(pages)) == 10


def test_title_and_author_are_read_and_a_title_made_by_a_program_is_not() -> None:
    declared = read(pdf([["One line."]], info={"Title": "The Bridge", "Author": "Ana Brandt"})).declared
    assert (declared.title, declared.author) == ("The Bridge", "Ana Brandt")
    assert read(pdf([["One line."]], info={"Title": "Microsoft Word - x.doc"})).declared.title is None


def test_a_scan_without_text_is_named_as_one() -> None:
    with pytest.raises(UnreadableArticle, match="pictures of pages"):
        read(pdf([[], []]))


def test_a_locked_file_is_named_as_one() -> None:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([["One line."]])))
    writer.encrypt("secret", algorithm="RC4-128")
    file = io.BytesIO()
    writer.write(file)
    with pytest.raises(UnreadableArticle, match="locked with a password"):
        read(file.getvalue())
