"""How good the check is: true sentences that are kept, falsehoods that are shown, with a judge and without one.

Each pair goes through the product's own check, desk and page. Knows pairs of a sentence and its quotes, from a file of
JSON lines or made by rule from a folder of articles; asks a judge through a function.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bot.compare.propernames import known_names
from bot.model.check import Asking, check
from bot.model.desk import Desk
from bot.model.judge import Pair
from bot.model.parse import Claim, Quoted
from bot.offered import Offered
from eval.files import read_objects
from eval.measures import mean
from eval.perturb import perturbed
from eval.wording import holds
from ingest.articles.article import Article
from ingest.sentences import Span, sentence_spans

Verdict = Callable[[Pair], bool | None]
"""What a judge says of a pair, None if it is not known."""
Outcome = Literal["kept", "quoted", "dropped"]
_UNNAMED = Article("", "untitled", None, None, None, "")


@dataclass(frozen=True)
class Case:
    """A sentence with its quotes, and whether they carry it: None if nobody has said so."""

    sentence: str
    quotes: tuple[str, ...]
    article: Article
    kind: str
    carried: bool | None


@dataclass(frozen=True)
class Result:
    """What became of a case: whether its facts stand, what is shown without a judge, and with one if there was one."""

    case: Case
    stands: bool
    alone: Outcome
    judged: Outcome | None


def load_pairs(path: Path) -> tuple[Case, ...]:
    """Returns the cases of a file of JSON lines, or those made by rule from the articles of a folder.

    Raises BadCases: it is neither, or a line is no pair.
    """
    if path.is_dir():
        made = perturbed(path)
        return tuple(Case(s, (quote,), article, kind, kind == "true") for kind, s, quote, article in made)
    return read_objects(path, _case, f"{path} holds no pairs of sentence and quotes")


def measure_pairs(
    cases: Sequence[Case], verdict: Verdict | None, *, articles: Sequence[Article] = ()
) -> tuple[Result, ...]:
    """Puts every case through the check, without a judge and, where there is one, with it.

    Quotes that stand in one of the `articles` are read there, with title, date and neighbours; others stand alone.
    """
    passages = [Offered(i, one, 0, one.text, sentence_spans(one.text)) for i, one in enumerate(articles, 1)]
    return tuple(_result(case, verdict, passages) for case in cases)


def carries(quotes: Sequence[str], sentence: str, articles: Sequence[Article], verdict: Verdict | None = None) -> bool:
    """Tells whether quotes carry a sentence: each line stands in them word for word, or it would be shown as it is."""
    if all(holds(" ".join(quotes), line) for line in sentence.splitlines() if any(map(str.isalnum, line))):
        return True
    (result,) = measure_pairs([Case(sentence, tuple(quotes), _UNNAMED, "", None)], verdict, articles=articles)
    return (result.judged or result.alone) == "kept"


def table(results: Sequence[Result]) -> tuple[tuple[str, ...], ...]:
    """Returns a row for each kind: how many, stand on their facts, kept without and with a judge, quoted with it."""
    kinds = dict.fromkeys((result.case.carried, result.case.kind) for result in results)
    rows = []
    for carried, kind in sorted(kinds, key=lambda kind: (not kind[0], kind[1])):
        some = [r for r in results if (r.case.carried, r.case.kind) == (carried, kind)]
        judged = [r.judged for r in some if r.judged]
        shares = (
            mean([r.stands for r in some]),
            mean([r.alone == "kept" for r in some]),
            mean([one == "kept" for one in judged]),
            mean([one == "quoted" for one in judged]),
        )
        told = ("-" if one is None else f"{100 * one:.1f} %" for one in shares)
        rows.append(("true" if carried else "false", kind, str(len(some)), *told))
    return tuple(rows)


def _result(case: Case, verdict: Verdict | None, passages: Sequence[Offered]) -> Result:
    held = [one for one in passages if any(quote in one.text for quote in case.quotes)]
    whole = all(any(quote in one.text for one in held) for quote in case.quotes)
    offered = held if whole else [_alone(case)]
    claim = Claim(case.sentence, tuple(Quoted(0, quote) for quote in case.quotes))
    asking = Asking("", known_names([one.text for one in offered]))
    checked = check(claim, offered, asking)
    said = verdict(checked.pair) if verdict else None
    judged = _outcome(claim, offered, asking, {checked.pair: said}) if said is not None else None
    return Result(case, checked.fault is None, _outcome(claim, offered, asking, {}), judged)


def _alone(case: Case) -> Offered:
    """A passage that holds the case's quotes and nothing else."""
    text, spans = "", list[Span]()
    for quote in case.quotes:
        spans += [(len(text) + start, len(text) + end) for start, end in sentence_spans(quote)]
        text += f"{quote}\n"
    return Offered(1, case.article, 0, text, tuple(spans))


def _outcome(claim: Claim, offered: Sequence[Offered], asking: Asking, verdicts: Mapping[Pair, bool]) -> Outcome:
    desk = Desk(verdicts, asking, offered)
    desk.take(claim)
    list(desk.ready(final=True))
    return next(name for name in ("kept", "quoted", "dropped") if desk.page.counts[name])


def _case(values: Mapping[str, Any], number: int) -> Case:
    day = values.get("published")
    published = datetime.date.fromisoformat(day) if day else None
    article = Article(f"{number}", str(values.get("title") or "untitled"), None, published, None, "")
    carried = values.get("carried")
    quotes = tuple(map(str, values["quotes"]))
    return Case(str(values["sentence"]), quotes, article, str(values.get("kind") or "-"), carried)
