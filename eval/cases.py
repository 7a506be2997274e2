"""The evaluation set: questions with what is known about their answers. Knows the file; asks nothing.

One JSON object a line; eval/README.md describes the fields. Whether a case can hold at all, its quotes first, is
proven by `eval.proof`.
"""

import datetime
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bot.batch import day_of, turns_of
from bot.question.followup import Turn
from eval.errors import BadCases
from eval.files import lines_of

_ID = re.compile(r"[\w.-]{1,100}")
WORD = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
"""What a type or a tag is."""
_LIKE = '{"id": "…", "question": "…", "type": "…", "answerable": true}'
GAP = "gap"
"""The tag of a case that the articles should answer and do not yet: it has no evidence, and facts if they are known."""
# So many faults of a file are named at once; a file of another kind has one on every line.
_NAMED = 10
_OTHERWISE = "name another with --cases, or write one with: footnote eval init"
T = TypeVar("T")


@dataclass(frozen=True)
class Evidence:
    """A verbatim quote of an article that answers a case; without a quote, whatever the article says."""

    article_id: str
    quote: str = ""


@dataclass(frozen=True)
class Case:
    """One question with what is known about its answer.

    Of `facts` and of `evidence` every element has to be met, by any one of its own. `line` is where it stands.
    """

    id: str
    question: str
    type: str
    answerable: bool
    facts: tuple[tuple[str, ...], ...] = ()
    evidence: tuple[tuple[Evidence, ...], ...] = ()
    answers: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    asked: datetime.date | None = None
    history: tuple[Turn, ...] = ()
    tags: tuple[str, ...] = ()
    notes: str = ""
    line: int = field(default=0, compare=False)

    @property
    def quotes(self) -> tuple[Evidence, ...]:
        """All of the evidence, alternatives included."""
        return tuple(one for group in self.evidence for one in group)


class BadCase(ValueError):
    """An object that is no case: all that is wrong with it, one by one in `args`."""

    def __str__(self) -> str:
        return "; ".join(map(str, self.args))


def read_cases(path: Path) -> tuple[Case, ...]:
    """Reads every line; `eval.proof` holds them against the articles.

    Raises BadCases: the file cannot be read, or lines are no cases; each is named with the remedy.
    """
    cases, faults = parse_lines(path)
    complain(path, faults)
    return cases


def parse_lines(path: Path) -> tuple[tuple[Case, ...], tuple[str, ...]]:
    """Returns the cases of a file, and what is wrong with the lines that are none.

    Raises BadCases: the file cannot be read, or is empty.
    """
    faults, cases = list[str](), list[Case]()
    for number, line in enumerate(read_lines(path), 1):
        try:
            cases += [parse_case(_object(line), line=number)] if line.strip() else []
        except (ValueError, RecursionError) as error:
            faults += [f"line {number}: {fault}" for fault in error.args]
    if not cases and not faults:
        raise BadCases(f"{path} holds no cases", "write a first set with: footnote eval init")
    return tuple(cases), tuple(faults)


def complain(path: Path, faults: Sequence[str]) -> None:
    """Raises BadCases with the first of the faults, if there are any."""
    if faults:
        more = [f"… and {len(faults) - _NAMED} more"] if len(faults) > _NAMED else []
        listed = "\n  ".join([*faults[:_NAMED], *more])
        raise BadCases(f"{path}: {len(faults)} {'fault' if len(faults) == 1 else 'faults'}\n  {listed}")


def read_lines(path: Path, *, remedy: str = _OTHERWISE) -> list[str]:
    """Returns the lines of a UTF-8 file; not splitlines(), for a JSON string may hold what that breaks at.

    `remedy` says what to do if there is no such file. Raises BadCases: it cannot be read.
    """
    try:
        return path.read_bytes().decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadCases(f"{path}, line {line} is not UTF-8 (byte {error.start})", "save the file as UTF-8") from error
    except OSError as error:
        raise BadCases(f"cannot read {path}: {error.strerror}", remedy) from error


def parse_case(values: Any, *, line: int = 0) -> Case:
    """Returns the case of a JSON object.

    Raises BadCase: it is none; all that is wrong with it, and what to write instead.
    """
    if not isinstance(values, dict):
        raise BadCase(f"a case is an object, as in {_LIKE}")
    unknown, found = sorted(set(values) - _FIELDS.keys() - {"kind"}), dict[str, Any]()
    fields = f"{', '.join(map(repr, unknown))}; known are {', '.join(sorted(_FIELDS))}"
    faults = [f"unknown field {fields}"] if unknown else []
    for name, parse in _FIELDS.items():
        try:
            found[name] = parse(values)
        except ValueError as error:
            faults.append(str(error))
    if faults:
        raise BadCase(*dict.fromkeys(faults))
    return Case(**found, line=line)


