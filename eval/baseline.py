"""The committed baseline, and the list of flips that somebody has explained for one commit (`ID: reason` a line).

Which case passes, what was answered, and below what nothing may fall. Knows these files.
"""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.errors import BadRun
from eval.files import alone, write_whole
from eval.prints import Prints, case_print
from eval.run import Run
from eval.saved import rounded
from eval.totals import totals


@dataclass(frozen=True)
class Held:
    """One case in the baseline: whether it passed, what was answered, what was cited, and its fingerprint."""

    passed: bool
    answer: str = ""
    cited: tuple[str, ...] = ()
    case: str = ""


@dataclass(frozen=True)
class Baseline:
    """A run that was accepted; `floors` bound totals from below. Without a run nothing can be lost yet."""

    held: Mapping[str, Held] = field(default_factory=dict)
    prints: Prints | None = None
    totals: Mapping[str, float] = field(default_factory=dict)
    floors: Mapping[str, float] = field(default_factory=dict)
    articles: Mapping[str, str] = field(default_factory=dict)


def load_baseline(path: Path) -> Baseline:
    """Reads the baseline; none is an empty one. Raises BadRun: the file is damaged."""
    if not path.is_file():
        return Baseline()
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        cases, unknown = values["cases"], sorted(values["floors"].keys() - values["totals"].keys())
        if unknown:
            raise BadRun(
                f"{path}: floors names {', '.join(unknown)}, which is no total",
                f"the totals are: {', '.join(values['totals'])}",
            )
        return Baseline(
            held={str(id_): _held(case) for id_, case in cases.items()},
            prints=Prints(**values["prints"]),
            totals=_numbers(values["totals"]),
            floors=_numbers(values["floors"]),
            articles=dict(values["articles"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRun(
            f"{path} is damaged: {error!r}",
            "take it from your version control again, or delete it and write it anew with: footnote eval promote",
        ) from error


def promote(run: Run, path: Path) -> None:
    """Makes a run the baseline, one case a line, so that a change of it can be reviewed; floors stay as they are.

    Raises BadRun: the baseline that is there is damaged, so that its floors would be lost; CannotWrite: the file cannot
    be written.
    """
    with alone(path.parent):
        write_whole(path, _text(run, load_baseline(path).floors))


def held_of(run: Run) -> dict[str, Held]:
    """Returns a run's cases as a baseline holds them, in the order of their ids."""
    return {
        id_: Held(
            result.outcome.passed,
            str(result.answer["text"]),
            tuple(dict.fromkeys(str(citation["article_id"]) for citation in result.answer["citations"])),
            case_print(result.case),
        )
        for id_, result in sorted(run.by_id.items())
    }


def _text(run: Run, floors: Mapping[str, float]) -> str:
    head = {
        "prints": dataclasses.asdict(run.prints),
        "floors": dict(floors),
        "totals": rounded(totals(run.results)),
        "articles": dict(run.articles),
    }
    parts = [f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in head.items()]
    cases = [
        f"  {json.dumps(id_)}: {json.dumps(dataclasses.asdict(held), ensure_ascii=False)}"
        for id_, held in held_of(run).items()
    ]
    return "{\n" + ",\n".join(parts) + ',\n "cases": {\n' + ",\n".join(cases) + "\n }\n}\n"


def _held(values: Any) -> Held:
    if not isinstance(values["passed"], bool) or not isinstance(values["answer"], str):
        raise ValueError("a case that does not say whether it passed")
    return Held(values["passed"], values["answer"], tuple(map(str, values["cited"])), str(values.get("case", "")))


def _numbers(values: Mapping[str, Any]) -> dict[str, float]:
    return {str(name): float(value) for name, value in values.items()}


def load_allowed(path: Path) -> Mapping[str, str]:
    """Returns the reasons by the id of their case; a line that begins with # is passed over.

    Raises BadRun: a line names no case or no reason.
    """
    if not path.is_file():
        return {}
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRun(f"cannot read {path}: {error}", "save it as UTF-8") from error
    allowed, unfit = {}, []
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        id_, _, reason = (part.strip() for part in line.partition(":"))
        allowed[id_] = reason
        unfit += [] if id_ and reason else [str(number)]
    if unfit:
        raise BadRun(f"{path}, line {', '.join(unfit)}: write the id of a case, a colon, and why it may fail or go now")
    return allowed


def clear_allowed(path: Path) -> None:
    """Takes every explanation out, for what they explained is the baseline now; remarks stay.

    Raises CannotWrite: the file cannot be written.
    """
    if load_allowed(path):
        with alone(path.parent):
            lines = path.read_text(encoding="utf-8").splitlines()
            write_whole(path, "".join(f"{line}\n" for line in lines if line.startswith("#")))
