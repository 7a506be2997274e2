"""One evaluation: every case is asked, judged, counted and compared. Asks through a callable; knows no index."""

import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.answer import Answer
from eval.cases import Case
from eval.errors import BadCases
from eval.metrics import Outcome, judge, totals


@dataclass(frozen=True)
class Result:
    """The outcome of every case, by id, and the totals."""

    outcomes: Mapping[str, Outcome]
    totals: Mapping[str, float]


@dataclass(frozen=True)
class Comparison:
    """A run against the baseline: ids of cases that were lost (the gate fails on any), won, are new, or are gone."""

    lost: tuple[str, ...]
    won: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]


def evaluate(cases: Sequence[Case], ask: Callable[[str], Answer], texts: Mapping[str, str]) -> Result:
    """Asks every case and judges the answers; `texts` are the articles' by id."""
    answers = [ask(case.question) for case in cases]
    outcomes = [judge(case, answer, texts) for case, answer in zip(cases, answers, strict=True)]
    return Result({outcome.id: outcome for outcome in outcomes}, totals(cases, answers, outcomes))


def compare(result: Result, baseline: Mapping[str, bool]) -> Comparison:
    """Compares by case; `baseline` maps case ids to whether they passed."""
    now = {id_: outcome.passed for id_, outcome in result.outcomes.items()}
    return Comparison(
        lost=tuple(id_ for id_, passed in now.items() if not passed and baseline.get(id_)),
        won=tuple(id_ for id_, passed in now.items() if passed and baseline.get(id_) is False),
        new=tuple(id_ for id_ in now if id_ not in baseline),
        gone=tuple(id_ for id_ in baseline if id_ not in now),
    )


def save_result(result: Result, path: Path) -> None:
    """Writes a run for a later comparison or promotion."""
    path.parent.mkdir(parents=True, exist_ok=True)
    outcomes = {id_: dataclasses.asdict(outcome) for id_, outcome in result.outcomes.items()}
    text = json.dumps({"totals": dict(result.totals), "outcomes": outcomes}, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def load_result(path: Path) -> Result:
    """Reads what `save_result` wrote.

    Raises:
        BadCases: there is no run, or it cannot be read.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Result({id_: Outcome(**outcome) for id_, outcome in values["outcomes"].items()}, values["totals"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadCases(f"no evaluation to look at in {path}; make one with: footnote eval run") from error


def load_baseline(path: Path) -> dict[str, bool]:
    """Reads the committed baseline; none means that nothing can be lost yet.

    Raises:
        BadCases: the file is damaged.
    """
    if not path.is_file():
        return {}
    try:
        return {str(id_): passed is True for id_, passed in json.loads(path.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, AttributeError) as error:
        raise BadCases(f"{path} is damaged: {error}; write it anew with: footnote eval promote") from error


def promote(result: Result, path: Path) -> None:
    """Makes a run the baseline: which case passes, by id, one a line, so that a change of it can be reviewed."""
    passed = {id_: outcome.passed for id_, outcome in sorted(result.outcomes.items())}
    path.write_text(json.dumps(passed, indent=1) + "\n", encoding="utf-8")
