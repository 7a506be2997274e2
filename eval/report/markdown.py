"""A run as Markdown, for a pull request and for the summary of a CI step. Knows Markdown; decides nothing."""

import re
from collections.abc import Iterator, Sequence

from eval.baseline import Baseline
from eval.gate import Verdict
from eval.report.words import change, flips, measure
from eval.run import Result, Run
from eval.totals import totals

_MOST_CASES, _MOST_CHARACTERS = 20, 300
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#@])")


def markdown(run: Run, baseline: Baseline, verdict: Verdict) -> str:
    """Returns the verdict, the totals beside the baseline's, and the first of the cases that turn the gate red."""
    passed, asked = sum(result.outcome.passed for result in run.results), run.by_id
    lines = [
        f"## Answers: {'green' if verdict.is_green else '**red**'}, {passed} of {len(run.results)} cases pass",
        "",
        *(
            f"- **{red.rule}**: {_plain(red.text)}{_named([i for i in red.ids if i not in asked])}"
            for red in verdict.reds
        ),
        *(f"- {_plain(line)}" for line in change(verdict)),
        *(f"- {len(ids)} {name}{_named(ids)}" for name, ids in flips(verdict)),
        *(f"- explained: {_plain(id_)}: {_plain(reason)}" for id_, reason in verdict.allowed.items()),
        "",
        *_totals(run, baseline),
        "",
        *_cases(run, baseline, [id_ for red in verdict.reds for id_ in red.ids]),
    ]
    return "\n".join(lines).rstrip() + "\n"


def unmade_summary(reason: str) -> str:
    """Returns the summary of a run that could not be made."""
    return "## Answers: **not measured**\n\n" + "".join(f"{_plain(line)}\n\n" for line in reason.splitlines())


def _named(ids: Sequence[str]) -> str:
    more = " …" if len(ids) > _MOST_CASES else ""
    return f": {', '.join(map(_plain, ids[:_MOST_CASES]))}{more}" if ids else ""


def _totals(run: Run, baseline: Baseline) -> Iterator[str]:
    yield "| measure | now | baseline | difference |"
    yield "|---|---|---|---|"
    for name, value in totals(run.results).items():
        before = baseline.totals.get(name)
        old = ("", "") if before is None else (measure(name, before), f"{value - before:+z.3f}")
        yield f"| {name} | {measure(name, value)} | {old[0]} | {old[1]} |"


def _cases(run: Run, baseline: Baseline, ids: Sequence[str]) -> Iterator[str]:
    wanted = list(dict.fromkeys(ids))
    for id_ in wanted[:_MOST_CASES]:
        if id_ in run.by_id:
            yield from _case(run.by_id[id_], baseline)
    if len(wanted) > _MOST_CASES:
        yield f"… and {len(wanted) - _MOST_CASES} more; the HTML report has them all."


def _case(result: Result, baseline: Baseline) -> Iterator[str]:
    held = baseline.held.get(result.case.id)
    about = f"{_html(result.case.question)} ({_html(result.case.id)}): {_html(result.outcome.reason)}"
    yield f"<details><summary>{about}</summary>"
    yield ""
    if held and held.answer and held.answer != result.answer["text"]:
        yield f"- before: {_shown(held.answer)}"
    yield f"- now: {_shown(str(result.answer['text']))}"
    for group in result.case.evidence:
        yield f"- evidence: {_shown(group[0].quote or 'the whole article')} ({_plain(group[0].article_id)})"
    yield "\n</details>\n"


def _shown(text: str) -> str:
    line = " ".join(text.split())
    return _plain(line[:_MOST_CHARACTERS] + (" …" if len(line) > _MOST_CHARACTERS else ""))


def _plain(text: str) -> str:
    """Text that stays what it is: no mark of Markdown, no tag, nobody mentioned."""
    return _SPECIAL.sub(r"\\\1", " ".join(text.split())).replace("\\@", "@\u200b").replace("\\<", "&lt;")


def _html(text: str) -> str:
    return _plain(text).replace(">", "&gt;")
