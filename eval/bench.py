"""Finding, quoting, refusing and speed on benchmark sets, beside plain baselines in the same run.

A set is a folder with corpus/ and questions.jsonl (see eval.questions). Each becomes Markdown tables. Times are of this
machine at this moment; the ratios hold better than the figures.
"""

import datetime
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from bot.answer import Answer
from bot.ask import ask
from bot.means import Means
from bot.model.write import Writer
from bot.request import Request
from eval.baselines import Search, by_ranks, by_terms, by_vectors
from eval.measures import paired_interval, share
from eval.questions import BenchQuestion, load_questions
from ingest.articles.article import Article
from ingest.distribution import remedy_for
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index, open_current
from ingest.run import ingest

_BUDGETS = (1000, 3000)
_SIZES = (40, 60, 100)
_OFF = ("offcorpus", "unanswerable")
Row = tuple[str, list[list[str]], float, float]
"""A way of finding: its name, the passages of each question, its median milliseconds, the seconds to build it."""


def measure(folder: Path, embedder: MiniLM, writer: Writer | None = None) -> str:
    """Ingests a set, asks all of its questions, and returns the figures as Markdown tables.

    With a writer every question is asked once more, and what the model wrote stands beside what was quoted. Raises
    BadCases: the folder is no set; IngestError: its articles cannot be ingested.
    """
    questions = load_questions(folder)
    with tempfile.TemporaryDirectory() as home:
        began = time.perf_counter()
        now = datetime.datetime.now(datetime.UTC)
        report = ingest(folder / "corpus", Path(home), open_embedder=lambda: embedder, now=now)
        seconds = time.perf_counter() - began
        index = open_current(Path(home), embedder.fingerprint)
        answers = _asked(questions, Means(index, embedder, embedder))
        written = _asked(questions, Means(index, embedder, embedder, writer)) if writer else None
        rows = [("Footnote", [[p.text for p in a.passages] for a in answers], _median_ms(answers), seconds)]
        rows += _baselines(questions, index, embedder, Path(home))
        index.close()
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
        "terms alone (BM25)": lambda: by_terms(index),
        "vectors alone": lambda: by_vectors(index, embedder),
    }
    if find_spec("llama_index"):
        from eval.llama_baselines import by_hybrid, by_llama_index  # here, for it is an extra

        makers["llama_index defaults"] = lambda: by_llama_index(articles, embedder)
        makers["llama_index hybrid"] = lambda: by_hybrid(articles, embedder, home / "hybrid")
    rows = []
    for name, make in makers.items():
        began = time.perf_counter()
        search = make()
        built = time.perf_counter() - began
        rows.append((name, *_searched(search, questions), built))
    return [*rows, _fused(articles, questions, embedder, home)]


def _fused(articles: Sequence[Article], questions: Sequence[BenchQuestion], embedder: MiniLM, home: Path) -> Row:
    """Plain reciprocal rank fusion, with the size of chunks that does best on these very questions."""
    rows = []
    for words in _SIZES:
        began = time.perf_counter()
        search = by_ranks(articles, embedder, home / f"ranks-{words}", words=words)
        built = time.perf_counter() - began
        rows.append((f"ranks fused (RRF), {words} words", *_searched(search, questions), built))
    return max(rows, key=lambda row: sum(sum(_hits(questions, row[1], budget)) for budget in _BUDGETS))


def _searched(search: Search, questions: Sequence[BenchQuestion]) -> tuple[list[list[str]], float]:
    found, times = [], []
    for one in questions:
        began = time.perf_counter()
        found.append(list(search(one.text)))
        times.append((time.perf_counter() - began) * 1000)
    return found, statistics.median(times)


def _median_ms(answers: Sequence[Answer]) -> float:
    return statistics.median(answer.timings_ms["retrieve"] for answer in answers)


def _finding(questions: Sequence[BenchQuestion], rows: Sequence[Row]) -> str:
    """Shares of answerable questions whose evidence, or answer, stands in the first characters found.

    Beside each baseline stands how far ours is above it, in points, with the paired 95 % interval.
    """
    lines = [
        "| finding | " + " | ".join(f"@{b} | ours above it" for b in _BUDGETS) + " | median ms | built in s |",
        "|---" * (3 + 2 * len(_BUDGETS)) + "|",
    ]
    ours = [_hits(questions, rows[0][1], budget) for budget in _BUDGETS]
    for name, found, ms, built in rows:
        cells = []
        for budget, best in zip(_BUDGETS, ours, strict=True):
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
        "refused, other topics": _refused([a for q, a in pairs if q.kind in _OFF]),
        "refused, adversarial": _refused([a for q, a in pairs if q.kind == "adversarial"]),
        "ms, median": times[len(times) // 2],
        "ms, 95th percentile": times[int(len(times) * 0.95)],
    }


def _refused(answers: Sequence[Answer]) -> float:
    return sum(not answer.answered for answer in answers) / len(answers) if answers else float("nan")
