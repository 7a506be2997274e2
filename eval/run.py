"""One evaluation: every case is asked, judged and measured. Asks through a callable; knows no index and no files."""

import datetime
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

from bot.answer import Answer, as_json, statements
from eval.cases import Case
from eval.check import Verdict, carries
from eval.measures import citation_precision, citation_recall, finding
from eval.outcome import Outcome, facts_held, judge
from eval.prints import Prints, text_print
from eval.wording import said, token_f1
from ingest.articles.article import Article
from ingest.articles.blocks import block_at

# What of an answer differs from run to run, or from home to home, although it is the same.
_NOT_COMPARED = ("id", "question", "timings_ms", "generation")
# What counts as today where nothing has a date: the same day on every day.
_NO_DAY = datetime.date(2026, 1, 1)
_LISTS = ("list", "steps")
Ask = Callable[[Case, datetime.date], Answer]
"""Answers a case as if asked on a day."""
# Upper bounds in days and in words, and what is below them.
_AGES = ((31, "under a month"), (366, "under a year"), (5 * 366, "under five years"), (inf, "five years or more"))
_LENGTHS = (
    *((300, "under 300 words"), (1_000, "under 1,000 words"), (5_000, "under 5,000 words")),
    (inf, "5,000 words or more"),
)


@dataclass(frozen=True)
class Result:
    """One case, its answer as `ask --json` prints it less what no two runs share, how it went, and what it measures.

    `scores` has only what applies to the case; `slices` are the groups it belongs to, such as "type: direct".
    """

    case: Case
    answer: Mapping[str, Any]
    outcome: Outcome
    scores: Mapping[str, float]
    slices: tuple[str, ...]


@dataclass(frozen=True)
class Run:
    """The results of all cases in their order, and what they depend on.

    `articles` holds the fingerprint of each article that is evidence. `times` holds milliseconds by case, and tokens
    where a model wrote; no two runs share them.
    """

    prints: Prints
    results: tuple[Result, ...]
    articles: Mapping[str, str] = field(default_factory=dict)
    times: Mapping[str, Mapping[str, float]] = field(default_factory=dict, compare=False)

    @property
    def by_id(self) -> Mapping[str, Result]:
        """The results by the id of their case."""
        return {result.case.id: result for result in self.results}


def evaluate(
    cases: Sequence[Case],
    ask: Ask,
    articles: Mapping[str, Article],
    *,
    prints: Prints,
    verdict: Verdict | None = None,
) -> Run:
    """Asks every case and judges the answers; `articles` by id, `verdict` is what a judge said of a pair."""
    today = today_of(articles)
    answers = [ask(case, case.asked or today) for case in cases]
    texts = {id_: article.text for id_, article in articles.items()}
    results = [
        Result(
            case=case,
            answer=kept(answer),
            outcome=judge(case, answer, texts),
            scores={**finding(case, answer), **_answering(case, answer), **_citing(answer, articles, verdict)},
            slices=tuple(dict.fromkeys(_slices(case, articles, case.asked or today))),
        )
        for case, answer in zip(cases, answers, strict=True)
    ]
    times = {case.id: dict(answer.timings_ms) for case, answer in zip(cases, answers, strict=True)}
    named = sorted({evidence.article_id for case in cases for evidence in case.quotes} & set(texts))
    return Run(prints, tuple(results), {id_: text_print(texts[id_]) for id_ in named}, times)


def differing(run: Run, answers: Mapping[str, Mapping[str, Any]]) -> tuple[str, ...]:
    """Returns the cases that were answered differently the second time, by id."""
    return tuple(id_ for id_, result in run.by_id.items() if answers.get(id_, result.answer) != result.answer)


def today_of(articles: Mapping[str, Article]) -> datetime.date:
    """Returns the day that counts as today: that of the newest article, never the clock's."""
    return max((one.published for one in articles.values() if one.published), default=_NO_DAY)


def kept(answer: Answer) -> Mapping[str, Any]:
    """Returns what of an answer is the same in every run: the object of `ask --json`, as it would be read back."""
    values = {name: value for name, value in as_json(answer).items() if name not in _NOT_COMPARED}
    return dict(json.loads(json.dumps(values)))


def _answering(case: Case, answer: Answer) -> dict[str, float]:
    scores: dict[str, float] = {}
    if case.answerable and case.facts:
        text = said(answer.text) if answer.answered else ""
        scores["facts held"] = facts_held(case, text) / len(case.facts)
        if case.type in _LISTS:
            scores["lists and steps whole"] = float(scores["facts held"] == 1)
    if case.answerable and case.answers:
        scores["token f1"] = token_f1(said(answer.text), case.answers) if answer.answered else 0.0
    return scores


def _citing(answer: Answer, articles: Mapping[str, Article], verdict: Verdict | None) -> dict[str, float]:
    made = [(text, [citation.quote for citation in citations]) for text, citations in statements(answer)]
    cited = [articles[c.article.id] for c in answer.citations if c.article.id in articles]

    def carried(these: Sequence[str], statement: str) -> bool:
        return carries(these, statement, cited, verdict)

    measured = {
        "citation recall": citation_recall(made, carried),
        "citation precision": citation_precision(made, carried),
    }
    return {name: value for name, value in measured.items() if value is not None} if answer.answered else {}


def _slices(case: Case, articles: Mapping[str, Article], today: datetime.date) -> Iterator[str]:
    yield f"type: {case.type}"
    yield f"answerable: {'yes' if case.answerable else 'no'}"
    if case.history:
        yield "conversation: yes"
    for tag in case.tags:
        yield f"tag: {tag}"
    if not case.evidence:
        return
    first = [group[0] for group in case.evidence]
    count = len({evidence.article_id for evidence in first})
    yield f"articles: {count if count < 3 else '3 or more'}"
    for evidence in first:
        article = articles.get(evidence.article_id)
        if article is not None:
            block = block_at(article.blocks, article.text.find(evidence.quote))
            yield f"block: {(block.kind if block else 'paragraph') if evidence.quote else 'whole article'}"
            days = (today - article.published).days if article.published else None
            yield f"age: {'undated' if days is None else _below(days, _AGES)}"
            yield f"length: {_below(len(article.text.split()), _LENGTHS)}"


def _below(value: int, bounds: tuple[tuple[float, str], ...]) -> str:
    return next(name for bound, name in bounds if value < bound)
