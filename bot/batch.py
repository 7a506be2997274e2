"""Many questions from a JSON Lines file, each with its date and history. Knows the format; asks through a callable."""

import datetime
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.answer import Answer, as_json
from bot.errors import BadBatch, BadOutput
from bot.question.followup import Turn
from bot.request import Request
from ingest.private import whole_file

_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_ROLES = ("user", "assistant")


@dataclass(frozen=True)
class Item:
    """One line of a batch."""

    id: str
    request: Request


def read_batch(path: Path, *, today: datetime.date) -> tuple[Item, ...]:
    """Reads a file of questions, as `parse_batch` does its lines.

    Raises BadBatch: the file cannot be read, or a line is not what it should be.
    """
    try:
        # Not splitlines(): it also breaks at characters that may stand inside a JSON string.
        return parse_batch(path.read_text(encoding="utf-8-sig").split("\n"), today=today)
    except UnicodeDecodeError as error:
        raise BadBatch(f"{path} is not UTF-8 text (byte {error.start})", "save it as UTF-8") from error
    except OSError as error:
        raise BadBatch(f"cannot read {path}: {error.strerror}", "name another file with --batch") from error


def parse_batch(lines: Iterable[str], *, today: datetime.date) -> tuple[Item, ...]:
    """Reads every line before anything is answered; empty lines are passed over.

    One without a date of its own is asked `today`. Raises BadBatch: a line is not the object it should be; the message
    names the line.
    """
    return tuple(_parse(number, line, today) for number, line in enumerate(lines, 1) if line.strip())


def answer_batch(items: Iterable[Item], ask: Callable[[Request], Answer]) -> Iterator[str]:
    """Yields one JSON line per item, in order."""
    for item in items:
        line = json.dumps(as_json(ask(item.request), id_=item.id), ensure_ascii=False)
        yield line.encode("utf-8", "replace").decode()  # an id may hold half a surrogate pair, which no file takes


@contextmanager
def opened_output(path: Path | None) -> Iterator[Callable[[str], object]]:
    """Yields a writer; a file appears under its name only when it is complete. None means standard output.

    Raises BadOutput: the file cannot be written.
    """
    if path is None:
        yield sys.stdout.write
        return
    is_device = path.exists() and not path.is_file()  # such as /dev/null, which must not be replaced by a file
    try:
        with path.open("wb") if is_device else whole_file(path) as file:
            yield lambda text: file.write(text.encode())
    except OSError as error:
        raise BadOutput(f"cannot write {path}: {error.strerror}", "name another file with --output") from error


def _parse(number: int, line: str, today: datetime.date) -> Item:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadBatch(f"line {number} is not JSON: {error}") from error
    if not isinstance(values, dict) or not isinstance(values.get("question"), str) or "id" not in values:
        raise BadBatch(f'line {number} must be an object like {{"id": "1", "question": "…"}}')
    try:
        return Item(str(values["id"]), Request(values["question"], day_of(values) or today, turns_of(values)))
    except ValueError as error:
        raise BadBatch(f"line {number}: {error}") from error


def day_of(values: Mapping[str, Any]) -> datetime.date | None:
    """Returns the day on which the question of an object was asked, if it says so. Raises ValueError: it is none."""
    asked = values.get("asked")
    if asked in (None, ""):
        return None
    try:
        return datetime.date(*map(int, _DATE.match(str(asked)).groups()))  # type: ignore[union-attr]
    except (AttributeError, ValueError):
        raise ValueError(f"asked={asked!r} is not a date; write it as 2025-11-05") from None


def turns_of(values: Mapping[str, Any]) -> tuple[Turn, ...]:
    """Returns the earlier turns of an object. Raises ValueError: they are no turns."""
    turns = values.get("history") or []
    if not isinstance(turns, list) or not all(
        isinstance(turn, dict) and turn.get("role") in _ROLES and isinstance(turn.get("text"), str) for turn in turns
    ):
        raise ValueError('history must be a list like [{"role": "user", "text": "…"}], of user and assistant')
    return tuple(Turn(turn["role"], turn["text"]) for turn in turns)
