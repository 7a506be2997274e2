"""What people asked in Slack becomes cases: `footnote eval candidates` and `footnote eval promote ID`.

Knows the bot's records through one function, and the file of cases.
"""

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rich.table import Column, Table
from rich.text import Text

from bot.slack.records.feedback import Unmet, unmet
from bot.slack.settings import database_of
from eval.asking import at_desk
from eval.cases import GAP, Case, Evidence
from eval.errors import BadCases
from eval.keep import adding, cases_at, change_cases
from eval.order import Order
from eval.places import find_quote
from eval.wording import holds, id_of, plain

_REFUSED = "refused"


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

    def as_json(self) -> dict[str, object]:
        """Returns it as plain values."""
        return {**vars(self), "reasons": list(self.reasons), "right_answers": list(self.right_answers)}


def candidates(unmet: Sequence[Unmet], cases: Sequence[Case]) -> tuple[Candidate, ...]:
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
        right_answers=tuple(dict.fromkeys(_right(group))),
    )


def _right(group: Sequence[Unmet]) -> Iterator[str]:
    for one in group:
        if one.right_answer and plain(one.right_answer):
            yield one.right_answer.strip()


def show_candidates(order: Order) -> bool:
    """Lists what may become a case."""
    found = _found(order)
    if order.args.json:
        for one in found:
            print(json.dumps(one.as_json(), ensure_ascii=False))
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
    with order.opened() as pinned, at_desk(pinned, lambda means, heard: None) as desk:
        cases = [make_case(by_id[id_], desk.texts, order) for id_ in order.args.ids]
        change_cases(order.place.cases, desk.texts, adding(cases))
    for case in cases:
        state = (
            "a refusal is right" if not case.answerable else "no article answers it yet" if not case.evidence else ""
        )
        about = f" ({state})" if state else ""
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
    found = _evidence(args.article, args.quote, candidate.right_answers, texts)
    facts = tuple((fact,) for fact in args.fact or _said(candidate.right_answers, found))
    if not found and not facts and candidate.answered:
        raise BadCases(
            f"{candidate.id} was answered, and nobody said what is right: say it with --fact or --quote, or that "
            "nothing answers with --unanswerable"
        )
    notes = "" if not candidate.right_answers else f"right, as somebody said: {'; '.join(candidate.right_answers)}"
    tags = ("slack",) if found else ("slack", GAP)
    evidence = ((found,),) if found else ()
    return Case(base.id, base.question, base.type, True, facts, evidence, tags=tags, notes=notes)


def _found(order: Order) -> tuple[Candidate, ...]:
    database = database_of(order.slack, order.place.home)
    kept = unmet(database, now=time.time(), days=order.slack.slack_retention_days)
    return candidates(kept, cases_at(order.place.cases))


def _evidence(
    article: str | None, quote: str | None, right: Sequence[str], texts: Mapping[str, str]
) -> Evidence | None:
    if article and article not in texts:
        raise BadCases(f"no article {article}", "write its path inside the corpus")
    among = {article: texts[article]} if article else texts
    if quote:
        found = find_quote(quote, among)
        if found is None:
            raise BadCases(
                f"{quote[:60]!r} does not stand in {article or 'any article'}", "copy it from: footnote show"
            )
        return found
    stands = next((found for said in right if (found := find_quote(said, among))), None)
    return stands or (Evidence(article) if article else None)


def _said(right: Sequence[str], found: Evidence | None) -> Sequence[str]:
    """A short right answer is what an answer must say; a long one is only told."""
    if found:
        return [said for said in right[:1] if found.quote and holds(found.quote, said) and len(said.split()) <= 12]
    return [said for said in right[:1] if len(said.split()) <= 8]
