"""What lies in the data folder is for its owner alone."""

import datetime
import os
import shutil
from pathlib import Path

import pytest

from bot.cited import count_citations
from bot.slack.records.database import Records, only_bot
from ingest.doctor.place import place_findings
from ingest.private import open_as_its_folder, private_folder
from ingest.process import set_up
from tests.conftest import BRIDGE, Command, build, write_corpus
from tests.test_backup import open_to_others


@pytest.fixture(autouse=True)
def lax() -> None:
    """The rights that most systems give to what is created."""
    os.umask(0o022)


def test_what_the_commands_write_is_for_the_owner_alone(command: Command, corpus: Path, tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    assert command("--home", home, "ingest", corpus).code == 0
    assert command("--home", home, "ask", "How long is the Marlow Bridge?").code == 0
    assert command("--home", home, "export", tmp_path / "saved.tar").code == 0
    assert {path.name for path in home.iterdir()} >= {"ledger.sqlite", "CURRENT", "cited.sqlite", "leases"}
    assert open_to_others(home) == []
    assert (home / ".gitignore").read_text() == "*\n"
    assert (home.stat().st_mode & 0o777, (home / "ledger.sqlite").stat().st_mode & 0o777) == (0o700, 0o600)
    assert open_to_others(tmp_path / "saved.tar") == []


def test_so_it_is_without_the_command(tmp_path: Path) -> None:
    build(write_corpus(tmp_path / "corpus"), tmp_path / "home")
    with only_bot(tmp_path / "home"):
        Records(f"sqlite:///{tmp_path / 'home' / 'slack.sqlite'}").close()
    assert open_to_others(tmp_path / "home") == []


def test_a_generation_that_is_copied_from_an_open_one_is_closed_again(tmp_path: Path) -> None:
    corpus, home = write_corpus(tmp_path / "corpus"), tmp_path / "home"
    build(corpus, home)
    for path in home.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    (corpus / "new.txt").write_text("The ferry of Port Ellery is painted green.")
    build(corpus, home)
    assert open_to_others(home / "generations" / "000002") == []


def test_an_empty_folder_is_made_private_and_one_in_use_stays_as_it_was_set(tmp_path: Path) -> None:
    for name in ("empty", "used"):
        (tmp_path / name).mkdir(mode=0o755)
    (tmp_path / "used" / "file").touch()
    for name in ("empty", "used", "new"):
        private_folder(tmp_path / name)
    assert [(tmp_path / name).stat().st_mode & 0o777 for name in ("empty", "used", "new")] == [0o700, 0o755, 0o700]


def test_the_doctor_says_when_others_can_read_the_data_folder(home: Path) -> None:
    home.chmod(0o700)
    assert not [finding for finding in place_findings(home) if "other users" in finding.text]
    home.chmod(0o750)
    (finding,) = [finding for finding in place_findings(home) if "other users" in finding.text]
    assert (finding.state, finding.remedy) == ("note", f"unless that is meant, run: chmod -R go= {home}")


def test_what_is_written_elsewhere_is_as_open_as_its_folder(command: Command, own_home: Path, tmp_path: Path) -> None:
    batch, answers = tmp_path / "in.jsonl", tmp_path / "shared" / "out.jsonl"
    answers.parent.mkdir()
    answers.parent.chmod(0o755)
    batch.write_text('{"id": "1", "question": "How long is the Marlow Bridge?"}\n')
    assert command("--home", own_home, "ask", "--batch", batch, "--output", answers).code == 0
    assert answers.stat().st_mode & 0o777 == 0o644
    answers.parent.chmod(0o700)
    open_as_its_folder(answers)
    assert answers.stat().st_mode & 0o777 == 0o600


def test_a_home_on_a_full_or_closed_disk_is_read_all_the_same(command: Command, own_home: Path) -> None:
    """A folder that cannot be made stands for one that may not be: the tests may run as a user who may all."""
    shutil.rmtree(own_home / "leases", ignore_errors=True)
    (own_home / "leases").touch()
    answer = command("--home", own_home, "ask", "How long is the Marlow Bridge?")
    assert (answer.code, "640 metres" in answer.out) == (0, True)


def test_counting_citations_where_nothing_can_be_written_costs_no_answer(tmp_path: Path) -> None:
    count_citations(tmp_path / "missing", [BRIDGE], day=datetime.date(2026, 3, 9))
    assert not (tmp_path / "missing").exists()


def test_a_user_without_a_home_is_given_one_that_is_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(_: type[Path]) -> Path:
        raise RuntimeError("Could not determine home directory.")

    environment: dict[str, str] = {}
    monkeypatch.setattr(Path, "home", classmethod(homeless))
    with set_up(environment):
        assert environment["HOME"] == "/nonexistent"
