"""Finding, quoting, refusing and speed on benchmark sets, beside plain baselines in the same run.

A set is a folder with corpus/ and questions.jsonl; each becomes Markdown tables. Times are of this machine at this
moment; the ratios hold better than the figures. A question has id, question and kind (answerable, adversarial,
offcorpus or unanswerable); an answerable one has answers (any of them counts) and may have evidence (the sentence that
answers) and asked (the day it was asked). A question about documents says answerable (true or false) instead of its
kind, and core: patterns that all stand in what answers.
"""

import datetime
import re
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

from bot.answer import Answer
from bot.ask import ask
from bot.means import Means
from bot.model.connect import open_writer
from bot.model.write import Writer
from bot.request import Request
from eval.asking import Order
from eval.baselines import Search, by_ranks, by_terms, by_vectors
from eval.current import ingested
from eval.errors import BadCases
from eval.files import read_objects
from eval.measures import BUDGETS, mean, paired_interval, share
from eval.wording import plain
from ingest.distribution import remedy_for
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index

_SIZES = (40, 60, 100)
_OFF = ("offcorpus", "unanswerable")
Row = tuple[str, list[list[str]], float, float]
"""A way of finding: its name, the passages of each question, its median milliseconds, the seconds to build it."""


@dataclass(frozen=True)
class BenchQuestion:
    """One question of a benchmark set; `asked` is None where it has no date of its own."""

    id: str
    text: str
    kind: str
    answers: tuple[str, ...]
    evidence: str | None
    asked: datetime.date | None
    core: tuple[re.Pattern[str], ...] = ()

    def is_told_by(self, text: str) -> bool:
        """Tells whether what was found holds the evidence, or else an answer."""
        return self._stands_in(text, (self.evidence,) if self.evidence else self.answers)

    def is_answered_by(self, text: str) -> bool:
        """Tells whether an answer holds one of the right ones."""
        return self._stands_in(text, self.answers)

    def _stands_in(self, text: str, wanted: tuple[str, ...]) -> bool:
        if self.core:
            return all(pattern.search(text) for pattern in self.core)
        return any(plain(one) in plain(text) for one in wanted)


def bench(order: Order) -> bool:
    """Measures each benchmark set and prints its tables.

    Raises BadCases: there is no folder, or one is no set; IngestError: its articles cannot be ingested.
    """
    if not order.args.folders:
        raise BadCases("name the folders of the sets, each with corpus/ and questions.jsonl")
    writer = open_writer(order.model, order.place.home, warn=print)
    for folder in order.args.folders:
        print(f"## {folder.name}\n\n{measure(folder, MiniLM(order.minilm), writer)}\n", flush=True)
    return True


def load_questions(folder: Path) -> tuple[BenchQuestion, ...]:
    """Reads the questions of a set. Raises BadCases: the folder does not have the layout, or a line is no question."""
    path, complaint = folder / "questions.jsonl", f"{folder} is no benchmark set (corpus/ and questions.jsonl)"
    questions = read_objects(path, lambda values, _: _parse(values), complaint)
    if not questions:
        raise BadCases(f"{path} holds no questions")
    return questions


def _parse(values: dict[str, Any]) -> BenchQuestion:
    date, kind = re.findall(r"\d+", str(values.get("asked") or ""))[:3], values.get("kind")
    if "answerable" in values:
        kind = "answerable" if values["answerable"] else "unanswerable"
    return BenchQuestion(
        id=str(values["id"]),
        text=str(values["question"]),
        kind=str(kind or values["kind"]),
        answers=tuple(map(str, values.get("answers") or ())),
        evidence=values.get("evidence"),
        asked=datetime.date(*map(int, date)) if len(date) == 3 else None,
        core=tuple(_pattern(one) for one in values.get("core") or ()),
    )


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text, re.IGNORECASE | re.DOTALL)
    except re.error as error:
        raise ValueError(f"{text!r} is no pattern: {error}") from error


def measure(folder: Path, embedder: MiniLM, writer: Writer | None = None) -> str:
    """Ingests a set, asks all of its questions, and returns the figures as Markdown tables.

    With a writer every question is asked once more, and what the model wrote stands beside what was quoted.
    """
    questions, began = load_questions(folder), time.perf_counter()
    with ingested(folder / "corpus", embedder) as (index, report), tempfile.TemporaryDirectory() as scratch:
        seconds = time.perf_counter() - began
        answers = _asked(questions, Means(index, embedder, embedder))
        written = _asked(questions, Means(index, embedder, embedder, writer)) if writer else None
        ms = statistics.median(answer.timings_ms["retrieve"] for answer in answers)
        rows = [("Footnote", [[p.text for p in a.passages] for a in answers], ms, seconds)]
        rows += _baselines(questions, index, embedder, Path(scratch))
    can = sum(one.kind == "answerable" for one in questions)
    size = f"{report.embedded} texts embedded in {seconds:.0f} s; {can} answerable questions of {len(questions)}"
    left_out = "" if find_spec("llama_index") else f"\n\nWithout the ways of llama_index: {remedy_for('llama-index')}"
    return f"{size}\n\n{_finding(questions, rows)}\n\n{_answering(questions, answers, written)}{left_out}"


def _asked(questions: Sequence[BenchQuestion], means: Means) -> list[Answer]:
    today = datetime.date.today()
    return [ask(Request(one.text, one.asked or today), means) for one in questions]


