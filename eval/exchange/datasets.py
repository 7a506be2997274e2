"""The data sets of ragas and of llama_index: a question, a reference, and the contexts that are right. Knows both.

Exported with a run at hand, ragas' rows also hold what was answered and what was found.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.cases import Case, read_lines
from eval.errors import BadCases
from eval.exchange.foreign import foreign_case
from eval.files import write_whole

Answered = Mapping[str, Mapping[str, Any]]
"""The answers of a run as objects, by the id of the case."""
_BY_PEOPLE = {"model_name": "", "type": "human"}


def export_ragas(cases: Sequence[Case], answers: Answered, path: Path) -> None:
    """Writes a JSON line for each case, as ragas' EvaluationDataset.from_jsonl reads it."""
    rows = (_row(case, answers.get(case.id)) for case in cases)
    write_whole(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def import_ragas(path: Path, texts: Mapping[str, str]) -> Iterator[Case]:
    """Yields the case of every line.

    Raises:
        BadCases: a line is no row of ragas, or its contexts stand in no article.
    """
    for number, line in enumerate(read_lines(path), 1):
        if line.strip():
            row = _object(path, number, line)
            contexts = row.get("reference_contexts") or ()
            yield foreign_case(row["user_input"], str(row.get("reference") or ""), contexts, texts, line=number)


def export_labelled(cases: Sequence[Case], path: Path) -> None:
    """Writes llama_index's LabelledRagDataset as its save_json does; what cannot be answered has no contexts."""
    examples = [
        {
            "query": case.question,
            "query_by": _BY_PEOPLE,
            "reference_contexts": _contexts(case),
            "reference_answer": reference_of(case),
            "reference_answer_by": _BY_PEOPLE,
        }
        for case in cases
    ]
    write_whole(path, json.dumps({"examples": examples}, ensure_ascii=False, indent=1) + "\n")


def import_labelled(path: Path, texts: Mapping[str, str]) -> Iterator[Case]:
    """Yields the case of every example.

    Raises:
        BadCases: the file is no LabelledRagDataset, or contexts stand in no article.
    """
    try:
        examples = json.loads("\n".join(read_lines(path)))["examples"]
        rows = [
            (one["query"], one.get("reference_answer") or "", one.get("reference_contexts") or ()) for one in examples
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadCases(
            f"{path} is no LabelledRagDataset of llama_index (an object with examples): {error!r}"
        ) from error
    for number, (query, answer, contexts) in enumerate(rows, 1):
        yield foreign_case(query, answer, contexts, texts, line=number)


def reference_of(case: Case) -> str:
    """Returns what others call the reference answer: a short one where there is one, else the evidence."""
    return case.answers[0] if case.answers else " ".join(_contexts(case))


def _contexts(case: Case) -> list[str]:
    """One quote for each thing that an answer needs."""
    return [group[0].quote for group in case.evidence if group[0].quote]


def _row(case: Case, answer: Mapping[str, Any] | None) -> Mapping[str, object]:
    row: dict[str, object] = {"user_input": case.question}
    if answer is not None:
        row["retrieved_contexts"] = [passage["text"] for passage in answer["passages"]]
        row["response"] = answer["text"]
    return row | {"reference": reference_of(case), "reference_contexts": _contexts(case)}


def _object(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
        contexts = row.get("reference_contexts")
        if isinstance(row["user_input"], str) and (contexts is None or isinstance(contexts, list)):
            return dict(row)
    except (ValueError, KeyError, AttributeError, TypeError) as error:
        raise BadCases(f"{path}, line {number} is no row of ragas: {error!r}") from error
    raise BadCases(f"{path}, line {number}: user_input must be text, reference_contexts a list of texts")
