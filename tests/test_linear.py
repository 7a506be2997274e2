"""No text can hold the program up: every pattern of the package is quick on forty kilobytes of anything."""

import ast
import importlib
import re
import signal
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY

SIZE, MOST_SECONDS, TRIES = 40_000, 0.05, 5
Pattern = re.Pattern[str]
_RUNS = ((" ", "x"), (".", "x"), ("(", "x"), ("-", "x"), ("1", "!"), ("a", "!"))
_PIECES = (
    *" \n[(\"'“.-#1aA",
    *(
        "1 ",
        "a ",
        "A ",
        "x. ",
        "1,",
        "20-",
        "a-",
        "ab1.",
        "1a",
        "[1]",
        " [",
        "a's ",
        "'s ",
        "‘a",
        "and ",
        "- ",
        "| ",
        "1:2 ",
    ),
)


def adversarial(size: int) -> tuple[str, ...]:
    """Texts of about so many characters, each made of one thing."""
    return (
        *((piece * (size // len(piece) + 1))[:size] for piece in _PIECES),
        *(f"{begins}{' ' * size}" for begins in ("1", "a,", "[")),
        *(f"{run * size}{ends}" for run, ends in _RUNS),
    )


# Each text as a tenth, a quarter and whole. What takes no longer on a part than the square of it allows does not take
# long on the whole, even if it grows as the square. Of what grows partly so (a·n + b·n²), the whole takes at most 6.1
# times as long as the quarter if that takes at most 2.8 times as long as the tenth.
LADDER = tuple(zip(*(adversarial(SIZE // part) for part in (10, 4, 1)), strict=True))
_NO_MATTER, _LITTLE, _LINEAR = (MOST_SECONDS / 125, MOST_SECONDS / 20), MOST_SECONDS / 6.1, 2.8
USES: dict[str, Callable[[Pattern, str], object]] = {
    "search": lambda pattern, text: pattern.search(text),
    "match": lambda pattern, text: pattern.match(text),
    "fullmatch": lambda pattern, text: pattern.fullmatch(text),
    "finditer": lambda pattern, text: deque(pattern.finditer(text), maxlen=0),
}
# What goes through the whole text costs no more than finding everything in it.
_AS = {"sub": "finditer", "subn": "finditer", "split": "finditer", "findall": "finditer"}
# What is only the beginning of another use costs no more than that: the first that is found, what stands at the start.
_BEGINS = {"finditer": {"search", "match"}, "search": {"match"}}


def modules() -> tuple[Path, ...]:
    folders = (REPOSITORY / name for name in ("ingest", "bot", "eval"))
    without = ("on_ray.py", "cross_encoder.py")  # they take Ray and PyTorch, which need not be there
    return tuple(sorted(path for folder in folders for path in folder.rglob("*.py") if path.name not in without))


def held(value: object, depth: int = 4) -> Iterator[Pattern]:
    """The patterns in a value: itself, or in what it holds."""
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif depth and isinstance(value, dict):
        for pair in value.items():
            yield from held(pair, depth - 1)
    elif depth and isinstance(value, tuple | list | set | frozenset):
        for one in value:
            yield from held(one, depth - 1)
    elif depth and is_dataclass(value) and not isinstance(value, type):
        yield from held([getattr(value, field.name) for field in fields(value)], depth - 1)


def named() -> Iterator[tuple[str, Pattern]]:
    """Every compiled pattern that a module has, by its name."""
    for path in modules():
        name = ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")
        for constant, value in vars(importlib.import_module(name)).items():
            for number, pattern in enumerate(held(value)):
                yield f"{name}.{constant} {number}", pattern


@cache
def calls() -> tuple[tuple[str, ast.Call, ast.Attribute], ...]:
    return tuple(
        (f"{path.relative_to(REPOSITORY)}:{node.lineno}", node, node.func)
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    )


def inline() -> Iterator[tuple[str, str, Pattern]]:
    """Every pattern that is written where it is used: where, how, and compiled."""
    for where, call, method in calls():
        if isinstance(method.value, ast.Name) and method.value.id == "re" and method.attr in {*USES, *_AS}:
            pattern, flags = call.args[0], [*call.args, *(word.value for word in call.keywords)]
            if isinstance(pattern, ast.Constant):
                ignored = any("IGNORECASE" in ast.unparse(flag) for flag in flags[1:])
                yield where, method.attr, re.compile(str(pattern.value), re.IGNORECASE if ignored else 0)


@cache
def methods() -> dict[str, frozenset[str]]:
    """How each name is used, as in NAME.search(…)."""
    found: dict[str, set[str]] = {}
    for _, _, method in calls():
        if isinstance(method.value, ast.Name):
            found.setdefault(method.value.id, set()).add(method.attr)
    return {name: frozenset(attributes) for name, attributes in found.items()}


@cache
def cases() -> dict[tuple[str, int], tuple[str, Pattern, frozenset[str]]]:
    """Each pattern once, with where it is and how it is used; one that is not called by its name may be used anyhow."""
    found: dict[tuple[str, int], tuple[str, Pattern, frozenset[str]]] = {}
    for where, how, pattern in inline():
        found.setdefault((pattern.pattern, pattern.flags), (where, pattern, frozenset({_AS.get(how, how)})))
    for where, pattern in named():
        known = methods().get(where.split()[0].rsplit(".", 1)[1], frozenset()) & {*USES, *_AS}
        uses = frozenset(_AS.get(how, how) for how in known) or frozenset(USES)
        _, _, before = found.get((pattern.pattern, pattern.flags), ("", None, frozenset()))
        found[pattern.pattern, pattern.flags] = (where, pattern, uses | before)
    return found


def is_slow(use: Callable[[Pattern, str], object], pattern: Pattern, ladder: Sequence[str]) -> bool:
    *parts, text = ladder
    took = [0.0]
    for part, enough in zip(parts, _NO_MATTER, strict=True):
        took.append(seconds(lambda part=part: use(pattern, part), tries=1))  # type: ignore[misc]
        if took[-1] < enough:
            return False
    if took[2] < _LITTLE and took[2] < _LINEAR * took[1]:
        return False
    return seconds(lambda: use(pattern, text)) >= MOST_SECONDS


def seconds(work: Callable[[], Any], tries: int = TRIES) -> float:
    """The least processor time of a few tries, since others may be at work here; one that takes far longer ends it."""
    least = float("inf")
    for _ in range(tries):
        start = time.thread_time()
        signal.setitimer(signal.ITIMER_VIRTUAL, 3 * MOST_SECONDS)
        try:
            work()
        except TooLong:
            return time.thread_time() - start
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        least = min(least, time.thread_time() - start)
        if least < MOST_SECONDS:
            break
    return least


FOLDERS = sorted({path.parent.relative_to(REPOSITORY).as_posix() for path in modules()})


class TooLong(Exception):
    pass


@pytest.fixture(autouse=True)
def alarm() -> Iterator[None]:
    def ring(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, ring)
    yield
    signal.signal(signal.SIGVTALRM, before)


def folder_of(where: str) -> str:
    """The folder of a pattern: "bot/quote" of "bot/quote/shape.py:9" and of "bot.quote.shape._CELL 0"."""
    path = where.split(":")[0] if "/" in where else where.split()[0].rsplit(".", 1)[0].replace(".", "/")
    return path.rsplit("/", 1)[0]


def test_the_patterns_are_found() -> None:
    places = " ".join(where for where, _, _ in cases().values())
    assert len(cases()) > 150
    assert all(name in places for name in ("bot.injection._ORDERS", "ingest.terms.", "ingest/articles/", "bot.slack."))
    assert {folder_of(where) for where, _, _ in cases().values()} <= set(FOLDERS)


# By folder, for to find the patterns all modules are imported, which only the worker that tries them needs to do.
@pytest.mark.parametrize("folder", FOLDERS)
def test_the_patterns_of_a_folder_are_quick_on_any_text(folder: str) -> None:
    here = [
        (pattern, use)
        for where, pattern, uses in cases().values()
        if folder_of(where) == folder
        for use in uses.difference(*(_BEGINS.get(other, ()) for other in uses))
    ]
    slow = [
        f"{use} on {ladder[-1][:12]!r}…: {pattern.pattern[:90]}"
        for pattern, use in here
        for ladder in LADDER
        if is_slow(USES[use], pattern, ladder)
    ]
    assert slow == []


def test_a_pattern_that_is_slow_is_found_out() -> None:
    assert any(is_slow(USES["search"], re.compile(r"\d+-\d+x"), ladder) for ladder in LADDER)
