import datetime
from pathlib import Path

import pytest

from ingest.articles.article import Article
from ingest.articles.make import MAX_CHARS, content_hash, make_article, read_article
from ingest.errors import NoText, UnreadableArticle
from tests.conftest import BRIDGE, EELS, OBSERVATORY, REPOSITORY, TRAIN

URL = "https://a.example/x-y"


def write(folder: Path, name: str, content: str, sidecar: str | None = None) -> Path:
    (folder / name).write_text(content, encoding="utf-8")
    if sidecar is not None:
        (folder / f"{name}.meta.yaml").write_text(sidecar, encoding="utf-8")
    return folder / name


def made(content: str, name: str = "a.md") -> Article:
    return make_article(content.encode(), None, article_id=name)


def test_front_matter_declares_title_url_date_and_author(corpus: Path) -> None:
    article = read_article(corpus / BRIDGE, BRIDGE)
    assert (article.title, article.author) == ("Port Ellery opens its second harbour bridge", "Ana Brandt")
    assert (article.url, article.published) == (
        "https://news.example/2026/02/14/harbour-bridge",
        datetime.date(2026, 2, 14),
    )
    assert article.inferred == ()
    assert article.text.startswith("Port Ellery opened")


def test_a_plain_text_declares_its_address_and_headline_and_date_are_inferred(corpus: Path) -> None:
    article = read_article(corpus / EELS, EELS)
    assert article.title == "Volunteers count a record number of glass eels in the River Tann"
    assert (article.url, article.published) == (
        "https://tann-trust.example/news/2025-06-03/glass-eels",
        datetime.date(2025, 6, 3),
    )
    assert article.inferred == ("title", "published")
    assert article.text.endswith("to mature.")


def test_a_sidecar_declares_what_a_text_file_does_not_hold(corpus: Path) -> None:
    article = read_article(corpus / TRAIN, TRAIN)
    assert (article.title, article.published) == ("The night train comes back", datetime.date(2025, 10, 20))
    assert article.inferred == ()


def test_a_heading_is_the_title_and_no_date_is_invented(corpus: Path) -> None:
    article = read_article(corpus / OBSERVATORY, OBSERVATORY)
    assert (article.title, article.url, article.published) == ("Kestrel Peak observatory sees first light", None, None)
    assert article.inferred == ("title",)


def test_a_text_of_nothing_but_headings_says_those_below_the_first() -> None:
    article = made("# Agenda of 4 May\n\n## Repair of the pump\n\n## New keys\n")
    kinds = [(block.kind, article.text[block.start : block.end]) for block in article.blocks]
    assert kinds == [("heading", "Agenda of 4 May"), ("paragraph", "Repair of the pump"), ("paragraph", "New keys")]
    with pytest.raises(NoText):
        made("# Agenda of 4 May\n")


def test_the_heading_of_the_title_stays_in_the_text_as_a_line_above_everything() -> None:
    article = made("# The pump\n\nIt is old.\n\n## Costs\n\nTwo euros.")
    assert article.text == "The pump\n\nIt is old.\n\nCosts\n\nTwo euros."
    assert [(block.kind, block.level, block.path) for block in article.blocks] == [
        ("heading", 0, ()),
        ("paragraph", 0, ()),
        ("heading", 2, ()),
        ("paragraph", 0, ("Costs",)),
    ]


def test_the_shipped_articles_come_out_with_their_titles_and_only_the_date_that_is_given() -> None:
    names = ("serbia-secret-missile-delivery.txt", "chinas-rising-influence-western-balkans.txt")
    first, second = (read_article(REPOSITORY / "corpus" / name, name) for name in names)
    assert first.title.startswith("Serbia, a Russian Ally, Receives a Secret Delivery")
    assert (first.url, first.published) == (None, None)
    assert second.url == "https://smallwarsjournal.com/2025/11/05/chinas-rising-influence-in-the-western-balkans/"
    assert (second.title, second.published) == (
        "Chinas Rising Influence in the Western Balkans",
        datetime.date(2025, 11, 5),
    )
    assert "smallwarsjournal" not in second.text


def test_an_address_or_a_date_in_the_text_is_not_that_of_the_article() -> None:
    text = "The form is at\nhttps://forms.example/2024/01/02/leave\nand was made on 3 May 2023.\n\nSend it in."
    for name in ("a.md", "a.txt", "a.rst"):
        article = made(text, name)
        assert (article.url, article.published) == (None, None)
        assert "https://forms.example/2024/01/02/leave" in article.text


