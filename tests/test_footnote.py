import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Never

import pytest

from bot.answer import Answer, Citation, faults
from ingest.articles.article import Article
from ingest.embed.minilm import MiniLM
from ingest.index.generation import current
from ingest.index.verify import find_fault
from ingest.lock import ingest_lock
from ingest.run import ingest
from tests.conftest import ARTICLES, BRIDGE, EELS, NOW, REPOSITORY, Command, Outcome, write_corpus

HEAVY = ("chromadb", "llama_index", "onnxruntime", "tokenizers", "tantivy", "numpy", "rich", "openai", "slack_bolt")


@pytest.fixture(scope="session")
def real_home(tmp_path_factory: pytest.TempPathFactory, model: MiniLM) -> Path:
    """A home with the invented articles, built with the real model. Shared: only read it."""
    folder = tmp_path_factory.mktemp("real")
    corpus = write_corpus(folder / "corpus")
    ingest(corpus, folder / "home", open_embedder=lambda: model, now=NOW, find_fault=find_fault)
    return folder / "home"


@pytest.fixture
def own_home(real_home: Path, tmp_path: Path) -> Path:
    """A copy of it, this test's own."""
    return Path(shutil.copytree(real_home, tmp_path / "own home"))


def snapshot(home: Path) -> Mapping[str, bytes]:
    """Every published file of a home, byte for byte, but the one in which Chroma notes that it was opened."""
    files = [home / "CURRENT", *(path for path in (home / "generations").rglob("*") if path.is_file())]
    files = [path for path in files if path.name != "chroma.sqlite3"]
    return {str(path.relative_to(home)): path.read_bytes() for path in files}


def is_one_plain_line(outcome: Outcome) -> bool:
    """Whether a failure is told in one line on standard error, and nowhere else."""
    return outcome.out == "" and outcome.err.startswith("footnote: ") and outcome.err.count("\n") == 1


def run_apart(*arguments: object, stdout: int, home: Path) -> "subprocess.CompletedProcess[str]":
    """Runs the command in a process of its own, with its output going to the file descriptor."""
    return subprocess.run(
        [sys.executable, "-m", "footnote", "--home", str(home), *map(str, arguments)],
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY)},
        timeout=60,
        check=False,
    )


