"""What the stretches of an answer look like as Markdown."""

from bot.answer import Citation, text_of
from bot.quote.shape import shown
from ingest.articles.article import Article
from tests.asking_fixtures import widened_from
from tests.reading_fixtures import article_of

HOW, WHICH, IS = "How do I reset the pump?", "Which lamp is it?", "Is it red?"


def markdown(article: Article, text: str, asked: str, *also: str) -> str:
    stretches = widened_from(article, text, asked, also=also)
    cited = [Citation(i, one.article, one.quote, one.start, one.end) for i, one in enumerate(stretches, 1)]
    return text_of(shown(stretches, cited, dated=False))


def test_a_sentence_stands_on_one_line_with_its_marker_and_without_those_of_its_author() -> None:
    assert markdown(article_of("The dam [3] is\nhigh.[4]"), "The dam", IS) == "The dam is high. [1]"


def test_a_procedure_is_a_numbered_list_with_what_stands_in_it_and_one_marker_below() -> None:
    article = article_of(
        "To reset it:\n\n1. Close:\n   - red\n   - blue\n\n2. Run:\n\n   ```sh\n   a [0]\n     b\n   ```\n\n3. Open."
    )
    assert markdown(article, "Open", HOW) == (
        "To reset it:\n\n1. Close:\n   - red\n   - blue\n2. Run:\n\n```sh\na [0]\n  b\n```\n3. Open.\n\n[1]"
    )


def test_a_list_of_tasks_shows_which_are_done() -> None:
    assert markdown(article_of("Do:\n\n- [x] eat\n- [ ] sleep\n- walk"), "eat", HOW) == (
        "Do:\n\n- ☑ eat\n- ☐ sleep\n- walk\n\n[1]"
    )


def test_an_item_alone_has_its_marker_on_its_line_and_its_lead_in_one_of_its_own() -> None:
    assert markdown(article_of("Keep:\n\n- keys\n- lamps"), "lamps", IS) == "Keep: [1]\n\n- lamps [2]"


def test_labels_that_markdown_does_not_know_are_words_of_their_items() -> None:
    article = article_of("<ol type='a'><li>One thing<li>Two things</ol>", "a.html")
    assert [block.label for block in article.blocks] == ["a.", "b."]
    assert markdown(article, "One thing", HOW) == "- a. One thing\n- b. Two things\n\n[1]"


def test_what_is_left_out_of_a_long_list_is_told_with_the_article_that_has_it() -> None:
    items = "\n".join(f"- wheel {i}" for i in range(40))
    assert markdown(article_of(f"# Wheels\n\nTurn:\n\n{items}"), "wheel 3", HOW).endswith(
        "- wheel 22\n\n… and 17 more in “Wheels”.\n\n[1]"
    )


LAMPS = article_of(
    "# Lamps\n\n| Lamp | Hours | Note |\n|---|---|---|\n| hall | 10 | |\n| yard | | a\\|b [7] |\n"
    + "".join(f"| l{i} | {i} | x |\n" for i in range(9))
)


def test_a_header_and_its_rows_are_one_table_with_the_markers_below() -> None:
    assert markdown(LAMPS, "l3", WHICH) == "| Lamp | Hours | Note |\n| --- | --- | --- |\n| l3 | 3 | x |\n\n[1] [2]"


def test_rows_that_stand_apart_are_rows_of_the_same_table() -> None:
    found = markdown(LAMPS, "hall", "Which lamps are they?", "l3")
    assert found == "| Lamp | Hours | Note |\n| --- | --- | --- |\n| hall | 10 |  |\n| l3 | 3 | x |\n\n[1] [2]"


def test_empty_cells_keep_their_place_and_a_stroke_in_a_cell_parts_nothing() -> None:
    assert "\n| yard |  | a\\|b |\n" in markdown(LAMPS, "yard", WHICH)


def test_a_row_of_a_table_without_a_header_is_no_header() -> None:
    article = article_of(
        "<table><tr><td>hall</td><td>old</td></tr><tr><td>yard</td><td>new</td></tr></table>", "a.html"
    )
    assert markdown(article, "yard", WHICH) == "|  |  |\n| --- | --- |\n| yard | new |\n\n[1]"


def test_a_header_without_rows_is_shown_as_a_row() -> None:
    article = article_of("# Lamps\n\n| Lamp | Hours |\n|---|---|\n\nMore to come.")
    assert markdown(article, "Lamp", WHICH) == "|  |  |\n| --- | --- |\n| Lamp | Hours |\n\n[1]"


def test_code_keeps_its_lines_and_its_language() -> None:
    article = article_of("Run:\n\n```python\nif a:\n    b(1)\n```")
    assert markdown(article, "if a", IS) == "Run:\n\n```python\nif a:\n    b(1)\n```\n\n[1]"


def test_code_with_a_fence_in_it_is_fenced_by_a_longer_one() -> None:
    article = article_of("Write:\n\n~~~~\n```\nx\n```\n~~~~")
    assert markdown(article, "```", IS) == "Write:\n\n````\n```\nx\n```\n````\n\n[1]"


def test_two_paragraphs_of_one_stretch_stay_two() -> None:
    assert markdown(article_of("Tom came.\n\nIt is red."), "It is", IS) == "Tom came.\n\nIt is red. [1]"
