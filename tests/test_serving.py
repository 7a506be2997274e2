"""A home that is served while it is damaged, written to, and fought over. Slow: `make test-serving`, PROFILE=long."""
# ruff: noqa: F811 - fixtures are used by naming them

import itertools
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from bot.live import LiveIndex
from ingest.index.generation import current, folder_of
from ingest.index.verify import find_fault
from tests.index_fixtures import WordEmbedder, run_ingest, write_article, write_articles
from tests.test_crash import LONG, ROOT, Driver, disk, driver, home, library  # noqa: F401

pytestmark = pytest.mark.serving
MUTATIONS = 600 if LONG else 60


@pytest.fixture(scope="module")
def served(driver: Driver, disk: Path) -> Path:
    """Two generations, the second published; more than 1,000 chunks, so that Chroma has written its index files."""
    write_articles(disk / "corpus", 6, sentences=360, words=52)
    driver("ingest", corpus=disk / "corpus", home=disk / "served")
    write_article(disk / "corpus", 1, sentences=360, words=52, edition="second")
    driver("ingest", corpus=disk / "corpus", home=disk / "served")
    return disk / "served"


def damage(path: Path, chooser: random.Random) -> str:
    """Cuts a file short or flips a few bits."""
    data = bytearray(path.read_bytes())
    if not data or chooser.random() < 0.4:
        path.write_bytes(data[: chooser.randrange(len(data) + 1)])
        return "cut"
    for _ in range(chooser.choice([1, 8, 200])):
        data[chooser.randrange(len(data))] ^= 1 << chooser.randrange(8)
    path.write_bytes(data)
    return "flipped"


def test_a_damaged_file_never_stops_the_bot_nor_changes_a_quote(driver: Driver, served: Path, home: Path) -> None:
    import shutil

    question = "The second report of place1 speaks of it."
    whole = {generation: driver("serve", home=served, question=question) for generation in ("000002",)}
    expected = {id_: text for seen in whole.values() for id_, text in seen["quoted"].items()}
    older = folder_of(served, "000001")
    chooser, outcomes = random.Random(4), []
    names = sorted(str(p.relative_to(older.parent)) for p in folder_of(served, "000002").rglob("*") if p.is_file())
    for number in range(MUTATIONS):
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(served, home)
        name = [*names, "../CURRENT"][number % (len(names) + 1)]
        how = damage(home / "generations" / name, chooser)
        seen = driver("serve", home=home, question=question)
        where = (name, how, seen.get("signal"), seen.get("trouble"), seen.get("said", "")[-500:])
        assert seen["signal"] == 0, where
        assert "generation" in seen, where
        if seen["generation"] == "000002":
            assert seen["texts"] == whole["000002"]["texts"], where
            assert all(text == expected.get(id_, text) for id_, text in seen["quoted"].items()), where
            assert all(any(text in article for article in seen["texts"]) for text in seen["quoted"].values()), where
        else:
            assert seen["trouble"], where
        outcomes.append((seen["generation"], bool(seen["trouble"])))
    assert ("000001", True) in outcomes
    assert ("000002", True) in outcomes


@pytest.fixture
def bots(tmp_path: Path) -> Iterator[list["subprocess.Popen[str]"]]:
    write_editions(tmp_path / "corpus", "first")
    run_ingest(tmp_path / "corpus", tmp_path / "home")
    command = [sys.executable, "-m", "tests.serving_bot", str(tmp_path / "home"), "12.5"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "cwd": ROOT}
    bots = [subprocess.Popen(command, **pipes) for _ in range(4)]  # type: ignore[call-overload]
    yield bots
    for bot in bots:
        bot.kill()
        bot.communicate()


def write_editions(corpus: Path, edition: str) -> None:
    write_articles(corpus, 5, edition=edition, sentences=4)


def test_four_bots_answer_from_one_generation_each_while_twenty_are_published(
    bots: list["subprocess.Popen[str]"], tmp_path: Path
) -> None:
    for bot in bots:
        assert bot.stdout is not None
        assert bot.stdout.readline() == "up\n"
    start = time.monotonic()
    for number in itertools.count(1):  # for so long that each bot, which looks once a second, comes upon several
        write_editions(tmp_path / "corpus", f"edition{number}")
        run_ingest(tmp_path / "corpus", tmp_path / "home")
        if number >= 20 and time.monotonic() - start > 6:
            break
    seconds = time.monotonic() - start
    seen = [json.loads(bot.communicate("")[0]) for bot in bots]
    print(f"{seconds:.1f} s", seen)
    assert [bot.returncode for bot in bots] == [0] * 4
    assert [(one["mixed"], one["troubles"]) for one in seen] == [(0, [])] * 4
    assert sum(one["asked"] for one in seen) > 25 * seconds
    assert all(len(one["generations"]) > 3 for one in seen)


@contextmanager
def ingester(corpus: Path, home: Path) -> Iterator[Callable[[], Callable[[], int]]]:
    """Yields a function that starts an ingest in another process; what it returns waits for the exit code."""
    command = [sys.executable, "-m", "tests.ingest_loop", str(corpus), str(home)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        writing, reading = process.stdin, process.stdout
        assert writing is not None
        assert reading is not None

        def begin() -> Callable[[], int]:
            writing.write("\n")
            writing.flush()
            return lambda: int(reading.readline())

        yield begin
        writing.close()


def test_of_two_ingests_at_once_one_wins_and_the_other_says_so(tmp_path: Path) -> None:
    corpus, home = tmp_path / "corpus", tmp_path / "home"
    write_articles(corpus, 12)
    seen = []
    with ingester(corpus, home) as one, ingester(corpus, home) as other:
        assert (one()(), other()()) == (0, 0)  # both have imported what they need
        for number in range(20):
            write_articles(corpus, 12, edition=f"edition{number}")
            waiting = one(), other()
            seen.append(tuple(sorted(wait() for wait in waiting)))
            assert find_fault(folder_of(home, str(current(home)))) is None
    assert set(seen) <= {(0, 75), (0, 0)}  # 0, 0: the first was done before the second began
    assert seen.count((0, 75)) > 10


def test_a_hundred_swaps_take_no_memory(tmp_path: Path) -> None:
    """Measured after as many again: until then what is allocated for several generations at once still settles."""
    corpus, home = tmp_path / "corpus", tmp_path / "home"
    write_articles(corpus, 30, sentences=40)
    vector = WordEmbedder().embed(["the report of place1"])[0]
    sizes = []
    with ingester(corpus, home) as ingest:
        assert ingest()() == 0
        with closing(LiveIndex(home, WordEmbedder.fingerprint)) as live:
            for number in range(200):
                write_article(corpus, 1, edition=f"edition{number}")
                assert ingest()() == 0
                live.refresh()
                with live.pinned() as index:
                    assert index.nearest(vector, 10)
                sizes.append(resident())
            assert live.manifest.generation == current(home) == "000201"
    growth = sum(sizes[-10:]) / sum(sizes[95:105]) - 1
    print(f"{sizes[99] / 2**20:.0f} MB after 100 swaps, {sizes[-1] / 2**20:.0f} MB after 200: {growth:+.1%}")
    assert growth < 0.05


def resident() -> int:
    """How much memory this process holds, in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")
