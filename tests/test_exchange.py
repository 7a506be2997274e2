import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from eval.cases import Case, Evidence
from eval.errors import BadCases
from eval.exchange import (
    BadRow,
    Rows,
    export_beir,
    export_labelled,
    export_ragas,
    import_beir,
    import_labelled,
    import_ragas,
    import_sheet,
)
from tests.eval_fixtures import ARTICLES, BUILT, HIGH, TEXTS, case

ANSWERED = Case("high", "How high?", "number", True, (("99 metres",),), ((Evidence("dam.txt", HIGH),),), ("99 metres",))
Take = Callable[[Path, Mapping[str, str]], Rows]
ONLY_DAM = {"dam.txt": TEXTS["dam.txt"]}


def only(rows: Iterable[Case | BadRow]) -> Case:
    """The one case of the rows."""
    (found,) = rows
    assert isinstance(found, Case)
    return found


def test_cases_survive_the_way_through_beir(tmp_path: Path) -> None:
    cases = [ANSWERED, case("off"), case("both", HIGH, BUILT)]
    export_beir(cases, list(ARTICLES.values()), tmp_path)
    assert list(import_beir(tmp_path, {})) == cases


def test_beir_s_files_are_those_that_others_read(tmp_path: Path) -> None:
    export_beir([ANSWERED], [ARTICLES["dam.txt"]], tmp_path)
    document = json.loads((tmp_path / "corpus.jsonl").read_text(encoding="utf-8"))
    assert (document["_id"], document["title"], document["metadata"]) == ("dam.txt", "The dam", {"date": "2026-03-09"})
    assert (tmp_path / "qrels" / "test.tsv").read_text() == "query-id\tcorpus-id\tscore\nhigh\tdam.txt\t1\n"


def test_a_query_of_somebody_else_counts_every_right_document(tmp_path: Path) -> None:
    (tmp_path / "qrels").mkdir()
    (tmp_path / "queries.jsonl").write_text('{"_id": "q1", "text": "How high?"}\n{"_id": "q2", "text": "Why?"}\n')
    (tmp_path / "qrels" / "test.tsv").write_text(
        "query-id\tcorpus-id\tscore\nq1\ta.txt\t1\nq1\tb.txt\t2\nq2\tc.txt\t0\n"
    )
    assert list(import_beir(tmp_path, {})) == [
        Case("q1", "How high?", "direct", True, evidence=((Evidence("a.txt"), Evidence("b.txt")),)),
        Case("q2", "Why?", "direct", False),
    ]


def test_ragas_rows_hold_what_was_found_and_answered_where_there_was_a_run(tmp_path: Path) -> None:
    answers = {"high": {"passages": [{"text": HIGH}], "text": f"{HIGH} [1]"}}
    export_ragas([ANSWERED], answers, tmp_path / "r.jsonl")
    assert json.loads((tmp_path / "r.jsonl").read_text()) == {
        "user_input": "How high?",
        "retrieved_contexts": [HIGH],
        "response": f"{HIGH} [1]",
        "reference": "99 metres",
        "reference_contexts": [HIGH],
    }


@pytest.mark.parametrize("through", ["ragas", "labelled"])
def test_question_answer_and_evidence_survive_the_data_sets_of_others(through: str, tmp_path: Path) -> None:
    path = tmp_path / "set"
    if through == "ragas":
        export_ragas([ANSWERED], {}, path)
        found = only(import_ragas(path, ONLY_DAM))
    else:
        export_labelled([ANSWERED], path)
        found = only(import_labelled(path, ONLY_DAM))
    assert (found.question, found.answers, found.evidence) == ("How high?", ("99 metres",), ANSWERED.evidence)


def test_a_labelled_data_set_has_llama_index_s_form(tmp_path: Path) -> None:
    export_labelled([ANSWERED], tmp_path / "rag_dataset.json")
    (example,) = json.loads((tmp_path / "rag_dataset.json").read_text())["examples"]
    by = {"model_name": "", "type": "human"}
    assert example["reference_contexts"] == [HIGH]
    assert (example["query_by"], example["reference_answer_by"]) == (by, by)


def test_a_context_is_quoted_as_it_stands_in_the_article(tmp_path: Path) -> None:
    row = {
        "user_input": "How high?",
        "reference": "It is very high.",
        "reference_contexts": ["the dam is  99 metres High"],
    }
    (tmp_path / "r.jsonl").write_text(json.dumps(row))
    found = only(import_ragas(tmp_path / "r.jsonl", ONLY_DAM))
    assert found.quotes == (Evidence("dam.txt", "The dam is 99 metres high"),)
    assert (found.facts, found.notes) == ((), "reference: It is very high.")


def test_a_context_that_no_article_has_is_refused_with_its_row(tmp_path: Path) -> None:
    row = {"user_input": "How high?", "reference": "", "reference_contexts": ["A mill stands by the road."]}
    (tmp_path / "r.jsonl").write_text(json.dumps(row))
    (found,) = import_ragas(tmp_path / "r.jsonl", ONLY_DAM)
    assert str(found).startswith("r.jsonl, line 1: the context 'A mill stands by the road.' stands in no article;")


