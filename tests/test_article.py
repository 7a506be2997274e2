import datetime
from pathlib import Path

import pytest

from ingest.articles.article import Article, content_hash, read_article
from ingest.errors import UnreadableArticle
from tests.conftest import BRIDGE, EELS, OBSERVATORY, REPOSITORY, TRAIN

URL = "https://a.example/x-y"


def write(folder: Path, name: str, content: str, sidecar: str | None = None) -> Path:
    (folder / name).write_text(content, encoding="utf-8")
    if sidecar is not None:
        (folder / f"{name}.meta.yaml").write_text(sidecar, encoding="utf-8")
    return folder / name


def test_front_matter_declares_title_url_date_and_author(corpus: Path) -> None:
    article = read_article(corpus / BRIDGE, BRIDGE)
    assert (article.title, article.author) == ("Port Ellery opens its second harbour bridge", "Ana Brandt")
    assert (article.url, article.published) == (
        "https://news.example/2026/02/14/harbour-bridge",
        datetime.date(2026, 2, 14),
    )
    assert article.inferred == ()
    assert article.text.startswith("Port Ellery opened")


def test_headline_url_and_date_are_read_off_a_plain_text_and_said_to_be_inferred(corpus: Path) -> None:
    article = read_article(corpus / EELS, EELS)
    assert article.title == "Volunteers count a record number of glass eels in the River Tann"
    assert (article.url, article.published) == (
        "https://tann-trust.example/news/2025-06-03/glass-eels",
        datetime.date(2025, 6, 3),
    )
    assert article.inferred == ("title", "url", "published")
    assert article.text.startswith("More than 61,000")
    assert article.text.endswith("to mature.")


def test_a_sidecar_declares_what_a_text_file_does_not_hold(corpus: Path) -> None:
    article = read_article(corpus / TRAIN, TRAIN)
    assert (article.title, article.published) == ("The night train comes back", datetime.date(2025, 10, 20))
    assert article.inferred == ()


def test_a_heading_is_the_title_and_no_date_is_invented(corpus: Path) -> None:
    article = read_article(corpus / OBSERVATORY, OBSERVATORY)
    assert (article.title, article.url, article.published) == ("Kestrel Peak observatory sees first light", None, None)
    assert article.inferred == ("title",)


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
    assert "Receives a Secret Delivery" not in first.text


def test_a_sidecar_wins_over_front_matter_field_by_field(tmp_path: Path) -> None:
    path = write(tmp_path, "a.md", "---\ntitle: Old\nauthor: Bo\n---\nText.", "title: New\n")
    article = read_article(path, "a.md")
    assert (article.title, article.author) == ("New", "Bo")


def test_other_spellings_and_lists_are_understood(tmp_path: Path) -> None:
    head = f"---\nHeadline: '  A   title '\nLINK: {URL}\nDate: 2025-11-05T10:00:00\nAuthors: [Ana, Bo]\n---\nText."
    article = read_article(write(tmp_path, "a.md", head), "a.md")
    assert article == Article("a.md", "A title", URL, datetime.date(2025, 11, 5), "Ana, Bo", "Text.")


@pytest.mark.parametrize("value", ["2025-11-05", "'2025-11-05'", "2025-11-05 08:30:00", "'2025-11-05T08:30:00Z'"])
def test_a_date_may_come_as_yaml_date_text_or_time(tmp_path: Path, value: str) -> None:
    path = write(tmp_path, "a.md", f"---\npublished: {value}\n---\nText.")
    assert read_article(path, "a.md").published == datetime.date(2025, 11, 5)


def test_the_file_name_is_the_last_resort_for_a_title(tmp_path: Path) -> None:
    path = write(tmp_path, "état des lieux_2.txt", "Only text. And more.")
    article = read_article(path, "état des lieux_2.txt")
    assert (article.title, article.inferred) == ("État Des Lieux 2", ("title",))


def test_front_matter_is_not_looked_for_in_plain_text(tmp_path: Path) -> None:
    text = "---\ntitle: No\n---\nText."
    assert read_article(write(tmp_path, "a.txt", text), "a.txt").text == text


@pytest.mark.parametrize(
    ("name", "content", "sidecar", "reason"),
    [
        ("a.md", "---\ntitle: [\n---\nText.", None, "front matter is not valid YAML"),
        ("a.md", "---\ndate: 2025-13-45\n---\nText.", None, "front matter is not valid YAML"),
        ("a.md", "---\npublished: last week\n---\nText.", None, "'last week' is not a date; write it as 2025-11-05"),
        ("a.md", "---\ntitle: Only this\n---\n", None, "has no text to quote"),
        ("a.txt", "", None, "has no text to quote; add some or remove the file"),
        ("a.txt", " \n\n—\n", None, "has no text to quote"),
        ("a.txt", URL, None, "has no text to quote"),
        ("a.txt", "Text.", "title: [", "a.txt.meta.yaml is not valid YAML"),
        ("a.txt", "Text.", "just words", "a.txt.meta.yaml must hold lines"),
        ("a.md", "---\nx: " + "[" * 5000 + "\n---\nText.", None, "front matter is not valid YAML"),
    ],
)
def test_a_file_that_cannot_become_an_article_says_why(
    tmp_path: Path, name: str, content: str, sidecar: str | None, reason: str
) -> None:
    path = write(tmp_path, name, content, sidecar)
    with pytest.raises(UnreadableArticle, match=reason):
        read_article(path, name)


def test_a_file_that_vanished_is_unreadable_and_no_crash(tmp_path: Path) -> None:
    with pytest.raises(UnreadableArticle, match="cannot be read: No such file"):
        read_article(tmp_path / "gone.txt", "gone.txt")


def test_an_empty_sidecar_declares_nothing(tmp_path: Path) -> None:
    assert read_article(write(tmp_path, "a.txt", "Text.", ""), "a.txt").title == "A"


def test_the_hash_changes_with_the_file_and_with_its_sidecar(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "Text.")
    hashes = [content_hash(path)]
    write(tmp_path, "a.txt", "Text.", "title: T")
    hashes.append(content_hash(path))
    write(tmp_path, "a.txt", "Text!", "title: T")
    hashes.append(content_hash(path))
    assert len(set(hashes)) == 3
    assert content_hash(path) == hashes[2]


def test_words_between_two_rules_are_text_and_not_lost_as_front_matter(tmp_path: Path) -> None:
    text = "---\nJust a remark\n---\nText."
    assert read_article(write(tmp_path, "a.md", text), "a.md").text == text


def test_a_field_under_a_mistyped_name_is_an_error_that_names_the_right_one(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The bridge is long.")
    (tmp_path / "a.txt.meta.yaml").write_text("publised: 2026-02-14\n")
    with pytest.raises(UnreadableArticle, match="'publised' is no field; write 'published'"):
        read_article(tmp_path / "a.txt", "a.txt")
