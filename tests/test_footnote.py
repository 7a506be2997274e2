import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.index.generation import current
from tests.command_fixtures import is_one_plain_line, run_apart, snapshot
from tests.conftest import EELS, REPOSITORY, Command

HEAVY = (
    "chromadb",
    "llama_index",
    "onnxruntime",
    "tokenizers",
    "tantivy",
    "numpy",
    "argcomplete",
    "rich",
    "openai",
    "slack_bolt",
)


def test_help_loads_nothing_heavy() -> None:
    code = "import sys, footnote\ntry:\n    footnote.main(['--help'])\nexcept SystemExit as leaving:\n"
    code += "    print('left with', leaving.code)\n    print([name for name in sys.argv[1:] if name in sys.modules])"
    ran = subprocess.run(
        [sys.executable, "-c", code, *HEAVY], capture_output=True, text=True, cwd=REPOSITORY, timeout=60, check=False
    )
    assert ran.stdout.startswith("usage: footnote")
    assert ran.stdout.endswith("left with 0\n[]\n")


@pytest.mark.parametrize("arguments", [["dance"], ["ask", "Who?", "--loud"], ["--loud", "ask", "Who?"], ["eval"]])
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


def test_flags_win_over_the_environment_and_that_over_the_file(command: Command, home: Path, tmp_path: Path) -> None:
    Path("footnote.toml").write_text(f'home = "{tmp_path / "from file"}"')
    assert "from file" in command("history").err
    assert "from environment" in command("history", FOOTNOTE_HOME="from environment").err
    assert "from file" in command("history", FOOTNOTE_HOME="").err
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