@pytest.mark.parametrize("text", ["{", "7", '{"user_input": 7}', '{"user_input": "x", "reference_contexts": "y"}'])
def test_what_is_no_row_of_ragas_is_refused_and_the_next_is_taken(text: str, tmp_path: Path) -> None:
    (tmp_path / "r.jsonl").write_text(f'{text}\n{{"user_input": "Who is the miller?"}}\n')
    refused, taken = import_ragas(tmp_path / "r.jsonl", ONLY_DAM)
    assert (isinstance(refused, BadRow), str(refused).startswith("r.jsonl, line 1: ")) == (True, True)
    assert isinstance(taken, Case)


@pytest.mark.parametrize("text", ["{", "[]", '{"examples": [7]}', "7"])
def test_what_is_no_labelled_data_set_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "l.json").write_text(text)
    with pytest.raises(BadCases, match="is no LabelledRagDataset"):
        list(import_labelled(tmp_path / "l.json", ONLY_DAM))


def test_what_is_no_beir_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCases, match="is no BEIR set"):
        list(import_beir(tmp_path, {}))


def sheet(folder: Path, text: str) -> list[Case | BadRow]:
    (folder / "s.csv").write_text(text, encoding="utf-8-sig")
    return list(import_sheet(folder / "s.csv", ONLY_DAM))


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_row_of_a_sheet_is_a_case_whatever_parts_its_cells(mark: str, tmp_path: Path) -> None:
    rows = [("Question", "Answer", "Article", "Quote", "ID"), ("How high?", "99 m|99 metres", "dam.txt", HIGH, "high")]
    found = only(sheet(tmp_path, "\n".join(mark.join(row) for row in rows)))
    assert (found.id, found.facts, found.quotes) == ("high", (("99 m", "99 metres"),), (Evidence("dam.txt", HIGH),))


def test_a_row_without_article_and_quote_is_unanswerable(tmp_path: Path) -> None:
    found = only(sheet(tmp_path, "question,answerable\nWho is the miller?,no\n\n"))
    assert (found.answerable, found.type, found.evidence) == (False, "offcorpus", ())


def test_a_row_with_an_article_alone_takes_all_of_it(tmp_path: Path) -> None:
    found = only(sheet(tmp_path, "question,answer,article\nHow high?,99 metres,dam.txt\n"))
    assert (found.quotes, found.answers) == ((Evidence("dam.txt"),), ("99 metres",))


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (",", "there is no answer; write it, or no in a column answerable if a refusal is right"),
        ("|,yes", "there is no answer; write it"),
        ("99 metres,no", "it has an answer or evidence, but answerable says no"),
        (",maybe", "answerable is 'maybe'; write yes or no"),
    ],
)
def test_a_row_is_unanswerable_only_where_it_says_so(row: str, why: str, tmp_path: Path) -> None:
    (refused,) = sheet(tmp_path, f"question,answer,answerable\nHow high?,{row}\n")
    assert isinstance(refused, BadRow)
    assert why in str(refused)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("ask\nHow high?", "knows no column 'ask'; columns are question"),
        ("answer\n99", "needs a column named question"),
    ],
)
def test_a_sheet_without_the_columns_is_refused(text: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(BadCases, match=why):
        sheet(tmp_path, text)


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("How?,,mill.txt,,", "there is no article 'mill.txt'; write its path inside the corpus"),
        ("How?,,,A mill stands here.,", "the quote 'A mill stands here.' does not stand in any article; copy it"),
        ("How high?,99 metres,dam.txt,,a b", "\"id\" is 'a b'; write letters"),
        ("How deep is the lake?,12 metres,,,", "no sentence of the articles answers it with '12 metres'; give the"),
    ],
)
def test_a_row_that_makes_no_case_is_refused_and_the_next_is_taken(row: str, why: str, tmp_path: Path) -> None:
    refused, taken = sheet(tmp_path, f"question,answer,article,quote,id\n{row}\nHow high?,99 metres,dam.txt,,\n")
    assert (isinstance(refused, BadRow), str(refused).startswith(f"row 2: {why}")) == (True, True)
    assert isinstance(taken, Case)


@pytest.mark.parametrize("through", ["csv", "ragas", "labelled"])
def test_a_row_with_an_answer_alone_is_answerable_by_the_sentence_that_says_it(through: str, tmp_path: Path) -> None:
    question, answer, path = "How high is the dam?", "99 metres", tmp_path / "set"
    if through == "csv":
        path.write_text(f"question,answer\n{question},{answer}\n")
        found = only(import_sheet(path, ONLY_DAM))
    elif through == "ragas":
        path.write_text(json.dumps({"user_input": question, "reference": answer}))
        found = only(import_ragas(path, ONLY_DAM))
    else:
        path.write_text(json.dumps({"examples": [{"query": question, "reference_answer": answer}]}))
        found = only(import_labelled(path, ONLY_DAM))
    assert (found.answerable, found.facts, found.quotes) == (True, ((answer,),), (Evidence("dam.txt", HIGH),))


@pytest.mark.parametrize("answer", ["no", "dam", "The dam is 98 metres high."])
def test_an_answer_that_no_sentence_ties_to_its_question_is_not_guessed(answer: str, tmp_path: Path) -> None:
    (found,) = sheet(tmp_path, f"question,answer\nWho painted the mill?,{answer}\n")
    assert isinstance(found, BadRow)


@pytest.mark.parametrize("take", [import_ragas, import_labelled, import_sheet, import_beir])
def test_a_file_that_is_not_there_is_told_with_the_remedy_of_an_import(take: Take, tmp_path: Path) -> None:
    with pytest.raises(BadCases, match=r"No such file.*; name (the file to take in, as in: footnote|a folder with)"):
        list(take(tmp_path / "none", ONLY_DAM))