# Help and wrong use


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, footnote\ntry:\n    footnote.main(['--help'])\nexcept SystemExit as leaving:\n"
    code += "    print('left with', leaving.code)\n    print([name for name in sys.argv[1:] if name in sys.modules])"
    ran = subprocess.run(
        [sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, cwd=REPOSITORY, timeout=60, check=False
    )
    assert ran.stdout.startswith("usage: footnote")
    assert ran.stdout.endswith("left with 0\n[]\n")


@pytest.mark.parametrize("arguments", [[], ["dance"], ["ask", "Who?", "--loud"], ["eval"]])
def test_wrong_use_shows_the_usage_and_exits_with_2(command: Command, arguments: list[str]) -> None:
    outcome = command(*arguments)
    assert outcome.code == 2
    assert outcome.err.startswith("usage: footnote")


@pytest.mark.parametrize("arguments", [["ask"], ["ask", "Who?", "--batch", "in.jsonl"]])
def test_ask_takes_either_a_question_or_a_batch(command: Command, arguments: list[str]) -> None:
    outcome = command(*arguments)
    assert outcome.code == 2
    assert is_one_plain_line(outcome)


def test_the_version_is_shown(command: Command) -> None:
    outcome = command("--version")
    assert (outcome.code, outcome.out.split()[0]) == (0, "footnote")


# Ingest


def test_ingest_publishes_with_a_table_and_finds_nothing_to_do_afterwards(
    command: Command, corpus: Path, tmp_path: Path
) -> None:
    first = command("ingest", corpus, "--home", tmp_path / "new")
    assert (first.code, first.err) == (0, "")
    assert "Embedding: " in first.out
    assert "Generation 000001 published" in first.out
    second = command("--home", tmp_path / "new", "ingest", "--corpus", corpus)
    assert second.code == 0
    assert "Generation 000001 is up to date; nothing was published (0 texts embedded)." in second.out


def test_ingest_tells_its_report_as_json_and_its_progress_apart(command: Command, corpus: Path, own_home: Path) -> None:
    outcome = command("ingest", corpus, "--home", own_home, "--json", "--dry-run")
    report = json.loads(outcome.out)
    assert outcome.code == 0
    assert (report["dry_run"], report["published"], report["keep"]) == (True, False, sorted(ARTICLES))


def test_a_corpus_full_of_bad_files_is_ingested_as_far_as_it_goes(
    command: Command, corpus: Path, own_home: Path, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_text("Nobody may quote this.")
    (corpus / "link.txt").symlink_to(tmp_path / "secret.txt")
    (corpus / "binary.txt").write_bytes(bytes(range(256)))
    (corpus / "zeros.txt").write_bytes(b"looks like text\0but is not")
    (corpus / "latin.txt").write_bytes("Café au lait".encode("cp1252"))
    (corpus / "front matter.md").write_text("---\ntitle: Only this\n---\n")
    (corpus / "line.txt").write_text("x" * 1_900_000)
    (corpus / "copy.txt").write_bytes((corpus / EELS).read_bytes())
    (corpus / "день первый – café.md").write_text("Снег лежит. Der Schnee liegt still.", encoding="utf-8")
    outcome = command("ingest", corpus, "--home", own_home)
    lines = dict(line.split(": failed, ") for line in outcome.out.splitlines() if ": failed, " in line)
    assert (outcome.code, outcome.err) == (1, "")
    assert "leads out of the corpus; copy the file into the folder" in lines.pop("link.txt")
    assert "save the file as UTF-8" in lines.pop("binary.txt")
    assert "a binary file, not text; remove it or convert it" in lines.pop("zeros.txt")
    assert "not UTF-8 text (byte 3); save the file as UTF-8" in lines.pop("latin.txt")
    assert "has no text to quote; add some or remove the file" in lines.pop("front matter.md")
    assert lines == {}
    assert f"copy.txt, {EELS}: the same text" in outcome.out
    assert "Generation 000002 published" in outcome.out


@pytest.mark.parametrize("state", ["missing", "empty", "a file"])
def test_a_corpus_that_is_not_there_is_wrong_use_and_harms_nothing(
    command: Command, own_home: Path, tmp_path: Path, state: str
) -> None:
    before = snapshot(own_home)
    if state == "empty":
        (tmp_path / "other").mkdir()
    elif state == "a file":
        (tmp_path / "other").touch()
    outcome = command("ingest", tmp_path / "other", "--home", own_home)
    assert outcome.code == 2
    assert is_one_plain_line(outcome)
    assert "put articles in it" in outcome.err or "put files there" in outcome.err
    assert snapshot(own_home) == before


def test_while_another_ingest_is_running_the_exit_code_is_75(command: Command, corpus: Path, own_home: Path) -> None:
    with ingest_lock(own_home):
        outcomes = [command("ingest", corpus, "--home", own_home), command("rollback", "--home", own_home)]
    assert [outcome.code for outcome in outcomes] == [75, 75]
    assert all("wait for it" in outcome.err and is_one_plain_line(outcome) for outcome in outcomes)


def test_a_home_that_cannot_be_written_is_a_plain_line(command: Command, corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    outcome = command("ingest", corpus, "--home", tmp_path / "file")
    assert outcome.code == 1
    assert is_one_plain_line(outcome)


def test_history_and_rollback_tell_what_is_in_use(command: Command, corpus: Path, own_home: Path) -> None:
    (corpus / EELS).unlink()
    command("ingest", corpus, "--home", own_home)
    assert "000002 (in use)" in command("history", "--home", own_home).out
    outcome = command("rollback", "--home", own_home)
    assert (outcome.code, outcome.out.split(". ")[0]) == (0, "Went back from generation 000002 to 000001")
    assert "000001 (in use)" in command("history", "--home", own_home).out
    assert command("rollback", "--home", own_home).code == 2


@pytest.mark.parametrize("arguments", [["ask", "Who?"], ["chat"], ["history"], ["rollback"]])
def test_without_an_index_the_remedy_is_named_and_no_question_answered(
    command: Command, tmp_path: Path, arguments: list[str]
) -> None:
    outcome = command(*arguments, "--home", tmp_path / "none")
    assert outcome.code == 2
    assert is_one_plain_line(outcome)
    assert "footnote ingest" in outcome.err


# Ask


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
    citations = tuple(
        Citation(c["number"], Article(c["article_id"], "", None, None, None, ""), c["quote"], c["start"], c["end"])
        for c in values["citations"]
    )
    answer = Answer("", values["text"], True, citations, (), (), "quote", 1.0, "", {})
    body = {EELS: ARTICLES[EELS].split("\n\n\n", 1)[1]}
    assert [fault for fault in faults(answer, body) if EELS in fault] == []


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
    command: Command, own_home: Path
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


# Batch


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


# Chat


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


# Output


def test_a_reader_that_leaves_early_is_no_error(real_home: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    ran = run_apart("history", stdout=writing, home=real_home)
    os.close(writing)
    assert ran.returncode in (0, 1)  # 1 is what rich leaves with
    assert ran.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_an_output_on_a_full_disk_is_a_plain_line(real_home: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ran = run_apart("history", stdout=full.fileno(), home=real_home)
    assert ran.returncode == 1
    assert ran.stderr == "footnote: the output cannot be written: no space is left; free some\n"


# Settings


def test_flags_win_over_the_environment_and_that_over_the_file(command: Command, home: Path, tmp_path: Path) -> None:
    Path("footnote.toml").write_text(f'home = "{tmp_path / "from file"}"')
    assert "from file" in command("history").err
    assert "from environment" in command("history", FOOTNOTE_HOME="from environment").err
    assert "from flag" in command("--home", "from flag", "history", FOOTNOTE_HOME="from environment").err
    assert command("history", "--home", home, FOOTNOTE_HOME="from environment").code == 0
    assert command("history", FOOTNOTE_HOME=str(home)).code == 0


@pytest.mark.parametrize(
    ("environment", "toml", "message"),
    [
        ({"FOOTNOTE_HOEM": "x"}, None, "unknown setting FOOTNOTE_HOEM; did you mean FOOTNOTE_HOME?"),
        ({}, "hoem = 'x'", "unknown setting hoem in footnote.toml; did you mean home?"),
        ({}, "home", "footnote.toml is not valid TOML"),
        ({"FOOTNOTE_MINILM": "/nowhere"}, None, "the embedding model is not in /nowhere; install the packages"),
    ],
)
def test_a_bad_setting_is_wrong_configuration_and_harms_nothing(
    command: Command, corpus: Path, own_home: Path, environment: dict[str, str], toml: str | None, message: str
) -> None:
    before = snapshot(own_home)
    (corpus / EELS).write_text("It says something else now.")
    if toml is not None:
        Path("footnote.toml").write_text(toml)
    for arguments in (["ask", "Who?"], ["ingest", str(corpus)]):
        outcome = command(*arguments, "--home", own_home, **environment)
        assert outcome.code == 78
        assert outcome.err.startswith(f"footnote: {message}")
        assert outcome.err.count("\n") == 1
    assert snapshot(own_home) == before
    assert current(own_home) == "000001"
