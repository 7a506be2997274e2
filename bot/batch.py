"""Many questions from a JSON Lines file, each with its date and history. Knows the format; asks through a callable."""

import datetime
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.answer import Answer, as_json
from bot.errors import BadBatch
from bot.followup import Turn

_DATE = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})")
_ROLES = ("user", "assistant")


@dataclass(frozen=True)
class Item:
    """One line of a batch: `asked` is None where the line has no date of its own."""

    id: str
    question: str
    asked: datetime.date | None
    history: tuple[Turn, ...]


def parse_batch(lines: Iterable[str]) -> tuple[Item, ...]:
    """Reads every line before anything is answered; empty lines are passed over.

    Raises:
        BadBatch: a line is not the object it should be; the message names the line.
    """
    return tuple(_parse(number, line) for number, line in enumerate(lines, 1) if line.strip())


def answer_batch(items: Iterable[Item], ask: Callable[[Item], Answer]) -> Iterator[str]:
    """Yields one JSON line per item, in order."""
    for item in items:
        yield json.dumps(as_json(ask(item), id_=item.id), ensure_ascii=False)


def _parse(number: int, line: str) -> Item:
    try:
        values = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadBatch(f"line {number} is not JSON: {error}") from error
    if not isinstance(values, dict) or not isinstance(values.get("question"), str) or "id" not in values:
        raise BadBatch(f'line {number} must be an object like {{"id": "1", "question": "…"}}')
    return Item(str(values["id"]), values["question"], _asked(number, values), _history(number, values))


def _asked(number: int, values: Mapping[str, Any]) -> datetime.date | None:
    if values.get("asked") in (None, ""):
        return None
    match = _DATE.match(str(values["asked"]))
    try:
        return datetime.date(*map(int, match.groups())) if match else _no_date(number, values)
    except ValueError:
        return _no_date(number, values)


def _no_date(number: int, values: Mapping[str, Any]) -> datetime.date:
    raise BadBatch(f"line {number}: asked={values['asked']!r} is not a date; write it as 2025-11-05")


def _history(number: int, values: Mapping[str, Any]) -> tuple[Turn, ...]:
    turns = values.get("history") or []
    if not isinstance(turns, list) or not all(
        isinstance(turn, dict) and turn.get("role") in _ROLES and isinstance(turn.get("text"), str) for turn in turns
    ):
        raise BadBatch(f'line {number}: history must be a list like [{{"role": "user", "text": "…"}}]')
    return tuple(Turn(turn["role"], turn["text"]) for turn in turns)
