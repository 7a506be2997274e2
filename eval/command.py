"""What `footnote eval` does, over files: a run is saved, compared with the baseline, or made the baseline."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from bot.answer import Answer
from bot.model.connect import open_writer
from bot.model.settings import ModelSettings
from bot.model.write import Writer
from bot.opened import Reply
from eval.cases import load_cases
from eval.errors import BadCases
from eval.report import print_check, print_comparison, print_result, print_talk
from eval.run import compare, evaluate, load_baseline, load_result, promote, save_result
from eval.talk import SETS, Heard, play
from ingest.articles.article import read_article
from ingest.articles.corpus import list_corpus
from ingest.embed.minilm import MiniLM


@dataclass(frozen=True)
class EvalOrder:
    """What one `footnote eval` was asked to do: the action, the sets that `bench`, `talk` and `check` measure, whether
    what a judge says is kept, and where things are."""

    action: str
    folders: Sequence[Path]
    record: bool
    cases: Path
    baseline: Path
    corpus: Path
    home: Path

    @property
    def last(self) -> Path:
        """Where a run is kept for `compare` and `promote`."""
        return self.home / "eval" / "last.json"


def run_eval(
    order: EvalOrder,
    opened: Callable[[], AbstractContextManager[Reply]],
    *,
    model: ModelSettings,
    minilm: Path | None,
) -> bool:
    """Runs, compares, promotes or measures, and prints what came of it; returns whether nothing was lost.

    Raises:
        BadCases: the cases, the sets or the files are not what they should be.
    """
    if order.action == "check":
        return print_checks(order, open_writer(model, order.home, warn=print))
    if order.action == "bench":
        print_benchmarks(order.folders, MiniLM(minilm), open_writer(model, order.home, warn=print))
        return True
    if order.action == "talk":
        print_talks(order.folders, MiniLM(minilm))
        return True
    if order.action == "run":
        with opened() as ask:
            evaluate_corpus(order.cases, order.corpus, order.last, lambda question: ask(question, (), None))
    if order.action == "promote":
        promote_last(order.last, order.baseline)
        print(f"The last run is the baseline now: {order.baseline}")
        return True
    return not compare_last(order.last, order.baseline, Console(), whole=order.action == "run")


def evaluate_corpus(cases: Path, corpus: Path, last: Path, ask: Callable[[str], Answer]) -> None:
    """Asks every case about the articles of the corpus and saves the run.

    Raises:
        BadCases: the cases do not fit the articles.
    """
    texts = {id_: read_article(path, id_).text for id_, path in list_corpus(corpus).files}
    save_result(evaluate(load_cases(cases, texts), ask, texts), last)


def compare_last(last: Path, baseline: Path, console: Console, *, whole: bool) -> tuple[str, ...]:
    """Prints how the last run differs from the baseline, the `whole` run first; returns the cases that were lost."""
    result = load_result(last)
    comparison = compare(result, load_baseline(baseline))
    if whole:
        print_result(result, console)
    print_comparison(comparison, console)
    return comparison.lost


def promote_last(last: Path, baseline: Path) -> None:
    """Makes the last run the baseline."""
    promote(load_result(last), baseline)


def print_benchmarks(folders: Sequence[Path], embedder: MiniLM, writer: Writer | None) -> None:
    """Measures each benchmark set and prints its tables.

    Raises:
        BadCases: there is no folder, or one is no set.
    """
    if not folders:
        raise BadCases("name the folders of the sets, each with corpus/ and questions.jsonl")
    from eval.bench import measure  # here, for llama_index takes a second that the gate should not pay

    for folder in folders:
        print(f"## {folder.name}\n\n{measure(folder, embedder, writer)}\n", flush=True)


def print_talks(folders: Sequence[Path], embedder: MiniLM) -> None:
    """Plays the conversations of each set, those of the project if none is named, and prints what came of them.

    Raises:
        BadCases: a folder is no set.
    """
    heard: list[Heard] = []
    for folder in folders or sorted(path.parent for path in SETS.glob("*/conversations.jsonl")):
        heard += play(folder, embedder)
    print_talk(heard, Console())


def print_checks(order: EvalOrder, writer: Writer | None) -> bool:
    """Measures the check on each set of pairs and prints its table; returns whether every verdict was to be had.

    A judge that is set is asked, and `record` keeps what it says; without one, what was recorded is said again.

    Raises:
        BadCases: a set or the transcripts are not what they should be.
    """
    from eval.check import load_pairs, measure_pairs
    from eval.judged import Judge

    console, whole = Console(), True
    articles = [read_article(path, id_) for id_, path in list_corpus(order.corpus).files]
    for path in order.folders or [order.cases.parent / "check" / "pairs.jsonl"]:
        judge = Judge(order.cases.parent / "check" / "verdicts.jsonl", writer, record=order.record)
        results = measure_pairs(load_pairs(path), judge.verdict, articles=articles)
        print_check(path.name, results, console, unknown=judge.unknown)
        whole = whole and not judge.unknown
    return whole
