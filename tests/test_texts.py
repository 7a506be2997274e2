"""Other kinds of files: plain text, reStructuredText, AsciiDoc, Org, books and notebooks."""

import datetime
import json
import sys

import pytest

from ingest.errors import UnreadableArticle
from tests.office_fixtures import epub
from tests.reading_fixtures import article_of, blocks_of, leaning, text_of


def test_plain_text_has_paragraphs_and_lists_and_no_markup() -> None:
    wrapped = "It is old, and nobody who works at the harbour today knows any more\nwho bought it then."
    text = f"The pump\n\n{wrapped}\n\n1. Open the lid.\n2. Pour *slowly*.\n"
    assert [text for _, text in blocks_of(text, "a.txt")] == [
        "The pump",
        wrapped.replace("\n", " "),
        "1. Open the lid.",
        "2. Pour *slowly*.",
    ]


def test_restructured_text_is_read_in_blocks() -> None:
    text = (
        "Pump\n====\n\nTo refill\nit:\n\n1. Open ``lid``.\n2. Pour.\n\n.. code-block:: sh\n\n   make all\n\n"
        ".. warning:: It is *wet*.\n\n.. comment\n\n=====  ====\nGrade  Days\n=====  ====\nOne    25\n=====  ====\n"
    )
    assert blocks_of(text, "a.rst") == [
        ("heading", "Pump"),
        ("paragraph", "To refill it:"),
        ("item", "1. Open lid."),
        ("item", "2. Pour."),
        ("code", "make all"),
        ("paragraph", "It is wet."),
        ("row", "Grade | Days"),
        ("row", "One | 25"),
    ]


def test_an_unknown_directive_or_role_costs_its_mark_and_no_text() -> None:
    text = text_of(
        "Pump\n====\n\n.. versionadded:: 2.0\n   It turns.\n\nSee :doc:`the plan </plan>` and :kbd:`F1`.\n", "a.rst"
    )
    assert text.endswith("It turns.\n\nSee the plan and F1.")


def test_since_when_something_holds_is_said_as_sphinx_says_it() -> None:
    notes = (
        ".. deprecated:: 3.2\n   Use *that*.\n\n.. versionchanged:: 4.0 It turns\n   fast.\n\n.. versionadded:: 2.1\n"
    )
    text = f"Pump\n====\n\nIt is old.\n\n{notes}\n.. versionchanged:: 5\n\n   - left\n"
    assert text_of(text, "a.rst").split("\n\n")[2:] == [
        "Deprecated since version 3.2: Use that.",
        "Changed in version 4.0: It turns fast.",
        "New in version 2.1.",
        "Changed in version 5:",
        "• left",
    ]


def test_the_kind_and_the_default_of_a_setting_are_said() -> None:
    text = "Pump\n====\n\n.. confval:: max_size\n   :type: int\n   :default: ``5``\n   :no-index:\n\n   The size.\n"
    assert text_of(text, "a.rst").split("\n\n")[1:] == ["max_size", "Type: int", "Default: 5", "The size."]


def test_a_file_that_restructured_text_includes_is_not_opened() -> None:
    text = "Pump\n====\n\n.. include:: /etc/passwd\n\n.. csv-table::\n   :file: /etc/passwd\n\nIt is old.\n"
    assert "root:" not in text_of(text, "a.rst")


def test_asciidoc_is_read_in_blocks() -> None:
    steps, code = "To refill:\n\n. Open the lid.\n. Pour.\n", "----\nmake all\n----\n"
    text = f"= Pump\n\n{steps}\n{code}\n|===\n|Grade |Days\n\n|One |25\n|===\n"
    found = blocks_of(text, "a.adoc")
    assert found[1:3] == [("paragraph", "To refill:"), ("item", "1. Open the lid.")]
    assert ("code", "make all") in found
    assert ("row", "One | 25") in found


def test_attributes_of_asciidoc_are_replaced_before_it_is_parsed() -> None:
    head = "= The {pump}\nAna Brandt <https://a.example[@ana]>; Bo_Falk\nv1.0, 2026-05-04\n:pump: pump\n:site: https://a.example\n"
    text = f"{head}:long: is \\\n  old\n\nThe {{pump}} {{long}}, see {{site}}/b[the site], \\{{pump}} and {{gone}}.\n\n"
    article = article_of(f"{text}----\nrun {{pump}}\n----\n\n:pump: mill\n\nThe {{pump}} turns.\n", "a.adoc")
    assert article.text.split("\n\n")[3:] == [
        "The pump is old, see the site, {pump} and {gone}.",
        "run {pump}",
        "The mill turns.",
    ]
    assert (article.author, article.published) == ("Ana Brandt, Bo Falk", datetime.date(2026, 5, 4))


