"""Questions as a bot writes them down, and the records of one, over the real SQLite."""

import dataclasses
from collections.abc import Iterator
from pathlib import Path

from bot.slack.policy import Quota
from bot.slack.records.open import Records
from bot.slack.records.question import PostedQuestion

LEASE, DAY = 20.0, 86_400.0


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