def _baselines(questions: Sequence[BenchQuestion], index: Index, embedder: MiniLM, home: Path) -> list[Row]:
    articles = [index.read_article(row) for row in range(len(index.articles))]  # those that could be read
    makers: dict[str, Callable[[], Search]] = {
        "terms alone (BM25)": partial(by_terms, index),
        "vectors alone": partial(by_vectors, index, embedder),
    }
    if find_spec("llama_index"):
        from eval.llama_baselines import by_hybrid, by_llama_index  # here, for it is an extra

        makers["llama_index defaults"] = partial(by_llama_index, articles, embedder)
        makers["llama_index hybrid"] = partial(by_hybrid, articles, embedder, home / "hybrid")
    fused = [
        _row(f"ranks fused (RRF), {words} words", questions, partial(by_ranks, articles, embedder, home, words=words))
        for words in _SIZES
    ]
    # Plain reciprocal rank fusion with the size of chunks that does best on these very questions.
    best = max(fused, key=lambda row: sum(sum(_hits(questions, row[1], budget)) for budget in BUDGETS))
    return [*(_row(name, questions, make) for name, make in makers.items()), best]


def _row(name: str, questions: Sequence[BenchQuestion], make: Callable[[], Search]) -> Row:
    began = time.perf_counter()
    search = make()
    times, found = [time.perf_counter()], []
    for one in questions:
        found.append(list(search(one.text)))
        times.append(time.perf_counter())
    return name, found, 1000 * statistics.median(b - a for a, b in pairwise(times)), times[0] - began


def _finding(questions: Sequence[BenchQuestion], rows: Sequence[Row]) -> str:
    """Shares of answerable questions whose evidence, or answer, stands in the first characters found.

    Beside each baseline stands how far ours is above it, in points, with the paired 95 % interval.
    """
    lines = [
        "| finding | " + " | ".join(f"@{b} | ours above it" for b in BUDGETS) + " | median ms | built in s |",
        "|---" * (3 + 2 * len(BUDGETS)) + "|",
    ]
    ours = [_hits(questions, rows[0][1], budget) for budget in BUDGETS]
    for name, found, ms, built in rows:
        cells = []
        for budget, best in zip(BUDGETS, ours, strict=True):
            hits = _hits(questions, found, budget)
            low, mean, high = paired_interval(best, hits)
            above = "" if found is rows[0][1] else f"{100 * mean:+.1f} [{100 * low:+.1f}, {100 * high:+.1f}]"
            cells.append(f"{share(hits):.3f} | {above}")
        lines.append(f"| {name} | {' | '.join(cells)} | {ms:.1f} | {built:.0f} |")
    return "\n".join(lines)


def _hits(questions: Sequence[BenchQuestion], found: Sequence[list[str]], budget: int) -> list[bool]:
    return [
        one.is_told_by("\n".join(passages)[:budget])
        for one, passages in zip(questions, found, strict=True)
        if one.kind == "answerable"
    ]


def _answering(questions: Sequence[BenchQuestion], quoted: Sequence[Answer], written: Sequence[Answer] | None) -> str:
    columns = {"quoting": _figures(questions, quoted)} | ({"model": _figures(questions, written)} if written else {})
    head = f"| answering (the baselines never refuse) | {' | '.join(columns)} |"
    lines = [head, "|---" * (1 + len(columns)) + "|"]
    for name in columns["quoting"]:
        cells = (f"{column[name]:.3f}" if column[name] <= 1 else f"{column[name]:.1f}" for column in columns.values())
        lines.append(f"| {name} | {' | '.join(cells)} |")
    lines += [f"| {name} | | {count} |" for name, count in _written(written or ()).items()]
    return "\n".join(lines)


def _written(answers: Sequence[Answer]) -> dict[str, int]:
    """What became of the model's sentences and answers, and how often a reader was told why it fell short."""
    if not answers:
        return {}
    counts = {
        f"sentences of the model {name}": sum(answer.checked[name] for answer in answers if answer.checked)
        for name in ("kept", "quoted", "dropped")
    }
    by_model = [answer for answer in answers if answer.answerer == "model"]
    counts |= {
        "answers written by the model": sum(answer.answered for answer in by_model),
        "refusals by the model": sum(not answer.answered for answer in by_model),
        "answers quoted in its place": sum(answer.answered for answer in answers) - sum(a.answered for a in by_model),
    }
    return counts | Counter(f"notice: {answer.notice}" for answer in answers if answer.notice)


def _figures(questions: Sequence[BenchQuestion], answers: Sequence[Answer]) -> dict[str, float]:
    pairs = list(zip(questions, answers, strict=True))
    can = [(q, a) for q, a in pairs if q.kind == "answerable"]
    given = [a for _, a in can if a.answered]
    right = [a.answered and q.is_answered_by(a.text) for q, a in can]
    times = sorted(a.timings_ms["total"] for a in answers)
    return {
        "answered": len(given) / max(len(can), 1),
        "holds the answer": sum(right) / max(len(can), 1),
        "words an answer": statistics.mean([len(a.text.split()) for a in given] or [0]),
        "refused, other topics": _refused(pairs, *_OFF),
        "refused, adversarial": _refused(pairs, "adversarial"),
        "ms, median": times[len(times) // 2],
        "ms, 95th percentile": times[int(len(times) * 0.95)],
    }


def _refused(pairs: Sequence[tuple[BenchQuestion, Answer]], *kinds: str) -> float:
    refused = mean([not answer.answered for question, answer in pairs if question.kind in kinds])
    return float("nan") if refused is None else refused
