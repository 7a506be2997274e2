"""The files of an evaluation: lines of JSON, and what people review, written whole and one after the other."""

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from eval.errors import BadCases, BadRun, CannotWrite
from ingest.private import whole_file

T = TypeVar("T")


def read_objects(path: Path, parse: Callable[[Any, int], T], complaint: str, remedy: str = "") -> tuple[T, ...]:
    """Returns what is made of the JSON of each line and its number; not splitlines(), for a string may hold a break.

    Raises BadCases with the complaint: the file cannot be read, or a line is none of what it should be.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
        return tuple(parse(json.loads(line), number) for number, line in enumerate(lines, 1) if line.strip())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadCases(f"{complaint}: {error}", remedy) from error


def read_json(path: Path, parse: Callable[[Any], T], complaint: str, remedy: str) -> T:
    """Returns what is made of a file of JSON. Raises BadRun with the complaint: it is not what it should be."""
    try:
        return parse(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRun(f"{path} {complaint}: {error!r}", remedy) from error


def lines_of(objects: Iterable[object]) -> str:
    """Returns objects as lines of JSON."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)


def spread(values: Any, depth: int, _before: str = "") -> str:
    """Returns a value as JSON, so many levels of it with a line for each element, so that a change can be reviewed."""
    if not depth or not isinstance(values, Mapping | list | tuple):
        return json.dumps(values, ensure_ascii=False)
    names = [f"{json.dumps(name)}: " for name in values] if isinstance(values, Mapping) else [""] * len(values)
    inside = values.values() if isinstance(values, Mapping) else values
    pairs = zip(names, inside, strict=True)
    told = ",\n".join(f"{_before} {name}{spread(one, depth - 1, f'{_before} ')}" for name, one in pairs)
    opens, closes = "{}" if isinstance(values, Mapping) else "[]"
    return f"{opens}\n{told}\n{_before}{closes}" if told else opens + closes


def write_whole(path: Path, text: str) -> None:
    """Puts a file in its place when it is complete; folders are made as needed.

    Raises CannotWrite: the disk or its permissions do not allow it; what was there before is still there.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            file.write(text.encode())
    except OSError as error:
        raise CannotWrite(f"cannot write {path}: {error.strerror}", "mend its permissions or name another") from error


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Waits until nobody else changes the folder, so that what is read within is still true when it is written.

    Raises CannotWrite: the folder cannot be locked.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError as error:
        raise CannotWrite(f"cannot write to {folder}: {error.strerror}", "mend its permissions") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
