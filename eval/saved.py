"""Runs on disk: the last one, the one before it, and a line for each in the history. Knows files; judges nothing.

last.json      everything about the last run, byte for byte the same for the same run; not there if it could not be made
earlier.json   the run before it
times.json     its milliseconds and tokens, which no two runs share
history.jsonl  the fingerprints and totals of every run that differs from the one before it
"""

import dataclasses
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from eval.cases import as_json, parse_case
from eval.errors import BadRun
from eval.files import write_whole
from eval.outcome import Outcome
from eval.prints import Prints
from eval.run import Result, Run
from eval.totals import speeds, totals

EARLIER = "earlier.json"
"""The run before the last one, in the folder of runs."""
_MOST_HISTORY = 500


def save_run(run: Run, folder: Path, *, day: str) -> None:
    """Keeps a run as the last one, and notes it in the history if it differs from the one before it.

    Raises CannotWrite: the folder cannot be written to.
    """
    write_whole(folder / "last.json", as_text(run))
    write_whole(folder / "times.json", json.dumps(run.times, indent=1) + "\n")
    past, now = load_history(folder), dataclasses.asdict(run.prints) | {"totals": rounded(totals(run.results))}
    if not past or {name: past[-1].get(name) for name in now} != now:
        lines = [*past[-_MOST_HISTORY:], {"day": day, **now, "speeds": rounded(speeds(run.times))}]
        write_whole(folder / "history.jsonl", "".join(json.dumps(line) + "\n" for line in lines))


def set_aside(folder: Path) -> None:
    """Makes the last run the one before it, so that nobody takes it for one that is about to be made."""
    with suppress(FileNotFoundError):
        (folder / "last.json").replace(folder / EARLIER)


def as_text(run: Run) -> str:
    """Returns a run as JSON, one case a line; equal runs give equal bytes."""
    head = {"prints": dataclasses.asdict(run.prints), "totals": rounded(totals(run.results)), "articles": run.articles}
    parts = [f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in head.items()]
    results = ",\n".join(json.dumps(_object(result), ensure_ascii=False) for result in run.results)
    return "{\n" + ",\n".join(parts) + ',\n"results": [\n' + results + "\n]}\n"


def load_run(path: Path) -> Run:
    """Reads what `save_run` wrote; of a folder, its last run. Raises BadRun: there is no run, or it cannot be read."""
    path = path / "last.json" if path.is_dir() else path
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        results = tuple(map(_result, values["results"]))
        return Run(Prints(**values["prints"]), results, values["articles"], _times(path.with_name("times.json")))
    except FileNotFoundError as error:
        raise BadRun(
            f"no evaluation to look at in {path}, or the last could not be made", "make one with: footnote eval run"
        ) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadRun(f"{path} is no run of this version ({error!r})", "make one with: footnote eval run") from error


def load_history(folder: Path) -> list[dict[str, Any]]:
    """Returns the runs of the past that differ, oldest first; what cannot be read is passed over."""
    try:
        lines = (folder / "history.jsonl").read_text(encoding="utf-8").splitlines()
        return [found for line in lines if isinstance(found := json.loads(line), dict) and "totals" in found]
    except (OSError, ValueError):
        return []


def rounded(values: Mapping[str, float]) -> dict[str, float]:
    """Returns the values to four places, as they are written."""
    return {name: round(value, 4) for name, value in values.items()}


def _object(result: Result) -> dict[str, object]:
    return {
        "case": as_json(result.case),
        "outcome": dataclasses.asdict(result.outcome),
        "scores": rounded(result.scores),
        "slices": list(result.slices),
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
