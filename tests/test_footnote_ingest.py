import json
from pathlib import Path

import pytest

from ingest.lock import ingest_lock
from tests.command_fixtures import is_one_plain_line, snapshot
from tests.conftest import ARTICLES, EELS, Command


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
    assert "no text to quote" in lines.pop("line.txt")
    assert lines == {}
    assert "Empty: front matter.md." in outcome.out
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


def test_after_an_import_one_row_of_the_history_is_in_use_and_a_rollback_undoes_it(
    command: Command, corpus: Path, own_home: Path, tmp_path: Path
) -> None:
    command("export", tmp_path / "saved.tar", "--home", own_home)
    (corpus / EELS).unlink()
    command("ingest", corpus, "--home", own_home)
    command("import", tmp_path / "saved.tar", "--home", own_home)
    history = command("history", "--home", own_home).out
    assert ("000003 (in use)" in history, history.count("(in use)")) == (True, 1)
    assert "to 000002." in command("rollback", "--home", own_home).out


@pytest.mark.parametrize("arguments", [["ask", "Who?"], ["chat"], ["history"], ["rollback"]])
def test_without_an_index_the_remedy_is_named_and_no_question_answered(
    command: Command, tmp_path: Path, arguments: list[str]
) -> None:
    outcome = command(*arguments, "--home", tmp_path / "none")
    assert outcome.code == 2
    assert is_one_plain_line(outcome)
    assert "footnote ingest" in outcome.err
