"""The form of the command line: help, what was probably meant, completion, and what `footnote` alone says."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest.command_line import SHELLS, Parser, in_columns
from ingest.doctor.finding import Finding
from ingest.index.manifest import Manifest
from ingest.status import next_steps
from tests.conftest import EELS, REPOSITORY, Command

PUBLISHED = Manifest("000001", "2026-11-26T12:00:00+00:00", 2, 18, 40, "f", 3, "a", "c", "i")
WELL, DUE = Finding("articles", "well", "2 can be read"), Finding("articles", "note", "1 new")
BAD, NONE = Finding("articles", "failed", "a.pdf"), Finding("articles", "off", "no folder")


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (["ingset"], "COMMAND 'ingset' is unknown; did you mean ingest?"),
        (["ask", "Who?", "--jsn"], "footnote ask: error: not understood: --jsn; did you mean --json?"),
        (["ingest", "--dry-rnu=1"], "not understood: --dry-rnu=1; did you mean --dry-run?"),
        (["--hmoe", "x", "history"], "not understood: --hmoe; did you mean --home?"),
        (["eval", "prmote"], "ACTION 'prmote' is unknown; did you mean promote?"),
        (["eval", "run", "--repeat-s", "3"], "footnote eval run: error: not understood: --repeat-s 3; did you mean"),
        (["completion", "fsh"], "shell 'fsh' is unknown; did you mean fish?"),
        (["completion", "powershell"], "shell 'powershell' is unknown; there are: bash, zsh, fish"),
    ],
)
def test_what_was_probably_meant_is_named(command: Command, arguments: list[str], meant: str) -> None:
    outcome = command(*arguments)
    assert outcome.code == 2
    assert meant in outcome.err


@pytest.mark.parametrize("name", ["ingest", "show", "rollback", "ask", "demo-slack", "gaps", "eval", "completion"])
def test_the_help_of_a_command_shows_how_it_is_used(command: Command, name: str) -> None:
    outcome = command(name, "--help")
    assert outcome.code == 0
    assert "examples:\n  " in outcome.out


def test_help_may_be_asked_for_in_words(command: Command) -> None:
    assert command("help").out == command("--help").out
    assert command("help", "eval", "run").out == command("eval", "run", "--help").out


def test_every_example_is_understood(parser: Parser) -> None:
    lines = [line for one in parsers_of(parser) for line in (one.epilog or "").splitlines()[1:]]
    commands = [line.split("  ")[1] for line in lines]
    understood = [footnote_line(one) for one in commands if not one.endswith("--help")]
    assert len(understood) > 20
    assert [words for words in understood if not hasattr(parser.parse(words), "run")] == []


def test_the_help_fits_a_terminal_of_80_columns(parser: Parser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    lines = [line for one in parsers_of(parser) for line in one.format_help().splitlines()]
    assert [line for line in lines if len(line) > 80] == []


def test_remarks_stand_one_below_the_other() -> None:
    assert in_columns({"a": "first", "long": ""}) == ["  a     first", "  long"]


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_gets_code_that_asks_the_command(command: Command, shell: str) -> None:
    outcome = command("completion", shell)
    assert outcome.code == 0
    assert "footnote" in outcome.out
    assert "_ARGCOMPLETE" in outcome.out


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("footnote ing", ["ingest"]),
        ("footnote eval pro", ["promote"]),
        ("footnote ingest --dr", ["--dry-run"]),
        ("footnote completion ", ["-h", "--help", "bash", "zsh", "fish"]),
    ],
)
def test_a_shell_is_told_how_a_line_may_go_on(tmp_path: Path, line: str, offered: list[str]) -> None:
    asked = {"_ARGCOMPLETE": "1", "_ARGCOMPLETE_IFS": "\n", "_ARGCOMPLETE_SUPPRESS_SPACE": "1"}
    said = {"_ARGCOMPLETE_STDOUT_FILENAME": str(tmp_path / "said"), "COMP_LINE": line, "COMP_POINT": str(len(line))}
    code = "import sys, footnote; sys.argv[0] = 'footnote'; footnote.main([])"
    run = [sys.executable, "-c", code]
    subprocess.run(run, cwd=REPOSITORY, env={**os.environ, **asked, **said}, timeout=60, check=True)
    assert (tmp_path / "said").read_text().split() == offered


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_bash_takes_the_code(command: Command) -> None:
    code = command("completion", "bash").out + "\ncomplete -p footnote\n"
    ran = subprocess.run(["bash", "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.rstrip().endswith("footnote")


@pytest.mark.parametrize(
    ("published", "articles", "first"),
    [
        (None, [NONE], "footnote --corpus FOLDER ingest"),
        (None, [WELL, DUE], "footnote ingest"),
        (PUBLISHED, [WELL, DUE], "footnote ingest"),
        (PUBLISHED, [WELL, BAD], "footnote doctor"),
        (PUBLISHED, [WELL], 'footnote ask "QUESTION"'),
        (PUBLISHED, [NONE], 'footnote ask "QUESTION"'),
    ],
)
def test_the_next_step_follows_from_what_is_there(
    published: Manifest | None, articles: Sequence[Finding], first: str
) -> None:
    assert next(iter(next_steps(published, articles))) == first


def test_who_has_cases_is_offered_a_run_and_not_a_first_set(command: Command, corpus: Path, own_home: Path) -> None:
    said = [command("--home", own_home, "--corpus", corpus).out]
    (corpus.parent / "eval").mkdir()
    (corpus.parent / "eval" / "cases.jsonl").write_text("")
    said.append(command("--home", own_home, "--corpus", corpus).out)
    assert [("eval init" in one, "eval run" in one) for one in said] == [(True, False), (False, True)]


def test_footnote_alone_says_where_things_stand(command: Command, corpus: Path, own_home: Path) -> None:
    place = ("--home", own_home, "--corpus", corpus)
    ready = command(*place)
    (corpus / EELS).write_text("Eels swim in the mill race.")
    stale = command(*place, "status")
    empty = command()
    assert [outcome.code for outcome in (ready, stale, empty)] == [0, 0, 0]
    assert "footnote ask" in ready.out
    assert "footnote ingest " not in ready.out
    assert "1 changed (" in stale.out
    assert "footnote ingest " in stale.out
    assert "no folder corpus" in empty.out


@pytest.fixture
def parser() -> Parser:
    import footnote

    return footnote._parser()


def parsers_of(parser: Parser) -> list[Parser]:
    """A parser and those of its commands."""
    found = [parser]
    for action in parser._actions:
        if isinstance(action.choices, dict):
            found += [one for child in action.choices.values() for one in parsers_of(child)]
    return found


def footnote_line(example: str) -> list[str]:
    """The words behind `footnote` in an example, which may stand in a line of a shell."""
    import shlex

    inside = example.partition("$(")[2].partition(")")[0] or example.partition(" | ")[0]
    return shlex.split(inside)[1:]