def test_what_asciidoc_leaves_out_by_its_conditions_and_comments_is_no_text() -> None:
    parts = (
        "ifdef::env-github[]\nNo.\nendif::[]\nifndef::env-github[]\nIt is old.\n\nendif::[]\n",
        'ifdef::backend-html5[It turns.]\n\n:size: 2\n\nifeval::["{size}" == "3"]\nNo.\nendif::[]\n',
        "// no\n////\nno\n////\n\n----\n// yes\n----\n",
    )
    assert text_of("= Pump\n\n" + "".join(parts), "a.adoc") == "Pump\n\nIt is old.\n\nIt turns.\n\n// yes"


def test_org_is_read_in_blocks() -> None:
    assert blocks_of("* Pump\nIt is old.\n- oil\n- water\n", "a.org")[-2:] == [("item", "• oil"), ("item", "• water")]


def test_the_title_of_a_text_that_declares_none_is_its_first_heading() -> None:
    assert article_of("* Pump\nIt is old.\n", "a.org").title == "Pump"
    assert article_of("It is old.\n", "the-pump.adoc").title == "The Pump"


def test_without_pandoc_its_kinds_say_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypandoc", None)
    for name in ("a.adoc", "a.org"):
        with pytest.raises(
            UnreadableArticle, match=r"the extra pandoc; install it with: pip install .*pypandoc-binary"
        ):
            article_of("= Pump\n\nIt is old.", name)


def test_a_file_that_asciidoc_includes_is_not_opened() -> None:
    article = article_of("= Pump\n\nIt is old.\n\ninclude::/etc/passwd[]\n\n----\ninclude::run.sh[]\n----\n", "a.adoc")
    assert article.text == "Pump\n\nIt is old."
    assert article.left_out == {"included files": 2}


def test_a_book_is_read_in_the_order_of_its_spine_without_its_contents() -> None:
    meta = "<dc:title>On pumps</dc:title><dc:creator>Ana Brandt</dc:creator><dc:date>2020-05-04</dc:date>"
    article = article_of(epub(["<h1>One</h1><p>It is old.</p>", "<h1>Two</h1><p>It turns.</p>"], meta=meta), "a.epub")
    assert article.text == "One\n\nIt is old.\n\nTwo\n\nIt turns."
    assert (article.title, article.author) == ("On pumps", "Ana Brandt")
    assert article.published == datetime.date(2020, 5, 4)


def test_the_cells_of_a_notebook_are_read_without_what_they_printed() -> None:
    cells = [
        {"cell_type": "markdown", "source": ["# Pump\n", "\n", "It is **old**."]},
        {"cell_type": "code", "source": "turn()", "outputs": [{"text": ["42 turns"]}]},
    ]
    book = json.dumps({"cells": cells, "metadata": {"language_info": {"name": "python"}}, "nbformat": 4})
    article = article_of(book, "a.ipynb")
    assert [(block.kind, block.language) for block in article.blocks[1:]] == [("paragraph", None), ("code", "python")]
    assert article.text == "Pump\n\nIt is old.\n\nturn()"
    assert article.left_out == {"outputs": 1}


def test_headings_and_lines_of_older_notebooks_are_what_jupyter_shows() -> None:
    cells = [
        {"cell_type": "heading", "level": 2, "source": ["Pump"]},
        {"cell_type": "markdown", "source": ["It is old.", "", "It turns."]},
        {"cell_type": "code", "input": ["turn()", "stop()"]},
    ]
    book = json.dumps({"worksheets": [{"cells": cells}], "metadata": {"name": "a"}, "nbformat": 3})
    assert blocks_of(book, "a.ipynb") == [
        *(("heading", "Pump"), ("paragraph", "It is old."), ("paragraph", "It turns."), ("code", "turn()\nstop()")),
    ]


def test_an_empty_line_of_a_quotation_in_plain_text_is_none() -> None:
    wide = "> It is old, and nobody who works at the harbour today knows who bought it."
    assert blocks_of(f"{wide}\n>\n> Oil it.\n", "a.txt")[0][0] == "quotation"


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.rtf", "no rich text", "no rich text"),
        ("a.ipynb", "{}", "no notebook"),
        ("a.eml", "\n\nNothing but words.", "no mail"),
        ("a.odt", "no zip", "OpenDocument"),
        ("a.epub", "no zip", "EPUB"),
        ("a.pptx", "no zip", "PowerPoint"),
        ("a.docx", "no zip", "Word"),
    ],
)
def test_what_is_not_of_its_kind_is_a_named_failure(name: str, content: str, reason: str) -> None:
    with pytest.raises(UnreadableArticle, match=reason):
        article_of(content, name)


def test_items_of_every_kind_lean_on_their_lead_in() -> None:
    assert leaning("Bring:\n\n- a rope\n", "a.txt") == {"• a rope": "Bring:"}
    assert leaning("Bring:\n\n- a rope\n", "a.rst") == {"• a rope": "Bring:"}
    assert leaning("<p>Bring:</p><ul><li>a rope</li></ul>", "a.html") == {"• a rope": "Bring:"}
