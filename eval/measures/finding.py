"""How well the evidence is found: recall, reciprocal rank, nDCG, and how much of it stands in a budget of characters.

The measures over ranks are ir-measures'. What is ranked are the passages of an answer, best first.
"""

from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import RR, R, nDCG

from bot.answer import Answer, Passage
from eval.cases import Case, Evidence
from eval.wording import plain

BUDGETS = (1000, 3000)
_RANKED = {"recall@1": R @ 1, "recall@5": R @ 5, "recall@10": R @ 10, "mrr": RR, "ndcg@10": nDCG @ 10}


def finding(cases: Sequence[Case], answers: Sequence[Answer]) -> tuple[Mapping[str, float], ...]:
    """Returns for each case its measures by name; nothing where there is no evidence to find."""
    judged, ranked = [], []
    for number, (case, answer) in enumerate(zip(cases, answers, strict=True)):
        query = str(number)
        ranked += [ir_measures.ScoredDoc(query, f"passage {i}", -i) for i in range(len(answer.passages))]
        judged += [ir_measures.Qrel(query, name, 1) for name in _wanted(case, answer)]
    found: list[dict[str, float]] = [
        dict.fromkeys(_RANKED, 0.0) | in_budget(case, answer) if case.evidence else {}
        for case, answer in zip(cases, answers, strict=True)
    ]
    names = {str(measure): name for name, measure in _RANKED.items()}
    for one in ir_measures.iter_calc(list(_RANKED.values()), judged, ranked) if judged and ranked else ():
        found[int(one.query_id)][names[str(one.measure)]] = float(one.value)
    return tuple(found)


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


def _wanted(case: Case, answer: Answer) -> set[str]:
    """The first passage that holds each thing to be found; a name that no passage has where none does."""
    found = set()
    for number, group in enumerate(case.evidence):
        at = next((i for i, passage in enumerate(answer.passages) if any(_stands(e, passage) for e in group)), None)
        found.add(f"passage {at}" if at is not None else f"not found: {number}")
    return found


def _stands(evidence: Evidence, passage: Passage) -> bool:
    return passage.article.id == evidence.article_id and evidence.quote in passage.text
