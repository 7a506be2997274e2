import datetime

import pytest

from bot.question.period import Period, period_of
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
        ("What is the latest?", "2026-03-02", "2026-03-09"),
        ("What opened recently?", "2026-03-02", "2026-03-09"),
    ],
)
def test_a_question_names_its_period(question: str, first: str, last: str) -> None:
    expected = Period(datetime.date.fromisoformat(first), datetime.date.fromisoformat(last))
    assert period_of(question, asked=ASKED) == expected


def test_a_month_before_january_lies_in_the_year_before() -> None:
    found = period_of("What opened last month?", asked=datetime.date(2026, 1, 15))
    assert found == Period(datetime.date(2025, 12, 1), datetime.date(2025, 12, 31))


@pytest.mark.parametrize(
    "question",
    [
        "How long is the bridge?",
        "Who may enter?",
        "What opened in 1850?",
        "What opened on 2025-02-31?",
        "The Y-2020s",
        "",
    ],
)
def test_a_doubtful_time_is_no_time(question: str) -> None:
    assert period_of(question, asked=ASKED) is None


@pytest.mark.parametrize("asked", [datetime.date.min, datetime.date.max])
@pytest.mark.parametrize(
    "when", ["last year", "next year", "next week", "last week", "latest", "yesterday", "tomorrow"]
)
def test_no_day_on_which_a_question_is_asked_is_too_early_or_too_late(asked: datetime.date, when: str) -> None:
    found = period_of(f"What opened {when}?", asked=asked)
    assert found is None or found.first <= found.last


def test_the_bonus_is_whole_within_the_period_and_fades_outside() -> None:
    inside = [JUNE.bonus(datetime.date(2025, 6, day)) for day in (1, 15, 30)]
    after = [JUNE.bonus(datetime.date(2025, 6, 30) + datetime.timedelta(days)) for days in (14, 365)]
    assert inside == [0.3, 0.3, 0.3]
    assert after == pytest.approx([0.3 * 0.36788, 0.0], abs=1e-5)


def test_the_bonus_fades_to_both_sides_alike() -> None:
    assert JUNE.bonus(datetime.date(2025, 5, 25)) == JUNE.bonus(datetime.date(2025, 7, 7))


def test_an_article_without_a_date_gets_no_bonus() -> None:
    assert JUNE.bonus(None) == 0
