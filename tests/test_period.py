import datetime

import pytest

from bot.compare.dates import Period
from bot.question.period import period_of
from tests.asking_fixtures import ASKED  # Monday, 9 March 2026

JUNE = Period(datetime.date(2025, 6, 1), datetime.date(2025, 6, 30))


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What happened today?", "2026-03-09", "2026-03-09"),
        ("What happened yesterday?", "2026-03-08", "2026-03-08"),
        ("What opens tomorrow?", "2026-03-10", "2026-03-10"),
        ("What happened last night?", "2026-03-08", "2026-03-08"),
        ("What opened on Friday?", "2026-03-06", "2026-03-06"),
        ("What opened last week?", "2026-03-02", "2026-03-08"),
        ("What opens next week?", "2026-03-16", "2026-03-22"),
        ("What opened this week?", "2026-03-03", "2026-03-15"),
        ("What opened last month?", "2026-02-01", "2026-02-28"),
        ("What opens next month?", "2026-04-01", "2026-04-30"),
        ("What opened last year?", "2025-01-01", "2025-12-31"),
        ("What opened this year?", "2026-01-01", "2026-12-31"),
        ("What opened on 2025-06-03?", "2025-06-03", "2025-06-03"),
        ("What opened on the 3rd of June 2025?", "2025-06-03", "2025-06-03"),
        ("What opened on June 3, 2025?", "2025-06-03", "2025-06-03"),
        ("What opened in june 2025?", "2025-06-01", "2025-06-30"),
        ("What opened in February 2024?", "2024-02-01", "2024-02-29"),
        ("What opened in 2024?", "2024-01-01", "2024-12-31"),
        ("What opened between 2019 and 2023?", "2019-01-01", "2023-12-31"),
        ("What happened on Tuesday, 11 June 2024?", "2024-06-11", "2024-06-11"),
        ("What opened in the last week of March 2024?", "2024-03-01", "2024-03-31"),
        ("What is the latest?", "2026-03-02", "2026-03-09"),
        ("What opened recently?", "2026-03-02", "2026-03-09"),
    ],
)
def test_a_question_names_its_period(question: str, first: str, last: str) -> None:
    expected = Period(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))
    assert period_of(question, today=ASKED) == expected


def test_a_month_before_january_lies_in_the_year_before() -> None:
    found = period_of("What opened last month?", today=datetime.date(2026, 1, 15))
    assert found == Period(datetime.date(2025, 12, 1), datetime.date(2025, 12, 31))


@pytest.mark.parametrize(
    "question",
    [
        "How long is the bridge?",
        "Who may enter?",
        "What opened in 1850?",
        "What opened in May 1850?",
        "What opened on 3 June 1850?",
        "What opened on June 3, 1850?",
        "What opened on June 31?",
        "What may 12 jurors decide?",
        "Who organised this march?",
        "Did the soldiers march 20 miles?",
        "Which $2000 phone was stolen?",
        "Who ran 2000 km?",
        "Did in March 2,500 refugees arrive?",
        "What opened on 2025-02-31?",
        "The Y-2020s",
        "",
    ],
)
def test_a_doubtful_time_is_no_time(question: str) -> None:
    assert period_of(question, today=ASKED) is None


@pytest.mark.parametrize("asked", [datetime.date.min, datetime.date.max])
@pytest.mark.parametrize(
    "when", ["last year", "next year", "next week", "last week", "latest", "yesterday", "tomorrow"]
)
def test_no_day_on_which_a_question_is_asked_is_too_early_or_too_late(asked: datetime.date, when: str) -> None:
    found = period_of(f"What opened {when}?", today=asked)
    assert found is None or found.first <= found.last


def test_nearness_is_whole_within_the_period_and_fades_outside() -> None:
    inside = [JUNE.nearness(datetime.date(2025, 6, day)) for day in (1, 15, 30)]
    after = [JUNE.nearness(datetime.date(2025, 6, 30) + datetime.timedelta(days)) for days in (14, 365)]
    assert inside == [1, 1, 1]
    assert after == pytest.approx([0.36788, 0.0], abs=1e-5)


def test_nearness_fades_to_both_sides_alike() -> None:
    assert JUNE.nearness(datetime.date(2025, 5, 25)) == JUNE.nearness(datetime.date(2025, 7, 7))


def test_an_article_without_a_date_is_near_no_time() -> None:
    assert JUNE.nearness(None) == 0


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What opened on June 3?", "2025-06-03", "2025-06-03"),
        ("What opened on 3 March?", "2026-03-03", "2026-03-03"),
        ("What has been closed since February?", "2026-02-01", "2026-02-28"),
        ("What closed in May?", "2025-05-01", "2025-05-31"),
        ("What opened on February 29?", "2024-02-29", "2024-02-29"),
    ],
)
def test_a_day_or_month_without_a_year_is_the_last_one(question: str, first: str, last: str) -> None:
    expected = Period(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))
    assert period_of(question, today=ASKED) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Who is the mayor of Marlow?",
        "Who’s the mayor?",
        "Which bridges will be rebuilt?",
        "What has the council decided?",
        "What is the council planning?",
        "What is expected to open?",
        "How long is the new bridge?",
    ],
)
def test_a_question_of_how_things_stand_speaks_of_the_last_days(question: str) -> None:
    assert period_of(question, today=ASKED) == Period(datetime.date(2026, 3, 2), ASKED)


@pytest.mark.parametrize(
    "question", ["Where is New York?", "What did Will Marsh build?", "Who has two bridges?", "Who was the mayor?"]
)
def test_names_and_the_past_do_not_speak_of_the_present(question: str) -> None:
    assert period_of(question, today=ASKED) is None


def test_the_latest_is_as_late_as_the_articles_go() -> None:
    newest = datetime.date(2025, 12, 24)
    expected = Period(datetime.date(2025, 12, 17), newest)
    assert period_of("What is the latest news?", today=ASKED, newest=newest) == expected


def test_articles_of_the_days_after_do_not_move_what_is_latest() -> None:
    found = period_of("What is the latest news?", today=ASKED, newest=datetime.date(2026, 12, 24))
    assert found == Period(datetime.date(2026, 3, 2), ASKED)
