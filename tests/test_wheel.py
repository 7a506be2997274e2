"""What ships: the wheel, used outside the checkout and beside nothing but what `requirements.lock` installs.

Run by `make test-wheel`, without network: the run-time dependencies are those of this environment, linked one by one,
so that what only an extra or the development environment brings is missing here as it is for a user.
"""

import importlib.metadata
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import urllib.request
import venv
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.demo.routes import FILES
from footnote import GROUPS
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.wheel
PARTS = ("bot", "ingest", "eval", "footnote.py", "pyproject.toml", "README.md", "LICENSE")
QUESTION = "Which missile system did Serbia receive from China in the secret delivery?"
BARE: Mapping[str, str] = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "TMPDIR")}


@dataclass(frozen=True)
class Installed:
    """The command of the installed wheel, and an empty folder with articles to run it in."""

    program: Path
    folder: Path

    def run(self, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
        command = [str(self.program), *arguments]
        env = {**BARE, **environment}
        return subprocess.run(
            command, cwd=self.folder, env=env, capture_output=True, text=True, timeout=300, check=False
        )


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of what it is made of."""
    source, made = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("dist")
    for name in PARTS:
        one = REPOSITORY / name
        if one.is_dir():
            shutil.copytree(one, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(one, source)
    _pip(sys.executable, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(made), str(source))
    (built,) = made.iterdir()
    return built


@pytest.fixture(scope="session")
def program(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `footnote` of an environment that holds the wheel and the run-time dependencies."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    (packages,) = folder.glob("lib/python3*/site-packages")
    for name in re.findall(r"^([\w.-]+)==", (REPOSITORY / "requirements.lock").read_text(encoding="utf-8"), re.M):
        _link(name, packages)
    _pip(str(folder / "bin" / "python"), "install", "--no-deps", "--no-index", str(wheel))
    return folder / "bin" / "footnote"


@pytest.fixture(scope="session")
def ingested(program: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with articles that the installed command has ingested."""
    folder = tmp_path_factory.mktemp("ingested")
    shutil.copytree(REPOSITORY / "corpus", folder / "corpus")
    ran = Installed(program, folder).run("ingest")
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.fixture
def published(program: Path, ingested: Path, tmp_path: Path) -> Installed:
    """The command in a copy of that folder."""
    return Installed(program, Path(shutil.copytree(ingested, tmp_path / "copy")))


def _pip(python: str, *arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "--quiet", *arguments]
    subprocess.run(command, check=True, timeout=300)


def _link(name: str, packages: Path) -> None:
    """Links what a distribution installed; one that is for other systems is not there."""
    try:
        found = importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        return
    for top in {file.parts[0] for file in found.files or []} - {"..", "__pycache__"}:
        if not (packages / top).exists():
            (packages / top).symlink_to(Path(str(found.locate_file(top))))


def test_the_wheel_holds_every_module_and_file_that_the_product_reads(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as opened:
        names = set(opened.namelist())
    patterns = ("footnote.py", "bot/**/*.py", "ingest/**/*.py", "eval/**/*.py", "eval/conversations/*/**/*.*")
    needed = [path.relative_to(REPOSITORY).as_posix() for one in patterns for path in REPOSITORY.glob(one)]
    needed += [
        *(f"bot/demo/page/{name}" for name in FILES),
        "bot/quote/weights.json",
        *(f"ingest/embed/{name}.npz" for name in ("reader", "reader-talk")),
    ]
    needed += ["eval/check/pairs.jsonl", "eval/check/verdicts.jsonl", "eval/report/page.css", "eval/report/page.js"]
    assert set(needed) - names == set()
    assert [name for name in names if name.startswith("tests/") or name.endswith(".png")] == []


def test_an_article_is_ingested_and_a_question_answered_with_a_verbatim_quote(published: Installed) -> None:
    answer = json.loads(published.run("ask", "--json", QUESTION).stdout)
    (quote, *_) = answer["citations"]
    assert answer["answered"]
    assert "HQ-22" in answer["text"]
    assert quote["quote"] in (published.folder / "corpus" / quote["article_id"]).read_text(encoding="utf-8")


def test_every_command_is_there_and_the_doctor_finds_all_well(published: Installed) -> None:
    names = [command.name for group in GROUPS.values() for command in group]
    ran = [published.run(name, "--help") for name in names] + [published.run(name) for name in ("status", "settings")]
    assert [one.stderr for one in ran if one.returncode] == []
    examined = published.run("doctor")
    assert "All well." in examined.stdout, examined.stdout


def test_cases_are_drafted_promoted_and_held_by_the_gate(published: Installed) -> None:
    for arguments in (("eval", "init"), ("eval", "run", "--no-baseline"), ("eval", "promote"), ("eval", "run")):
        ran = published.run(*arguments)
        assert ran.returncode == 0, (arguments, ran.stdout, ran.stderr)
    assert (published.folder / "eval" / "baseline.json").is_file()


def test_what_an_extra_brings_is_named_where_it_is_missing(published: Installed) -> None:
    model = {"FOOTNOTE_MODEL": "m", "OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    said = {
        "llama-index": published.run("eval", "judge", **model),
        "postgres": published.run("gaps", FOOTNOTE_DATABASE_URL="postgresql+psycopg://me@127.0.0.1:9/x"),
        "ray": published.run("ingest", "--ray", "auto"),
    }
    missing = [
        name for name, ran in said.items() if f"the extra {name};" not in " ".join((ran.stdout + ran.stderr).split())
    ]
    assert missing == []


@pytest.fixture
def page(published: Installed) -> Iterator[str]:
    """The address of a running `footnote demo-slack`, which has to end quietly."""
    command = [str(published.program), "demo-slack", "--port", "0", "--no-browser"]
    process = subprocess.Popen(
        command, cwd=published.folder, env=BARE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        assert process.stdout
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:\d+", line)
        assert found, line + process.communicate(timeout=30)[0]
        yield found[0]
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=60)
    assert process.returncode == 0


def test_the_demo_serves_its_page_and_answers_in_it_with_a_source(page: str) -> None:
    for name in FILES:
        with urllib.request.urlopen(f"{page}/page/{name}", timeout=60) as response:
            assert response.read()
    with urllib.request.urlopen(f"{page}/see/U1", timeout=120) as stream:
        screens = (json.loads(line.removeprefix(b"data: ")) for line in stream if line.strip())
        order = {"do": "say", "channel": next(screens)["direct"], "text": QUESTION, "thread": ""}
        asked = urllib.request.Request(
            f"{page}/act/U1", json.dumps(order).encode(), {"Content-Type": "application/json"}
        )
        urllib.request.urlopen(asked, timeout=60).close()
        said = (json.dumps(screen["messages"]) for screen in screens)
        assert any("serbia-secret-missile-delivery" in text for text in said)
