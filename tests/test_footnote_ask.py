import io
import json
import re
import sys
from pathlib import Path
from typing import Never

import pytest

from tests.command_fixtures import is_one_plain_line, snapshot
from tests.conftest import ARTICLES, BRIDGE, EELS, Command
from tests.reading_fixtures import text_of


def test_a_question_is_answered_with_footnotes_whose_quotes_stand_in_the_articles(
    command: Command, real_home: Path
) -> None:
    outcome = command("ask", "How long is the Marlow Bridge?", "--home", real_home)
    assert (outcome.code, outcome.err) == (0, "")
    assert "640 metres" in outcome.out
    assert "[1] Port Ellery opens its second harbour bridge · 2026-02-14 · https://news.example/" in outcome.out


def test_the_answer_as_json_keeps_its_promise(command: Command, real_home: Path) -> None:
    outcome = command("--home", real_home, "ask", "How many glass eels passed the counting station?", "--json")
    values = json.loads(outcome.out)
    cited = values["citations"][0]
    assert (outcome.code, values["answered"], values["answerer"], values["generation"]) == (0, True, "quote", "000001")
    assert (cited["article_id"], "61,000" in cited["quote"]) == (EELS, True)
    assert set(values["timings_ms"]) == {"retrieve", "answer", "total"}
    assert values["passages"][0]["score"] == max(passage["score"] for passage in values["passages"])
    body = text_of(ARTICLES[EELS], EELS)
    assert all(body[c["start"] : c["end"]] == c["quote"] for c in values["citations"])
    assert re.findall(r"\[(\d+)\]", values["text"]) == [str(c["number"]) for c in values["citations"]]


@pytest.mark.parametrize(
    "question",
    [
        "",
        "  \n ",
        "?!… –",
        '"foo: (bar',
        "AND OR NOT * ~2 ^3 [a TO b] field:x",
        "'; DROP TABLE article; --",
        "bridge " * 15_000,
        "q" * 100_000,
        "Who built\0the bridge?",
        "half a pair \ud83d",
        "caf\udce9",
        "😀",
        "[bold]Who[/] :smile: [1]",
    ],
    ids=[
        "empty",
        "blank",
        "points",
        "syntax",
        "operators",
        "sql",
        "100 KB",
        "one word",
        "nul",
        "pair",
        "byte",
        "face",
        "markup",
    ],
)
def test_a_strange_question_gets_an_answer_or_a_refusal_and_never_a_traceback(
    command: Command, real_home: Path, question: str
) -> None:
    outcome = command("ask", "--home", real_home, "--json", "--", question)
    values = json.loads(outcome.out)
    assert (outcome.code, outcome.err) == (0, "")
    assert values["text"]
    assert bool(values["citations"]) == values["answered"]


@pytest.mark.parametrize("question", ["", "???"])
def test_a_question_without_words_is_asked_for_and_cites_nothing(
    command: Command, real_home: Path, question: str
) -> None:
    outcome = command("ask", question, "--home", real_home)
    assert (outcome.code, outcome.err) == (0, "")
    assert outcome.out == "Ask me a question about the articles, in a few words or a sentence.\n"


def test_what_the_articles_do_not_say_is_refused_with_exit_code_0(command: Command, real_home: Path) -> None:
    outcome = command("ask", "Who won the chess championship in Lisbon?", "--home", real_home, "--json")
    values = json.loads(outcome.out)
    assert (outcome.code, values["answered"], values["citations"]) == (0, False, [])
    assert values["passages"]


def test_an_index_built_with_another_embedder_is_wrong_configuration(command: Command, home: Path) -> None:
    before = snapshot(home)
    outcome = command("ask", "Who?", "--home", home)
    assert outcome.code == 78
    assert is_one_plain_line(outcome)
    assert "rebuild with: footnote ingest" in outcome.err
    assert snapshot(home) == before


def test_without_its_vector_index_it_answers_all_the_same_and_says_what_is_wrong(
    command: Command, own_home: Path, by_index: None
) -> None:
    (own_home / "generations" / "000001" / "chroma" / "chroma.sqlite3").write_bytes(b"damaged" * 1000)
    outcome = command("ask", "How long is the Marlow Bridge?", "--home", own_home)
    assert outcome.code == 0
    assert "640 metres" in outcome.out
    assert outcome.err.startswith("footnote: the vector index in ")
    assert "run: footnote ingest; every vector is compared instead" in outcome.err


