import pytest

from bot.question.days import days_in


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Open Monday to Friday.", {0, 1, 2, 3, 4}),
        ("Mon–Wed, 9–5", {0, 1, 2}),
        ("from Friday through Monday", {4, 5, 6, 0}),
        ("closed on Sundays", {6}),
        ("on Tuesday and Thursday", {1, 3}),
        ("on weekdays", {0, 1, 2, 3, 4}),
        ("at weekends", {5, 6}),
        ("daily", {0, 1, 2, 3, 4, 5, 6}),
        ("The monitor sat in the sun.", set()),
        ("We wed in May.", set()),
    ],
)
def test_days_are_read_by_name_as_spans_and_as_groups(text: str, days: set[int]) -> None:
    assert days_in(text) == days
