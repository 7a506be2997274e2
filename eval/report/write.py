"""The files of a report beside its run: report.html for people, summary.md for a pull request, junit.xml for a CI.

Knows Markdown, JUnit's XML and where the files go; decides nothing.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from eval.files import write_whole
from eval.gate import Verdict
from eval.report.page import page, unmade_page
from eval.report.words import change, figures, flips
from eval.run import Result, Run
from eval.saved import Baseline, load_history

_MOST_CASES, _MOST_CHARACTERS = 20, 300
_SPECIAL = re.compile(r"([\\`*_\[\]<>|~#@])")
# What XML 1.0 cannot hold, escaped or not.
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_reports(run: Run, baseline: Baseline, verdict: Verdict, folder: Path) -> tuple[Path, ...]:
    """Writes the report for people, for a pull request and for a CI; returns the paths in that order.

    Raises CannotWrite: the folder cannot be written to.
    """
    now = (page(run, baseline, verdict, load_history(folder)), markdown(run, baseline, verdict), junit(run, verdict))
    return _written(now, folder)


def write_unmade(reason: str, folder: Path) -> None:
    """Puts why there is no run in the place of an earlier run's reports, which would pass for this one's.

    Raises CannotWrite: the folder cannot be written to.
    """
    summary = "## Answers: **not measured**\n\n" + "".join(f"{_plain(line)}\n\n" for line in reason.splitlines())
    suite = Element("testsuite")
    SubElement(_test(suite, "gate", "run"), "error", message=_fit(reason))
    _written((unmade_page(reason), summary, _counted(suite)), folder)


def _written(texts: Sequence[str], folder: Path) -> tuple[Path, ...]:
    paths = tuple(folder / name for name in ("report.html", "summary.md", "junit.xml"))
    for path, text in zip(paths, texts, strict=True):
        write_whole(path, text)
    return paths


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
        *(f"- {name}{_named(ids)}" for name, ids in flips(verdict)),
        *(f"- explained: {_plain(id_)}: {_plain(reason)}" for id_, reason in verdict.allowed.items()),
        "\n| measure | now | baseline | difference |",
        "|---|---|---|---|",
        *(f"| {' | '.join(cells[:-1])} |" for cells in figures(run, baseline)),
        "",
        *_cases(run, baseline, dict.fromkeys(id_ for red in verdict.reds for id_ in red.ids)),
    ]
    return "\n".join(lines).rstrip() + "\n"


def _named(ids: Sequence[str]) -> str:
    more = " …" if len(ids) > _MOST_CASES else ""
    return f": {', '.join(map(_plain, ids[:_MOST_CASES]))}{more}" if ids else ""


def _cases(run: Run, baseline: Baseline, wanted: dict[str, None]) -> Iterator[str]:
    for id_ in list(wanted)[:_MOST_CASES]:
        if id_ in run.by_id:
            yield from _case(run.by_id[id_], baseline)
    if len(wanted) > _MOST_CASES:
        yield f"… and {len(wanted) - _MOST_CASES} more; the HTML report has them all."


def _case(result: Result, baseline: Baseline) -> Iterator[str]:
    held = baseline.held.get(result.case.id)
    about = f"{result.case.question} ({result.case.id}): {result.outcome.reason}"
    yield f"<details><summary>{_plain(about).replace('>', '&gt;')}</summary>\n"
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


def junit(run: Run, verdict: Verdict) -> str:
    """Returns one test for each case: it fails if the gate is red because of it.

    What failed in the baseline already counts as skipped; reasons that name no case, and cases that were not asked,
    fail as tests of their own.
    """
    red = {id_: one for one in verdict.reds for id_ in one.ids}
    suite = Element("testsuite")
    for id_, result in run.by_id.items():
        milliseconds, reason = run.times.get(id_, {}).get("total", 0.0), result.outcome.reason
        test = _test(suite, result.case.type, id_, milliseconds)
        if id_ in red:
            SubElement(test, "failure", message=_fit(f"{red[id_].rule}: {reason}")).text = _fit(red[id_].text)
        elif not result.outcome.passed:
            SubElement(test, "skipped", message=_fit(f"as in the baseline: {reason}"))
    whole = [(one.rule, one) for one in verdict.reds if not one.ids]
    for name, one in (*whole, *((id_, one) for id_, one in red.items() if id_ not in run.by_id)):
        SubElement(_test(suite, "gate", name), "failure", message=_fit(one.text))
    return _counted(suite)


def _test(suite: Element, group: str, name: str, milliseconds: float = 0.0) -> Element:
    time = f"{milliseconds / 1000:.3f}"
    return SubElement(suite, "testcase", classname=_fit(f"footnote.{group}"), name=_fit(name), time=time)


def _counted(suite: Element) -> str:
    kinds = {"tests": "testcase", "failures": "*/failure", "skipped": "*/skipped", "errors": "*/error"}
    suite.attrib |= {name: str(len(suite.findall(path))) for name, path in kinds.items()}
    root = Element("testsuites", suite.attrib)
    suite.set("name", "footnote eval")
    root.append(suite)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _fit(text: str) -> str:
    return _UNFIT.sub("\ufffd", text)
