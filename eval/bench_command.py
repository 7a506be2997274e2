"""What `footnote eval bench`, `check` and `talk` do. Knows folders of sets; measures nothing itself."""

from pathlib import Path

from bot.model.connect import open_writer
from eval.bench import measure
from eval.check import load_pairs, measure_pairs
from eval.errors import BadCases
from eval.judged import Judge
from eval.order import Order
from eval.report.terminal import print_check, print_talk
from eval.talk import SETS, Heard, play
from ingest.articles.corpus import list_corpus
from ingest.articles.make import read_article
from ingest.embed.minilm import MiniLM

_PAIRS = Path(__file__).parent / "check"


def print_benchmarks(order: Order) -> None:
    """Measures each benchmark set and prints its tables.

    Raises:
        BadCases: there is no folder, or one is no set.
    """
    if not order.args.folders:
        raise BadCases("name the folders of the sets, each with corpus/ and questions.jsonl")
    writer = open_writer(order.model, order.place.home, warn=print)
    for folder in order.args.folders:
        print(f"## {folder.name}\n\n{measure(folder, MiniLM(order.minilm), writer)}\n", flush=True)


def print_checks(order: Order) -> bool:
    """Measures the check on each set of pairs and prints its table; returns whether every verdict was to be had.

    A judge that is set is asked, and --record keeps what it says; without one, what was recorded is said again.

    Raises:
        BadCases: a set or the transcripts are not what they should be.
    """
    writer, whole = open_writer(order.model, order.place.home, warn=print), True
    articles = [read_article(path, id_) for id_, path in list_corpus(order.place.corpus).files]
    for path in order.args.folders or [_PAIRS / "pairs.jsonl"]:
        judge = Judge(_PAIRS / "verdicts.jsonl", writer, record=order.args.record)
        results = measure_pairs(load_pairs(path), judge.verdict, articles=articles)
        print_check(path.name, results, order.console, unknown=judge.unknown)
        whole = whole and not judge.unknown
    return whole


def print_talks(order: Order) -> None:
    """Plays the conversations of each set, those of the project if none is named, and prints what came of them.

    Raises:
        BadCases: a folder is no set.
    """
    embedder = MiniLM(order.minilm)
    heard: list[Heard] = []
    for folder in order.args.folders or sorted(path.parent for path in SETS.glob("*/conversations.jsonl")):
        heard += play(folder, embedder)
    print_talk(heard, order.console)
