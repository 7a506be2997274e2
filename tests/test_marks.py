import io

from ingest.articles.marks import Mark, from_json, heading_and_page, moved
from ingest.articles.marks import as_json as marks_as_json
from rich.console import Console

from bot.answer import Answer, Citation, as_json
from bot.terminal import print_answer
from ingest.articles.article import Article

MARKS = (Mark(0, None, 1), Mark(10, "Costs", 1), Mark(20, "Costs", 2))


def answer() -> Answer:
    article = Article("paper.pdf", "The bridge", None, None, None, "", marks=MARKS)
    citation = Citation(1, article, "It cost much.", 22, 35)
    return Answer("?", "It cost much. [1]", True, (citation,), (), (), "quote", 1.0, "000001", {})


def test_an_offset_stands_under_the_last_mark_before_it() -> None:
    assert [heading_and_page(MARKS, at) for at in (0, 9, 10, 19, 20, 999)] == [
        (None, 1),
        (None, 1),
        ("Costs", 1),
        ("Costs", 1),
        ("Costs", 2),
        ("Costs", 2),
    ]


def test_before_the_first_mark_there_is_neither_heading_nor_page() -> None:
    assert heading_and_page(MARKS[1:], 3) == (None, None)
    assert heading_and_page((), 3) == (None, None)


def test_marks_move_with_the_stretches_that_are_kept() -> None:
    # "Title|url|One.|Two." of which the first two lines go
    assert moved((Mark(0, "Title", None), Mark(15, "Two", None)), [(10, 14), (15, 19)], title="title") == (
        Mark(0, None, None),
        Mark(5, "Two", None),
    )


def test_of_two_marks_on_one_offset_the_later_counts() -> None:
    assert moved((Mark(0, "A", None), Mark(3, "B", None)), [(5, 9)], title=None) == (Mark(0, "B", None),)


def test_marks_survive_being_stored() -> None:
    assert from_json(marks_as_json(MARKS)) == MARKS


def test_a_citation_shows_its_heading_and_page() -> None:
    citations = as_json(answer())["citations"]
    assert isinstance(citations, list)
    assert (citations[0]["heading"], citations[0]["page"]) == ("Costs", 2)
    shown = io.StringIO()
    print_answer(answer(), Console(file=shown, width=120))
    assert "paper.pdf · Costs · page 2" in shown.getvalue()
