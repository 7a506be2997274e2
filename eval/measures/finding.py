"""How well the evidence is found: recall, reciprocal rank, nDCG, and how much of it stands in a budget of characters.

What is ranked are the passages of an answer, best first; each is right or not. The measures over ranks are trec_eval's:
nDCG with gain 1 discounted by log2(rank + 1), reciprocal rank of the first that is right.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence

from bot.answer import Answer, Passage
from eval.cases import Case, Evidence
from eval.wording import plain

BUDGETS = (1000, 3000)
_DEPTHS, _DEPTH_OF_GAIN = (1, 5, 10), 10


def finding(cases: Sequence[Case], answers: Sequence[Answer]) -> tuple[Mapping[str, float], ...]:
    """Returns for each case its measures by name; nothing where there is no evidence to find."""
    pairs = zip(cases, answers, strict=True)
    return tuple(_found(case, answer) if case.evidence else {} for case, answer in pairs)


def _found(case: Case, answer: Answer) -> Mapping[str, float]:
    firsts = [_rank(group, answer.passages) for group in case.evidence]
    ranks = {rank for rank in firsts if rank is not None}
    return by_rank(ranks, wanted=len(ranks) + firsts.count(None)) | in_budget(case, answer)


def by_rank(ranks: Collection[int], *, wanted: int) -> dict[str, float]:
    """Returns recall, reciprocal rank and nDCG of what stands at these ranks, the best being 1, of so much wanted."""
    recall = {f"recall@{depth}": sum(rank <= depth for rank in ranks) / wanted for depth in _DEPTHS}
    gain = _gain(rank for rank in ranks if rank <= _DEPTH_OF_GAIN) / _gain(range(1, min(wanted, _DEPTH_OF_GAIN) + 1))
    return recall | {"mrr": 1 / min(ranks) if ranks else 0.0, f"ndcg@{_DEPTH_OF_GAIN}": gain}


def _gain(ranks: Iterable[int]) -> float:
    return sum(1 / math.log2(rank + 1) for rank in ranks)


def in_budget(case: Case, answer: Answer) -> dict[str, float]:
    """Returns which share of the evidence stands in the first characters found, for each budget.

    A budget of characters, not of passages, so that ways with passages of different lengths compare fairly.
    """
    texts = {budget: plain("\n".join(p.text for p in answer.passages)[:budget]) for budget in BUDGETS}
    groups = [[plain(e.quote) for e in group if e.quote] for group in case.evidence]
    asked = [group for group in groups if group]
    return {
        f"evidence@{budget}": sum(any(quote in text for quote in group) for group in asked) / len(asked)
        for budget, text in texts.items()
        if asked
    }


def _rank(group: Sequence[Evidence], passages: Sequence[Passage]) -> int | None:
    """The rank of the first passage that holds one of these quotes; each is as good as the others."""
    return next((rank for rank, passage in enumerate(passages, 1) if any(_stands(e, passage) for e in group)), None)


def _stands(evidence: Evidence, passage: Passage) -> bool:
    return passage.article.id == evidence.article_id and evidence.quote in passage.text
