"""What the READMEs say of commands and settings is what the code says."""

import dataclasses
import json
import re
from pathlib import Path

import pytest

import footnote
from ingest.doctor.examine import in_force
from ingest.settings import names_of, setting
from tests.conftest import REPOSITORY, Command
from tests.papers import MADE, written


@dataclasses.dataclass(frozen=True)
class Example:
    key: str | None = setting(None, name="EXAMPLE_KEY", help="a key", secret=True)
    folder: Path = setting(Path("here"), help="a folder")
    names: tuple[str, ...] = setting(("a", "b"), help="names")
    seconds: float = setting(10.0, help="seconds")
    loud: bool = setting(False, help="whether")


@pytest.mark.parametrize("path", MADE)
def test_what_is_made_of_the_code_is_up_to_date(path: str) -> None:
    assert (REPOSITORY / path).read_text(encoding="utf-8") == written(path), "run: python -m tests.papers"


def test_contributing_names_every_target_of_the_makefile_that_tries_something() -> None:
    targets = set(re.findall(r"^((?:test|bench|survival|lint|types|eval|check|lock)[\w-]*):", read("Makefile"), re.M))
    named = set(re.findall(r"`make ([\w-]+)", read("CONTRIBUTING.md")))
    assert targets - named == set()
    assert {name for name in named if not re.search(rf"^{name}:", read("Makefile"), re.M)} == set()


def read(name: str) -> str:
    return (REPOSITORY / name).read_text(encoding="utf-8")


def test_every_setting_stands_in_one_table() -> None:
    rows = [line for made in MADE.values() for line in made.get("settings", "").splitlines()]
    named = [row.split("`")[1] for row in rows if "`" in row]
    assert sorted(named) == sorted(names_of(footnote.SETTINGS))


def test_a_setting_is_shown_with_where_it_comes_from_and_a_secret_with_its_length() -> None:
    file = {"EXAMPLE_KEY": "sk-12345", "FOOTNOTE_FOLDER": "in file"}
    layers = {"footnote.toml": file, "environment": {"FOOTNOTE_FOLDER": "set", "EXAMPLE_KEY": ""}, "flag": {}}
    assert [(one.name, one.value, one.origin) for one in in_force([Example], layers)] == [
        ("EXAMPLE_KEY", "•••• (8 characters)", "footnote.toml"),
        ("FOOTNOTE_FOLDER", "set", "environment"),
        ("FOOTNOTE_NAMES", "a,b", "default"),
        ("FOOTNOTE_SECONDS", "10", "default"),
        ("FOOTNOTE_LOUD", "false", "default"),
    ]


def test_footnote_settings_shows_them_all_and_no_secret(command: Command, tmp_path: Path) -> None:
    secret = "xoxb-not-to-be-seen"
    shown = command("settings", "--home", tmp_path, SLACK_BOT_TOKEN=secret, FOOTNOTE_MODEL="m")
    told = json.loads(command("settings", "--json", "--home", tmp_path, SLACK_BOT_TOKEN=secret).out)
    assert shown.code == 0
    assert secret not in shown.out + json.dumps(told)
    assert tuple(told) == names_of(footnote.SETTINGS)
    assert told["FOOTNOTE_HOME"] == {"value": str(tmp_path), "from": "flag"}


def test_a_bad_setting_is_named_before_any_is_shown(command: Command) -> None:
    outcome = command("settings", FOOTNOTE_SLACK_WORKERS="many")
    assert (outcome.code, outcome.out) == (78, "")
    assert "FOOTNOTE_SLACK_WORKERS='many' is not a whole number" in outcome.err
