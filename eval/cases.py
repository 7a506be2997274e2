"""The evaluation set: questions with what is known about their answers. Knows the file; asks nothing.

One JSON object a line: `id`, `question`, `kind`, `answerable`, `facts` (each a list of spellings, one of which the
answer must hold), `evidence` (each an article id and a verbatim quote of it).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from eval.errors import BadCases

_KEYS = ("id", "question", "kind", "answerable", "facts", "evidence")


@dataclass(frozen=True)
class Evidence:
    """A verbatim quote of an article that answers a case."""

    article_id: str
    quote: str


@dataclass(frozen=True)
class Case:
    """One question with what is known about its answer; an unanswerable one has neither facts nor evidence."""

    id: str
    question: str
    kind: str
    answerable: bool
    facts: tuple[tuple[str, ...], ...]
    evidence: tuple[Evidence, ...]


def load_cases(path: Path, texts: Mapping[str, str]) -> tuple[Case, ...]:
    """Reads the cases and proves that every evidence quote stands in its article; `texts` are the articles' by id.

    Raises:
        BadCases: the file cannot be read, a case is malformed or named twice, or a quote does not stand.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadCases(f"cannot read {path}: {error}; name another file with --cases") from error
    cases = tuple(_parse(f"{path.name}, line {i}", line) for i, line in enumerate(lines, 1) if line.strip())
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise BadCases(f"case {case.id} stands twice in {path.name}")
        seen.add(case.id)
        _prove(case, texts)
    if not cases:
        raise BadCases(f"{path} holds no cases")
    return cases


def _parse(place: str, line: str) -> Case:
    try:
        values = json.loads(line)
        missing = [key for key in _KEYS if key not in values]
        if missing:
            raise BadCases(f"{place} lacks {', '.join(missing)}")
        case = Case(
            id=str(values["id"]),
            question=str(values["question"]),
            kind=str(values["kind"]),
            answerable=values["answerable"] is True,
            facts=tuple(tuple(map(str, fact)) for fact in values["facts"]),
            evidence=tuple(Evidence(str(e["article_id"]), str(e["quote"])) for e in values["evidence"]),
        )
    except (ValueError, TypeError, KeyError) as error:
        raise BadCases(f"{place} is not a case: {error}") from error
    if case.answerable != bool(case.facts and case.evidence):
        raise BadCases(f"{place}: an answerable case needs facts and evidence, an unanswerable one has neither")
    return case


def _prove(case: Case, texts: Mapping[str, str]) -> None:
    for evidence in case.evidence:
        if evidence.article_id not in texts:
            raise BadCases(f"case {case.id} names {evidence.article_id}, which is not in the corpus")
        if evidence.quote not in texts[evidence.article_id]:
            raise BadCases(f"case {case.id}: the quote {evidence.quote[:60]!r} does not stand in {evidence.article_id}")