def test_a_sidecar_wins_over_front_matter_field_by_field(tmp_path: Path) -> None:
    path = write(tmp_path, "a.md", "---\ntitle: Old\nauthor: Bo\n---\nText.", "title: New\n")
    article = read_article(path, "a.md")
    assert (article.title, article.author) == ("New", "Bo")


def test_other_spellings_and_lists_are_understood() -> None:
    article = made(
        f"---\nHeadline: '  A   title '\nLINK: {URL}\nDate: 2025-11-05T10:00:00\nAuthors: [Ana, Bo]\n---\nText."
    )
    assert (article.title, article.url, article.author) == ("A title", URL, "Ana, Bo")
    assert article.published == datetime.date(2025, 11, 5)


def test_the_title_comes_without_the_marks_of_markdown() -> None:
    assert made("---\ntitle: '*Important* `notice`'\n---\nText.").title == "Important notice"
    assert made("---\ntitle: The my_file_name <T> 2 * 3\n---\nText.").title == "The my_file_name <T> 2 * 3"


def test_a_title_that_a_generator_would_fill_in_is_none() -> None:
    assert made("---\ntitle: '{{ page.title }}'\n---\nText.", "the-pump.md").title == "The Pump"


def test_the_file_name_is_the_last_resort_for_a_title() -> None:
    article = made("Only text. And more.", "état des lieux_2.txt")
    assert (article.title, article.inferred) == ("État Des Lieux 2", ("title",))


def test_a_date_in_the_name_is_inferred_and_one_that_is_declared_wins() -> None:
    name = "2023-11-02-office-closes.md"
    article = made("Text.", name)
    assert (article.published, article.inferred) == (datetime.date(2023, 11, 2), ("title", "published"))
    assert made("---\ndate: 2024-01-01\n---\nText.", name).published == datetime.date(2024, 1, 1)


def test_front_matter_is_not_looked_for_in_plain_text() -> None:
    assert "title: No" in made("---\ntitle: No\n---\nText.", "a.txt").text


@pytest.mark.parametrize(
    ("content", "warning"),
    [
        ("---\ntitle: Pump\ndate: last week\n---\nText.", "date 'last week' is no date; write it as 2025-11-05"),
        ("---\ntitle: Pump\npublised: 2026-01-02\n---\nText.", "'publised' is no field; did you mean 'published'?"),
    ],
)
def test_a_field_that_cannot_be_understood_is_a_warning_and_the_text_stays(content: str, warning: str) -> None:
    article = made(content)
    assert (article.title, article.text) == ("Pump", "Text.")
    assert article.warnings[0].startswith(warning)


@pytest.mark.parametrize("content", ["", " \n\n\t\n", " \n\n—\n", "---\ntitle: Only this\n---\n"])
def test_a_file_without_text_is_empty_and_no_failure_of_its_own(content: str) -> None:
    with pytest.raises(NoText):
        made(content)


def test_a_text_longer_than_any_is_refused_with_a_remedy() -> None:
    with pytest.raises(UnreadableArticle, match=r"more than 2,000,000 characters.*split it"):
        made("word " * (MAX_CHARS // 4))


def test_what_a_library_raises_is_a_named_failure() -> None:
    with pytest.raises(UnreadableArticle, match="save it again"):
        make_article(b"PK\x03\x04 and no more", None, article_id="a.xlsx")


def test_a_file_that_vanished_is_unreadable_and_no_crash(tmp_path: Path) -> None:
    with pytest.raises(UnreadableArticle, match="cannot be read: No such file"):
        read_article(tmp_path / "gone.txt", "gone.txt")


def test_an_empty_sidecar_declares_nothing_and_a_broken_one_is_a_warning(tmp_path: Path) -> None:
    assert read_article(write(tmp_path, "a.txt", "Text.", ""), "a.txt").title == "A"
    article = read_article(write(tmp_path, "a.txt", "Text.", "just words"), "a.txt")
    assert article.warnings[0].startswith("a.txt.meta.yaml holds no lines")


def test_the_hash_changes_with_the_file_and_with_its_sidecar(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "Text.")
    hashes = [content_hash(path)]
    write(tmp_path, "a.txt", "Text.", "title: T")
    hashes.append(content_hash(path))
    write(tmp_path, "a.txt", "Text!", "title: T")
    hashes.append(content_hash(path))
    assert len(set(hashes)) == 3
    assert content_hash(path) == hashes[2]


def test_words_between_two_rules_are_text_and_not_lost_as_front_matter() -> None:
    assert made("---\nJust a remark\n---\nText.").text == "Just a remark\n\nText."


def test_articles_can_be_told_apart_in_a_set_whatever_was_left_out_of_them() -> None:
    assert len({made("One."), made("One."), made("Two.")}) == 2
