"""A real Ray on this machine, with a worker for each processor. Slow: `make test-ray`."""

import json
import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ingest.embed.cluster import Cluster, ClusterEmbedder, parts
from ingest.embed.minilm import MiniLM
from ingest.errors import EmbedderUnavailable
from ingest.index.generation import current, folder_of
from ingest.index.manifest import read_manifest
from tests.index_fixtures import WordEmbedder, write_articles

pytestmark = pytest.mark.ray
LOCAL = Cluster("local", None)
TEXTS = [f"Ferry {number} leaves the harbour of place{number % 97} at {number % 24} o'clock." for number in range(2000)]


@pytest.fixture(scope="module")
def model() -> MiniLM:
    return MiniLM()


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ray") / "corpus"
    write_articles(folder, 120, sentences=12)
    return folder


def run(corpus: Path, home: Path, *flags: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "footnote", "--home", str(home), "ingest", str(corpus), "--json", *flags]
    done = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stderr
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def vectors(home: Path) -> list[tuple[str, str, bytes]]:
    with closing(sqlite3.connect(home / "ledger.sqlite")) as connection:
        return list(connection.execute("SELECT text, fingerprint, vector FROM vector ORDER BY text"))


def test_an_ingest_over_ray_comes_to_the_same_bytes_and_a_second_embeds_nothing(corpus: Path, tmp_path: Path) -> None:
    plain, spread = run(corpus, tmp_path / "plain"), run(corpus, tmp_path / "spread", "--ray", "local")
    assert plain["counts"]["embedded"] == spread["counts"]["embedded"] > 1000
    assert vectors(tmp_path / "plain") == vectors(tmp_path / "spread")
    manifests = [read_manifest(folder_of(home, str(current(home)))) for home in tmp_path.iterdir()]
    assert len({(each.content, each.ids, each.files["store.sqlite"]) for each in manifests}) == 1
    again = run(corpus, tmp_path / "spread", "--ray", "local")
    assert (again["counts"]["embedded"], again["published"]) == (0, False)


def test_several_workers_embed_to_the_last_bit_what_this_process_embeds(model: MiniLM) -> None:
    here, found, workers = model.embed(TEXTS), np.zeros((len(TEXTS), 384), np.float32), set()
    for part in parts(LOCAL, TEXTS):
        found[list(part.places)] = part.vectors
        workers.add(part.worker)
        assert part.fingerprint == model.fingerprint
    assert found.tobytes() == here.tobytes()
    assert len(workers) == os.cpu_count() or len(workers) > 2


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_ray_is_told_to_report_nothing() -> None:
    for _ in parts(LOCAL, TEXTS[:1]):
        children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text(encoding="ascii").split()
        surroundings = [Path(f"/proc/{child}/environ").read_bytes().split(b"\0") for child in children]
        assert any(b"RAY_USAGE_STATS_ENABLED=0" in each for each in surroundings)


def test_workers_that_embed_with_something_else_are_refused() -> None:
    other = WordEmbedder()
    with pytest.raises(EmbedderUnavailable, match=r"embeds with minilm-\w+, this one with words-32; install the same"):
        list(ClusterEmbedder(other, LOCAL).embed_all(TEXTS[:10]))


def test_a_worker_without_the_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailable, match=r"the Ray cluster at local fails: .*model"):
        list(parts(replace(LOCAL, folder=tmp_path), TEXTS[:10]))


@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://127.0.0.1:1", "not an address"])
def test_an_address_where_no_ray_answers_is_said_in_time(address: str) -> None:
    start = time.monotonic()
    with pytest.raises(EmbedderUnavailable, match=r"the Ray cluster at .* (does not answer within 8 seconds|fails: )"):
        list(parts(Cluster(address, None, start_s=8), TEXTS[:10]))
    assert time.monotonic() - start < 20
