"""The questions of a bot as rows: taken once, in order, under a lease, within limits. The real SQLite."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.slack.policy import Quota, Thread
from bot.slack.records.held import Erased, Lost, Stopped
from bot.slack.records.inbox import Accepted
from bot.slack.records.open import Records
from bot.slack.records.posts import ROOT, Post
from bot.slack.records.question import PostedQuestion

LEASE, DAY = 20.0, 86_400.0


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    yield from opened(tmp_path)


def opened(folder: Path, **limits: int) -> Iterator[Records]:
    records = Records(f"sqlite:///{folder / 'slack.sqlite'}", Quota(**limits), lease_seconds=LEASE)
    yield records
    records.close()


def asked(ts: str, **changes: object) -> PostedQuestion:
    whole = PostedQuestion("T1", "C1", ts, ts, "U1", "T1", "mention", f"question {ts}?", 1_000 + float(ts), id=f"q{ts}")
    return dataclasses.replace(whole, **changes)  # type: ignore[arg-type]


def claimed(records: Records, owner: str = "bot", *, now: float = 2_000.0) -> str | None:
    found = records.inbox.claim(owner, now=now)
    return found.id if found else None


def test_a_message_is_taken_once(records: Records) -> None:
    assert records.inbox.accept(asked("1")) == Accepted(new=True)
    assert records.inbox.accept(asked("1", id="other")) == Accepted(new=False)
    assert records.inbox.states() == {"received": 1}


def test_the_oldest_question_comes_first_and_each_to_one_bot(records: Records) -> None:
    for ts in ("3", "1", "2"):
        records.inbox.accept(asked(ts))
    assert [one.id for one in records.inbox.line()] == ["q1", "q2", "q3"]
    assert [claimed(records, owner) for owner in ("a", "b", "c", "d")] == ["q1", "q2", "q3", None]


def test_a_question_waits_for_the_one_before_it_in_its_thread_only(records: Records) -> None:
    records.inbox.accept(asked("1", thread_ts="1"))
    records.inbox.accept(asked("2", thread_ts="1"))
    records.inbox.accept(asked("3", thread_ts="1", channel="C2"))
    assert [claimed(records), claimed(records), claimed(records)] == ["q1", "q3", None]
    assert records.inbox.finish("q1", "answered", owner="bot", now=2_000, answer={"text": "So."})
    assert claimed(records) == "q2"


@pytest.mark.parametrize(("after", "taken"), [(LEASE - 1, None), (LEASE + 1, "q1")])
def test_what_a_bot_holds_is_taken_over_once_its_lease_has_run_out(
    records: Records, after: float, taken: str | None
) -> None:
    records.inbox.accept(asked("1"))
    assert claimed(records, "dead") == "q1"
    assert claimed(records, "alive", now=2_000 + after) == taken


def test_a_lease_that_is_renewed_is_not_taken_over_and_counts_from_then(records: Records) -> None:
    records.inbox.accept(asked("1"))
    claimed(records, "slow")
    assert records.inbox.renew("slow", now=2_015) == frozenset()
    assert claimed(records, "other", now=2_015 + LEASE - 1) is None
    assert claimed(records, "other", now=2_015 + LEASE + 1) == "q1"


def test_a_bot_does_not_take_its_own_question_twice_however_late_it_is(records: Records) -> None:
    records.inbox.accept(asked("1"))
    assert claimed(records) == "q1"
    assert claimed(records, now=9_000) is None


def test_a_question_that_was_taken_over_is_no_longer_the_first_ones_to_close(records: Records) -> None:
    records.inbox.accept(asked("1"))
    claimed(records, "dead")
    claimed(records, "alive", now=2_100)
    assert not records.inbox.finish("q1", "answered", owner="dead", now=2_101)
    records.inbox.release("q1", owner="dead", not_before=0)
    assert records.inbox.state("q1") == "answering"
    assert records.inbox.finish("q1", "answered", owner="alive", now=2_102)


def test_each_attempt_is_counted(records: Records) -> None:
    records.inbox.accept(asked("1"))
    claimed(records, "a")
    again = records.inbox.claim("b", now=2_100)
    assert (again.attempts if again else None) == 1
    third = records.inbox.claim("c", now=2_200)
    assert (third.attempts if third else None) == 2


def test_a_question_that_is_given_back_is_taken_up_after_a_moment_and_not_before(records: Records) -> None:
    records.inbox.accept(asked("1"))
    claimed(records, "a")
    records.inbox.release("q1", owner="a", not_before=2_010)
    assert [claimed(records, "b", now=2_009), claimed(records, "b", now=2_010)] == [None, "q1"]


def test_a_start_frees_what_a_bot_held_before_it_died(records: Records) -> None:
    records.inbox.accept(asked("1"))
    records.inbox.accept(asked("2"))
    claimed(records, "dead")
    assert records.inbox.orphan_all() == 1
    assert claimed(records, "alive") == "q1"


def test_a_closed_question_stays_closed_and_keeps_its_answer(records: Records) -> None:
    records.inbox.accept(asked("1", response_url="https://hooks.example/1"))
    claimed(records)
    assert records.inbox.finish("q1", "answered", owner="bot", now=2_001, answer={"text": "So."})
    assert not records.inbox.finish("q1", "failed", owner="bot", now=2_002)
    found = records.inbox.find("q1")
    assert found is not None
    assert (found[0].text, found[0].response_url, found[1]) == ("question 1?", None, {"text": "So."})


@pytest.mark.parametrize(
    ("outcome", "text", "asker"),
    [("answered", "question 1?", "U1"), ("refused", "", "U1"), ("ignored", "", ""), ("failed", "question 1?", "U1")],
)
def test_the_words_of_whom_nobody_answered_are_not_kept(records: Records, outcome: str, text: str, asker: str) -> None:
    records.inbox.accept(asked("1"))
    claimed(records)
    records.inbox.finish("q1", outcome, owner="bot", now=2_001)  # type: ignore[arg-type]
    found = records.inbox.find("q1")
    assert found is not None
    assert (found[0].text, found[0].asker) == (text, asker)


def test_words_that_are_not_kept_stand_in_no_file(records: Records, tmp_path: Path) -> None:
    records.inbox.accept(asked("1", text="where is the marmalade?"))
    claimed(records)
    records.inbox.finish("q1", "refused", owner="bot", now=2_001)
    assert not [path for path in tmp_path.iterdir() if b"marmalade" in path.read_bytes()]


def test_stop_drops_what_waits_in_its_thread_and_tells_who_answers_there(records: Records) -> None:
    for one in (asked("1", thread_ts="1"), asked("2", thread_ts="1"), asked("3")):
        records.inbox.accept(one)
    claimed(records)
    assert records.inbox.stop("T1", "C1", "1") == ("q1",)
    assert [records.inbox.state(id_) for id_ in ("q1", "q2", "q3")] == ["answering", "stopped", "received"]
    assert records.inbox.renew("bot", now=2_001) == {"q1"}


def test_stop_in_a_whole_conversation_drops_all_that_waits_there_and_nothing_elsewhere(records: Records) -> None:
    for one in (asked("1", channel="D1"), asked("2", channel="D1"), asked("3", channel="D2")):
        records.inbox.accept(one)
    assert records.inbox.stop("T1", "D1", None) == ()
    assert records.inbox.states() == {"stopped": 2, "received": 1}


def test_nothing_is_posted_for_a_question_that_is_lost_stopped_or_deleted(records: Records) -> None:
    for ts in ("1", "2", "3"):
        records.inbox.accept(asked(ts))
        claimed(records)
    records.posts.intend("q1", 0, channel="C1", owner="bot")
    with pytest.raises(Lost):
        records.posts.intend("q1", 1, channel="C1", owner="other")
    records.inbox.stop("T1", "C1", "2")
    with pytest.raises(Stopped):
        records.posts.allow("q2", owner="bot")
    records.erasure.forget("T1", "C1", "3", now=2_001)
    with pytest.raises(Erased):
        records.posts.allow("q3", owner="bot")
    assert [records.posts.of(id_) for id_ in ("q1", "q2", "q3")] == [(Post(0, "C1", None),), (), ()]


def test_a_closed_question_gets_no_further_message(records: Records) -> None:
    records.inbox.accept(asked("1"))
    claimed(records)
    records.inbox.finish("q1", "failed", owner="bot", now=2_001)
    with pytest.raises(Lost):
        records.posts.allow("q1", owner="bot")


def test_messages_are_told_in_their_order_and_as_far_as_they_are_known(records: Records) -> None:
    records.inbox.accept(asked("1"))
    claimed(records)
    for part in (1, 0):
        records.posts.intend("q1", part, channel="C1", owner="bot")
    records.posts.record("q1", 0, ts="7.1")
    assert records.posts.of("q1") == (Post(0, "C1", "7.1"), Post(1, "C1", None))
    assert (records.posts.known("C1"), records.posts.known("C2")) == ({"7.1"}, frozenset())


def test_the_root_of_a_command_becomes_its_thread_which_is_the_bots(records: Records) -> None:
    records.inbox.accept(asked("1", thread_ts=None))
    claimed(records)
    records.posts.intend("q1", ROOT, channel="C1", owner="bot")
    records.posts.record("q1", ROOT, ts="9.5")
    found = records.inbox.find("q1")
    assert (found[0].thread_ts if found else None) == "9.5"
    assert records.threads.find("T1", "C1", "9.5") == Thread(("U1",))


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


def test_a_thread_becomes_the_bots_when_it_is_asked_there_or_has_answered_what_it_overheard(records: Records) -> None:
    records.inbox.accept(asked("1"))
    records.inbox.accept(asked("2", kind="overheard"))
    assert records.threads.find("T1", "C1", "1") == Thread(("U1",))
    assert records.threads.find("T1", "C1", "2") is None
    assert [claimed(records), claimed(records)] == ["q1", "q2"]
    records.inbox.finish("q2", "answered", owner="bot", now=2_000)
    assert records.threads.find("T1", "C1", "2") == Thread(("U1",))


def test_a_question_opens_its_thread_again_and_ends_the_talk_of_others(records: Records) -> None:
    records.inbox.accept(asked("1"))
    records.threads.note_chatter("T1", "C1", "1")
    records.threads.close("T1", "C1", "1")
    assert records.threads.find("T1", "C1", "1") == Thread(("U1",), stopped=True, chatter=True)
    records.inbox.accept(asked("2", thread_ts="1", asker="U2"))
    assert records.threads.find("T1", "C1", "1") == Thread(("U1", "U2"))


def test_the_turns_of_a_thread_are_its_last_answered_questions_oldest_first(records: Records) -> None:
    for ts in ("1", "2", "3", "4"):
        records.inbox.accept(asked(ts, thread_ts="1"))
        claimed(records)
        outcome = "failed" if ts == "3" else "answered"
        records.inbox.finish(f"q{ts}", outcome, owner="bot", now=2_000, answer={"text": f"Answer {ts}."})  # type: ignore[arg-type]
    turns = records.threads.turns("T1", "C1", "1", most=2)
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
        records.inbox.accept(asked(ts, thread_ts="1"))
        claimed(records)
        records.inbox.finish(f"q{ts}", "answered", owner="bot", now=2_000, answer=answer)
    assert records.threads.articles("T1", "C1", "1") == {"a.md", "b.md", "c.md"}


def test_a_person_is_told_of_a_refusal_once_a_place_and_day(records: Records) -> None:
    def told(channel: str, now: float) -> bool:
        return records.threads.refuses_anew("T1", channel, "U3", now=now)

    assert [told("C1", 0), told("C1", DAY - 1), told("C2", 1), told("C1", DAY), told("C1", DAY + 1)] == [
        True,
        False,
        True,
        True,
        False,
    ]


def test_the_sweep_deletes_what_is_old_and_finished_and_nothing_else(records: Records) -> None:
    for ts in ("1", "2", "3"):
        records.inbox.accept(asked(ts))
    for id_ in ("q1", "q2"):
        claimed(records)
        records.posts.intend(id_, 0, channel="C1", owner="bot")
    records.inbox.finish("q1", "answered", owner="bot", now=2_000)
    records.inbox.accept(asked("4", received=1_000 + 30 * DAY))
    assert records.inbox.sweep(now=1_001 + 30 * DAY, days=30) == 0
    assert records.inbox.sweep(now=1_002 + 30 * DAY, days=30) == 1
    assert [records.inbox.state(id_) for id_ in ("q1", "q2", "q3", "q4")] == [None, "answering", "received", "received"]
    assert [records.posts.of("q1"), records.posts.of("q2")] == [(), (Post(0, "C1", None),)]
    assert records.threads.find("T1", "C1", "1") is None


def test_a_deleted_message_is_never_taken_for_a_new_one(records: Records) -> None:
    assert records.erasure.forget("T1", "C1", "1", now=2_000) is None
    assert records.inbox.accept(asked("1")) == Accepted(new=False)
    assert (claimed(records), records.inbox.states()) == (None, {})


def test_the_deletion_of_a_question_takes_its_words_asker_and_answer_along(records: Records, tmp_path: Path) -> None:
    records.inbox.accept(asked("1", text="where is the marmalade?", asker="U7"))
    claimed(records)
    records.inbox.finish("q1", "answered", owner="bot", now=2_000, answer={"text": "On the marmalade shelf."})
    assert records.erasure.forget("T1", "C1", "1", now=2_001) is None
    assert records.inbox.find("q1") == (asked("1", text="", asker="", actor_team="", attempts=1), {})
    assert records.threads.find("T1", "C1", "1") is None
    assert not [path for path in tmp_path.iterdir() if b"marmalade" in path.read_bytes()]


def test_an_answer_under_way_is_taken_away_by_its_holder_or_once_that_is_dead_by_another(records: Records) -> None:
    records.inbox.accept(asked("1"))
    claimed(records, "dead")
    records.posts.intend("q1", 0, channel="C1", owner="dead")
    assert records.erasure.forget("T1", "C1", "1", now=2_001) == "q1"
    assert records.inbox.renew("dead", now=2_001) == {"q1"}
    assert not records.inbox.finish("q1", "answered", owner="dead", now=2_002)
    assert records.erasure.claim("alive", now=2_001 + LEASE - 1) is None
    taken = records.erasure.claim("alive", now=2_001 + LEASE + 1)
    assert (taken.id if taken else None, records.posts.of("q1")) == ("q1", (Post(0, "C1", None),))
    assert records.erasure.claim("third", now=2_001 + LEASE + 2) is None
    records.erasure.done("q1")
    assert (records.posts.of("q1"), records.inbox.state("q1")) == ((), "erased")


def test_a_whole_answer_is_taken_away_where_that_is_wished(records: Records) -> None:
    records.inbox.accept(asked("1"))
    claimed(records)
    records.inbox.finish("q1", "answered", owner="bot", now=2_000)
    assert records.erasure.forget("T1", "C1", "1", now=2_001, with_answer=True) == "q1"
    assert records.inbox.orphan_all() == 1
    taken = records.erasure.claim("bot", now=2_001)
    assert (taken.id if taken else None) == "q1"


def test_a_thread_stays_the_bots_for_those_whose_questions_remain(records: Records) -> None:
    records.inbox.accept(asked("1", thread_ts="1"))
    records.inbox.accept(asked("2", thread_ts="1", asker="U2"))
    records.erasure.forget("T1", "C1", "1", now=2_001)
    assert records.threads.find("T1", "C1", "1") == Thread(("U2",))
