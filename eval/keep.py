"""The file of cases as it changes: read, proven, and written whole, one after the other. Knows the file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from eval.cases import Case, as_line, complain, read_cases
from eval.files import alone, write_whole
from eval.proof import asking, faults

Change = Callable[[tuple[Case, ...]], Sequence[Case]]
"""Makes of the cases that are there those that shall be."""


def cases_at(path: Path) -> tuple[Case, ...]:
    """Returns the cases of a file; none if it is empty or not there yet. Raises BadCases: the file cannot be read."""
    return read_cases(path) if path.is_file() and path.stat().st_size else ()


def change_cases(path: Path, texts: Mapping[str, str], change: Change) -> tuple[Case, ...]:
    """Changes the cases while nobody else can, and returns what is there now; all of it is proven.

    Raises BadCases: the file cannot be read, or what it would hold cannot hold; it is as it was; CannotWrite: it cannot
    be written; it is as it was.
    """
    return _changed(path, change, lambda now: complain(path, faults(now, texts)))


def rewrite_cases(path: Path, change: Change) -> tuple[Case, ...]:
    """Does the same with cases some of which cannot hold any more, so that nothing is proven.

    Raises BadCases: the file cannot be read; CannotWrite: it cannot be written; it is as it was.
    """
    return _changed(path, change, lambda now: None)


def _changed(path: Path, change: Change, prove: Callable[[Sequence[Case]], object]) -> tuple[Case, ...]:
    with alone(path.parent):
        before = cases_at(path)
        now = tuple(replace(case, line=i) for i, case in enumerate(change(before), 1))
        prove(now)
        if now != before:
            write_whole(path, "".join(map(as_line, now)))
    return now


def adding(cases: Sequence[Case]) -> Change:
    """Returns the change that adds cases; one whose id is taken gets a number behind it, one that is there is not
    added again."""

    def add(before: tuple[Case, ...]) -> list[Case]:
        now, ids = list(before), {case.id for case in before}
        asked = set(map(asking, before))
        for case in cases:
            if asking(case) in asked:
                continue
            id_ = next(id_ for id_ in _ids(case.id, len(ids)) if id_ not in ids)
            now.append(replace(case, id=id_))
            ids.add(id_)
            asked.add(asking(case))
        return now

    return add


def _ids(id_: str, taken: int) -> list[str]:
    return [id_, *(f"{id_[:90]}-{number}" for number in range(2, taken + 3))]
