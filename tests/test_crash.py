"""Ingests that are killed or whose disk fails, at every point that matters. Slow: `make test-crash`, PROFILE=long."""

import errno
import json
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ingest.index.generation import current, folder_of
from ingest.ledger import Ledger
from tests.crash_driver import COUNT, FAIL_FROM, FAIL_ONCE, KILL
from tests.index_fixtures import write_article, write_articles

pytestmark = pytest.mark.crash
LONG = os.environ.get("PROFILE") == "long"
KILLS = 500 if LONG else 50
ROOT = Path(__file__).parent.parent


class Driver:
    """The process that runs ingests in children of its own."""

    def __init__(self, library: Path) -> None:
        environment = {**os.environ, "LD_PRELOAD": str(library)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.crash_driver"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __call__(self, do: str, **order: Any) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"do": do, **order}, default=str) + "\n")
        self._process.stdin.flush()
        outcome: dict[str, Any] = json.loads(self._process.stdout.readline())
        return outcome

    def close(self) -> None:
        self._process.communicate(timeout=30)


@dataclass(frozen=True)
class Scene:
    """A published home, a corpus that has changed since, and what is served before and after the next ingest."""

    home: Path
    corpus: Path
    before: dict[str, Any]
    after: dict[str, Any]
    calls: tuple[str, ...]
    embedded: int
    seconds: float

    def copy(self, to: Path) -> Path:
        shutil.rmtree(to, ignore_errors=True)
        shutil.copytree(self.home, to)
        return to


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    compiler = shutil.which("cc")
    if compiler is None:
        pytest.skip("needs a C compiler, for the library that kills and fails")
    library = tmp_path_factory.mktemp("faults") / "faults.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", library, ROOT / "tests/faults.c", "-ldl"], check=True)
    return library


@pytest.fixture(scope="module")
def driver(library: Path) -> Iterator[Driver]:
    with closing(Driver(library)) as driver:
        yield driver


