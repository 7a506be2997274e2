"""A small language for the shape of JSON: checks that yield what is wrong and where.

Knows objects, lists, strings and choices. Knows nothing of Slack. A check takes a value and its JSON pointer and
yields problems, none for a good value.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Json = dict[str, Any]
Check = Callable[[Any, str], Iterator[str]]


def string(longest: int | None = None, *, shortest: int = 1, pattern: str = "") -> Check:
    """Return a check for a string of that many characters, all of which match the pattern."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"must be a string [{at}]"
        elif len(value) < shortest:
            yield f"must be more than {shortest - 1} characters [{at}]"
        elif longest is not None and len(value) > longest:
            yield f"must be less than {longest + 1} characters [{at}]"
        elif pattern and not re.fullmatch(pattern, value, re.DOTALL):
            yield f"must match {pattern} [{at}]"

    return check


def url(longest: int | None = None) -> Check:
    """Return a check for an address that a person can open."""
    return string(longest, pattern=r"(?:https?|mailto|tel|slack):\S+")


def boolean(value: Any, at: str) -> Iterator[str]:
    """Check for true or false."""
    if not isinstance(value, bool):
        yield f"must be a boolean [{at}]"


def integer(smallest: int, largest: int) -> Check:
    """Return a check for a whole number within these bounds, both included."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, int) or isinstance(value, bool) or not smallest <= value <= largest:
            yield f"must be a number from {smallest} to {largest} [{at}]"

    return check


def choice(*allowed: str) -> Check:
    """Return a check for one of these strings."""

    def check(value: Any, at: str) -> Iterator[str]:
        if value not in allowed:
            yield f"must be one of {', '.join(allowed)} [{at}]"

    return check


def listing(of: Check, *, longest: int, shortest: int = 1) -> Check:
    """Return a check for a list of so many items, each of them good."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"must be an array [{at}]"
            return
        if len(value) < shortest:
            yield f"no fewer than {shortest} items allowed [{at}]"
        if len(value) > longest:
            yield f"no more than {longest} items allowed [{at}]"
        for number, item in enumerate(value):
            yield from of(item, f"{at}/{number}")

    return check


def record(required: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """Return a check for an object with these fields and no others; `type` is the caller's to check."""
    known = {**required, **(optional or {})}

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"must be an object [{at}]"
            return
        for name in required:
            if name not in value:
                yield f"missing required field: {name} [{at}]"
        for name, inner in value.items():
            if name in known:
                yield from known[name](inner, f"{at}/{name}")
            elif name != "type":
                yield f"invalid additional property: {name} [{at}]"

    return check


def typed(kinds: Mapping[str, Check]) -> Check:
    """Return a check that goes by the field `type`."""

    def check(value: Any, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"must be an object [{at}]"
        elif value.get("type") not in kinds:
            yield f"unsupported type: {value.get('type')} [{at}/type]"
        else:
            yield from kinds[value["type"]](value, at)

    return check


def anything(value: Any, at: str) -> Iterator[str]:
    """Accept whatever it is."""
    return iter(())
