"""What pyproject.toml says of what ships, held against the tree. The wheel itself is tried in `tests/test_wheel.py`."""

import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest

from bot.errors import InboxUnavailable
from bot.slack.records.database import Records
from tests.conftest import REPOSITORY
from tests.test_imports import HOMES

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
# By name it is a stranger's package that would be installed; a file or a folder of ours is fine.
BY_NAME = re.compile(r"""(?:install|--from|inject)\s+(?:-\S+\s+)*['"]?footnote(?![\w/-])""")


def test_every_folder_with_modules_is_a_package_that_ships() -> None:
    folders = [path.parent for name in ("bot", "ingest", "eval") for path in (REPOSITORY / name).rglob("*.py")]
    packages = {".".join(folder.relative_to(REPOSITORY).parts) for folder in folders}
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == packages


def test_every_library_that_is_imported_is_declared_and_not_merely_brought_by_another() -> None:
    optional = [line for extra in PROJECT["project"]["optional-dependencies"].values() for line in extra]
    groups = [line for group in PROJECT["dependency-groups"].values() for line in group]
    lines = [*PROJECT["project"]["dependencies"], *optional, *groups]
    declared = {canonical(re.split(r"[^\w.-]", line)[0]) for line in lines}
    brings = importlib.metadata.packages_distributions()
    assert [name for name in HOMES if not {canonical(one) for one in brings.get(name, [name])} & declared] == []


def canonical(name: str) -> str:
    """A distribution's name as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def test_nobody_is_told_to_install_the_package_of_a_stranger() -> None:
    folders = [REPOSITORY / name for name in ("bot", "ingest", "eval", "tests", ".github", ".ci")]
    paths = [path for folder in folders for path in folder.rglob("*")] + list(REPOSITORY.iterdir())
    written = [path for path in paths if path.suffix in (".md", ".py", ".yml", "") and path.is_file()]
    texts = {str(path): path.read_text(encoding="utf-8") for path in written if path != Path(__file__)}
    assert [name for name, text in texts.items() if BY_NAME.search(text)] == []


@pytest.mark.parametrize("text", ["pip install footnote", "pipx install 'footnote[ray]'", "uvx --from footnote x"])
def test_that_rule_finds_what_breaks_it(text: str) -> None:
    assert BY_NAME.search(text)


def test_a_database_without_its_driver_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with pytest.raises(InboxUnavailable, match=r"extra postgres; install it with: pip install 'psycopg\[binary\]"):
        Records("postgresql+psycopg://me@127.0.0.1:9/name")
