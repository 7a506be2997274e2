"""The questions of a bot as rows: taken once, in order, under a lease, and closed once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.slack.records import inbox, posts, threads
from bot.slack.records.database import Records
from bot.slack.records.posts import ROOT, Erased, Lost, Post, Stopped
from bot.slack.records.threads import Thread
from tests.inbox_fixtures import LEASE, accept, asked, claimed, opened, state, states


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    yield from opened(tmp_path)


def test_a_message_is_taken_once(records: Records) -> None:
    assert records.run(accept, asked("1")) == 0
    assert records.run(accept, asked("1", id="other")) is None
    assert records.run(states) == {"received": 1}


def test_the_oldest_question_comes_first_and_each_to_one_bot(records: Records) -> None:
    for ts in ("3", "1", "2"):
        records.run(accept, asked(ts))
    assert [one.id for one in records.run(inbox.line)] == ["q1", "q2", "q3"]
    assert [claimed(records, owner) for owner in ("a", "b", "c", "d")] == ["q1", "q2", "q3", None]


def test_of_questions_that_came_at_once_the_one_that_was_asked_first_comes_first(records: Records) -> None:
    for ts in ("2", "1", "3"):
        records.run(accept, asked(ts, received=1_000.0))
    assert [claimed(records), claimed(records), claimed(records)] == ["q1", "q2", "q3"]


def test_a_bot_writes_while_somebody_reads_its_file(records: Records, tmp_path: Path) -> None:
    records.run(accept, asked("1"))
    with closing(sqlite3.connect(tmp_path / "slack.sqlite")) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM slack_question").fetchone() == (1,)
        assert records.run(accept, asked("2")) is not None


def test_a_question_waits_for_the_one_before_it_in_its_thread_only(records: Records) -> None:
    records.run(accept, asked("1", thread_ts="1"))
    records.run(accept, asked("2", thread_ts="1"))
    records.run(accept, asked("3", thread_ts="1", channel="C2"))
    assert [claimed(records), claimed(records), claimed(records)] == ["q1", "q3", None]
    assert records.run(inbox.finish, "q1", "answered", owner="bot", now=2_000, answer={"text": "So."})
    assert claimed(records) == "q2"


@pytest.mark.parametrize(("after", "taken"), [(LEASE - 1, None), (LEASE + 1, "q1")])
def test_what_a_bot_holds_is_taken_over_once_its_lease_has_run_out(
    records: Records, after: float, taken: str | None
) -> None:
    records.run(accept, asked("1"))
    assert claimed(records, "dead") == "q1"
    assert claimed(records, "alive", now=2_000 + after) == taken


def test_a_lease_that_is_renewed_is_not_taken_over_and_counts_from_then(records: Records) -> None:
    records.run(accept, asked("1"))
    claimed(records, "slow")
    assert records.run(inbox.renew, "slow", now=2_015, lease=LEASE) == frozenset()
    assert claimed(records, "other", now=2_015 + LEASE - 1) is None
    assert claimed(records, "other", now=2_015 + LEASE + 1) == "q1"


def test_a_bot_does_not_take_its_own_question_twice_however_late_it_is(records: Records) -> None:
    records.run(accept, asked("1"))
    assert claimed(records) == "q1"
    assert claimed(records, now=9_000) is None


def test_a_question_that_was_taken_over_is_no_longer_the_first_ones_to_close(records: Records) -> None:
    records.run(accept, asked("1"))
    claimed(records, "dead")
    claimed(records, "alive", now=2_100)
    assert not records.run(inbox.finish, "q1", "answered", owner="dead", now=2_101)
    records.run(inbox.release, "q1", owner="dead", not_before=0)
    assert records.run(state, "q1") == "answering"
    assert records.run(inbox.finish, "q1", "answered", owner="alive", now=2_102)


def test_each_attempt_is_counted(records: Records) -> None:
    records.run(accept, asked("1"))
    claimed(records, "a")
    again = records.run(inbox.claim, "b", now=2_100, lease=LEASE)
    assert (again.attempts if again else None) == 1
    third = records.run(inbox.claim, "c", now=2_200, lease=LEASE)
    assert (third.attempts if third else None) == 2


def test_a_question_that_is_given_back_is_taken_up_after_a_moment_and_not_before(records: Records) -> None:
    records.run(accept, asked("1"))
    claimed(records, "a")
    records.run(inbox.release, "q1", owner="a", not_before=2_010)
    assert [claimed(records, "b", now=2_009), claimed(records, "b", now=2_010)] == [None, "q1"]


def test_a_start_frees_what_a_bot_held_before_it_died(records: Records) -> None:
    records.run(accept, asked("1"))
    records.run(accept, asked("2"))
    claimed(records, "dead")
    assert records.run(inbox.orphan_all) == 1
    assert claimed(records, "alive") == "q1"


def test_a_closed_question_stays_closed_and_keeps_its_answer(records: Records) -> None:
    records.run(accept, asked("1", response_url="https://hooks.example/1"))
    claimed(records)
    assert records.run(inbox.finish, "q1", "answered", owner="bot", now=2_001, answer={"text": "So."})
    assert not records.run(inbox.finish, "q1", "failed", owner="bot", now=2_002)
    found = records.run(inbox.find, "q1")
    assert found is not None
    assert (found[0].text, found[0].response_url, found[1]) == ("question 1?", None, {"text": "So."})


@pytest.mark.parametrize(
    ("outcome", "text", "asker"),
    [("answered", "question 1?", "U1"), ("refused", "", "U1"), ("ignored", "", ""), ("failed", "question 1?", "U1")],
)
def test_the_words_of_whom_nobody_answered_are_not_kept(records: Records, outcome: str, text: str, asker: str) -> None:
    records.run(accept, asked("1"))
    claimed(records)
    records.run(inbox.finish, "q1", outcome, owner="bot", now=2_001)  # type: ignore[arg-type]
    found = records.run(inbox.find, "q1")
    assert found is not None
    assert (found[0].text, found[0].asker) == (text, asker)


def test_words_that_are_not_kept_stand_in_no_file(records: Records, tmp_path: Path) -> None:
    records.run(accept, asked("1", text="where is the marmalade?"))
    claimed(records)
    records.run(inbox.finish, "q1", "refused", owner="bot", now=2_001)
    assert not [path for path in tmp_path.iterdir() if b"marmalade" in path.read_bytes()]


def test_stop_drops_what_waits_in_its_thread_and_tells_who_answers_there(records: Records) -> None:
    for one in (asked("1", thread_ts="1"), asked("2", thread_ts="1"), asked("3")):
        records.run(accept, one)
    claimed(records)
    assert records.run(inbox.stop, "T1", "C1", "1") == ("q1",)
    assert [records.run(state, id_) for id_ in ("q1", "q2", "q3")] == ["answering", "stopped", "received"]
    assert records.run(inbox.renew, "bot", now=2_001, lease=LEASE) == {"q1"}


def test_stop_in_a_whole_conversation_drops_all_that_waits_there_and_nothing_elsewhere(records: Records) -> None:
    for one in (asked("1", channel="D1"), asked("2", channel="D1"), asked("3", channel="D2")):
        records.run(accept, one)
    assert records.run(inbox.stop, "T1", "D1", None) == ()
    assert records.run(states) == {"stopped": 2, "received": 1}


def test_nothing_is_posted_for_a_question_that_is_lost_stopped_or_deleted(records: Records) -> None:
    for ts in ("1", "2", "3"):
        records.run(accept, asked(ts))
        claimed(records)
    records.run(posts.intend, "q1", 0, channel="C1", owner="bot")
    with pytest.raises(Lost):
        records.run(posts.intend, "q1", 1, channel="C1", owner="other")
    records.run(inbox.stop, "T1", "C1", "2")
    with pytest.raises(Stopped):
        records.run(posts.allow, "q2", owner="bot")
    records.run(inbox.forget, "T1", "C1", "3", now=2_001)
    with pytest.raises(Erased):
        records.run(posts.allow, "q3", owner="bot")
    assert [records.run(posts.posts_of, id_) for id_ in ("q1", "q2", "q3")] == [(Post(0, "C1", None),), (), ()]


def test_a_closed_question_gets_no_further_message(records: Records) -> None:
    records.run(accept, asked("1"))
    claimed(records)
    records.run(inbox.finish, "q1", "failed", owner="bot", now=2_001)
    with pytest.raises(Lost):
        records.run(posts.allow, "q1", owner="bot")


def test_messages_are_told_in_their_order_and_as_far_as_they_are_known(records: Records) -> None:
    records.run(accept, asked("1"))
    claimed(records)
    for part in (1, 0):
        records.run(posts.intend, "q1", part, channel="C1", owner="bot")
    records.run(posts.record, "q1", 0, ts="7.1")
    assert records.run(posts.posts_of, "q1") == (Post(0, "C1", "7.1"), Post(1, "C1", None))
    assert records.run(posts.known, "C1") == {"7.1"}
    assert records.run(posts.known, "C2") == frozenset()


def test_the_root_of_a_command_becomes_its_thread_which_is_the_bots(records: Records) -> None:
    records.run(accept, asked("1", thread_ts=None))
    claimed(records)
    records.run(posts.intend, "q1", ROOT, channel="C1", owner="bot")
    records.run(posts.record, "q1", ROOT, ts="9.5")
    found = records.run(inbox.find, "q1")
    assert (found[0].thread_ts if found else None) == "9.5"
    assert records.run(threads.find, "T1", "C1", "9.5") == Thread(("U1",))
