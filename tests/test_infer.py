import datetime

import pytest

from ingest.articles.blocks import Block
from ingest.articles.declared import (
    date_from_name,
    date_from_url,
    headline,
    title_from_name,
    title_from_url,
    top_heading,
)

TEXT = "The pump\n\nIntro.\n\nThe valve"
FIRST, PROSE, SECOND = Block("heading", 0, 8, level=1), Block("paragraph", 10, 16), Block("heading", 18, 27, level=1)


def test_the_only_top_heading_is_the_title_wherever_it_stands() -> None:
    assert top_heading(TEXT, (PROSE, SECOND)) == "The valve"


def test_of_several_top_headings_the_first_is_the_title_if_nothing_comes_before() -> None:
    assert top_heading(TEXT, (FIRST, PROSE, SECOND)) == "The pump"
    assert top_heading(TEXT, (PROSE, FIRST, SECOND)) is None


def test_a_heading_below_the_top_or_one_that_is_a_text_is_no_title() -> None:
    assert top_heading(TEXT, (Block("heading", 0, 8, level=2), PROSE)) is None
    assert top_heading("word " * 50, (Block("heading", 0, 249, level=1),)) is None


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("état des lieux_2.txt", "État Des Lieux 2"),
        ("guide/index.md", "Guide"),
        ("team-kitchen/README.md", "Team Kitchen"),
        ("posts/2024-05-06-the-new-oven/_index.md", "The New Oven"),
        ("index.md", "Index"),
        ("2024-05-06-office-moves.md", "Office Moves"),
        ("2024_05_06 minutes.md", "Minutes"),
        ("20240506 minutes.md", "Minutes"),
        ("2024-05-06.md", "2024-05-06"),
        ("2024-13-06-parts.md", "2024 13 06 Parts"),
        ("1999-2000-01-02.md", "1999 2000 01 02"),
        ("01-introduction.md", "Introduction"),
        ("3. Getting started.md", "3. Getting Started"),
        ("404-errors.md", "404 Errors"),
        ("Onboarding 0123456789abcdef0123456789abcdef.md", "Onboarding"),
    ],
)
def test_a_name_makes_a_title(name: str, title: str) -> None:
    assert title_from_name(name) == title


@pytest.mark.parametrize(
    ("name", "date"),
    [
        ("2023-11-02-office-closes.md", "2023-11-02"),
        ("notes/2023-11-02.md", "2023-11-02"),
        ("2023.11.02 minutes.txt", "2023-11-02"),
        ("20231102_minutes.txt", "2023-11-02"),
        ("2023-11-02-trip/index.md", "2023-11-02"),
        ("2023/11/02/trip.md", "2023-11-02"),
        ("2023-13-45-parts.md", None),
        ("20251-build.txt", None),
        ("10-12-14 rule.md", None),
        ("report-2023-11-02.md", None),
        ("2023-11-02-trip/day one.md", None),
        ("1999-2000-01-02.md", None),
        ("202311021 parts.txt", None),
        ("2023-1102 parts.txt", None),
    ],
)
def test_only_a_real_day_that_begins_a_name_or_names_folders_is_a_date(name: str, date: str | None) -> None:
    assert date_from_name(name) == (datetime.date.fromisoformat(date) if date else None)


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
