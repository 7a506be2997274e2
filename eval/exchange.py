"""The formats of others: BEIR (Thakur et al. 2021), the data sets of ragas and of llama_index, and a sheet as CSV.

BEIR is a folder with corpus.jsonl, queries.jsonl and qrels/test.tsv; its metadata hold the rest of a case, so that
nothing is lost on the way back. A sheet has columns, in any order, of which only the first must be there: question,
answer (several ways to say it with | between), article, quote, answerable (yes or no), type, id, tags (with spaces
between). Where there is an answer alone the sentence that says it is looked for. Knows files; asks nothing.
"""

import csv
import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.cases import Case, Evidence, as_json, parse_case, read_lines, written
from eval.errors import BadCases
from eval.files import lines_of, read_objects, write_whole
from eval.wording import evidence_of, find_answer, find_quote, holds, plain
from ingest.articles.article import Article

GUESSED = "evidence found by the import"
"""The note of a case whose evidence nobody gave."""
Answered = Mapping[str, Mapping[str, Any]]
"""The answers of a run as objects, by the id of the case."""
Groups = tuple[tuple[Evidence, ...], ...]
_REMEDY = "name the file to take in, as in: footnote eval import csv questions.csv"
_BY_PEOPLE = {"model_name": "", "type": "human"}
_COLUMNS = ("question", "answer", "article", "quote", "answerable", "type", "id", "tags")
_YES, _NO = ("", "yes", "y", "true", "1"), ("no", "n", "false", "0")


class BadRow(ValueError):
    """A row that makes no case; the message says where it stands and what to do. The others are not touched by it."""


Rows = Iterator[Case | BadRow]
"""What was made of a file, row by row."""


def export_beir(cases: Sequence[Case], articles: Sequence[Article], folder: Path) -> None:
    """Writes the articles, the questions, and which article is right for which question."""
    write_whole(folder / "corpus.jsonl", lines_of(map(_document, articles)))
    queries = [as_json(case) for case in cases]
    named = [{"_id": one.pop("id"), "text": one.pop("question"), "metadata": one} for one in queries]
    write_whole(folder / "queries.jsonl", lines_of(named))
    right = sorted({(case.id, evidence.article_id) for case in cases for evidence in case.quotes})
    rows = [("query-id", "corpus-id", "score"), *((id_, article, "1") for id_, article in right)]
    write_whole(folder / "qrels" / "test.tsv", "".join("\t".join(row) + "\n" for row in rows))


def export_ragas(cases: Sequence[Case], answers: Answered, path: Path) -> None:
    """Writes a JSON line for each case, as ragas' EvaluationDataset.from_jsonl reads it; with a run at hand each row
    also holds what was answered and what was found."""

    def row(case: Case) -> dict[str, object]:
        said = answers.get(case.id)
        found = (
            {"retrieved_contexts": [one["text"] for one in said["passages"]], "response": said["text"]} if said else {}
        )
        right = {"reference": reference_of(case), "reference_contexts": _contexts(case)}
        return {"user_input": case.question, **found, **right}

    write_whole(path, lines_of(map(row, cases)))


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


def reference_of(case: Case) -> str:
    """Returns what others call the reference answer: a short one where there is one, else the evidence."""
    return case.answers[0] if case.answers else " ".join(_contexts(case))


def import_beir(folder: Path, _: Mapping[str, str]) -> Rows:
    """Yields the case of every query: its own where it was one, else the articles that are right, without quotes.

    Raises BadCases: the folder is no BEIR set.
    """
    complaint, remedy = f"{folder} is no BEIR set", "name a folder with queries.jsonl and qrels/test.tsv"
    right = defaultdict[str, list[str]](list)
    try:
        for line in (folder / "qrels" / "test.tsv").read_text(encoding="utf-8").splitlines()[1:]:
            query, document, score = line.split("\t")
            right[query] += [document] if int(score) > 0 else []
    except (OSError, ValueError) as error:
        raise BadCases(f"{complaint}: {error}", remedy) from error
    queries = read_objects(folder / "queries.jsonl", lambda query, _: query, complaint, remedy)
    for number, query in enumerate(queries, 1):
        yield _made(f"query {number}", _of_query, query, right, number)


def import_ragas(path: Path, texts: Mapping[str, str]) -> Rows:
    """Yields the case of every line. Raises BadCases: the file cannot be read."""
    for number, line in enumerate(read_lines(path, remedy=_REMEDY), 1):
        if line.strip():
            yield _made(f"{path.name}, line {number}", _of_row, line, texts, number)


def import_labelled(path: Path, texts: Mapping[str, str]) -> Rows:
    """Yields the case of every example. Raises BadCases: the file cannot be read, or is no LabelledRagDataset."""
    try:
        examples = json.loads("\n".join(read_lines(path, remedy=_REMEDY)))["examples"]
        rows = [(one["query"], one.get("reference_answer"), one.get("reference_contexts")) for one in examples]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadCases(
            f"{path} is no LabelledRagDataset of llama_index (an object with examples): {error!r}"
        ) from error
    for number, row in enumerate(rows, 1):
        yield _made(f"example {number}", _of_contexts, *row, texts, number)


