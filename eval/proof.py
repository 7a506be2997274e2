"""Whether cases can hold at all: quotes stand, ids are unique, nothing contradicts itself; and how their file changes.

Knows cases, texts and the file: it is read, proven, and written whole, one after the other.
"""

import datetime
import itertools
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from bot.question.followup import Turn
from eval.cases import GAP, Case, Evidence, as_line, complain, parse_lines, read_cases
from eval.files import alone, write_whole
from eval.flags import Place
from eval.wording import find_quote, holds, lacking, nearest, plain

# The word of the answer is "yes" or "no", which no article says.
_OWN_WORDS = ("yesno",)
Change = Callable[[tuple[Case, ...]], Sequence[Case]]
"""Makes of the cases that are there those that shall be."""
_MEANT = "if it is gone on purpose, delete the case's line and explain its id in allow.txt"


def load_cases(path: Path, texts: Mapping[str, str]) -> tuple[Case, ...]:
    """Reads the cases and proves them; `texts` are the articles' by id.

    Raises BadCases: the file cannot be read, a line is no case, or a case cannot hold; with the line and the remedy.
    """
    cases, broken = parse_lines(path)
    complain(path, (*broken, *faults(cases, texts)))
    return cases


def known_ids(place: Place) -> frozenset[str]:
    """Returns the ids of the whole set, as far as its files can be read: the cases that are named, which may be a part,
    and those beside the baseline."""
    found = set[str]()
    for path in {place.cases, place.baseline.with_name("cases.jsonl")}:
        lines = path.read_text(encoding="utf-8", errors="replace").split("\n") if path.is_file() else ()
        for line in lines:
            with suppress(ValueError, RecursionError, TypeError, KeyError):
                found.add(str(json.loads(line)["id"]))
    return frozenset(found)


def faults(cases: Sequence[Case], texts: Mapping[str, str]) -> tuple[str, ...]:
    """Returns what is wrong with the cases, in their order, each with its line and the remedy."""
    return tuple(
        f"line {case.line}, case {case.id}: {fault}"
        for case, repeated in zip(cases, _repeated(cases), strict=True)
        for fault in (*repeated, *_contradictions(case), *_strangers(case, texts))
    )


def _asking(case: Case) -> tuple[str, tuple[Turn, ...], datetime.date | None]:
    """What two cases may not both ask: the words of the question, and what was said before and when."""
    return plain(case.question), case.history, case.asked


def _repeated(cases: Sequence[Case]) -> Iterator[list[str]]:
    """For each case what an earlier one has already."""
    ids, questions = dict[str, int](), dict[object, str]()
    for case in cases:
        put = _asking(case)
        found = [f"the id stands in line {ids[case.id]} too; give it another"] if case.id in ids else []
        if put in questions:
            found.append(f"{questions[put]} asks the same; delete one, or give it a history or a date of its own")
        ids.setdefault(case.id, case.line)
        questions.setdefault(put, case.id)
        yield found


def _contradictions(case: Case) -> Iterator[str]:
    if case.answerable and not case.evidence and GAP not in case.tags:
        yield (
            'answerable, but there is no "evidence"; quote the article that answers, write "answerable": false, '
            f'or tag it "{GAP}" until an article says it'
        )
    if not case.answerable and bool(case.facts) != bool(case.evidence):
        yield 'not answerable: give it neither "facts" nor "evidence", or both, for an answer that sets it right'
    for words in case.must_not:
        if any(holds(spelling, words) for fact in case.facts for spelling in fact):
            yield f'"must_not" forbids {words!r}, which a fact asks for; take it out of one of them'


def _strangers(case: Case, texts: Mapping[str, str]) -> Iterator[str]:
    """What of the evidence is not in the articles, and what of the facts is not in the evidence."""
    missing = [fault for evidence in case.quotes if (fault := _missing(evidence, texts))]
    yield from missing
    if missing or not case.evidence or case.type in _OWN_WORDS:
        return
    said = "\n".join(evidence.quote or texts[evidence.article_id] for evidence in case.quotes)
    for fact in lacking(case, said):
        yield f"none of the quotes says {' or '.join(map(repr, fact))}; quote what does, or write what they say"


def _missing(evidence: Evidence, texts: Mapping[str, str]) -> str | None:
    text = texts.get(evidence.article_id)
    if text is None:
        return (
            f"{evidence.article_id} is not in the corpus; name an article that is (footnote eval drift looks for it), "
            f"or {_MEANT}"
        )
    if evidence.quote not in text:
        return (
            f"the quote {evidence.quote[:60]!r} does not stand in {evidence.article_id}; "
            f"copy it from: footnote show {evidence.article_id} (footnote eval drift offers the new place), or {_MEANT}"
        )
    return None


@dataclass(frozen=True)
class Drift:
    """Evidence of a case that does not stand any more, and what stands there or elsewhere instead; None: nothing.

    `near` is then the sentence that shares most words with it, for a person to look at; it may say something else.
    """

    case: Case
    old: Evidence
    new: Evidence | None
    near: Evidence | None = None


def drifts(cases: Sequence[Case], texts: Mapping[str, str]) -> tuple[Drift, ...]:
    """Returns what has moved or vanished, in the order of the cases."""
    return tuple(
        Drift(case, one, new, None if new else nearest(one, texts))
        for case in cases
        for one in dict.fromkeys(case.quotes)
        if one.quote not in texts.get(one.article_id, "") or one.article_id not in texts
        for new in [find_quote(one.quote, texts, first=one.article_id) if one.quote else None]
    )


def with_new_places(cases: Sequence[Case], drifts: Sequence[Drift]) -> tuple[Case, ...]:
    """Returns the cases with what is known of the new places; what has vanished stays as it is."""
    moved = {(one.case.id, one.old): one.new for one in drifts if one.new}
    return tuple(
        replace(
            case,
            evidence=tuple(tuple(moved.get((case.id, one), one) for one in group) for group in case.evidence),
        )
        for case in cases
    )


def change_cases(path: Path, texts: Mapping[str, str] | None, change: Change) -> tuple[Case, ...]:
    """Changes the cases while nobody else can, and returns what is there now.

    All of it is proven, but not without texts, for then some cannot hold any more. Raises BadCases: the file cannot be
    read, or what it would hold cannot hold; CannotWrite: it cannot be written. It is as it was, then.
    """
    with alone(path.parent):
        before = cases_at(path)
        now = tuple(replace(case, line=i) for i, case in enumerate(change(before), 1))
        if texts is not None:
            complain(path, faults(now, texts))
        if now != before:
            write_whole(path, "".join(map(as_line, now)))
    return now


def cases_at(path: Path) -> tuple[Case, ...]:
    """Returns the cases of a file; none if it is empty or not there yet. Raises BadCases: the file cannot be read."""
    return read_cases(path) if path.is_file() and path.stat().st_size else ()


def adding(cases: Sequence[Case]) -> Change:
    """Returns the change that adds cases; one whose id is taken gets a number behind it, one that is there is not
    added again."""

    def add(before: tuple[Case, ...]) -> list[Case]:
        now, ids = list(before), {case.id for case in before}
        asked = set(map(_asking, before))
        for case in cases:
            if _asking(case) in asked:
                continue
            numbered = (f"{case.id[:90]}-{number}" for number in itertools.count(2))
            id_ = next(id_ for id_ in itertools.chain([case.id], numbered) if id_ not in ids)
            now.append(replace(case, id=id_))
            ids.add(id_)
            asked.add(_asking(case))
        return now

    return add
