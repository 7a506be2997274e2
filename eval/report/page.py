"""A run as one HTML page that needs no network: the verdict, totals, charts, and every case. Knows HTML."""

from collections.abc import Container, Iterable, Iterator, Sequence
from html import escape
from pathlib import Path
from typing import Any

from eval.gate import Verdict
from eval.report.cases import case_html, name_of, states_of
from eval.report.charts import calibration_chart, history_chart, risk_chart, share_bar, speed_chart
from eval.report.words import change, figures, flips, measure
from eval.run import Run
from eval.saved import Baseline
from eval.totals import Slice, bins_of, risk_of, slices, speeds, table_of

_HERE = Path(__file__).parent
# The states that the filter offers, in their order.
_STATES = (
    ("all", "all"),
    ("failed", "failed"),
    ("lost", "lost since the baseline"),
    ("flipped", "flipped either way"),
    ("changed", "another answer"),
    ("new", "new"),
    ("edited", "rewritten"),
)


def page(run: Run, baseline: Baseline, verdict: Verdict, history: Sequence[dict[str, Any]]) -> str:
    """Returns the page; everything in it is in the file."""
    groups = slices(run.results)
    parts = [
        *_verdict(run, verdict),
        *_totals(run, baseline),
        *_charts(run, history),
        _table("Slices", ("Cases", "Passed", "Of", "Share"), map(_slice, groups)),
        *_cases(run, baseline, verdict, groups),
    ]
    script = f"<script>{(_HERE / 'page.js').read_text(encoding='utf-8')}</script>"
    body = f'<a class="skip" href="#cases">To the cases</a><main>{"".join(parts)}</main>{script}'
    return _html(f"Evaluation: {'green' if verdict.is_green else 'red'}", body)


def unmade_page(reason: str) -> str:
    """Returns the page of a run that could not be made."""
    told = f'<div class="verdict red"><strong>There is no run.</strong><p class="said">{escape(reason)}</p></div>'
    return _html("Evaluation: not measured", f"<main><h1>Not measured</h1>{told}</main>")


def _html(title: str, body: str) -> str:
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{title}</title><link rel="icon" href="data:,">'
        f"<style>{(_HERE / 'page.css').read_text(encoding='utf-8')}</style>"
    )
    return f'<!DOCTYPE html>\n<html lang="en"><head>{head}</head><body>{body}</body></html>\n'


def _verdict(run: Run, verdict: Verdict) -> Iterator[str]:
    colour = "green" if verdict.is_green else "red"
    passed = sum(result.outcome.passed for result in run.results)
    yield f"<h1>{passed} of {len(run.results)} cases pass</h1>"
    yield f'<div class="verdict {colour}"><strong>The gate is {colour}.</strong>'
    asked = run.by_id
    if verdict.reds:
        yield f"<ul>{''.join(f'<li>{escape(red.text)}{_links(red.ids, asked)}</li>' for red in verdict.reds)}</ul>"
    yield "".join(f"<p>{escape(line)}</p>" for line in change(verdict))
    for name, ids in flips(verdict):
        yield f"<p>{name}{_links(ids, asked)}</p>"
    for id_, reason in verdict.allowed.items():
        yield f"<p>Explained: {_link(id_, asked)}: {escape(reason)}</p>"
    prints = ", ".join(f"{name} {value}" for name, value in vars(run.prints).items())
    yield f'<p class="soft">Fingerprints: {escape(prints)}</p></div>'


def _links(ids: Sequence[str], asked: Container[str], most: int = 60) -> str:
    if not ids:
        return ""
    more = f" and {len(ids) - most} more" if len(ids) > most else ""
    return ": " + ", ".join(_link(id_, asked) for id_ in ids[:most]) + more


def _link(id_: str, asked: Container[str]) -> str:
    """A link to a case; the name alone of one that was not asked and so is not on the page."""
    return f'<a href="#{escape(name_of(id_))}">{escape(id_)}</a>' if id_ in asked else escape(id_)


def _totals(run: Run, baseline: Baseline) -> Iterator[str]:
    times = ((name, measure(name, value), "", "", "") for name, value in speeds(run.times).items())
    yield _table("Totals", ("Measure", "Now", "Baseline", "Difference", "Floor"), [*figures(run, baseline), *times])
    table = table_of(run.results)
    yield (
        "<table><caption>Refusals</caption><thead><tr><td></td><th>answered</th><th>refused</th></tr></thead><tbody>"
        f'<tr><th scope="row">answerable</th><td>{table[True, True]}</td><td>{table[True, False]}</td></tr>'
        f'<tr><th scope="row">not answerable</th><td>{table[False, True]}</td><td>{table[False, False]}</td></tr>'
        "</tbody></table>"
    )


def _table(name: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table that can be scrolled: in the first column names, in the others figures, as HTML."""
    head = f"<th>{heads[0]}</th>" + "".join(f'<th class="number">{one}</th>' for one in heads[1:])
    body = (
        f'<tr><th scope="row">{escape(row[0])}</th>' + "".join(f'<td class="number">{cell}</td>' for cell in row[1:])
        for row in rows
    )
    return (
        f'<h2>{name}</h2><div class="wide" tabindex="0" role="region" aria-label="{name}"><table><thead><tr>{head}</tr>'
        f"</thead><tbody>{'</tr>'.join([*body, ''])}</tbody></table></div>"
    )


def _charts(run: Run, history: Sequence[dict[str, Any]]) -> Iterator[str]:
    past = [(str(one.get("day", "")), float(one["totals"].get("passed", 0.0))) for one in history]
    charts = {
        "Calibration": calibration_chart(bins_of(run.results)),
        "Risk and coverage": risk_chart(risk_of(run.results)),
        "Latency": speed_chart([one["total"] for one in run.times.values() if "total" in one]),
        "History": history_chart(past),
    }
    drawn = (f"<figure><figcaption>{name}</figcaption>{chart}</figure>" for name, chart in charts.items())
    yield f'<h2>Charts</h2><div class="charts">{"".join(drawn)}</div>'


def _slice(one: Slice) -> tuple[str, ...]:
    bar = f"{share_bar(one.passed, one.cases)} {one.passed / one.cases:.2f}"
    return one.name, str(one.passed), str(one.cases), bar


def _cases(run: Run, baseline: Baseline, verdict: Verdict, groups: Sequence[Slice]) -> Iterator[str]:
    radios = (
        f'<label><input type="radio" name="which" value="{value}"{" checked" if value == "all" else ""}>{name}</label>'
        for value, name in _STATES
    )
    options = "".join(f'<option value="{escape(one.name)}">{escape(one.name)} ({one.cases})</option>' for one in groups)
    yield '<h2 id="cases">Cases</h2><form><fieldset><legend>Show</legend>' + "".join(radios) + "</fieldset>"
    yield f'<label class="above">Slice<select name="slice"><option value="">all</option>{options}</select></label>'
    yield '<label class="above">Words<input type="search" name="words"></label>'
    yield '<p id="count" role="status"></p></form>'
    failed_first = sorted(run.results, key=lambda result: result.outcome.passed)
    for result in failed_first:
        yield case_html(result, baseline.held.get(result.case.id), states_of(result, verdict))
