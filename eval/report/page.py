"""A run as one HTML page that needs no network: the verdict, totals, charts, and every case with what changed in it.

Knows HTML; of a case it shows question, answer and quotes, passages, and the baseline's answer beside.
"""

import difflib
import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from eval.cases import Case
from eval.gate import Verdict
from eval.report.charts import calibration_chart, history_chart, risk_chart, share_bar, speed_chart
from eval.report.words import change, figures, flips, measure
from eval.run import Result, Run
from eval.saved import Baseline, Held
from eval.totals import Slice, bins_of, risk_of, slices, speeds, table_of
from eval.wording import holds, said

_HERE = Path(__file__).parent
_MOST_PASSAGES, _MOST_CHARACTERS = 5, 420
_ALIKE = 0.5
_WORD = re.compile(r"\s+|\w+|[^\w\s]")
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
    return f'<a href="#case-{escape(id_)}">{escape(id_)}</a>' if id_ in asked else escape(id_)


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
        yield _case(result, baseline.held.get(result.case.id), _states_of(result, verdict))


def _states_of(result: Result, verdict: Verdict) -> str:
    """The states of a case that the page's filter knows."""
    id_ = result.case.id
    found = {
        "passed": result.outcome.passed,
        "failed": not result.outcome.passed,
        "lost": id_ in verdict.lost,
        "flipped": id_ in verdict.lost or id_ in verdict.won,
        "changed": id_ in verdict.changed or id_ in verdict.lost or id_ in verdict.won,
        "new": id_ in verdict.new,
        "edited": id_ in verdict.edited,
    }
    return " ".join(name for name, is_so in found.items() if is_so)


def _case(result: Result, before: Held | None, states: str) -> str:
    """A case, closed, with all that is known of it inside."""
    case, outcome = result.case, result.outcome
    state = "passed" if outcome.passed else "failed"
    name = escape(f"case-{case.id}")
    parts = [
        f'<details class="case" id="{name}" data-states="{states}" '
        f'data-slices="{escape("|".join(result.slices))}"><summary><span class="state {state}">{state}</span> '
        f'{escape(case.question)} <span class="about">{escape(case.type)} · {escape(case.id)}</span></summary>',
        f'<div class="inside"><p><strong>{escape(outcome.reason)}</strong></p>',
        *_asked(case),
        *_sides(result, before),
        *_expected(case, result),
        *_citations(result.answer.get("citations") or ()),
        *_passages(case, result.answer.get("passages") or ()),
        f'<p class="soft"><a href="#{name}">Link to this case</a></p></div></details>\n',
    ]
    return "".join(parts)


def _asked(case: Case) -> Iterator[str]:
    if case.history:
        turns = "".join(f"<li>{turn.role}: {escape(turn.text)}</li>" for turn in case.history)
        yield f"<h3>Before</h3><ul>{turns}</ul>"
    if case.asked:
        yield f'<p class="soft">Asked on {case.asked.isoformat()}</p>'
    if case.notes:
        yield f'<p class="soft">{escape(case.notes)}</p>'


def _sides(result: Result, before: Held | None) -> Iterator[str]:
    now = str(result.answer["text"])
    sure = f"confidence {float(result.answer['confidence']):.2f}, {result.answer.get('answerer', '')}"
    if before is None or not before.answer or before.answer == now:
        same = "" if before is None or not before.answer else ", as in the baseline"
        yield f'<h3>Answer</h3><p class="soft">{escape(sure)}{same}</p><div class="said">{_cited(now, result)}</div>'
        return
    old, new = _difference(before.answer, now)
    state = "passed" if before.passed else "failed"
    yield f'<div class="sides"><div><h3>Baseline ({state})</h3><div class="said">{old}</div></div>'
    yield f'<div><h3>Now ({escape(sure)})</h3><div class="said">{new}</div></div></div>'


def _cited(text: str, result: Result) -> str:
    """The answer with what its quotes say highlighted."""
    shown = escape(text)
    quotes = {str(one.get("quote", "")) for one in result.answer.get("citations") or ()}
    for quote in sorted({" ".join(quote.split()) for quote in quotes}, key=len, reverse=True):
        if quote and (found := escape(quote)) in shown and f">{found}" not in shown:
            shown = shown.replace(found, f"<mark>{found}</mark>", 1)
    return shown


def _difference(old: str, new: str) -> tuple[str, str]:
    """Both texts, with what only one of them says marked; texts that have little in common are left as they are."""
    ours, theirs = _WORD.findall(old), _WORD.findall(new)
    left, right = list[str](), list[str]()
    compared = difflib.SequenceMatcher(None, ours, theirs, autojunk=False)
    if compared.ratio() < _ALIKE:
        return escape(old), escape(new)
    for what, a, b, c, d in compared.get_opcodes():
        before, after = escape("".join(ours[a:b])), escape("".join(theirs[c:d]))
        left.append(before if what == "equal" or not before else f"<del>{before}</del>")
        right.append(after if what == "equal" or not after else f"<ins>{after}</ins>")
    return "".join(left), "".join(right)


def _expected(case: Case, result: Result) -> Iterator[str]:
    text = said(str(result.answer["text"])) if result.outcome.answered else ""
    rows = [(" or ".join(fact), any(holds(text, spelling) for spelling in fact)) for fact in case.facts]
    if rows:
        marks = {True: '<span class="passed">said:</span>', False: '<span class="failed">missing:</span>'}
        listed = "".join(f"<li>{marks[held]} {escape(fact)}</li>" for fact, held in rows)
        yield f"<h3>Facts</h3><ul>{listed}</ul>"
    if case.must_not:
        yield f'<p class="soft">Must not say: {escape("; ".join(case.must_not))}</p>'
    if case.evidence:
        quotes = (" or ".join(f"{e.quote or 'the article'} ({e.article_id})" for e in group) for group in case.evidence)
        yield f"<h3>Evidence</h3><ul>{''.join(f'<li>{escape(quote)}</li>' for quote in quotes)}</ul>"


def _citations(citations: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if citations:
        yield "<h3>Quotes</h3><ol>"
        for one in citations:
            place = " · ".join(str(one[name]) for name in ("article_id", "heading", "published") if one.get(name))
            yield f'<li value="{one["number"]}"><mark>{escape(str(one["quote"]))}</mark> '
            yield f'<span class="soft">{escape(place)} [{one["start"]}:{one["end"]}]</span></li>'
        yield "</ol>"


def _passages(case: Case, passages: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if not passages:
        yield '<p class="soft">No passages were found, or none were kept.</p>'
        return
    yield '<h3>Passages</h3><ol class="found">'
    quotes = [evidence.quote for evidence in case.quotes if evidence.quote]
    for one in passages[:_MOST_PASSAGES]:
        shown = _clipped(str(one["text"]), quotes)
        yield f'<li><span class="soft">{float(one["score"]):.3f} · {escape(str(one["article_id"]))}</span> {shown}</li>'
    yield "</ol>"
    if len(passages) > _MOST_PASSAGES:
        yield f'<p class="soft">and {len(passages) - _MOST_PASSAGES} more</p>'


def _clipped(text: str, quotes: Sequence[str]) -> str:
    """A passage, cut around the evidence where it holds some, which is highlighted."""
    held = next((quote for quote in quotes if quote in text), "")
    at = text.find(held) if held else 0
    start = max(at - 80, 0) if len(text) > _MOST_CHARACTERS else 0
    end = min(max(start + _MOST_CHARACTERS, at + len(held)), len(text))
    shown = ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
    return escape(shown).replace(escape(held), f"<mark>{escape(held)}</mark>", 1) if held else escape(shown)
