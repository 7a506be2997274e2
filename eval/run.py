"""One evaluation: every case is asked, judged and measured: what its answer does and does not do, and if that passes.

Asks through a callable; knows no index and no files.
"""

import datetime
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf
from typing import Any

from bot.answer import Answer, as_json, faults, statements
from eval.cases import Case, Evidence
from eval.check import Verdict, carries
from eval.measures import citation_precision, citation_recall, finding
from eval.prints import Prints, text_print
from eval.wording import holds, lacking, place, said, token_f1
from ingest.articles.article import Article
from ingest.articles.blocks import block_at

# What of an answer differs from run to run, or from home to home, although it is the same.
_NOT_COMPARED = ("id", "question", "timings_ms", "generation")
# What counts as today where nothing has a date: the same day on every day.
_NO_DAY = datetime.date(2026, 1, 1)
_LISTS = ("list", "steps")
# Of these the facts have to stand in the answer in their order.
_ORDERED = ("steps",)
# So much is told of what is wrong, and of a quote.
_TOLD, _SHOWN = 2, 60
Ask = Callable[[Case, datetime.date], Answer]
"""Answers a case as if asked on a day."""
# Upper bounds in days and in words, and what is below them.
_AGES = ((31, "under a month"), (366, "under a year"), (5 * 366, "under five years"), (inf, "five years or more"))
_LENGTHS = (
    *((300, "under 300 words"), (1_000, "under 1,000 words"), (5_000, "under 5,000 words")),
    (inf, "5,000 words or more"),
)


@dataclass(frozen=True)
class Outcome:
    """How one case went. `passed` is what the gate looks at; `reason` says why in words, the rest one by one.

    An answerable case passes if the answer holds every fact, none of what it must not say, cites of each evidence one
    of its articles (without facts: the evidence itself), and keeps every promise of `bot.answer.faults`. An
    unanswerable one passes if it is refused without citations, or if the answer holds the facts that set it right.
    """

    answered: bool
    holds: bool
    valid: bool
    passed: bool
    reason: str


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


def judge(case: Case, answer: Answer, texts: Mapping[str, str]) -> Outcome:
    """Holds one answer against its case; `texts` are the articles' by id."""
    text, broken = said(answer.text), faults(answer, texts)
    lacks = _lacks(case, text) if answer.answered else "refused"
    uncited = _uncited(case, answer, texts)
    forbidden = [words for words in case.must_not if answer.answered and holds(text, words)]
    may_answer = case.answerable or bool(case.facts)
    refused_rightly = not case.answerable and not answer.answered
    wrong = (
        *(f"a citation is not valid: {fault}" for fault in broken),
        *(f"the answer says {words!r}, which it must not" for words in forbidden),
        *(["answered, though the articles do not say it"] if answer.answered and not case.answerable else ()),
        *filter(None, (lacks, uncited)),
    )
    right = may_answer and not (lacks or uncited or forbidden)
    passed = not broken and (refused_rightly or right)
    return Outcome(
        answered=answer.answered,
        holds=not lacks and may_answer,
        valid=not broken,
        passed=passed,
        # Of a refusal nothing is expected any more.
        reason=("refused, as it should be" if refused_rightly else "passed")
        if passed
        else "; ".join(wrong[: _TOLD if answer.answered else 1]),
    )


def _answering(case: Case, answer: Answer) -> dict[str, float]:
    scores: dict[str, float] = {}
    if case.answerable and case.facts:
        text = said(answer.text) if answer.answered else ""
        scores["facts held"] = (len(case.facts) - len(lacking(case, text))) / len(case.facts)
        if case.type in _LISTS:
            scores["lists and steps whole"] = float(scores["facts held"] == 1)
    if case.answerable and case.answers:
        scores["token f1"] = token_f1(said(answer.text), case.answers) if answer.answered else 0.0
    return scores


def _lacks(case: Case, text: str) -> str:
    """What the text does not say, in words; nothing if it says every fact, and steps in their order."""
    if missing := lacking(case, text):
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        return f"the answer does not say {missing[0][0]!r}{more}"
    return "" if case.type not in _ORDERED or _ordered(case, text) else "the steps are not in their order"


def _ordered(case: Case, text: str) -> bool:
    at = -1
    for fact in case.facts:
        # The earliest spelling that comes after the fact before it.
        places = [found for spelling in fact if (found := place(text, spelling)) > at]
        if not places:
            return False
        at = min(places)
    return True


def _uncited(case: Case, answer: Answer, texts: Mapping[str, str]) -> str:
    """Of the evidence what is not cited, in words; where nobody knows yet which article will answer, any will do."""
    if not case.evidence:
        return "" if answer.citations or not case.answerable else "no article is cited"
    for group in case.evidence:
        if not any(_is_cited(one, answer, texts, whole=bool(case.facts)) for one in group):
            first = group[0]
            near = any(_is_cited(one, answer, texts, whole=True) for one in group)
            what = f"is cited, but not where it says {first.quote[:_SHOWN]!r}" if near else "is not cited"
            return f"{first.article_id} {what}"
    return ""


def _is_cited(one: Evidence, answer: Answer, texts: Mapping[str, str], *, whole: bool) -> bool:
    """Whether a citation is of the article, and if not the whole of it is meant, overlaps with the quote."""
    start = texts.get(one.article_id, "").find(one.quote)
    return any(
        citation.article.id == one.article_id
        and (whole or not one.quote or (citation.start < start + len(one.quote) and start < citation.end))
        for citation in answer.citations
    )


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