def as_json(case: Case) -> dict[str, object]:
    """Returns the object of a case, as its line holds it; what it does not say is left out."""
    optional = {
        "asked": case.asked and case.asked.isoformat(),
        "history": [{"role": turn.role, "text": turn.text} for turn in case.history],
        "facts": [list(fact) for fact in case.facts],
        "answers": list(case.answers),
        "must_not": list(case.must_not),
        "evidence": [written(group) for group in case.evidence],
        "tags": list(case.tags),
        "notes": case.notes,
    }
    fixed = {"id": case.id, "question": case.question, "type": case.type, "answerable": case.answerable}
    return fixed | {name: value for name, value in optional.items() if value}


def as_line(case: Case) -> str:
    """Returns the line of a case, its end included."""
    return lines_of([as_json(case)])


def _object(line: str) -> object:
    try:
        return json.loads(line)
    except json.JSONDecodeError as error:
        raise BadCase(
            f"no JSON ({error.msg}, at column {error.colno}); write one object a line, as in {_LIKE}"
        ) from error


def written(group: Sequence[Evidence]) -> object:
    """Returns evidence as it stands in a line."""
    objects = [{"article_id": e.article_id} | ({"quote": e.quote} if e.quote else {}) for e in group]
    return objects[0] if len(objects) == 1 else objects


def _listed(values: Mapping[str, Any], name: str, parse: Callable[[Any], T]) -> tuple[T, ...]:
    found = values.get(name) or []
    if not isinstance(found, list):
        raise ValueError(f'"{name}" must be a list')
    return tuple(map(parse, found))


def _texts(values: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return _listed(values, name, lambda text: _said(text, name))


def _facts(values: Mapping[str, Any]) -> tuple[tuple[str, ...], ...]:
    """What has to be said; where it is missing any of the short answers."""
    answers = _texts(values, "answers")
    return _listed(values, "facts", _fact) or ((answers,) if answers else ())


def _fact(fact: Any) -> tuple[str, ...]:
    if not isinstance(fact, list) or not fact:
        raise ValueError('each of "facts" is a list of its spellings, as in [["HQ-22", "HQ22"]]')
    return tuple(_said(spelling, "facts") for spelling in fact)


def _evidence(group: Any) -> tuple[Evidence, ...]:
    found = group if isinstance(group, list) and group else [group]
    for one in found:
        if not isinstance(one, dict) or not one.get("article_id") or set(one) - {"article_id", "quote"}:
            raise ValueError('each of "evidence" is {"article_id": "…", "quote": "…"}, or a list of such')
    return tuple(
        Evidence(str(one["article_id"]), _said(one["quote"], "quote") if "quote" in one else "") for one in found
    )


def _said(text: Any, name: str) -> str:
    if not isinstance(text, str) or not any(map(str.isalnum, text)):
        raise ValueError(f'"{name}" holds {text!r}, which has no words; write text')
    return text


def _matching(text: Any, pattern: re.Pattern[str], name: str, like: str) -> str:
    if not isinstance(text, str) or not pattern.fullmatch(text):
        raise ValueError(f'"{name}" is {text!r}; write {like}')
    return text


def _answerable(values: Mapping[str, Any]) -> bool:
    if not isinstance(found := values.get("answerable"), bool):
        raise ValueError('"answerable" is missing; write true or false')
    return found


_FIELDS: Mapping[str, Callable[[Mapping[str, Any]], Any]] = {
    "id": lambda of: _matching(of.get("id"), _ID, "id", "letters, figures, '-', '_' and '.'"),
    "question": lambda of: _said(of.get("question"), "question"),
    "type": lambda of: _matching(of.get("type", of.get("kind")), WORD, "type", "one lower-case word, as in direct"),
    "answerable": _answerable,
    "facts": _facts,
    "evidence": lambda of: _listed(of, "evidence", _evidence),
    "answers": lambda of: _texts(of, "answers"),
    "must_not": lambda of: _texts(of, "must_not"),
    "asked": day_of,
    "history": turns_of,
    "tags": lambda of: tuple(_matching(tag, WORD, "tags", "lower-case words") for tag in _texts(of, "tags")),
    "notes": lambda of: str(of.get("notes") or ""),
}
"""What makes the value of a field out of an object."""