@pytest.fixture(scope="module")
def disk() -> Iterator[Path]:
    """A folder in memory where there is one: a sync costs nothing there, and a kill is as hard."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder:
        yield Path(folder)


@pytest.fixture
def home(disk: Path) -> Path:
    return disk / "home"


@pytest.fixture(scope="module")
def first(driver: Driver, disk: Path) -> Scene:
    """Nothing is published yet."""
    folder = disk / "first"
    write_articles(folder / "corpus", 5)
    (folder / "home").mkdir(parents=True)
    return stage(driver, folder)


@pytest.fixture(scope="module")
def small(driver: Driver, disk: Path) -> Scene:
    """Ten articles, of which one has changed, one is new and one is gone: the index is copied and changed."""
    folder = disk / "small"
    write_articles(folder / "corpus", 10)
    driver("ingest", corpus=folder / "corpus", home=folder / "home")
    write_article(folder / "corpus", 3, edition="second")
    write_article(folder / "corpus", 10)
    (folder / "corpus" / "article-00005.md").unlink()
    return stage(driver, folder)


@pytest.fixture(scope="module")
def large(driver: Driver, disk: Path) -> Scene:
    """More than 1,000 chunks, half of them changed: everything is written, and Chroma writes its index files."""
    folder = disk / "large"
    write_articles(folder / "corpus", 6, sentences=360, words=52)
    driver("ingest", corpus=folder / "corpus", home=folder / "home")
    for number in range(3):
        write_article(folder / "corpus", number, sentences=360, words=52, edition="second")
    return stage(driver, folder)


def stage(driver: Driver, folder: Path) -> Scene:
    """Runs the ingest unhurt on a copy, to learn what it comes to and which calls it makes."""
    corpus, home = folder / "corpus", folder / "home"
    shutil.copytree(home, folder / "unhurt")
    start = time.monotonic()
    done = driver("ingest", corpus=corpus, home=folder / "unhurt", mode=COUNT, log=folder / "log")
    seconds = time.monotonic() - start
    assert (done["code"], done["signal"]) == (0, 0), done
    calls = tuple((folder / "log").read_text().replace(str(folder / "unhurt"), "").splitlines())
    before, after = driver("look", home=home), driver("look", home=folder / "unhurt")
    assert after["fault"] is None
    return Scene(home, corpus, before, after, calls, done["embedded"], seconds)


def check_whole(driver: Driver, scene: Scene, home: Path) -> dict[str, Any]:
    """What is published opens in a fresh process and is exactly the old or the new index."""
    seen = driver("look", home=home)
    assert seen.get("fault") is None, seen
    assert seen in (scene.before, scene.after), seen
    return seen


def check_converges(driver: Driver, scene: Scene, home: Path) -> int:
    """The next run comes to what an unhurt one comes to, loses nothing and leaves nothing; returns what it embedded."""
    done = driver("ingest", corpus=scene.corpus, home=home)
    assert (done["code"], done["signal"]) == (0, 0), done
    seen = driver("look", home=home)
    assert (seen["fault"], seen["ids"], seen["content"]) == (None, scene.after["ids"], scene.after["content"])
    assert not list((home / "generations").glob("*.tmp"))
    with closing(Ledger(home / "ledger.sqlite")) as ledger:
        assert sorted(ledger.hashes()) == sorted(path.name for path in scene.corpus.iterdir())
    return int(done["embedded"])


def kill_at(driver: Driver, scene: Scene, home: Path, **how: Any) -> dict[str, Any]:
    scene.copy(home)
    hurt = driver("ingest", corpus=scene.corpus, home=home, **how)
    assert hurt["signal"] in (0, signal.SIGKILL), hurt
    check_whole(driver, scene, home)
    assert check_converges(driver, scene, home) <= scene.embedded
    return hurt


def forced_points(scene: Scene, chooser: random.Random, count: int) -> list[int]:
    """The calls after which to kill: every fsync and rename, and the same number among all writes."""
    durable = [n for n, call in enumerate(scene.calls, 1) if call.split()[0] in ("fsync", "rename")]
    writes = [n for n, call in enumerate(scene.calls, 1) if call.startswith("write")]
    half = min(count // 2, len(durable))
    return sorted(chooser.sample(durable, half) + chooser.sample(writes, min(count - half, len(writes))))


def test_kills_at_forced_points(driver: Driver, first: Scene, small: Scene, home: Path) -> None:
    chooser = random.Random(1)
    for scene, share in ((first, 8), (small, 4)):
        for n in forced_points(scene, chooser, KILLS // share):
            kill_at(driver, scene, home, mode=KILL, n=n)


def test_kills_while_chroma_writes_its_index_files(driver: Driver, large: Scene, home: Path) -> None:
    persisting = [n for n, call in enumerate(large.calls, 1) if call.endswith((".bin", ".pickle"))]
    assert len(persisting) > 100
    for n in random.Random(2).sample(persisting, KILLS // 5):
        kill_at(driver, large, home, mode=KILL, n=n)


def test_kills_at_random_moments(driver: Driver, small: Scene, large: Scene, home: Path) -> None:
    chooser = random.Random(3)
    killed = []
    for scene, share in ((small, 4), (large, 5)):
        for _ in range(KILLS // share):
            hurt = kill_at(driver, scene, home, kill_after=chooser.uniform(0.01, scene.seconds))
            killed.append(hurt["signal"] == signal.SIGKILL)
    assert killed.count(True) > len(killed) / 3


FAULTS = ({"mode": FAIL_FROM, "errno": errno.ENOSPC}, {"mode": FAIL_ONCE, "errno": errno.EIO})


def test_the_nth_call_fails(library: Path, small: Scene, disk: Path) -> None:
    """For every n: a plain error and exit code 1, or success in spite of it; what is served is whole."""

    def every_other(first: int) -> list[int]:
        codes, home = [], disk / f"home{first}"
        with closing(Driver(library)) as driver:
            for n in range(first, len(small.calls) + 1, 2):
                for fault in FAULTS if LONG else FAULTS[n % 2 :][:1]:
                    codes.append(fail_at(driver, small, home, n, fault))
                if LONG or n % 20 < 2:
                    check_converges(driver, small, home)
        return codes

    with ThreadPoolExecutor(2) as pool:
        codes = [code for codes in pool.map(every_other, (1, 2)) for code in codes]
    assert codes.count(1) > len(codes) / 2


def test_a_write_that_fails_while_chroma_writes_its_index_files(driver: Driver, large: Scene, home: Path) -> None:
    """Chroma itself does not look; with more than 1,000 chunks the check looks for a few hundred only."""
    writes = [n for n, call in enumerate(large.calls, 1) if call.startswith("write") and call.endswith(".bin")]
    codes = []
    for n in random.Random(5).sample(writes, KILLS // 2):
        codes.append(fail_at(driver, large, home, n, FAULTS[1]))
        if codes[-1] == 0:
            found = driver("search", home=home)
            assert (found["trouble"], found["lost"], found["of"] > 1000) == (None, 0, True), (n, found)
    assert {0, 1} == set(codes)  # many calls write nothing, and fail unnoticed for that


def fail_at(driver: Driver, scene: Scene, home: Path, n: int, fault: dict[str, int]) -> int:
    scene.copy(home)
    hurt = driver("ingest", corpus=scene.corpus, home=home, n=n, **fault)
    where = (n, scene.calls[n - 1], fault, hurt)
    how = (hurt["signal"], hurt.get("code"))
    assert how in ((0, 0), (0, 1)), (*where[:3], how, hurt.get("said", "")[-600:])
    untouched = current(home) == current(scene.home) and files_of(home) == files_of(scene.home)
    seen = scene.before if untouched else check_whole(driver, scene, home)
    if hurt["code"] == 0:
        assert seen == scene.after, where
    else:
        assert "Traceback" not in hurt["said"], where
        assert "run the ingest again" in hurt["said"], where
    return int(hurt["code"])


def files_of(home: Path) -> dict[str, bytes]:
    """Every byte of the published generation."""
    folder = folder_of(home, str(current(home)))
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_everything_is_on_disk_before_it_is_named(small: Scene) -> None:
    """A power cut keeps only what was synced: files before the generation gets its name, that before the pointer."""
    named = next(n for n, call in enumerate(small.calls) if call.startswith("rename") and "generations" in call)
    pointed = next(n for n, call in enumerate(small.calls) if call.startswith("rename") and call.endswith("/CURRENT"))
    building = [call.split(" ", 1) for call in small.calls[:named] if "/generations/" in call and ".tmp" in call]
    last = {path: call for call, path in building if "->" not in path}
    assert last
    assert set(last.values()) == {"fsync"}
    between = small.calls[named:pointed]
    assert [call for call in between if call == "fsync /generations"]
    assert small.calls[pointed - 1].startswith("fsync")
    assert "fsync " in small.calls[pointed + 1 :][0]


def test_the_ledger_is_never_torn(driver: Driver, first: Scene, home: Path) -> None:
    writes = [n for n, call in enumerate(first.calls, 1) if "ledger" in call]
    for n in writes[:: 1 if LONG else 5]:
        first.copy(home)
        driver("ingest", corpus=first.corpus, home=home, mode=KILL, n=n)
        with closing(sqlite3.connect(home / "ledger.sqlite")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert current(first.home) is None
    assert not folder_of(first.home, "000001").exists()
