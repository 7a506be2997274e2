"""What the database holds beside questions: settings of channels, opinions, what was not served; and a look at it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import InboxUnavailable
from bot.slack.records import feedback, inbox, threads
from bot.slack.records.database import Look, Records, look
from bot.slack.records.feedback import Opinion, Unmet, unmet
from bot.slack.records.tables import META
from bot.slack.records.threads import ChannelRules
from tests.inbox_fixtures import DAY, accept, asked, claimed, opened, opinions

SILENT = {"answered": False, "passages": [{"text": "The pier."}]}


@pytest.fixture
def records(tmp_path: Path) -> Iterator[Records]:
    yield from opened(tmp_path)


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'slack.sqlite'}"


def answer(records: Records, ts: str, said: dict[str, object], **changes: object) -> None:
    records.run(accept, asked(ts, **changes))
    claimed(records)
    records.run(inbox.finish, f"q{ts}", "answered", owner="bot", now=2_000, answer=said)


def test_the_settings_of_a_channel_are_its_own_and_the_last_that_were_saved(records: Records) -> None:
    rules = ChannelRules("questions", ("policy", "travel"), "listed", ("U1", "U2"))
    records.run(threads.keep_rules, "T1", "C1", ChannelRules("questions"))
    records.run(threads.keep_rules, "T1", "C1", rules)
    assert records.run(threads.rules_of, "T1", "C1") == rules
    assert records.run(threads.rules_of, "T1", "C2") == records.run(threads.rules_of, "T2", "C1") == ChannelRules()


def test_a_person_has_one_opinion_of_an_answer_the_last(records: Records) -> None:
    answer(records, "1", {"text": "So."})
    second = Opinion("q1", "U1", "down", "wrong", "It is 640 metres.")
    assert records.run(feedback.save, Opinion("q1", "U2", "up"), now=2_002)
    assert records.run(feedback.save, Opinion("q1", "U1", "up"), now=2_001)
    assert records.run(feedback.save, second, now=2_003)
    told = {"question": "question 1?", "answer": {"text": "So."}}
    assert records.run(opinions) == (
        (Opinion("q1", "U2", "up"), {**told, "at": 2_002}),
        (second, {**told, "at": 2_003}),
    )


def test_there_is_no_opinion_of_an_answer_that_is_gone(records: Records) -> None:
    answer(records, "1", {"text": "So."})
    records.run(feedback.save, Opinion("q1", "U1", "down"), now=2_001)
    records.run(inbox.forget, "T1", "C1", "1", now=2_002)
    assert not records.run(feedback.save, Opinion("q1", "U1", "down"), now=2_003)
    assert not records.run(feedback.save, Opinion("q2", "U1", "down"), now=2_003)
    assert records.run(opinions) == ()


def test_the_sweep_takes_old_opinions_along(records: Records) -> None:
    answer(records, "1", {"text": "So."})
    records.run(feedback.save, Opinion("q1", "U1", "up"), now=2_000)
    records.run(inbox.sweep, now=2_000 + DAY, days=1)
    assert len(records.run(opinions)) == 1
    records.run(inbox.sweep, now=2_001 + DAY, days=1)
    assert records.run(opinions) == ()


def test_refusals_and_thumbs_down_are_unmet_the_oldest_first(records: Records, url: str) -> None:
    answer(records, "3", SILENT)
    answer(records, "1", {"text": "So.", "answered": True}, channel="D1")
    answer(records, "2", {"answered": False, "passages": []})  # small talk
    records.run(feedback.save, Opinion("q1", "U5", "down"), now=1_500)
    records.run(feedback.save, Opinion("q3", "U5", "up"), now=1_500)
    told = Unmet("q1", "question 1?", "U5", 1_500, {"text": "So.", "answered": True}, "thumb down", is_private=True)
    assert unmet(url, now=2_000, days=1) == (Unmet("q3", "question 3?", "U1", 1_003, SILENT, "refused"), told)


def test_a_thumb_down_tells_its_reason_and_what_would_be_right(records: Records, url: str) -> None:
    answer(records, "1", {"text": "So.", "answered": True})
    records.run(feedback.save, Opinion("q1", "U5", "down", "wrong", "It is 640 metres."), now=1_500)
    (one,) = unmet(url, now=2_000, days=1)
    assert (one.reason, one.right_answer, one.is_private) == ("wrong", "It is 640 metres.", False)


def test_what_is_older_than_asked_for_is_not_told(records: Records, url: str) -> None:
    answer(records, "1", SILENT)
    records.run(feedback.save, Opinion("q1", "U5", "down"), now=1_001)
    assert len(unmet(url, now=1_001 + DAY, days=1)) == 2
    assert unmet(url, now=1_002 + DAY, days=1) == ()


def test_a_look_tells_the_server_and_what_is_missing_and_makes_nothing(url: str, tmp_path: Path) -> None:
    assert (look(url), list(tmp_path.iterdir())) == (None, [])
    with closing(sqlite3.connect(tmp_path / "slack.sqlite")) as connection:
        connection.execute("CREATE TABLE slack_question (id)")
    missing = tuple(name for name in sorted(META.tables) if name != "slack_question")
    assert look(url) == Look(f"SQLite {sqlite3.sqlite_version}", missing, can_make=True)
    assert unmet(url, now=2_000, days=1) == ()


def test_a_database_that_is_whole_lacks_nothing(records: Records, url: str) -> None:
    seen = look(url)
    assert (seen.missing if seen else None, records.is_shared) == ((), False)


def test_a_file_that_is_no_database_is_named_with_its_remedy(url: str, tmp_path: Path) -> None:
    (tmp_path / "slack.sqlite").write_bytes(b"no database, but long enough to be looked at" * 30)
    with pytest.raises(InboxUnavailable, match="check FOOTNOTE_DATABASE_URL"):
        look(url)
    with pytest.raises(InboxUnavailable, match="check FOOTNOTE_DATABASE_URL"):
        Records(url)
