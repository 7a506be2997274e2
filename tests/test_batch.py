import dataclasses
import datetime
import json
from pathlib import Path

import pytest

from bot.batch import Item, answer_batch, opened_output, parse_batch, read_batch
from bot.errors import BadBatch, BadOutput
from bot.question.followup import Turn
from bot.request import Request
from tests.test_answer import ANSWER

TODAY = datetime.date(2026, 3, 9)


def test_a_line_needs_an_id_and_a_question_and_may_have_a_date_and_a_history() -> None:
    lines = [
        '{"id": 7, "question": "Who?"}',
        "",
        '{"id": "b", "question": "And when?", "asked": "2025-11-05",'
        ' "history": [{"role": "user", "text": "Who?"}, {"role": "assistant", "text": "She."}], "other": 1}',
    ]
    assert parse_batch(lines, today=TODAY) == (
        Item("7", Request("Who?", TODAY)),
        Item("b", Request("And when?", datetime.date(2025, 11, 5), (Turn("user", "Who?"), Turn("assistant", "She.")))),
    )


@pytest.mark.parametrize("asked", ["2025-11-05", "2025/11/5", "2025-11-05T08:30:00Z"])
def test_the_day_it_was_asked_is_read_with_or_without_a_time(asked: str) -> None:
    (item,) = parse_batch([json.dumps({"id": "1", "question": "Who?", "asked": asked})], today=TODAY)
    assert item.request.today == datetime.date(2025, 11, 5)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Who?", "line 2 is not JSON"),
        ("[" * 100_000, "line 2 is not JSON"),
        ('["Who?"]', "line 2 must be an object like"),
        ('{"question": "Who?"}', "line 2 must be an object like"),
        ('{"id": "1", "question": 5}', "line 2 must be an object like"),
        ('{"id": "1", "question": "Who?", "asked": "last week"}', "line 2: asked='last week' is not a date; write"),
        ('{"id": "1", "question": "Who?", "asked": 0}', "line 2: asked=0 is not a date"),
        ('{"id": "1", "question": "Who?", "asked": "2025-13-45"}', "line 2: asked='2025-13-45' is not a date"),
        ('{"id": "1", "question": "Who?", "history": "Who?"}', "line 2: history must be a list like"),
        ('{"id": "1", "question": "Who?", "history": [{"role": "x", "text": ""}]}', "line 2: history must be a list"),
        ('{"id": "1", "question": "Who?", "history": [{"role": [], "text": ""}]}', "line 2: history must be a list"),
    ],
)
def test_a_bad_line_is_named_before_anything_is_answered(line: str, message: str) -> None:
    with pytest.raises(BadBatch, match=message):
        parse_batch(['{"id": "0", "question": "Good?"}', line], today=TODAY)


def test_characters_that_some_take_for_line_ends_do_not_end_a_line(tmp_path: Path) -> None:
    path = tmp_path / "in.jsonl"
    path.write_text('\ufeff{"id": "1", "question": "One\u2028two\x85three"}\r\n\n', encoding="utf-8")
    assert [item.request.text for item in read_batch(path, today=TODAY)] == ["One\u2028two\x85three"]


def test_a_file_that_cannot_be_read_names_its_remedy(tmp_path: Path) -> None:
    with pytest.raises(BadBatch, match=r"cannot read .*gone.jsonl: No such file.*; name another file with --batch"):
        read_batch(tmp_path / "gone.jsonl", today=TODAY)
    (tmp_path / "latin.jsonl").write_bytes(b"caf\xe9")
    with pytest.raises(BadBatch, match=r"is not UTF-8 text \(byte 3\); save it as UTF-8"):
        read_batch(tmp_path / "latin.jsonl", today=TODAY)


def test_answers_come_one_line_each_in_order_under_the_ids_of_their_questions() -> None:
    items = (Item("a", Request("Who?", TODAY)), Item("b\ud83d", Request("When\n?", TODAY)))
    lines = list(answer_batch(items, lambda request: dataclasses.replace(ANSWER, question=request.text)))
    read = [json.loads(line) for line in lines]
    assert [(values["id"], values["question"]) for values in read] == [("a", "Who?"), ("b?", "When\n?")]
    assert not any("\n" in line for line in lines)


def test_the_output_appears_only_when_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    with pytest.raises(KeyError), opened_output(path) as write:
        write({"half": "a line"}["the other half"])
    assert list(tmp_path.iterdir()) == []
    with opened_output(path) as write:
        write("é\n")
        assert not path.exists()
    assert [file.name for file in tmp_path.iterdir()] == ["out.jsonl"]
    assert path.read_text(encoding="utf-8") == "é\n"


@pytest.mark.parametrize("path", ["missing/out.jsonl", "file/out.jsonl", ".", ""])
def test_an_output_that_cannot_be_written_names_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(BadOutput, match="name another file with --output"), opened_output(Path(path)) as write:
        write("x")
    assert [file.name for file in tmp_path.iterdir()] == ["file"]


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    link = tmp_path / "null"
    link.symlink_to("/dev/null")
    with opened_output(link) as write:
        write("x")
    assert link.is_symlink()
    assert Path("/dev/null").is_char_device()
