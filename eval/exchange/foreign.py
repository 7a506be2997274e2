"""A question with what others say of its answer becomes a case. Knows contexts and references; knows no format."""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence

from eval.cases import Case, Evidence, parse_case
from eval.places import find_answer, find_quote
from eval.wording import holds, plain

REMEDY = "name the file to take in, as in: footnote eval import csv questions.csv"
"""What to do about a file that cannot be read."""
GUESSED = "evidence found by the import"
"""The note of a case whose evidence nobody gave."""
Groups = tuple[tuple[Evidence, ...], ...]


class BadRow(ValueError):
    """A row that makes no case; the message says where it stands and what to do. The others are not touched by it."""


Rows = Iterator[Case | BadRow]
"""What was made of a file, row by row."""


def made(where: str, make: Callable[[], Case]) -> Case | BadRow:
    """Returns the case of a row, or why there is none."""
    try:
        return make()
    except ValueError as error:
        return BadRow(f"{where}: {error}")


def foreign_case(
    question: str,
    answers: Sequence[str],
    evidence: Groups,
    texts: Mapping[str, str],
    *,
    id_: str = "",
    type_: str = "",
    tags: Sequence[str] = (),
    line: int = 0,
) -> Case:
    """Returns the case of a question, the ways to say its answer, and the evidence where that is known.

    An answer without evidence is looked for in the articles. One that the evidence does not say word for word is kept
    as a note; without an answer and without evidence the question counts as unanswerable. Raises ValueError: no article
    says the answer, or it is no case for another reason; with the remedy.
    """
    ways = [way.strip() for way in answers if plain(way)]
    is_guessed = bool(ways) and not evidence
    evidence = (_answering(ways, question, texts),) if is_guessed else evidence
    said = "\n".join(one.quote or texts[one.article_id] for group in evidence for one in group)
    is_said = any(holds(said, way) for way in ways)
    type_ = type_ or ("direct" if evidence else "offcorpus")
    values = {
        "id": id_ or f"{type_}-{hashlib.sha256(question.encode()).hexdigest()[:8]}",
        "question": question,
        "type": type_,
        "answerable": bool(evidence),
        "answers": ways if is_said else [],
        "evidence": [[_object(one) for one in group] for group in evidence],
        "tags": list(tags),
        "notes": GUESSED if is_guessed else "" if is_said or not ways else f"reference: {' | '.join(ways)}",
    }
    return parse_case(values, line=line)


def quoted(contexts: Sequence[str], texts: Mapping[str, str]) -> Groups:
    """Returns what stands in the articles for the contexts. Raises ValueError: one stands in no article."""
    return tuple((_quoted(context, texts),) for context in contexts if plain(context))


def _quoted(context: str, texts: Mapping[str, str]) -> Evidence:
    found = find_quote(context, texts)
    if found is None:
        raise ValueError(
            f"the context {context[:60]!r} stands in no article; ingest the corpus it is from (--corpus), or take the "
            "row out"
        )
    return found


def _answering(ways: Sequence[str], question: str, texts: Mapping[str, str]) -> tuple[Evidence, ...]:
    found = find_answer(ways, question, texts)
    if not found:
        raise ValueError(
            f"no sentence of the articles answers it with {ways[0][:60]!r}; give the words of an article that do "
            "(quote in a sheet, reference_contexts in a data set), or if a refusal is right no answer (in a sheet with "
            "answerable = no)"
        )
    return found


def _object(evidence: Evidence) -> dict[str, str]:
    return {"article_id": evidence.article_id} | ({"quote": evidence.quote} if evidence.quote else {})
