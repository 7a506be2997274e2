"""What people asked in Slack becomes cases: `footnote eval candidates` and `footnote eval promote ID`.

Knows the bot's records through one function, and the file of cases.
"""

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from rich.table import Column, Table
from rich.text import Text

from bot.slack.records.feedback import Unmet, unmet
from bot.slack.settings import database_of
from eval.asking import Order, at_desk
from eval.cases import GAP, Case, Evidence
from eval.errors import BadCases
from eval.proof import adding, cases_at, change_cases
from eval.wording import evidence_of, find_quote, holds, id_of, plain


@dataclass(frozen=True)
class Candidate:
    """One question, however often it was put: why it is here, what was answered, and what people said was right."""

    id: str
    question: str
    reasons: tuple[str, ...]
    count: int
    people: int
    answer: str
    answered: bool
    right_answers: tuple[str, ...]


def candidates_of(unmet: Sequence[Unmet], cases: Sequence[Case]) -> tuple[Candidate, ...]:
    """Returns what is no case yet, the most frequent first; of questions that differ in case and marks only one."""
    known = {plain(case.question) for case in cases}
    grouped: dict[str, list[Unmet]] = {}
    for one in unmet:
        asked = plain(one.question)
        if asked and asked not in known:
            grouped.setdefault(asked, []).append(one)
    found = [_candidate(asked, group) for asked, group in grouped.items()]
    return tuple(sorted(found, key=lambda one: (-one.people, -one.count, one.id)))


def _candidate(asked: str, group: Sequence[Unmet]) -> Candidate:
    last = group[-1]
    return Candidate(
        id=f"q-{hashlib.sha256(asked.encode()).hexdigest()[:8]}",
        question=last.question,
        reasons=tuple(dict.fromkeys(one.reason for one in group)),
        count=len(group),
        people=len({one.asker for one in group}),
        answer=str(last.answer.get("text", "")),
        answered=last.answer.get("answered") is True,
        right_answers=tuple(dict.fromkeys(said.strip() for one in group if plain(said := one.right_answer or ""))),
    )


def candidates(order: Order) -> bool:
    """Lists what may become a case."""
    found = _found(order)
    if order.args.json:
        for one in found:
            print(json.dumps(vars(one), ensure_ascii=False))
        return True
    if not found:
        order.console.print("No candidates: nothing was refused or disliked that is no case yet.")
        return True
    table = Table("ID", Column("Question", overflow="fold"), "Why", "Asked", "People", Column("Right", overflow="fold"))
    for one in found:
        right = "; ".join(one.right_answers) or "-"
        cells = (one.id, one.question, ", ".join(one.reasons), str(one.count), str(one.people), right)
        table.add_row(*map(Text, cells))
    order.console.print(table)
    how = "Make one a case with: footnote eval promote ID (--article, --quote, --fact, --unanswerable)"
    order.console.print(how, soft_wrap=True)
    return True


def promote_candidates(order: Order) -> bool:
    """Makes candidates cases, each with what the flags or a person's right answer say of it.

    Raises BadCases: there is no such candidate, or nothing says what would be right.
    """
    by_id = {one.id: one for one in _found(order)}
    unknown = [id_ for id_ in order.args.ids if id_ not in by_id]
    if unknown:
        raise BadCases(f"no candidate {', '.join(unknown)}", "list them with: footnote eval candidates")
    if len(order.args.ids) > 1 and (order.args.quote or order.args.fact or order.args.article):
        raise BadCases("--article, --quote and --fact are about one candidate", "promote them one by one")
    with at_desk(order.opened) as desk:
        cases = [make_case(by_id[id_], desk.texts, order) for id_ in order.args.ids]
        change_cases(order.place.cases, desk.texts, adding(cases))
    for case in cases:
        state = " (no article answers it yet)" if not case.evidence else ""
        about = state if case.answerable else " (a refusal is right)"
        order.console.print(Text(f"{case.id} is a case of {order.place.cases} now{about}."), soft_wrap=True)
    return True


def make_case(candidate: Candidate, texts: Mapping[str, str], order: Order) -> Case:
    """Returns the case of a candidate: with evidence where an article has it, else as a gap that one has to fill.

    Raises BadCases: the quote stands in no article, or nothing says what would be right.
    """
    args = order.args
    base = Case(id_of(candidate.question), candidate.question, "asked", False, tags=("slack",))
    if args.unanswerable:
        return base
    try:
        found = evidence_of(args.article, args.quote, texts)
    except ValueError as error:
        raise BadCases(str(error)) from error
    if not args.quote:
        among = {args.article: texts[args.article]} if args.article else texts
        found = next(filter(None, (find_quote(said, among) for said in candidate.right_answers)), found)
    facts = tuple((fact,) for fact in args.fact or _said(candidate.right_answers, found))
    if not found and not facts and candidate.answered:
        raise BadCases(
            f"{candidate.id} was answered, and nobody said what is right: say it with --fact or --quote, or that "
            "nothing answers with --unanswerable"
        )
    notes = "" if not candidate.right_answers else f"right, as somebody said: {'; '.join(candidate.right_answers)}"
    known = {"evidence": ((found,),)} if found else {"tags": ("slack", GAP)}
    return replace(base, answerable=True, facts=facts, notes=notes, **known)


def _found(order: Order) -> tuple[Candidate, ...]:
    database = database_of(order.slack, order.place.home)
    kept = unmet(database, now=time.time(), days=order.slack.slack_retention_days)
    return candidates_of(kept, cases_at(order.place.cases))


def _said(right: Sequence[str], found: Evidence | None) -> Sequence[str]:
    """A short right answer is what an answer must say; a long one is only told."""
    most, quote = (12, found.quote) if found else (8, None)
    return [said for said in right[:1] if len(said.split()) <= most and (quote is None or holds(quote, said))]
