"""Runs on disk: the last ones in the home, and beside the cases the accepted one. Knows the files; judges nothing.

last.json      everything about the last run, byte for byte the same for the same run; not there if it could not be made
earlier.json   the run before it
times.json     its milliseconds and tokens, which no two runs share
history.jsonl  the fingerprints and totals of every run that differs from the one before it
baseline.json  which case passed, what was answered, and below what nothing may fall
allow.txt      flips that somebody has explained for one commit, `ID: reason` a line
"""

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from eval.cases import as_json, parse_case
from eval.errors import BadRun
from eval.files import alone, lines_of, read_json, spread, write_whole
from eval.flags import Place
from eval.prints import Prints, case_print
from eval.run import Outcome, Result, Run, differing
from eval.totals import speeds, totals
from ingest.doctor.finding import Check, Finding

_EARLIER = "earlier.json"
_MOST_HISTORY = 500


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


def save_run(run: Run, folder: Path, *, day: str) -> None:
    """Keeps a run as the last one, and notes it in the history if it differs from the one before it.

    Raises CannotWrite: the folder cannot be written to.
    """
    write_whole(folder / "last.json", as_text(run))
    write_whole(folder / "times.json", json.dumps(run.times, indent=1) + "\n")
    past, now = load_history(folder), asdict(run.prints) | {"totals": rounded(totals(run.results))}
    if not past or {name: past[-1].get(name) for name in now} != now:
        lines = [*past[-_MOST_HISTORY:], {"day": day, **now, "speeds": rounded(speeds(run.times))}]
        write_whole(folder / "history.jsonl", lines_of(lines))


def set_aside(folder: Path) -> None:
    """Makes the last run the one before it, so that nobody takes it for one that is about to be made."""
    with suppress(FileNotFoundError):
        (folder / "last.json").replace(folder / _EARLIER)


def unlike_the_last(run: Run, folder: Path) -> tuple[str, ...]:
    """Returns what was answered differently by the run that was set aside, if that was of the very same."""
    with suppress(BadRun):
        other = load_run(folder / _EARLIER)
        if run.prints == other.prints:
            return differing(run, {id_: result.answer for id_, result in other.by_id.items()})
    return ()


def as_text(run: Run) -> str:
    """Returns a run as JSON, one case a line; equal runs give equal bytes."""
    return spread(_head(run) | {"results": [_object(result) for result in run.results]}, 2) + "\n"


def load_run(path: Path) -> Run:
    """Reads what `save_run` wrote; of a folder, its last run. Raises BadRun: there is no run, or it cannot be read."""
    path = path / "last.json" if path.is_dir() else path

    def run(values: Any) -> Run:
        results = tuple(map(_result, values["results"]))
        return Run(Prints(**values["prints"]), results, values["articles"], _times(path.with_name("times.json")))

    remedy = "make one with: footnote eval run"
    if not path.exists():
        raise BadRun(f"no evaluation to look at in {path}, or the last could not be made", remedy)
    return read_json(path, run, "is no run of this version", remedy)


def load_history(folder: Path) -> list[dict[str, Any]]:
    """Returns the runs of the past that differ, oldest first; what cannot be read is passed over."""
    try:
        lines = (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()
        return [found for line in lines if isinstance(found := json.loads(line), dict) and "totals" in found]
    except (OSError, ValueError):
        return []


def load_baseline(path: Path) -> Baseline:
    """Reads the baseline; none is an empty one. Raises BadRun: the file is damaged."""
    remedy = "take it from your version control again, or delete it and write it anew with: footnote eval promote"
    found = read_json(path, _baseline, "is damaged", remedy) if path.is_file() else Baseline()
    if unknown := sorted(found.floors.keys() - found.totals.keys()):
        known = f"the totals are: {', '.join(found.totals)}"
        raise BadRun(f"{path}: floors names {', '.join(unknown)}, which is no total", known)
    return found


def save_baseline(run: Run, path: Path) -> None:
    """Makes a run the baseline, one case a line, so that a change of it can be reviewed; floors stay as they are.

    Raises BadRun: the baseline that is there is damaged, so that its floors would be lost; CannotWrite: the file cannot
    be written.
    """
    with alone(path.parent):
        floors, cases = load_baseline(path).floors, {id_: asdict(held) for id_, held in held_of(run).items()}
        write_whole(path, spread(_head(run) | {"floors": dict(floors), "cases": cases}, 2) + "\n")


def baseline_check(place: Place) -> Check:
    """Returns the check of the baseline of a corpus."""
    return Check("baseline", lambda: (_finding(place),))


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


def rounded(values: Mapping[str, float]) -> dict[str, float]:
    """Returns the values to four places, as they are written."""
    return {name: round(value, 4) for name, value in values.items()}


def _head(run: Run) -> dict[str, object]:
    return {"prints": asdict(run.prints), "totals": rounded(totals(run.results)), "articles": dict(run.articles)}


def _object(result: Result) -> dict[str, object]:
    return {
        "case": as_json(result.case),
        "outcome": asdict(result.outcome),
        "scores": rounded(result.scores),
        "slices": result.slices,
        "answer": result.answer,
    }


def _result(values: Mapping[str, Any]) -> Result:
    case, outcome = parse_case(values["case"]), Outcome(**values["outcome"])
    answer = values["answer"]
    if not isinstance(answer["text"], str) or not isinstance(answer["confidence"], float | int):
        raise ValueError("an answer without text or confidence")
    return Result(case, answer, outcome, values["scores"], tuple(values["slices"]))


def _times(path: Path) -> Mapping[str, Mapping[str, float]]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    except (OSError, ValueError):
        return {}


def _baseline(values: Any) -> Baseline:
    return Baseline(
        held={id_: _held(case) for id_, case in values["cases"].items()},
        prints=Prints(**values["prints"]),
        totals={name: float(value) for name, value in values["totals"].items()},
        floors={name: float(value) for name, value in values["floors"].items()},
        articles=dict(values["articles"]),
    )


def _held(values: Any) -> Held:
    if not isinstance(values["passed"], bool) or not isinstance(values["answer"], str):
        raise ValueError("a case that does not say whether it passed")
    return Held(values["passed"], values["answer"], tuple(map(str, values["cited"])), str(values.get("case", "")))


def _finding(place: Place) -> Finding:
    """What the baseline holds; cases without one are never lost, and a corpus need not have any."""
    held = load_baseline(place.baseline).held
    if held:
        passed = sum(one.passed for one in held.values())
        return Finding("baseline", "well", f"{passed} of {len(held)} cases pass in {place.baseline}")
    if not place.cases.exists():
        return Finding("baseline", "well", f"no cases in {place.cases}; write a first set with: footnote eval init")
    remedy = "make one with: footnote eval run, then footnote eval promote"
    return Finding(
        "baseline", "note", f"none in {place.baseline}: a change that makes answers worse is not noticed", remedy
    )
