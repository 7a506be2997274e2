"""What is kept of questions, answers and threads, for how long, and what a deletion leaves."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.slack.records import inbox, posts, threads
from bot.slack.records.database import Records
from bot.slack.records.posts import Post
from bot.slack.records.threads import Thread
from tests.inbox_fixtures import DAY, LEASE, accept, asked, claimed, opened, state, states


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    yield from opened(tmp_path)


def test_a_thread_becomes_the_bots_when_it_is_asked_there_or_has_answered_what_it_overheard(records: Records) -> None:
    records.run(accept, asked("1"))
    records.run(accept, asked("2", kind="overheard"))
    assert records.run(threads.find, "T1", "C1", "1") == Thread(("U1",))
    assert records.run(threads.find, "T1", "C1", "2") is None
    assert [claimed(records), claimed(records)] == ["q1", "q2"]
    records.run(inbox.finish, "q2", "answered", owner="bot", now=2_000)
    assert records.run(threads.find, "T1", "C1", "2") == Thread(("U1",))


def test_a_question_opens_its_thread_again_and_ends_the_talk_of_others(records: Records) -> None:
    records.run(accept, asked("1"))
    records.run(threads.mark, "T1", "C1", "1", as_="chatter")
    records.run(threads.mark, "T1", "C1", "1", as_="stopped")
    assert records.run(threads.find, "T1", "C1", "1") == Thread(("U1",), stopped=True, chatter=True)
    records.run(accept, asked("2", thread_ts="1", asker="U2"))
    assert records.run(threads.find, "T1", "C1", "1") == Thread(("U1", "U2"))


def test_the_turns_of_a_thread_are_its_last_answered_questions_oldest_first(records: Records) -> None:
    for ts in ("1", "2", "3", "4"):
        records.run(accept, asked(ts, thread_ts="1"))
        claimed(records)
        outcome = "failed" if ts == "3" else "answered"
        records.run(inbox.finish, f"q{ts}", outcome, owner="bot", now=2_000, answer={"text": f"Answer {ts}."})  # type: ignore[arg-type]
    turns = records.run(threads.turns, "T1", "C1", "1", most=2)
    assert [(turn.role, turn.text) for turn in turns] == [
        ("user", "question 2?"),
        ("assistant", "Answer 2."),
        ("user", "question 4?"),
        ("assistant", "Answer 4."),
    ]


def test_the_articles_of_a_thread_are_those_its_answers_cite_or_come_closest_to(records: Records) -> None:
    cited = {"citations": [{"article_id": "a.md"}, {"article_id": "b.md"}], "nearest": [{"article_id": "x.md"}]}
    near = {"citations": [], "nearest": [{"article_id": "c.md"}, {"article_id": "d.md"}]}
    for ts, answer in (("1", cited), ("2", near)):
        records.run(accept, asked(ts, thread_ts="1"))
        claimed(records)
        records.run(inbox.finish, f"q{ts}", "answered", owner="bot", now=2_000, answer=answer)
    assert records.run(threads.articles, "T1", "C1", "1") == {"a.md", "b.md", "c.md"}


def test_a_person_is_told_of_a_refusal_once_a_place_and_day(records: Records) -> None:
    def told(channel: str, now: float) -> bool:
        return records.run(threads.refuses_anew, "T1", channel, "U3", now=now)

    assert [told("C1", 0), told("C1", DAY - 1), told("C2", 1), told("C1", DAY), told("C1", DAY + 1)] == [
        True,
        False,
        True,
        True,
        False,
    ]


def test_the_sweep_deletes_what_is_old_and_finished_and_nothing_else(records: Records) -> None:
    for ts in ("1", "2", "3"):
        records.run(accept, asked(ts))
    for id_ in ("q1", "q2"):
        claimed(records)
        records.run(posts.intend, id_, 0, channel="C1", owner="bot")
    records.run(inbox.finish, "q1", "answered", owner="bot", now=2_000)
    records.run(accept, asked("4", received=1_000 + 30 * DAY))
    assert records.run(inbox.sweep, now=1_001 + 30 * DAY, days=30) == 0
    assert records.run(inbox.sweep, now=1_002 + 30 * DAY, days=30) == 1
    assert [records.run(state, id_) for id_ in ("q1", "q2", "q3", "q4")] == [None, "answering", "received", "received"]
    assert [records.run(posts.posts_of, "q1"), records.run(posts.posts_of, "q2")] == [(), (Post(0, "C1", None),)]
    assert records.run(threads.find, "T1", "C1", "1") is None


def test_a_deleted_message_is_never_taken_for_a_new_one(records: Records) -> None:
    assert records.run(inbox.forget, "T1", "C1", "1", now=2_000) is None
    assert records.run(accept, asked("1")) is None
    assert (claimed(records), records.run(states)) == (None, {})


def test_a_deletion_takes_nothing_of_another_channel_or_workspace(records: Records) -> None:
    for place in ({"channel": "C2"}, {"team": "T2"}, {}):
        records.run(accept, asked("1", id="".join(place.values()) or "here", **place))
    records.run(inbox.forget, "T1", "C1", "1", now=2_000)
    assert [records.run(state, id_) for id_ in ("C2", "T2", "here")] == ["received", "received", "erased"]


def test_the_deletion_of_a_question_takes_its_words_asker_and_answer_along(records: Records, tmp_path: Path) -> None:
    records.run(accept, asked("1", text="where is the marmalade?", asker="U7"))
    claimed(records)
    records.run(inbox.finish, "q1", "answered", owner="bot", now=2_000, answer={"text": "On the marmalade shelf."})
    assert records.run(inbox.forget, "T1", "C1", "1", now=2_001) is None
    assert records.run(inbox.find, "q1") == (asked("1", text="", asker="", actor_team="", attempts=1), {})
    assert records.run(threads.find, "T1", "C1", "1") is None
    assert not [path for path in tmp_path.iterdir() if b"marmalade" in path.read_bytes()]


def test_an_answer_under_way_is_taken_away_by_its_holder_or_once_that_is_dead_by_another(records: Records) -> None:
    records.run(accept, asked("1"))
    claimed(records, "dead")
    records.run(posts.intend, "q1", 0, channel="C1", owner="dead")
    assert records.run(inbox.forget, "T1", "C1", "1", now=2_001) == "q1"
    assert records.run(inbox.renew, "dead", now=2_001, lease=LEASE) == {"q1"}
    assert not records.run(inbox.finish, "q1", "answered", owner="dead", now=2_002)
    assert records.run(inbox.claim_erasure, "alive", now=2_001 + LEASE - 1, lease=LEASE) is None
    taken = records.run(inbox.claim_erasure, "alive", now=2_001 + LEASE + 1, lease=LEASE)
    assert (taken.id if taken else None, records.run(posts.posts_of, "q1")) == ("q1", (Post(0, "C1", None),))
    assert records.run(inbox.claim_erasure, "third", now=2_001 + LEASE + 2, lease=LEASE) is None
    records.run(inbox.erased, "q1")
    assert (records.run(posts.posts_of, "q1"), records.run(state, "q1")) == ((), "erased")


def test_a_whole_answer_is_taken_away_where_that_is_wished(records: Records) -> None:
    records.run(accept, asked("1"))
    claimed(records)
    records.run(inbox.finish, "q1", "answered", owner="bot", now=2_000)
    assert records.run(inbox.forget, "T1", "C1", "1", now=2_001, with_answer=True) == "q1"
    assert records.run(inbox.orphan_all) == 1
    taken = records.run(inbox.claim_erasure, "bot", now=2_001, lease=LEASE)
    assert (taken.id if taken else None) == "q1"


def test_a_thread_stays_the_bots_for_those_whose_questions_remain(records: Records) -> None:
    records.run(accept, asked("1", thread_ts="1"))
    records.run(accept, asked("2", thread_ts="1", asker="U2"))
    records.run(inbox.forget, "T1", "C1", "1", now=2_001)
    assert records.run(threads.find, "T1", "C1", "1") == Thread(("U2",))
