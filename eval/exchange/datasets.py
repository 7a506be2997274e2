"""The data sets of ragas and of llama_index: a question, a reference, and the contexts that are right. Knows both.

Exported with a run at hand, ragas' rows also hold what was answered and what was found.
"""

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from eval.cases import Case, read_lines
from eval.errors import BadCases
from eval.exchange.foreign import REMEDY, Rows, foreign_case, made, quoted
from eval.files import write_whole

Answered = Mapping[str, Mapping[str, Any]]
"""The answers of a run as objects, by the id of the case."""
_BY_PEOPLE = {"model_name": "", "type": "human"}


def export_ragas(cases: Sequence[Case], answers: Answered, path: Path) -> None:
    """Writes a JSON line for each case, as ragas' EvaluationDataset.from_jsonl reads it."""
    rows = (_row(case, answers.get(case.id)) for case in cases)
    write_whole(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def import_ragas(path: Path, texts: Mapping[str, str]) -> Rows:
    """Yields the case of every line. Raises BadCases: the file cannot be read."""
    for number, line in enumerate(read_lines(path, remedy=REMEDY), 1):
        if line.strip():
            yield made(f"{path.name}, line {number}", partial(_of_row, line, texts, number))


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


def import_labelled(path: Path, texts: Mapping[str, str]) -> Rows:
    """Yields the case of every example. Raises BadCases: the file cannot be read, or is no LabelledRagDataset."""
    try:
        examples = json.loads("\n".join(read_lines(path, remedy=REMEDY)))["examples"]
        rows = [
            (one["query"], one.get("reference_answer") or "", one.get("reference_contexts") or ()) for one in examples
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadCases(
            f"{path} is no LabelledRagDataset of llama_index (an object with examples): {error!r}"
        ) from error
    for number, row in enumerate(rows, 1):
        yield made(f"example {number}", partial(_case, *row, texts, number))


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


def _of_row(line: str, texts: Mapping[str, str], number: int) -> Case:
    try:
        row = json.loads(line)
        return _case(row["user_input"], row.get("reference") or "", row.get("reference_contexts") or (), texts, number)
    except (KeyError, AttributeError, TypeError) as error:
        raise ValueError(
            f"it is no row of ragas: {error!r}; write user_input, reference, reference_contexts"
        ) from error


def _case(question: object, reference: object, contexts: object, texts: Mapping[str, str], number: int) -> Case:
    listed = contexts if isinstance(contexts, list | tuple) else (contexts,)
    if not all(isinstance(text, str) for text in (question, reference, *listed)) or isinstance(contexts, str):
        raise ValueError("a question and a reference must be text, contexts a list of texts")
    return foreign_case(str(question), (str(reference),), quoted(listed, texts), texts, line=number)
