"""`make bench`: finding, quoting, refusing and speed on benchmark sets, beside plain baselines in the same run.

Usage: python -m eval.bench FOLDER [FOLDER ...]     each with corpus/ and questions.jsonl (see eval.questions)
Prints a Markdown table a set. Times are of this machine at this moment; the ratios hold better than the figures.
"""

import argparse
import datetime
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bot.answer import Answer
from bot.ask import ask
from eval.baselines import Search, by_llama_index, by_terms, by_vectors
from eval.errors import EvalError
from eval.questions import BenchQuestion, load_questions, normalise
from ingest.article import read_article
from ingest.corpus import list_corpus
from ingest.embed import MiniLM
from ingest.errors import IngestError
from ingest.index import open_current
from ingest.run import ingest

_BUDGETS = (1000, 3000)
_OFF = ("offcorpus", "unanswerable")


def main(folders: Sequence[str]) -> int:
    """Measures each set; returns the exit code."""
    embedder = MiniLM()
    try:
        for folder in map(Path, folders):
            print(f"\n## {folder.name}\n\n{measure(folder, embedder)}")
    except (EvalError, IngestError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def measure(folder: Path, embedder: MiniLM) -> str:
    """Ingests a set, asks all of its questions, and returns the figures as Markdown tables."""
    questions = load_questions(folder)
    today = datetime.date.today()
    with tempfile.TemporaryDirectory() as home:
        began = time.perf_counter()
        now = datetime.datetime.now(datetime.UTC)
        report = ingest(folder / "corpus", Path(home), open_embedder=lambda: embedder, now=now)
        seconds = time.perf_counter() - began
        index = open_current(Path(home), embedder.fingerprint)
        answers = [
            ask(one.text, index=index, embedder=embedder, language=embedder, asked=one.asked or today)
            for one in questions
        ]
        answerable = [one for one in questions if one.kind == "answerable"]
        rows = [("Footnote", [[p.text for p in a.passages] for a in answers], _median_ms(answers))]
        articles = [read_article(path, id_) for id_, path in list_corpus(folder / "corpus").files]
        for name, search in {
            "terms alone (BM25)": by_terms(index),
            "vectors alone": by_vectors(index, embedder),
            "llama_index defaults": by_llama_index(articles, embedder),
        }.items():
            rows.append((name, *_searched(search, questions)))
        index.close()
    size = f"{report.embedded} texts embedded in {seconds:.0f} s, {len(answerable)} answerable of {len(questions)}"
    return f"{size}\n\n{_finding(questions, rows)}\n\n{_answering(questions, answers)}"


def _searched(search: Search, questions: Sequence[BenchQuestion]) -> tuple[list[list[str]], float]:
    found, times = [], []
    for one in questions:
        began = time.perf_counter()
        found.append(list(search(one.text)))
        times.append((time.perf_counter() - began) * 1000)
    return found, statistics.median(times)


def _median_ms(answers: Sequence[Answer]) -> float:
    return statistics.median(answer.timings_ms["retrieve"] for answer in answers)


def _finding(questions: Sequence[BenchQuestion], rows: Sequence[tuple[str, list[list[str]], float]]) -> str:
    """Shares of answerable questions whose evidence, or answer, stands in the first characters found, with ratios."""
    lines = ["| finding | " + " | ".join(f"@{b} | ratio" for b in _BUDGETS) + " | median ms |", "|---" * 6 + "|"]
    ours = [_share_found(questions, rows[0][1], budget) for budget in _BUDGETS]
    for name, found, ms in rows:
        cells = []
        for budget, best in zip(_BUDGETS, ours, strict=True):
            share = _share_found(questions, found, budget)
            cells.append(f"{share:.3f} | {share / best if best else 0:.2f}")
        lines.append(f"| {name} | {' | '.join(cells)} | {ms:.1f} |")
    return "\n".join(lines)


def _share_found(questions: Sequence[BenchQuestion], found: Sequence[list[str]], budget: int) -> float:
    hits = [
        any(normalise(wanted) in normalise("\n".join(passages)[:budget]) for wanted in _wanted(one))
        for one, passages in zip(questions, found, strict=True)
        if one.kind == "answerable"
    ]
    return sum(hits) / max(len(hits), 1)


def _wanted(question: BenchQuestion) -> tuple[str, ...]:
    return (question.evidence,) if question.evidence else question.answers


def _answering(questions: Sequence[BenchQuestion], answers: Sequence[Answer]) -> str:
    pairs = list(zip(questions, answers, strict=True))
    can = [(q, a) for q, a in pairs if q.kind == "answerable"]
    given = [a for _, a in can if a.answered]
    right = [a.answered and any(normalise(g) in normalise(a.text) for g in q.answers) for q, a in can]
    times = sorted(a.timings_ms["total"] for a in answers)
    figures = {
        "answered": len(given) / max(len(can), 1),
        "holds the answer": sum(right) / max(len(can), 1),
        "words an answer": statistics.mean([len(a.text.split()) for a in given] or [0]),
        "refused, other topics": _refused([a for q, a in pairs if q.kind in _OFF]),
        "refused, adversarial": _refused([a for q, a in pairs if q.kind == "adversarial"]),
        "ms, median": times[len(times) // 2],
        "ms, 95th percentile": times[int(len(times) * 0.95)],
    }
    shown = [
        f"| {name} | {value:.3f} |" if value <= 1 else f"| {name} | {value:.1f} |" for name, value in figures.items()
    ]
    return "\n".join(["| answering (the baselines never refuse) | |", "|---|---|", *shown])


def _refused(answers: Sequence[Answer]) -> float:
    return sum(not answer.answered for answer in answers) / len(answers) if answers else float("nan")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="eval.bench", description="Measures Footnote on benchmark sets.")
    parser.add_argument("folders", metavar="FOLDER", nargs="+", help="a folder with corpus/ and questions.jsonl")
    sys.exit(main(parser.parse_args().folders))
