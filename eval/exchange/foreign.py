"""A question with what others say of its answer becomes a case. Knows contexts and references; knows no format."""

import hashlib
from collections.abc import Mapping, Sequence

from eval.cases import Case, Evidence
from eval.errors import BadCases
from eval.places import find_quote
from eval.wording import holds


def foreign_case(
    question: str,
    reference: str,
    contexts: Sequence[str],
    texts: Mapping[str, str],
    *,
    id_: str = "",
    type_: str = "direct",
    line: int = 0,
) -> Case:
    """Returns the case of a question, a reference answer and the contexts that are right for it.

    Contexts are looked for in the articles, and what stands there is quoted. A reference that no context says word for
    word is kept as a note; without contexts the question counts as unanswerable.

    Raises:
        BadCases: a context stands in no article.
    """
    evidence = tuple((_quoted(context, texts, line),) for context in contexts if context.strip())
    said = "\n".join(one.quote for group in evidence for one in group)
    is_said = bool(reference.strip()) and holds(said, reference)
    return Case(
        id=id_ or f"{type_}-{hashlib.sha256(question.encode()).hexdigest()[:8]}",
        question=question,
        type=type_,
        answerable=bool(evidence),
        facts=((reference,),) if is_said else (),
        answers=(reference,) if is_said else (),
        evidence=evidence,
        notes="" if is_said or not reference.strip() else f"reference: {reference}",
        line=line,
    )


def _quoted(context: str, texts: Mapping[str, str], line: int) -> Evidence:
    found = find_quote(context, texts)
    if found is None:
        raise BadCases(
            f"example {line}: the context {context[:60]!r} stands in no article; ingest the corpus it is from "
            "(--corpus), or take the example out"
        )
    return found
