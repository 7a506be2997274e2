"""How much may wait, and how often a person or a workspace may ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.slack.records import inbox
from bot.slack.records.database import Records
from tests.inbox_fixtures import DAY, LEASE, accept, asked, claimed, limited, opened, state


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    yield from opened(tmp_path)


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"queue": 2}, "I am busy: 2 questions are waiting"),
        ({"user_waiting": 2}, "You have 2 questions waiting already"),
        ({"user_minute": 2}, "I answer 2 questions a minute for each person"),
        ({"user_day": 2}, "I answer 2 questions a day for each person"),
        ({"team_minute": 2}, "I answer 2 questions a minute here"),
    ],
)
def test_one_question_past_a_limit_is_told_so_and_its_words_are_not_kept(
    tmp_path: Path, limits: dict[str, int], told: str
) -> None:
    bounds = limited(**limits)
    for records in opened(tmp_path):
        assert [records.run(accept, asked(ts), bounds) for ts in ("1", "2")] == [0, 1]
        assert records.run(accept, asked("3"), bounds) is not None
        assert [claimed(records), claimed(records), claimed(records)] == ["q1", "q2", None]
        notice = records.run(inbox.claim_notice, "bot", now=2_000, lease=LEASE)
        assert notice is not None
        assert (notice.id, notice.text, (notice.notice or "")[: len(told)]) == ("q3", "", told)


@pytest.mark.parametrize(
    ("limits", "third"),
    [
        ({"user_waiting": 2}, {"asker": "U2"}),
        ({"user_minute": 2}, {"asker": "U2"}),
        ({"user_minute": 2}, {"received": 1_062.5}),
        ({"user_day": 2}, {"asker": "U2"}),
        ({"user_day": 2}, {"received": 1_002.5 + DAY}),
        ({"team_minute": 2}, {"received": 1_062.5}),
    ],
)
def test_a_limit_counts_one_person_or_one_stretch_of_time(
    tmp_path: Path, limits: dict[str, int], third: dict[str, object]
) -> None:
    bounds = limited(**limits)
    for records in opened(tmp_path):
        for ts in ("1", "2"):
            records.run(accept, asked(ts), bounds)
            claimed(records)
            records.run(inbox.finish, f"q{ts}", "answered", owner="bot", now=2_000)
        records.run(accept, asked("3", **third), bounds)
        assert claimed(records, now=2 * DAY) == "q3"


@pytest.mark.parametrize("outcome", ["answered", "ignored"])
def test_a_finished_question_takes_no_place_in_the_queue_and_one_that_was_not_for_the_bot_counts_for_nobody(
    tmp_path: Path, outcome: str
) -> None:
    limits = limited(queue=1, user_waiting=1, user_day=2 if outcome == "answered" else 1)
    for records in opened(tmp_path):
        records.run(accept, asked("1"), limits)
        claimed(records)
        records.run(inbox.finish, "q1", outcome, owner="bot", now=2_000)  # type: ignore[arg-type]
        assert records.run(accept, asked("2"), limits) == 0
        assert claimed(records) == "q2"


def test_a_notice_counts_against_nobody(tmp_path: Path) -> None:
    limits = limited(queue=1, user_day=1)
    for records in opened(tmp_path):
        records.run(accept, asked("1", notice="I answer only members."), limits)
        records.run(accept, asked("2"), limits)
        assert claimed(records) == "q2"


def test_what_was_overheard_past_a_limit_is_dropped_without_a_word(tmp_path: Path) -> None:
    limits = limited(user_minute=1)
    for records in opened(tmp_path):
        records.run(accept, asked("1"), limits)
        records.run(accept, asked("2", kind="overheard"), limits)
        assert records.run(state, "q2") == "ignored"
        assert records.run(inbox.claim_notice, "bot", now=2_000, lease=LEASE) is None
