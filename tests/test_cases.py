import json
from pathlib import Path

import pytest

from eval.cases import Case, Evidence, load_cases
from eval.errors import BadCases

TEXTS = {"dam.txt": "The dam is 99 metres high. Its lake holds trout."}
HIGH = {
    "id": "high",
    "question": "How high is the dam?",
    "kind": "direct",
    "answerable": True,
    "facts": [["99 metres", "99 m"]],
    "evidence": [{"article_id": "dam.txt", "quote": "The dam is 99 metres high."}],
}
COST = {
    "id": "cost",
    "question": "What did it cost?",
    "kind": "nearmiss",
    "answerable": False,
    "facts": [],
    "evidence": [],
}


def load(folder: Path, *lines: object) -> tuple[Case, ...]:
    path = folder / "cases.jsonl"
    path.write_text(
        "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines),
        encoding="utf-8",
    )
    return load_cases(path, TEXTS)


def test_a_case_is_one_line(tmp_path: Path) -> None:
    assert load(tmp_path, HIGH, "", COST) == (
        Case(
            id="high",
            question="How high is the dam?",
            kind="direct",
            answerable=True,
            facts=(("99 metres", "99 m"),),
            evidence=(Evidence("dam.txt", "The dam is 99 metres high."),),
        ),
        Case("cost", "What did it cost?", "nearmiss", False, (), ()),
    )


def test_a_line_separator_inside_a_question_ends_no_line(tmp_path: Path) -> None:
    (case,) = load(tmp_path, COST | {"question": "What\u2028did it cost?\x85"})
    assert case.question == "What\u2028did it cost?\x85"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", "line 2 is not a case"),
        ("7", "line 2 is not a case"),
        ("[]", "line 2 lacks id, question"),
        ("null", "line 2 is not a case"),
        ({key: value for key, value in HIGH.items() if key != "kind"}, "line 2 lacks kind"),
        (HIGH | {"facts": []}, "line 2: an answerable case needs facts and evidence"),
        (HIGH | {"evidence": []}, "line 2: an answerable case needs facts and evidence"),
        (HIGH | {"answerable": False}, "line 2: an answerable case needs facts and evidence"),
        (HIGH | {"answerable": "yes"}, "line 2: an answerable case needs facts and evidence"),
        (COST | {"answerable": True}, "line 2: an answerable case needs facts and evidence"),
        (COST | {"facts": [["99"]]}, "line 2: an answerable case needs facts and evidence"),
        (COST | {"evidence": HIGH["evidence"]}, "line 2: an answerable case needs facts and evidence"),
        (HIGH | {"facts": ["99 metres"]}, "line 2: each fact is a list of its spellings"),
        (HIGH | {"facts": [[]]}, "line 2: each fact is a list of its spellings"),
        (HIGH | {"facts": [["…"]]}, "line 2: each fact is a list of its spellings"),
        (HIGH | {"facts": 7}, "line 2 is not a case"),
        (HIGH | {"evidence": ["dam.txt"]}, "line 2 is not a case"),
        (HIGH | {"evidence": [{"article_id": "dam.txt"}]}, "line 2 is not a case"),
        (HIGH | {"evidence": [{"article_id": "dam.txt", "quote": " "}]}, "line 2: a quote is empty"),
    ],
)
def test_a_malformed_case_is_refused_with_its_line(line: object, why: str, tmp_path: Path) -> None:
    with pytest.raises(BadCases, match=f"^cases.jsonl, {why}"):
        load(tmp_path, COST | {"id": "first"}, line)


@pytest.mark.parametrize(
    ("evidence", "why"),
    [
        (
            {"article_id": "dam.txt", "quote": "The dam is 98 metres high."},
            "'The dam is 98 .*' does not stand in dam.txt",
        ),
        ({"article_id": "mill.txt", "quote": "The dam"}, "case high names mill.txt, which is not in the corpus"),
    ],
)
def test_evidence_must_stand_in_its_article(evidence: object, why: str, tmp_path: Path) -> None:
    with pytest.raises(BadCases, match=why):
        load(tmp_path, HIGH | {"evidence": [evidence]})


def test_a_case_stands_once(tmp_path: Path) -> None:
    with pytest.raises(BadCases, match=r"case high stands twice in cases\.jsonl"):
        load(tmp_path, HIGH, HIGH)


def test_a_file_without_cases_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadCases, match="holds no cases"):
        load(tmp_path, "", " ")


def test_a_file_that_cannot_be_read_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(BadCases, match=r"cannot read .*none\.jsonl: .*--cases"):
        load_cases(tmp_path / "none.jsonl", TEXTS)


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadCases, match="cannot read"):
        load_cases(tmp_path / "cases.jsonl", TEXTS)
