import datetime
import json
from pathlib import Path

import pytest

from bot.question.followup import Turn
from eval.cases import Case, Evidence, as_line, parse_case, read_cases
from eval.errors import BadCases

HIGH = {
    "id": "high",
    "question": "How high is the dam?",
    "type": "direct",
    "answerable": True,
    "asked": "2026-03-09",
    "history": [{"role": "user", "text": "What of the dam?"}],
    "facts": [["99 metres", "99 m"]],
    "answers": ["99 metres"],
    "must_not": ["98 metres"],
    "evidence": [
        {"article_id": "dam.txt", "quote": "The dam is 99 metres high."},
        [{"article_id": "a.txt", "quote": "99 metres"}, {"article_id": "b.txt"}],
    ],
    "tags": ["number"],
    "notes": "asked by Ana",
}
COST = {"id": "cost", "question": "What did it cost?", "type": "nearmiss", "answerable": False}


def written(folder: Path, *lines: object) -> Path:
    path = folder / "cases.jsonl"
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    path.write_text(text, encoding="utf-8")
    return path


def test_a_case_is_one_line_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    assert read_cases(written(tmp_path, HIGH, "", COST)) == (
        Case(
            id="high",
            question="How high is the dam?",
            type="direct",
            answerable=True,
            facts=(("99 metres", "99 m"),),
            evidence=(
                (Evidence("dam.txt", "The dam is 99 metres high."),),
                (Evidence("a.txt", "99 metres"), Evidence("b.txt")),
            ),
            answers=("99 metres",),
            must_not=("98 metres",),
            asked=datetime.date(2026, 3, 9),
            history=(Turn("user", "What of the dam?"),),
            tags=("number",),
            notes="asked by Ana",
        ),
        Case("cost", "What did it cost?", "nearmiss", False),
    )


@pytest.mark.parametrize("values", [HIGH, COST])
def test_a_case_is_written_as_it_was_read(values: dict[str, object]) -> None:
    assert json.loads(as_line(parse_case(values))) == values


def test_the_old_name_of_the_type_is_still_read() -> None:
    assert parse_case({**{k: v for k, v in COST.items() if k != "type"}, "kind": "typo"}).type == "typo"


def test_short_answers_stand_for_the_one_fact_that_is_missing() -> None:
    values = {name: value for name, value in HIGH.items() if name != "facts"} | {"answers": ["99 metres", "99 m"]}
    assert parse_case(values).facts == (("99 metres", "99 m"),)


def test_a_line_separator_inside_a_question_ends_no_line(tmp_path: Path) -> None:
    (case,) = read_cases(written(tmp_path, COST | {"question": "What\u2028did it cost?\x85"}))
    assert case.question == "What\u2028did it cost?\x85"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("{", r"no JSON \(Expecting property name"),
        ("7", "a case is an object"),
        ("null", "a case is an object"),
        (COST | {"answer": "12 euros"}, "unknown field 'answer'; known are answerable, answers"),
        (COST | {"answerable": "yes"}, '"answerable" is missing; write true or false'),
        (COST | {"id": "a b"}, "\"id\" is 'a b'; write letters"),
        (COST | {"type": "Near miss"}, "\"type\" is 'Near miss'; write one lower-case word"),
        (COST | {"question": " … "}, '"question" holds .*no words'),
        (COST | {"asked": "9.3.2026"}, "asked=.* is not a date; write it as 2025-11-05"),
        (COST | {"history": [{"role": "bot", "text": "x"}]}, "history must be a list like"),
        (HIGH | {"facts": ["99 metres"]}, 'each of "facts" is a list of its spellings'),
        (HIGH | {"facts": [[]]}, 'each of "facts" is a list of its spellings'),
        (HIGH | {"facts": 7}, '"facts" must be a list'),
        (HIGH | {"evidence": ["dam.txt"]}, 'each of "evidence" is'),
        (HIGH | {"evidence": [{"article_id": "dam.txt", "quote": " "}]}, '"quote" holds .*no words'),
        (HIGH | {"evidence": [{"article_id": "dam.txt", "page": 7}]}, 'each of "evidence" is'),
        (HIGH | {"tags": ["Two Words"]}, '"tags" is .*; write lower-case words'),
    ],
)
def test_a_malformed_case_is_refused_with_its_line_and_what_to_write(line: object, why: str, tmp_path: Path) -> None:
    with pytest.raises(BadCases, match=rf"cases\.jsonl: 1 fault\n  line 2: {why}"):
        read_cases(written(tmp_path, COST, line))


def test_all_malformed_lines_are_told_at_once_the_first_ten_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadCases, match=r"12 faults\n  line 1: .*\n(  line .*\n){9}  … and 2 more$"):
        read_cases(written(tmp_path, *["7"] * 12))


def test_a_file_without_cases_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(BadCases, match=r"holds no cases; .*footnote eval init"):
        read_cases(written(tmp_path, "", " "))


def test_a_file_that_is_not_there_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(BadCases, match=r"cannot read .*none\.jsonl: .*footnote eval init"):
        read_cases(tmp_path / "none.jsonl")


def test_a_file_in_windows_1252_is_refused_with_the_line(tmp_path: Path) -> None:
    line = json.dumps(COST | {"question": "Where is the café?"}, ensure_ascii=False)
    (tmp_path / "cases.jsonl").write_bytes(f"{json.dumps(COST)}\n{line}\n".encode("cp1252"))
    with pytest.raises(BadCases, match=r"cases\.jsonl, line 2 is not UTF-8 .*; save the file as UTF-8"):
        read_cases(tmp_path / "cases.jsonl")


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text(json.dumps(COST), encoding="utf-8-sig")
    assert [case.id for case in read_cases(tmp_path / "cases.jsonl")] == ["cost"]
