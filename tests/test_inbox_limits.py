"""How much may wait, and how often a person or a workspace may ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.slack.records.inbox import Accepted
from bot.slack.records.open import Records
from tests.inbox_fixtures import DAY, asked, claimed, opened


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    yield from opened(tmp_path)


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        ({"queue": 2}, "I am busy: 2 questions are waiting"),
        ({"waiting_per_user": 2}, "You have 2 questions waiting already"),
        ({"per_user_minute": 2}, "I answer 2 questions a minute for each person"),
        ({"per_user_day": 2}, "I answer 2 questions a day for each person"),
        ({"per_team_minute": 2}, "I answer 2 questions a minute here"),
    ],
)
def test_one_question_past_a_limit_is_told_so_and_its_words_are_not_kept(
    tmp_path: Path, limits: dict[str, int], told: str
) -> None:
    for records in opened(tmp_path, **limits):
        assert [records.inbox.accept(asked(ts)).before for ts in ("1", "2")] == [0, 1]
        assert records.inbox.accept(asked("3")).new
        assert [claimed(records), claimed(records), claimed(records)] == ["q1", "q2", None]
        notice = records.inbox.claim_notice("bot", now=2_000)
        assert notice is not None
        assert (notice.id, notice.text, (notice.notice or "")[: len(told)]) == ("q3", "", told)


@pytest.mark.parametrize(
    ("limits", "third"),
    [
        ({"waiting_per_user": 2}, {"asker": "U2"}),
        ({"per_user_minute": 2}, {"asker": "U2"}),
        ({"per_user_minute": 2}, {"received": 1_062.5}),
        ({"per_user_day": 2}, {"asker": "U2"}),
        ({"per_user_day": 2}, {"received": 1_002.5 + DAY}),
        ({"per_team_minute": 2}, {"received": 1_062.5}),
    ],
)
def test_a_limit_counts_one_person_or_one_stretch_of_time(
    tmp_path: Path, limits: dict[str, int], third: dict[str, object]
) -> None:
    for records in opened(tmp_path, **limits):
        for ts in ("1", "2"):
            records.inbox.accept(asked(ts))
            claimed(records)
            records.inbox.finish(f"q{ts}", "answered", owner="bot", now=2_000)
        records.inbox.accept(asked("3", **third))
        assert claimed(records, now=2 * DAY) == "q3"


@pytest.mark.parametrize("outcome", ["answered", "ignored"])
def test_a_finished_question_takes_no_place_in_the_queue_and_one_that_was_not_for_the_bot_counts_for_nobody(
    tmp_path: Path, outcome: str
) -> None:
    for records in opened(tmp_path, queue=1, waiting_per_user=1, per_user_day=2 if outcome == "answered" else 1):
        records.inbox.accept(asked("1"))
        claimed(records)
        records.inbox.finish("q1", outcome, owner="bot", now=2_000)  # type: ignore[arg-type]
        assert records.inbox.accept(asked("2")) == Accepted(new=True)
        assert claimed(records) == "q2"


def test_a_notice_counts_against_nobody(tmp_path: Path) -> None:
    for records in opened(tmp_path, queue=1, per_user_day=1):
        records.inbox.accept(asked("1", notice="I answer only members."))
        records.inbox.accept(asked("2"))
        assert claimed(records) == "q2"


def test_what_was_overheard_past_a_limit_is_dropped_without_a_word(tmp_path: Path) -> None:
    for records in opened(tmp_path, per_user_minute=1):
        records.inbox.accept(asked("1"))
        records.inbox.accept(asked("2", kind="overheard"))
        assert records.inbox.state("q2") == "ignored"
        assert records.inbox.claim_notice("bot", now=2_000) is None
