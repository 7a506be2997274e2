"""The flags of `footnote eval`, and where the files of an evaluation are. Knows argparse; measures nothing."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ingest.command_line import Command
from ingest.flags import add_place

FORMATS = ("beir", "ragas", "labelled", "csv")
_SETS = "the sets to measure: each a folder with corpus/ and questions.jsonl"
_TALKS = "folders with corpus/ and conversations.jsonl (default: those of the project)"
_PAIRS = "files of pairs, or folders of articles from which pairs are made"


@dataclass(frozen=True)
class Place:
    """Where an evaluation lives: beside the corpus what people review, in the home what a run leaves."""

    corpus: Path
    home: Path
    cases: Path
    baseline: Path

    def of_model(self) -> "Place":
        """Returns the place with the baseline of a model, whose answers are others than those that are quoted."""
        return replace(self, baseline=self.baseline.with_name(f"{self.baseline.stem}-model{self.baseline.suffix}"))

    @property
    def allow(self) -> Path:
        """The flips that somebody has explained."""
        return self.baseline.with_name("allow.txt")

    @property
    def transcripts(self) -> Path:
        """What a model said once."""
        return self.cases.with_name("transcripts.jsonl")

    @property
    def runs(self) -> Path:
        """The last run, its report and the history."""
        return self.home / "eval"


def place_of(corpus: Path, home: Path, *, cases: Path | None = None, baseline: Path | None = None) -> Place:
    """Returns the place of a corpus: the folder `eval` beside it, unless files are named."""
    beside = corpus.absolute().parent / "eval"
    cases = cases or beside / "cases.jsonl"
    return Place(corpus, home, cases, baseline or cases.with_name("baseline.json"))


def add_eval_flags(parser: argparse.ArgumentParser, tail: Callable[[argparse.ArgumentParser], None]) -> None:
    """Adds the commands below `footnote eval`; `tail` adds the flags that every command takes."""
    commands = parser.add_subparsers(metavar="ACTION", required=True, dest="action")

    def command(name: str, what: str) -> argparse.ArgumentParser:
        one = commands.add_parser(name, help=what, description=what[0].upper() + what[1:] + ".")
        one.add_argument(
            "--cases", metavar="FILE", type=Path, help="the cases (default: eval/cases.jsonl beside the corpus)"
        )
        one.add_argument("--baseline", metavar="FILE", type=Path, help="the baseline (default: beside the cases)")
        tail(one)
        return one

    _add_gate(command)
    _add_set(command)
    _add_benches(command)


def _add_gate(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    run = command("run", "ask every case and hold the answers against the baseline")
    run.add_argument("--replay", action="store_true", help="let the model say what it said when it was recorded")
    run.add_argument("--repeats", metavar="N", type=int, default=3, help="how often a live model is asked (default: 3)")
    run.add_argument("--no-baseline", action="store_true", help="a first run, which is held against nothing yet")
    run.add_argument("--once", action="store_true", help="do not ask a second time to see that nothing changes")
    command("record", "ask the model every case and keep what it says, for run --replay")
    compare = command("compare", "show how a run differs from the baseline, or from another run")
    compare.add_argument(
        "runs", metavar="RUN", nargs="*", type=Path, help="saved runs: B against A (default: the last)"
    )
    promote = command("promote", "make the last run the baseline; with IDs, make candidates cases")
    promote.add_argument("ids", metavar="ID", nargs="*", help="candidates, as `footnote eval candidates` lists them")
    promote.add_argument("--yes", action="store_true", help="accept the cases that get worse, too")
    promote.add_argument("--article", metavar="ID", help="the article that answers the candidate")
    promote.add_argument("--quote", metavar="TEXT", help="the words of it that do")
    promote.add_argument("--fact", metavar="TEXT", action="append", help="what an answer must say; may be repeated")
    promote.add_argument("--unanswerable", action="store_true", help="a refusal is right")
    command("report", "write the last run as HTML, Markdown and JUnit XML")
    judge = command("judge", "let a model judge the last run by llama_index's evaluators (never part of the gate)")
    judge.add_argument("--most", metavar="N", type=int, default=50, help="the most cases that are judged (default: 50)")


def _add_set(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    init = command("init", "write a first set of cases from the articles")
    init.add_argument("--most", metavar="N", type=int, default=100, help="the most cases (default: 100)")
    command("add", "write a case, asked for step by step")
    drift = command("drift", "list evidence that vanished or moved since the cases were written")
    drift.add_argument("--apply", action="store_true", help="put the new places into the cases")
    candidates = command("candidates", "list thumbs down and refusals that may become cases")
    candidates.add_argument("--json", action="store_true", help="print one JSON object a line")
    for name, what in (("export", "write the cases in another format"), ("import", "add cases from another format")):
        moved = command(name, what)
        moved.add_argument("format", choices=FORMATS if name == "import" else FORMATS[:-1])
        moved.add_argument("file", metavar="PLACE", type=Path, help="a folder for beir, a file for the others")


def _add_benches(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    command("bench", "measure benchmark sets").add_argument("folders", metavar="SET", nargs="*", type=Path, help=_SETS)
    check = command("check", "measure the check on pairs of a sentence and its quotes")
    check.add_argument("folders", metavar="SET", nargs="*", type=Path, help=_PAIRS)
    check.add_argument("--record", action="store_true", help="keep what the judge says, for a check without one")
    check.add_argument("--promote", action="store_true", help="make what was measured the baseline beside the pairs")
    talk = command("talk", "play conversations: are follow-ups understood, and new questions left alone")
    talk.add_argument("folders", metavar="SET", nargs="*", type=Path, help=_TALKS)


COMMANDS = (
    Command(
        "eval",
        "measure the answers, and hold them against the baseline",
        partial(add_eval_flags, tail=add_place),
        {
            "footnote eval init": "draft cases from the articles; mend them",
            "footnote eval run --no-baseline": "ask them all for the first time",
            "footnote eval promote": "make the last run the baseline; commit eval/",
            "footnote eval run": "ask them all; red if answers got worse",
            "footnote eval report": "write the last run as a page",
        },
    ),
)