def import_sheet(path: Path, texts: Mapping[str, str]) -> Rows:
    """Yields the case of every row.

    Raises BadCases: the file cannot be read, there is no column for questions, or a column is unknown.
    """
    text = "\n".join(read_lines(path, remedy=_REMEDY))
    header = text.partition("\n")[0]
    rows = csv.DictReader(text.splitlines(keepends=True), delimiter=max(",;\t", key=header.count))
    names = [name.strip().lower() for name in rows.fieldnames or ()]
    strangers = [name for name in names if name not in _COLUMNS]
    if "question" not in names or strangers:
        what = f"knows no column {strangers[0]!r}" if strangers else "needs a column named question"
        raise BadCases(f"{path}: a sheet of cases {what}", f"columns are {', '.join(_COLUMNS)}")
    rows.fieldnames = names
    for number, row in enumerate(rows, 2):
        cells = {name: (row.get(name) or "").strip() for name in _COLUMNS}
        if any(cells.values()):
            yield _made(f"row {number}", _of_cells, cells, texts, number)


IMPORTERS: Mapping[str, Callable[[Path, Mapping[str, str]], Rows]] = {
    "beir": import_beir,
    "ragas": import_ragas,
    "labelled": import_labelled,
    "csv": import_sheet,
}


def _made(where: str, make: Callable[..., Case], *given: object) -> Case | BadRow:
    """The case of a row, or why there is none."""
    try:
        return make(*given)
    except ValueError as error:
        return BadRow(f"{where}: {error}")


def _document(article: Article) -> dict[str, object]:
    published = article.published.isoformat() if article.published else None
    metadata = {name: value for name, value in (("date", published), ("url", article.url)) if value}
    return {"_id": article.id, "title": article.title, "text": article.text, "metadata": metadata}


def _contexts(case: Case) -> list[str]:
    """One quote for each thing that an answer needs."""
    return [group[0].quote for group in case.evidence if group[0].quote]


def _of_query(query: Any, right: Mapping[str, list[str]], line: int) -> Case:
    if not isinstance(query, dict) or "_id" not in query or "text" not in query:
        raise ValueError("it has no _id or no text")
    own, known = {"id": str(query["_id"]), "question": query["text"]}, query.get("metadata") or {}
    if "answerable" not in known:
        found = [{"article_id": document} for document in right.get(own["id"], ())]
        known = {"type": "direct", "answerable": bool(found), "evidence": [found] * bool(found)}
    return parse_case(known | own, line=line)


def _of_row(line: str, texts: Mapping[str, str], number: int) -> Case:
    try:
        row = json.loads(line)
        given = row["user_input"], row.get("reference"), row.get("reference_contexts")
    except (KeyError, AttributeError, TypeError) as error:
        raise ValueError(
            f"it is no row of ragas: {error!r}; write user_input, reference, reference_contexts"
        ) from error
    return _of_contexts(*given, texts, number)


def _of_contexts(question: Any, reference: Any, contexts: Any, texts: Mapping[str, str], number: int) -> Case:
    reference, contexts = reference or "", contexts or []
    if not isinstance(contexts, list) or not all(isinstance(text, str) for text in (question, reference, *contexts)):
        raise ValueError("a question and a reference must be text, contexts a list of texts")
    evidence = tuple((_of_context(text, texts),) for text in contexts if plain(text))
    return _case(question, (reference,), evidence, texts, line=number)


def _of_context(text: str, texts: Mapping[str, str]) -> Evidence:
    if (found := find_quote(text, texts)) is None:
        raise ValueError(
            f"the context {text[:60]!r} stands in no article; ingest the corpus it is from (--corpus), or take the row "
            "out"
        )
    return found


def _of_cells(cells: Mapping[str, str], texts: Mapping[str, str], number: int) -> Case:
    """An empty cell may be a forgotten one: that a refusal is right has to be said, and to fit the others."""
    article, quote, said = cells["article"], cells["quote"], cells["answerable"].lower()
    is_empty = not (plain(cells["answer"]) or article or quote)
    if said not in (*_YES, *_NO):
        raise ValueError(f"answerable is {said!r}; write yes or no")
    if is_empty and said in _YES:
        raise ValueError("there is no answer; write it, or no in a column answerable if a refusal is right")
    if said in _NO and not is_empty:
        raise ValueError("it has an answer or evidence, but answerable says no; take out one of them")
    found = evidence_of(article, quote, texts)
    return _case(
        cells["question"],
        cells["answer"].split("|"),
        ((found,),) if found else (),
        texts,
        id=cells["id"],
        type=cells["type"].lower(),
        tags=cells["tags"].lower().split(),
        line=number,
    )


def _case(
    question: str, answers: Sequence[str], evidence: Groups, texts: Mapping[str, str], *, line: int, **own: Any
) -> Case:
    """The case of a question, the ways to say its answer, and the evidence where that is known.

    An answer without evidence is looked for in the articles. One that the evidence does not say word for word is kept
    as a note; without an answer and without evidence the question counts as unanswerable.
    """
    ways = [way.strip() for way in answers if plain(way)]
    is_guessed = bool(ways) and not evidence
    if is_guessed:
        evidence = (find_answer(ways, question, texts),)
    if is_guessed and not evidence[0]:
        raise ValueError(
            f"no sentence of the articles answers it with {ways[0][:60]!r}; give the words of an article that do "
            "(quote in a sheet, reference_contexts in a data set), or if a refusal is right no answer (in a sheet with "
            "answerable = no)"
        )
    said = "\n".join(one.quote or texts[one.article_id] for group in evidence for one in group)
    is_said = any(holds(said, way) for way in ways)
    type_ = own.pop("type", "") or ("direct" if evidence else "offcorpus")
    values = own | {
        "id": own.get("id") or f"{type_}-{hashlib.sha256(question.encode()).hexdigest()[:8]}",
        "question": question,
        "type": type_,
        "answerable": bool(evidence),
        "answers": ways if is_said else [],
        "evidence": [written(group) for group in evidence],
        "notes": GUESSED if is_guessed else "" if is_said or not ways else f"reference: {' | '.join(ways)}",
    }
    return parse_case(values, line=line)
