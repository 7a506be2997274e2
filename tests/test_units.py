"""What can be quoted whole: a sentence, an item with its label, a row, a block of code."""

import pytest

from ingest.articles.make import make_article
from ingest.units import units_as_json, units_from_json, units_of


def quoted(text: str, name: str = "a.md") -> list[str]:
    article = make_article(text.encode(), None, article_id=name)
    return [article.text[unit.start : unit.end] for unit in units_of(article)]


def test_a_paragraph_is_quoted_by_the_sentence() -> None:
    assert quoted("It is old. It is red.") == ["It is old.", "It is red."]


def test_a_heading_is_no_unit() -> None:
    assert quoted("# The pump\n\nIt is old.") == ["It is old."]


def test_an_item_is_quoted_whole_with_a_label_that_says_something() -> None:
    assert quoted("1. Close it. Then wait.\n2. Open it.") == ["1. Close it. Then wait.", "2. Open it."]
    assert quoted("- Close it. Then wait.\n- [x] Open it.") == ["Close it. Then wait.", "Open it."]


def test_a_long_item_is_quoted_by_the_sentence_its_label_with_the_first() -> None:
    long = "word " * 40 + "end. "
    found = quoted(f"1. {long}{long}")
    assert [text.split()[0] for text in found] == ["1.", "word"]


def test_a_row_is_quoted_whole() -> None:
    assert quoted("| Name | Age |\n|---|---|\n| Dr. Ann. B. | 5 |") == ["Name | Age", "Dr. Ann. B. | 5"]


def test_code_is_quoted_whole_and_long_code_by_what_empty_lines_divide() -> None:
    assert quoted("```\na = 1\n\nb = 2\n```") == ["a = 1\n\nb = 2"]
    part = "\n".join(f"line_{i} = {i}" for i in range(60))
    assert quoted(f"```\n{part}\n\n{part}\n```") == [part, part]


@pytest.mark.parametrize("code", ["x = 1\n" * 5000, "x" * 9000, "x " * 9000, "\n".join("y" * 2000 for _ in range(5))])
def test_no_unit_of_code_is_longer_than_anybody_quotes_and_nothing_is_missed(code: str) -> None:
    found = quoted(f"```\n{code}\n```")
    assert max(map(len, found)) <= 3_100
    assert "".join("".join(found).split()) == "".join(code.split())


def test_a_block_that_holds_no_letter_is_not_quoted() -> None:
    assert quoted("---\n\n💡\n\nMind the gap.\n\n```\n...\n```") == ["Mind the gap."]


def test_units_survive_being_stored() -> None:
    article = make_article(b"1. One.\n2. Two.\n\nThree. Four.", None, article_id="a.md")
    assert units_from_json(units_as_json(units_of(article))) == units_of(article)
