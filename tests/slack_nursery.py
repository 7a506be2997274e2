"""Bots as processes of their own, quick to start and to kill. Run as a script, it forks a bot for each line it reads.

A line is a JSON object: home, api_url, bot_token, app_token, and optionally database_url; the answer is a process id.
"""

import asyncio
import datetime
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

from bot.answer import Answer, Part
from bot.request import Request
from bot.slack.run import serve
from bot.slack.settings import SlackSettings
from bot.slack.views import Knowledge
from tests.slack_fixtures import answered

PAUSE = 0.01
KNOWN = Knowledge(2, datetime.date(2026, 9, 1), "2026-11-20T10:00:00+00:00")


def slow_answer(request: Request) -> Iterator[Part | Answer]:
    """Answers in a few steps, so that a kill can fall between any two of them."""
    answer = answered(request.text)
    for part in answer.parts:
        time.sleep(PAUSE)
        yield part
    yield answer


class Nursery:
    """The process that forks bots."""

    def __init__(self, **common: Any) -> None:
        self._common = common
        self._pids: set[int] = set()

    def __enter__(self) -> "Nursery":
        command = [sys.executable, "-m", "tests.slack_nursery"]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pid in tuple(self._pids):
            self.kill(pid)
        self._process.communicate()

    async def start(self, **more: Any) -> int:
        """Starts a bot and returns its process id."""
        return await asyncio.to_thread(self._start, more)

    def kill(self, pid: int, signal: int = 9) -> None:
        """Sends a signal to a bot."""
        self._pids.discard(pid)
        os.kill(pid, signal)

    def _start(self, more: dict[str, Any]) -> int:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(self._common | more) + "\n")
        self._process.stdin.flush()
        pid = int(self._process.stdout.readline())
        self._pids.add(pid)
        return pid


def _be_a_bot(values: dict[str, Any]) -> None:
    home = Path(values.pop("home"))
    log = os.open(home / "bot.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    settings = SlackSettings(
        **values,
        slack_call_seconds=5.0,
        slack_user_minute=100_000,
        slack_team_minute=100_000,
        slack_user_day=100_000,
        slack_user_waiting=1_000,
        slack_queue=10_000,
    )
    os._exit(serve(settings, home=home, responder=slow_answer, knowledge=lambda: KNOWN))


def _main() -> None:
    import signal

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _be_a_bot(json.loads(line))
        print(pid, flush=True)


if __name__ == "__main__":
    _main()
