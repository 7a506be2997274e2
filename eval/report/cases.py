"""One case of the report: question, answer and quotes, passages, what changed since the baseline. Knows HTML."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from eval.cases import Case
from eval.gate import Verdict
from eval.run import Result
from eval.saved import Held
from eval.wording import holds, said

_MOST_PASSAGES, _MOST_CHARACTERS = 5, 420
_ALIKE = 0.5
_WORD = re.compile(r"\s+|\w+|[^\w\s]")


def name_of(id_: str) -> str:
    """Returns the anchor of a case."""
    return f"case-{id_}"


def states_of(result: Result, verdict: Verdict) -> tuple[str, ...]:
    """Returns the states of a case that the page's filter knows."""
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
    return tuple(name for name, holds_ in found.items() if holds_)


def case_html(result: Result, before: Held | None, states: Sequence[str]) -> str:
    """Returns a case, closed, with all that is known of it inside."""
    case, outcome = result.case, result.outcome
    state = "passed" if outcome.passed else "failed"
    parts = [
        f'<details class="case" id="{escape(name_of(case.id))}" data-states="{" ".join(states)}" '
        f'data-slices="{escape("|".join(result.slices))}"><summary><span class="state {state}">{state}</span> '
        f'{escape(case.question)} <span class="about">{escape(case.type)} · {escape(case.id)}</span></summary>',
        f'<div class="inside"><p><strong>{escape(outcome.reason)}</strong></p>',
        *_asked(case),
        *_sides(result, before),
        *_expected(case, result),
        *_citations(result.answer.get("citations") or ()),
        *_passages(case, result.answer.get("passages") or ()),
        f'<p class="soft"><a href="#{escape(name_of(case.id))}">Link to this case</a></p></div></details>\n',
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
