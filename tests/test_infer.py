import datetime

import pytest

from ingest.articles.infer import Inferred, date_from_url, headline, infer, title_from_url

URL = "https://news.example/2026/02/14/harbour-bridge"


def test_a_first_line_that_stands_alone_is_the_title_and_not_to_be_quoted() -> None:
    assert infer("A bridge opens\n\nIt is long.") == Inferred("A bridge opens", None, "It is long.")


@pytest.mark.parametrize(
    "text",
    [
        "It opened on Saturday.\n\nIt is long.",
        "It opened on Saturday,\n\nthen it rained.",
        "It opened\nand it is long.",
        "Only one line",
        "x" * 201 + "\n\nIt is long.",
    ],
    ids=["a sentence", "a clause", "no blank line after it", "nothing after it", "too long"],
)
def test_an_ordinary_first_line_is_no_title(text: str) -> None:
    assert infer(text) == Inferred(None, None, text)


@pytest.mark.parametrize("heading", ["# A bridge opens", "## A bridge opens ##", "#  A bridge opens"])
def test_a_markdown_heading_is_a_title_without_its_signs(heading: str) -> None:
    assert infer(f"{heading}\nIt is long.") == Inferred("A bridge opens", None, "It is long.")


@pytest.mark.parametrize(
    "text", [f"It is long.\n{URL}", f"{URL}\nIt is long.", f"It is long.\n\n  <{URL}>  \n"], ids=["last", "first", "<>"]
)
def test_a_line_that_is_only_a_url_is_the_url_and_not_to_be_quoted(text: str) -> None:
    assert infer(text) == Inferred(None, URL, "It is long.")


def test_a_url_inside_a_sentence_or_deep_in_the_text_is_left_alone() -> None:
    inside = f"See {URL} for more."
    deep = "\n".join(["a one.", "b two.", "c three.", URL, "d four.", "e five.", "f six."])
    assert infer(inside) == Inferred(None, None, inside)
    assert infer(deep) == Inferred(None, None, deep)


def test_a_declared_title_takes_out_only_the_line_that_repeats_it() -> None:
    assert infer("# a Bridge Opens\n\nIt is long.", title="A bridge opens").text == "It is long."
    assert infer("Another line\n\nIt is long.", title="A bridge opens").text == "Another line\n\nIt is long."


def test_a_declared_url_takes_out_only_the_line_that_repeats_it() -> None:
    assert infer(f"It is long.\n{URL}", url=URL) == Inferred(None, URL, "It is long.")
    other = f"It is long.\n{URL}/other"
    assert infer(other, url=URL) == Inferred(None, URL, other)


@pytest.mark.parametrize(
    ("url", "title"),
    [
        (
            "https://a.example/2025/11/05/chinas-rising-influence-in-the-western-balkans/",
            "Chinas Rising Influence in the Western Balkans",
        ),
        ("https://a.example/news/the_NATO_summit.html", "The NATO Summit"),
        ("https://a.example/caf%C3%A9-opens/12345", "Café Opens"),
        ("https://a.example/12345", None),
        ("https://a.example/news", None),
        ("https://a.example", None),
    ],
)
def test_the_last_telling_segment_of_a_url_makes_a_title(url: str, title: str | None) -> None:
    assert title_from_url(url) == title


@pytest.mark.parametrize(
    ("slug", "title"), [("a_tale-of  two", "A Tale of Two"), ("the-HQ-22", "The HQ 22"), ("mcDonald", "mcDonald")]
)
def test_a_slug_becomes_a_headline_that_keeps_its_capitals(slug: str, title: str) -> None:
    assert headline(slug) == title


@pytest.mark.parametrize(
    ("url", "date"),
    [
        ("https://a.example/2025/11/05/x", datetime.date(2025, 11, 5)),
        ("https://a.example/2025/1/5/x", datetime.date(2025, 1, 5)),
        ("https://a.example/x-2025-11-05", datetime.date(2025, 11, 5)),
        ("https://a.example/20251105-x", datetime.date(2025, 11, 5)),
        ("https://a.example/2025/11/x", None),
        ("https://a.example/2025/13/45/x", None),
        ("https://a.example/2025-11/05", None),
        ("https://a.example/9920251105", None),
        ("https://a.example/x?d=2025-11-05", None),
        ("https://a.example/1234567", None),
    ],
)
def test_only_a_full_and_real_date_in_the_path_counts(url: str, date: datetime.date | None) -> None:
    assert date_from_url(url) == date
