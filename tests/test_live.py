"""The index while the bot is up."""

import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.live import LiveIndex
from ingest.errors import IndexNotFound
from ingest.index.generation import current, folder_of, generations, roll_back
from ingest.index.leases import lease_lock, leased
from ingest.index.open_index import open_current
from tests.index_fixtures import WordEmbedder, run_ingest, write_article, write_articles

pytestmark = pytest.mark.usefixtures("by_index")

FINGERPRINT = WordEmbedder.fingerprint


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("live")
    write_articles(folder / "corpus", 3)
    run_ingest(folder / "corpus", folder / "home")
    return folder


@pytest.fixture
def home(published: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(published, tmp_path, dirs_exist_ok=True)) / "home"


@pytest.fixture
def live(home: Path) -> Iterator[LiveIndex]:
    with closing(LiveIndex(home, FINGERPRINT)) as live:
        yield live


def publish_edition(home: Path, edition: str) -> None:
    write_article(home.parent / "corpus", 1, edition=edition)
    run_ingest(home.parent / "corpus", home)


def test_a_home_without_an_index_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(IndexNotFound, match="footnote ingest"):
        LiveIndex(tmp_path, FINGERPRINT)


def test_a_new_generation_is_seen_within_two_seconds_without_being_asked_for(home: Path, live: LiveIndex) -> None:
    publish_edition(home, "second")
    deadline = time.monotonic() + 2
    while live.manifest.generation != "000002" and time.monotonic() < deadline:
        threading.Event().wait(0.02)
    assert live.manifest.generation == "000002"


def test_a_pinned_generation_stays_open_until_the_pin_ends(home: Path, live: LiveIndex) -> None:
    with live.pinned() as old:
        publish_edition(home, "second")
        live.refresh()
        with live.pinned() as new:
            assert (old.manifest.generation, new.manifest.generation) == ("000001", "000002")
        assert "place1" in old.text(1)
        assert old.nearest(WordEmbedder().embed(["the bridge"])[0], 3)
        with lease_lock(home):
            assert leased(home) == {"000001", "000002"}
    with lease_lock(home):
        assert leased(home) == {"000002"}


def test_a_generation_that_is_being_read_is_not_removed(home: Path, live: LiveIndex) -> None:
    with live.pinned() as old:
        for edition in ("second", "third", "fourth", "fifth"):
            publish_edition(home, edition)
            live.refresh()
        assert generations(home) == ("000001", "000003", "000004", "000005")
        assert "first report" in old.text(1)
    publish_edition(home, "sixth")
    assert generations(home) == ("000004", "000005", "000006")[-len(generations(home)) :]


def test_a_rollback_is_followed(home: Path, live: LiveIndex) -> None:
    publish_edition(home, "second")
    live.refresh()
    roll_back(home)
    assert live.refresh()
    assert live.manifest.generation == "000001"


def test_a_generation_that_cannot_be_opened_is_refused_and_the_old_one_goes_on(home: Path, live: LiveIndex) -> None:
    publish_edition(home, "second")
    os.truncate(folder_of(home, "000002") / "store.sqlite", 100)
    live.refresh()
    with live.pinned() as index:
        assert index.manifest.generation == "000001"
    assert "store.sqlite" in str(live.trouble)


def test_trouble_ends_when_a_good_generation_is_published(home: Path, live: LiveIndex) -> None:
    publish_edition(home, "second")
    os.truncate(folder_of(home, "000002") / "store.sqlite", 100)
    live.refresh()
    publish_edition(home, "third")
    live.refresh()
    assert (live.trouble, live.manifest.generation) == (None, "000003")


def test_a_bot_that_starts_over_a_damaged_generation_takes_the_one_before(home: Path) -> None:
    publish_edition(home, "second")
    (folder_of(home, "000002") / "manifest.json").write_text("{}")
    with closing(LiveIndex(home, FINGERPRINT)) as live:
        assert live.manifest.generation == "000001"
        assert "000002" in str(live.trouble)


def test_a_bot_does_not_take_what_was_gone_back_from(home: Path) -> None:
    for edition in ("second", "third"):
        publish_edition(home, edition)
    roll_back(home)
    (folder_of(home, "000002") / "manifest.json").write_text("{}")
    with closing(LiveIndex(home, FINGERPRINT)) as live:
        assert live.manifest.generation == "000001"


def test_without_the_vector_index_every_vector_is_compared(home: Path) -> None:
    vector = WordEmbedder().embed(["the bridge of place2"])[0]
    with closing(open_current(home, FINGERPRINT)) as index:
        expected = index.nearest(vector, 3)
    (folder_of(home, "000001") / "chroma" / "chroma.sqlite3").unlink()
    with closing(LiveIndex(home, FINGERPRINT)) as live, live.pinned() as index:
        assert index.nearest(vector, 3) == pytest.approx(expected, abs=1e-3)
        assert "compared" in str(live.trouble)


def test_six_swaps_leave_no_file_and_no_lease_open(home: Path, live: LiveIndex) -> None:
    for number in range(6):
        publish_edition(home, f"edition{number}")
        live.refresh()
    assert current(home) == live.manifest.generation == "000007"
    deadline = time.monotonic() + 2  # Chroma closes its files a moment after it was asked to
    while open_generations(home) != {"000007"} and time.monotonic() < deadline:
        threading.Event().wait(0.02)
    assert open_generations(home) == {"000007"}
    assert len(list((home / "leases").iterdir())) == 2


def open_generations(home: Path) -> set[str]:
    """The generations of the home of which this process holds a file open."""
    folder = (home / "generations").resolve()
    links = (link.resolve() for link in Path("/proc/self/fd").iterdir())
    return {link.relative_to(folder).parts[0] for link in links if link.is_relative_to(folder)}
