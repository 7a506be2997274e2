"""What the tests of `footnote demo-slack` in a browser read, say and look up."""

import os
import sqlite3
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import REPOSITORY

HANDBOOK = """# Night shift at the print works

## Before you go home

Before you go home at the end of the night shift:

1. Empty the ink trays.
2. Switch off both presses.
   - the large one at the wall
   - the small one by the door
3. Write the counter readings into the book.
4. Lock the paper store.

## Allowances

| Shift | Hours | Allowance |
|---|---|---|
| Evening | 14:00 to 22:00 | 12 euros |
| Night | 22:00 to 06:00 | 27 euros |
| Sunday | 08:00 to 16:00 | 35 euros |

## The print queue

When the print queue hangs, restart it with:

```bash
queuectl stop --all
queuectl start press-1 press-2
```
"""


SECONDS_TO_PAGE, PNG_BYTES = 15.0, 150_000


@dataclass(frozen=True)
class Demo:
    """The command as it runs: where its page is, its data folder, and when it was started."""

    url: str
    home: Path
    started: float


def ask(page: Any, text: str) -> Any:
    """Types a question into the channel and returns the bot's message, once it is whole."""
    page.fill("#write textarea", text)
    page.press("#write textarea", "Enter")
    answer = page.locator("#replies .message.bot").last
    answer.locator(".thumb").first.wait_for()
    return answer


def opinions(demo: Demo, value: str) -> list[tuple[str, str | None, str | None]]:
    """The stored opinions of that value, as soon as the app has written one."""
    whole = "reason is not null or value = 'up'"  # a thumb down is stored before its reason
    query = f"select asker, reason, right_answer from slack_feedback where value = ? and ({whole})"
    end = time.monotonic() + 10
    rows: list[tuple[str, str | None, str | None]] = []
    while not rows and time.monotonic() < end:
        connection = sqlite3.connect(demo.home / "demo-slack" / "slack.sqlite")
        rows = connection.execute(query, (value,)).fetchall()
        connection.close()
    return rows


def said(page: Any, text: str) -> None:
    page.locator(".message", has_text=text).first.wait_for()


def shoot(page: Any, name: str) -> None:
    """Takes a screenshot into the folder that SCREENSHOTS names; it has to stay small enough for the README."""
    page.wait_for_timeout(300)
    taken = page.screenshot(animations="disabled")
    folder = os.environ.get("SCREENSHOTS")
    if folder:
        (REPOSITORY / folder / name).write_bytes(taken)
    assert len(taken) < PNG_BYTES


def one_line(text: str) -> str:
    return " ".join(text.split())
