"""What is measured of answers. Pure functions over cases and answers; the retrieval measures are ir-measures'."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ir_measures
import numpy as np
from ir_measures import RR, R

from bot.answer import Answer, faults
from eval.cases import Case

_RESAMPLES = 10_000


@dataclass(frozen=True)
class Outcome:
    """How one case went. `passed` is what the gate looks at; the rest says why.

    An answerable case passes if the answer holds every fact, cites an article that has the evidence, and keeps every
    promise of `bot.answer.faults`; an unanswerable one if it is refused without citations.
    """

    id: str
    kind: str
    answerable: bool
    answered: bool
    holds: bool
    cited: bool
    valid: bool
    passed: bool
    total_ms: float


def judge(case: Case, answer: Answer, texts: Mapping[str, str]) -> Outcome:
    """Holds one answer against its case; `texts` are the articles' by id."""
    valid = not faults(answer, texts)
    holds = answer.answered and all(any(says(answer.text, fact) for fact in facts) for facts in case.facts)
    right = {evidence.article_id for evidence in case.evidence}
    cited = any(citation.article.id in right for citation in answer.citations)
    passed = valid and ((holds and cited) if case.answerable else not answer.answered)
    return Outcome(
        id=case.id,
        kind=case.kind,
        answerable=case.answerable,
        answered=answer.answered,
        holds=holds and case.answerable,
        cited=cited,
        valid=valid,
        passed=passed,
        total_ms=answer.timings_ms["total"],
    )


def totals(cases: Sequence[Case], answers: Sequence[Answer], outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Returns shares from 0 to 1, and the latency's median and 95th percentile in milliseconds."""
    can = [outcome for outcome in outcomes if outcome.answerable]
    cannot = [outcome for outcome in outcomes if not outcome.answerable]
    times = sorted(outcome.total_ms for outcome in outcomes)
    return {
        **retrieval(cases, answers),
        "answered": share([outcome.answered for outcome in can]),
        "holds the fact": share([outcome.holds for outcome in can]),
        "holds it, right article cited": share([outcome.passed for outcome in can]),
        "refused": share([not outcome.answered for outcome in cannot]),
        "citations valid": share([outcome.valid for outcome in outcomes]),
        "median ms": times[len(times) // 2],
        "p95 ms": times[int(len(times) * 0.95)],
    }


def retrieval(cases: Sequence[Case], answers: Sequence[Answer]) -> dict[str, float]:
    """Returns recall of the evidence among the first passage and the first five, and the mean reciprocal rank."""
    judged, ranked = [], []
    for case, answer in zip(cases, answers, strict=True):
        ranked += [ir_measures.ScoredDoc(case.id, f"passage {i}", -i) for i in range(len(answer.passages))]
        for evidence in case.evidence:
            holding = [
                f"passage {i}"
                for i, passage in enumerate(answer.passages)
                if passage.article.id == evidence.article_id and evidence.quote in passage.text
            ]
            judged.append(ir_measures.Qrel(case.id, holding[0] if holding else f"not found: {evidence.quote}", 1))
    measured = ir_measures.calc_aggregate([R @ 1, R @ 5, RR], judged, ranked)
    return {"recall@1": measured[R @ 1], "recall@5": measured[R @ 5], "mrr": measured[RR]}


def says(text: str, fact: str) -> bool:
    """Returns whether the words of a fact stand in a text, in their order, whatever stands between them but letters."""
    return f" {_plain(fact)} " in f" {_plain(text)} "


def share(values: Sequence[bool]) -> float:
    """Returns the share of true values; 1.0 of none, for nothing went wrong."""
    return sum(values) / len(values) if values else 1.0


def paired_interval(ours: Sequence[bool], theirs: Sequence[bool]) -> tuple[float, float, float]:
    """Returns the 95 % interval of the mean difference over the same questions, as (low, mean, high).

    By 10,000 resamples with a fixed seed (percentile bootstrap; Efron and Tibshirani 1993, chapter 13).
    """
    differences = np.asarray(ours, dtype=float) - np.asarray(theirs, dtype=float)
    if not len(differences):
        return 0.0, 0.0, 0.0
    draws = np.random.default_rng(0).integers(len(differences), size=(_RESAMPLES, len(differences)))
    low, high = np.percentile(differences[draws].mean(axis=1), [2.5, 97.5])
    return float(low), float(differences.mean()), float(high)


def _plain(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())