@pytest.mark.parametrize("part", ["store.sqlite", "lexical/words/meta.json", "manifest.json"])
def test_a_damaged_index_is_a_plain_line(command: Command, own_home: Path, part: str) -> None:
    (own_home / "generations" / "000001" / part).write_bytes(b"damaged" * 1000)
    outcome = command("ask", "How long is the Marlow Bridge?", "--home", own_home)
    assert outcome.code == 1
    assert is_one_plain_line(outcome)


def test_asking_writes_nothing_into_the_home(command: Command, own_home: Path) -> None:
    before = set(own_home.rglob("*")), snapshot(own_home)
    command("ask", "How long is the Marlow Bridge?", "--home", own_home)
    assert (set(own_home.rglob("*")), snapshot(own_home)) == before


def test_a_batch_is_answered_in_order_with_its_dates_and_histories(
    command: Command, real_home: Path, tmp_path: Path
) -> None:
    lines: list[dict[str, object]] = [
        {"id": "b", "question": "How long is the Marlow Bridge?", "asked": "2026-02-20"},
        {"id": 1, "question": ""},
        {
            "id": "f",
            "question": "And who built it?",
            "history": [{"role": "user", "text": "How long is the Marlow Bridge?"}],
        },
    ]
    (tmp_path / "in.jsonl").write_text("\n".join(map(json.dumps, lines)))
    outcome = command("ask", "--home", real_home, "--batch", tmp_path / "in.jsonl", "--output", tmp_path / "out.jsonl")
    answers = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert (outcome.code, outcome.out, outcome.err) == (0, "", "")
    assert [answer["id"] for answer in answers] == ["b", "1", "f"]
    assert [answer["question"] for answer in answers] == [line["question"] for line in lines]
    assert [answer["answered"] for answer in answers[:2]] == [True, False]
    assert answers[2]["passages"][0]["article_id"] == BRIDGE


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'{"id": "1", "question": "Who?"}\nnonsense', "line 2 is not JSON"),
        (b'{"id": "1"}', "line 1 must be an object"),
        (b"\xff\xfe", "is not UTF-8 text"),
        (None, "cannot read"),
    ],
)
def test_a_bad_batch_is_wrong_use_and_writes_nothing(
    command: Command, real_home: Path, tmp_path: Path, content: bytes | None, message: str
) -> None:
    if content is not None:
        (tmp_path / "in.jsonl").write_bytes(content)
    outcome = command("ask", "--home", real_home, "--batch", tmp_path / "in.jsonl", "--output", tmp_path / "out.jsonl")
    assert outcome.code == 2
    assert is_one_plain_line(outcome)
    assert message in outcome.err
    assert not (tmp_path / "out.jsonl").exists()


def test_an_output_that_cannot_be_written_is_a_plain_line(command: Command, real_home: Path, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text('{"id": "1", "question": ""}')
    outcome = command("ask", "--home", real_home, "--batch", tmp_path / "in.jsonl", "--output", tmp_path / "no" / "out")
    assert outcome.code == 1
    assert is_one_plain_line(outcome)


def test_chat_keeps_the_subject_from_one_line_to_the_next(
    command: Command, real_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("How long is the Marlow Bridge?\n\nthanks\nquit\nNever asked?\n"))
    outcome = command("chat", "--home", real_home)
    assert (outcome.code, outcome.err) == (0, "")
    assert "640 metres" in outcome.out
    assert "You are welcome." in outcome.out
    assert "Never" not in outcome.out


def test_an_interruption_leaves_without_a_traceback(
    command: Command, real_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Interrupting(io.StringIO):
        def readline(self, *args: object) -> Never:
            raise KeyboardInterrupt

    monkeypatch.setattr(sys, "stdin", Interrupting())
    outcome = command("chat", "--home", real_home)
    assert (outcome.code, outcome.err) == (130, "")


def test_an_output_without_a_batch_is_wrong_use(command: Command, tmp_path: Path) -> None:
    outcome = command("ask", "Who built it?", "--output", tmp_path / "out.jsonl")
    assert outcome.code == 2
    assert "--batch" in outcome.err
