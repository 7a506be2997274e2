from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.slack.settings import SlackSettings
from ingest.doctor.examine import Examined, examine, shown
from ingest.doctor.finding import Finding
from ingest.settings import setting


@dataclass(frozen=True)
class Example:
    home: Path = setting(Path("home"), help="a folder")
    tries: int = setting(3, help="how often", least=1)
    token: str | None = setting(None, help="a token", name="EXAMPLE_TOKEN", secret=True)


def examined(
    folder: Path, toml: str | None = None, flags: Mapping[str, str] | None = None, **environment: str
) -> Examined:
    path = folder / "footnote.toml"
    if toml is not None:
        path.write_text(toml)
        path.chmod(0o644)
    return examine((Example,), flags=flags or {}, environment=environment, toml=path)


def test_nothing_set_is_well(tmp_path: Path) -> None:
    assert examined(tmp_path, OTHER="x") == Examined(
        {}, (Finding("settings", "well", "none is set; the defaults hold"),)
    )


def test_every_setting_is_told_with_where_it_comes_from(tmp_path: Path) -> None:
    found = examined(tmp_path, "home = 'f'\ntries = 2", {"FOOTNOTE_HOME": "flag"}, EXAMPLE_TOKEN="s3cret!")
    assert [finding.text for finding in found.findings] == [
        "EXAMPLE_TOKEN = •••• (7 characters) (environment)",
        "FOOTNOTE_HOME = flag (flag)",
        "FOOTNOTE_TRIES = 2 (footnote.toml)",
    ]
    assert found.values == {"EXAMPLE_TOKEN": "s3cret!", "FOOTNOTE_HOME": "flag", "FOOTNOTE_TRIES": "2"}


def test_all_that_is_wrong_is_named_and_the_rest_is_used(tmp_path: Path) -> None:
    found = examined(tmp_path, "hoem = 'x'\nhome = 'f'", FOOTNOTE_TRIES="0", FOOTNOTE_TIRES="1")
    wrong = [(finding.text, finding.remedy) for finding in found.findings if finding.state == "wrong"]
    assert wrong == [
        (f"unknown setting hoem in {tmp_path / 'footnote.toml'}", "did you mean home?"),
        ("unknown setting FOOTNOTE_TIRES (environment)", "did you mean FOOTNOTE_TRIES?"),
        ("FOOTNOTE_TRIES='0': must be at least 1 (environment)", ""),
    ]
    assert found.values == {"FOOTNOTE_HOME": "f"}


def test_a_file_that_is_no_toml_is_wrong_and_the_environment_is_used(tmp_path: Path) -> None:
    found = examined(tmp_path, "home", FOOTNOTE_TRIES="2")
    assert [finding.state for finding in found.findings] == ["wrong", "well"]
    assert found.values == {"FOOTNOTE_TRIES": "2"}


def test_a_key_in_a_file_that_others_may_read_is_noted(tmp_path: Path) -> None:
    found = examined(tmp_path, "example_token = 'abc'")
    assert [(finding.state, finding.remedy) for finding in found.findings] == [
        ("well", ""),
        ("note", "run: chmod 600 footnote.toml"),
    ]
    (tmp_path / "footnote.toml").chmod(0o600)
    assert [finding.state for finding in examined(tmp_path).findings] == ["well"]


@pytest.mark.parametrize(
    ("value", "secret", "seen"),
    [
        ("minilm", False, "minilm"),
        ("xoxb-1-abc", True, "•••• (10 characters)"),
        ("http://127.0.0.1:8080/v1", False, "http://127.0.0.1:8080/v1"),
        ("http://me:pa55@host/v1?key=abc#x", False, "http://…@host/v1?…"),
        ("postgresql+psycopg://me:pa55@host:5432/name", True, "postgresql+psycopg://…@host:5432/name"),
        ("postgresql://me:pa/ss@host/name", True, "•••• (31 characters)"),
        ("postgresql://me:pa#ss@host/name", True, "•••• (31 characters)"),
        ("http://[bad@host/", True, "•••• (17 characters)"),
    ],
)
def test_nothing_secret_is_shown(value: str, secret: bool, seen: str) -> None:
    assert shown(value, secret=secret) == seen


def test_tokens_and_passwords_of_slack_are_secret() -> None:
    named = dict.fromkeys(("bot_token", "app_token", "signing_secret", "slack_proxy", "database_url"), "hidden!")
    assert "hidden!" not in repr(SlackSettings(**named))  # type: ignore[arg-type]
