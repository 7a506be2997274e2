"""What fields declare, whatever tool wrote them; what cannot be understood costs that field alone."""

import datetime

import pytest

from ingest.articles.declared import Declared, date_of, declared_of, text_of

DAY = datetime.date(2026, 3, 4)


@pytest.mark.parametrize(
    "key",
    [
        *("date", "Date", "published", "publishDate", "publish_date", "published-at", "pubDate", "pubDatetime"),
        *("created", "created_at", "Created time", "lastmod", "updated", "last_modified_at", "datePublished"),
    ],
)
def test_a_date_is_found_under_the_name_that_a_tool_gives_it(key: str) -> None:
    assert declared_of({key: "2026-03-04"}).published == DAY


def test_the_date_of_publication_wins_over_that_of_the_last_change() -> None:
    assert declared_of({"lastmod": "2027-01-01", "date": "2026-03-04"}).published == DAY


@pytest.mark.parametrize("key", ["review_date", "expires", "event_date", "last_reviewed_on"])
def test_a_date_of_something_else_is_none_of_publication(key: str) -> None:
    assert declared_of({key: "2026-03-04"}).published is None


@pytest.mark.parametrize(
    "value",
    [
        DAY,
        datetime.datetime(2026, 3, 4, 8, 30),
        *("2026-03-04", "2026/03/04", "2026-3-4", "20260304", 20260304, "2026-03-04T08:30:00Z", "[[2026-03-04]]"),
        *("March 4, 2026", "4 March 2026", "4. März 2026", "Wed, 04 Mar 2026 10:00:00 +0000", "4 mars 2026"),
        "04.03.2026",
        {"created": "2026-03-04", "updated": "2026-05-01"},
        {"date": "2026-03-04", "author": "Ana"},
    ],
)
def test_a_day_is_understood_in_any_usual_form(value: object) -> None:
    assert date_of(value) == DAY


@pytest.mark.parametrize(
    "value",
    [
        *("03/04/2026", "2026", "2026-03", "2026-13-40", "31.02.2026", "9999-01-01", "TBD", "soon", "yesterday"),
        *("last-modified", "{{ date }}", 1700000000, True, None, ["2026-03-04"]),
    ],
)
def test_what_names_no_day_or_two_is_no_date(value: object) -> None:
    assert date_of(value) is None


def test_figures_that_make_only_one_day_are_a_date() -> None:
    assert date_of("13/01/2026") == date_of("01/13/2026") == datetime.date(2026, 1, 13)
    assert date_of("3/3/2026") == datetime.date(2026, 3, 3)


def test_a_date_that_is_none_costs_the_date_and_a_warning() -> None:
    found = declared_of({"title": "Pump", "date": "TBD"})
    assert (found.title, found.published) == ("Pump", None)
    assert found.warnings == ("date 'TBD' is no date; write it as 2025-11-05; it was passed over",)


def test_a_flag_under_a_name_for_dates_is_neither_a_date_nor_a_fault() -> None:
    assert declared_of({"published": False, "title": "Pump"}) == Declared(title="Pump")


def test_behind_a_flag_the_next_name_counts() -> None:
    assert declared_of({"published": True, "date": "2026-03-04"}).published == DAY


@pytest.mark.parametrize("key", ["url", "canonical_url", "canonicalURL", "link", "original_url", "source", "permalink"])
def test_an_address_is_found_under_the_name_that_a_tool_gives_it(key: str) -> None:
    assert declared_of({key: "https://a.example/x"}).url == "https://a.example/x"


@pytest.mark.parametrize("value", ["/docs/x", "a.example/x", "internal wiki", ["https://a.example"], "see https://a.b"])
def test_what_is_no_address_of_the_web_is_none_and_no_fault(value: object) -> None:
    assert declared_of({"url": value}) == Declared()


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("Ana Brandt", "Ana Brandt"),
        (["Ana", "Bo"], "Ana, Bo"),
        ({"name": "Ana", "email": "a@b.example"}, "Ana"),
        ([{"name": "Ana", "title": "Editor"}, {"name": "Bo"}], "Ana, Bo"),
        ({"ana": {"name": "Ana"}, "bo": {"name": "Bo"}}, "Ana, Bo"),
        ([], None),
        ({}, None),
    ],
)
def test_authors_may_be_names_lists_or_objects(value: object, name: str | None) -> None:
    assert text_of(value) == name


def test_a_near_miss_is_a_hint() -> None:
    assert declared_of({"publised": "2026-03-04"}).warnings == ("'publised' is no field; did you mean 'published'?",)


@pytest.mark.parametrize("key", ["titel", "tags", "links", "up", "layout", "sidebar_label"])
def test_fields_of_other_tools_are_left_alone(key: str) -> None:
    assert declared_of({key: "x", "title": "Pump"}) == Declared(title="Pump")


def test_what_one_declares_wins_over_the_other_field_by_field() -> None:
    own = Declared(title="New", warnings=("a",))
    assert own.over(Declared(title="Old", author="Bo", warnings=("b",))) == Declared(
        title="New", author="Bo", warnings=("a", "b")
    )
