"""A real Chroma server on loopback: one machine ingests, others answer."""

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.live import LiveIndex
from ingest.doctor.checks import chroma_findings
from ingest.errors import IndexBroken, ServerUnavailable
from ingest.index.address import ServerAddress
from ingest.index.chroma import disk_client
from ingest.index.generation import current, folder_of
from ingest.index.manifest import read_manifest, write_manifest
from ingest.index.open_index import open_current
from ingest.index.server import connect
from ingest.remote import follow, roll_back_server
from tests.chroma_fixtures import address_at, free_port, wait_for
from tests.index_fixtures import WordEmbedder, run_ingest, write_article, write_articles

pytestmark = pytest.mark.usefixtures("by_index")

FINGERPRINT = WordEmbedder.fingerprint


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerAddress]:
    folder, port = tmp_path_factory.mktemp("chroma"), free_port()
    program = str(Path(sys.executable).parent / "chroma")
    command = [program, "run", "--path", str(folder), "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        wait_for(f"http://127.0.0.1:{port}/api/v2/heartbeat")
        yield address_at(port)
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(autouse=True)
def emptied(request: pytest.FixtureRequest) -> None:
    """Each test begins with an empty server."""
    if "address" in request.fixturenames:
        server = connect(request.getfixturevalue("address"))
        for collection in server._client.list_collections():
            server._client.delete_collection(collection.name)


def dump(home: Path) -> list[object]:
    with closing(open_current(home, FINGERPRINT)) as index:
        chunks = index.read(range(index.manifest.chunks))
        return [
            [(article, index.text(row)) for row, article in enumerate(index.articles)],
            [(row, found.article_row, found.chunk, found.vectors.tolist()) for row, found in sorted(chunks.items())],
        ]


def publish_three(folder: Path, address: ServerAddress) -> None:
    write_articles(folder / "corpus", 3)
    run_ingest(folder / "corpus", folder / "home", server=address)


def records(collection: Any) -> list[tuple[Any, ...]]:
    found = collection.get(include=["documents", "metadatas", "embeddings"])
    vectors = np.round(found["embeddings"], 2).tolist()
    return sorted(zip(found["ids"], found["documents"], found["metadatas"], vectors, strict=True))


def test_another_machine_gets_the_very_same_index(address: ServerAddress, tmp_path: Path) -> None:
    write_articles(tmp_path / "corpus", 8, sentences=20)
    run_ingest(tmp_path / "corpus", tmp_path / "home", server=address)
    assert follow(tmp_path / "other", address)
    assert not follow(tmp_path / "other", address)
    assert dump(tmp_path / "other") == dump(tmp_path / "home")
    manifests = [read_manifest(folder_of(tmp_path / name, "000001")) for name in ("home", "other")]
    assert {manifest.recall for manifest in manifests} == {connect(address).facts(manifests[0].vectors)["recall"]}
    vector = WordEmbedder().embed(["the silver bridge of place3"])[0]
    with (
        closing(open_current(tmp_path / "home", FINGERPRINT, address)) as here,
        closing(open_current(tmp_path / "other", FINGERPRINT, address)) as there,
    ):
        assert here.nearest(vector, 20) == there.nearest(vector, 20)
        assert here.matching({"bridg": 1.0}, 20) == there.matching({"bridg": 1.0}, 20)
        assert (here.trouble, there.trouble) == (None, None)


def test_twins_and_headings_reach_another_machine(address: ServerAddress, tmp_path: Path) -> None:
    footer = f"To read more of it subscribe to {'the paper and ' * 30}the letter."  # by its length a chunk of its own
    for number in range(40):
        path = write_article(tmp_path / "corpus", number, sentences=2, footer=footer, title="The weekly report")
        text = path.read_text(encoding="utf-8")
        path.write_text(f"{text}\n## The costs\n\nIt cost {number} million.\n", encoding="utf-8")
    run_ingest(tmp_path / "corpus", tmp_path / "home", server=address)
    follow(tmp_path / "other", address)
    with closing(open_current(tmp_path / "other", FINGERPRINT, address)) as index:
        assert index.manifest.chunks == 3 * 40
        headings = [index.read_article(row).blocks[-1].heading for row in range(40)]
        assert headings == ["The costs"] * 40
        vectors = WordEmbedder().embed([footer, "The costs: it cost 7 million."])
        assert index.is_whole()
        assert max(index.nearest(index.read([1])[1].vectors[0], 1).values()) > 0.999
        assert [row % 3 for row in index.nearest(vectors[0], 1)] == [1, 1, 1]
        assert len(index.nearest(vectors[1], 10)) == 10
    assert dump(tmp_path / "other") == dump(tmp_path / "home")


def test_on_a_server_stands_what_stands_on_disk(address: ServerAddress, tmp_path: Path) -> None:
    footer = f"To read more of it subscribe to {'the paper and ' * 30}the letter."
    for number in range(3):
        write_article(tmp_path / "corpus", number, sentences=20, footer=footer)
    run_ingest(tmp_path / "corpus", tmp_path / "home", server=address)
    run_ingest(tmp_path / "corpus", tmp_path / "disk")
    on_server = connect(address)._client.get_collection(str(connect(address).current()), embedding_function=None)
    with closing(disk_client(folder_of(tmp_path / "disk", "000001") / "chroma")) as client:
        on_disk = client.get_collection("chunks", embedding_function=None)
        assert records(on_server) == records(on_disk)


def test_another_machine_is_not_sent_again_what_it_has(address: ServerAddress, tmp_path: Path) -> None:
    write_articles(tmp_path / "corpus", 8)
    for edition in ("first", "second"):
        write_article(tmp_path / "corpus", 1, edition=edition)
        run_ingest(tmp_path / "corpus", tmp_path / "home", server=address)
        follow(tmp_path / "other", address)
    stores = [folder_of(tmp_path / "other", name) for name in ("000001", "000002")]
    assert (stores[1] / "base/store.sqlite").samefile(stores[0] / "store.sqlite")
    assert dump(tmp_path / "other") == dump(tmp_path / "home")


def test_a_file_that_would_lie_elsewhere_is_not_taken(address: ServerAddress, tmp_path: Path) -> None:
    publish_three(tmp_path, address)
    server, folder = connect(address), folder_of(tmp_path / "home", "000001")
    manifest = read_manifest(folder)
    write_manifest(folder, replace(manifest, files={**manifest.files, "../../outside": "0" * 64}))
    server._client.delete_collection(f"{manifest.vectors}-files")
    server.write_files(manifest.vectors, {"manifest.json": folder / "manifest.json"})
    with pytest.raises(IndexBroken, match=r"names a file '\.\./\.\./outside'"):
        follow(tmp_path / "other", address)
    assert list(tmp_path.rglob("outside")) == []


@pytest.mark.parametrize("piece", ["no base64!", "bm8gemxpYg=="])
def test_a_damaged_piece_of_a_file_is_a_fault_that_a_bot_survives(
    piece: str, address: ServerAddress, tmp_path: Path
) -> None:
    publish_three(tmp_path, address)
    follow(tmp_path / "other", address)
    write_article(tmp_path / "corpus", 1, edition="second")
    run_ingest(tmp_path / "corpus", tmp_path / "home", server=address)
    files = connect(address)._client.get_collection(f"{connect(address).current()}-files", embedding_function=None)
    files.update(ids=["store.sqlite:000000"], documents=[piece], embeddings=np.zeros((1, 1), np.float32))
    with closing(LiveIndex(tmp_path / "other", FINGERPRINT, server=address)) as live:
        assert not live.refresh()
        assert "are damaged" in str(live.trouble)


def test_an_unchanged_corpus_uploads_nothing(address: ServerAddress, tmp_path: Path) -> None:
    publish_three(tmp_path, address)
    assert not run_ingest(tmp_path / "corpus", tmp_path / "home", server=address).published


def test_a_server_that_has_forgotten_everything_is_filled_again_without_embedding(
    address: ServerAddress, tmp_path: Path
) -> None:
    publish_three(tmp_path, address)
    connect(address)._client.delete_collection(str(connect(address).current()))
    report = run_ingest(tmp_path / "corpus", tmp_path / "home", server=address)
    assert (report.published, report.embedded) == (True, 0)


def test_three_collections_are_kept_and_unfinished_older_ones_go(address: ServerAddress, tmp_path: Path) -> None:
    write_articles(tmp_path / "corpus", 3)
    server = connect(address)
    server._client.create_collection("footnote-000001-unfinished", embedding_function=None)
    for edition in range(5):
        write_article(tmp_path / "corpus", 1, edition=f"edition{edition}")
        run_ingest(tmp_path / "corpus", tmp_path / "home", server=address)
    names = [collection.name for collection in server._client.list_collections()]
    assert len(server.generations()) == 3
    assert sorted(names) == sorted(
        ["footnote", *(name + part for name in server.generations() for part in ("", "-files"))]
    )
    assert server.current() == server.generations()[-1]


def test_without_the_server_a_bot_goes_on_by_comparing_every_vector(tmp_path: Path, address: ServerAddress) -> None:
    publish_three(tmp_path, address)
    vector = WordEmbedder().embed(["the silver bridge of place2"])[0]
    with closing(open_current(tmp_path / "home", FINGERPRINT, address)) as index:
        expected = index.nearest(vector, 3)
    with closing(LiveIndex(tmp_path / "home", FINGERPRINT, server=address_at(free_port()))) as live:
        with live.pinned() as index:
            assert index.nearest(vector, 3) == pytest.approx(expected, abs=1e-3)
        assert "no Chroma server answers" in str(live.trouble)


def test_two_bots_follow_one_ingest_and_no_question_fails(address: ServerAddress, tmp_path: Path) -> None:
    write_articles(tmp_path / "corpus", 10)
    run_ingest(tmp_path / "corpus", tmp_path / "home", server=address)
    vector = WordEmbedder().embed(["the report of place1"])[0]
    over, mixed, answered = threading.Event(), [], [0, 0]

    def question_again_and_again(number: int) -> None:
        with closing(LiveIndex(tmp_path / f"bot{number}", FINGERPRINT, server=address)) as live:
            while not over.wait(0.005):
                with live.pinned() as index:
                    rows = index.nearest(vector, 20)
                    texts = " ".join(found.chunk.text for found in index.read(rows).values())
                    editions = set(re.findall(r"The (\w+) report of place1 ", texts))
                    mixed.extend([editions] if len(editions) != 1 else [])
                answered[number] += 1
                seen[number] = live.manifest.content, live.trouble

    seen: list[tuple[str, str | None]] = [("", None)] * 2
    bots = [threading.Thread(target=question_again_and_again, args=(number,)) for number in range(2)]
    for bot in bots:
        bot.start()
    for edition in range(3):
        write_article(tmp_path / "corpus", 1, edition=f"edition{edition}")
        run_ingest(tmp_path / "corpus", tmp_path / "home", server=address)
        published = read_manifest(folder_of(tmp_path / "home", str(current(tmp_path / "home")))).content
        followed = any(seen == [(published, None)] * 2 or over.wait(0.01) for _ in range(3_000))
        assert followed, seen
    over.set()
    for bot in bots:
        bot.join()
    assert mixed == []
    assert min(answered) > 20


def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    write_articles(tmp_path / "corpus", 3)
    with pytest.raises(ServerUnavailable, match=r"no Chroma server answers at http://127\.0\.0\.1"):
        run_ingest(tmp_path / "corpus", tmp_path / "home", server=address_at(free_port()))


def test_a_rollback_on_the_server_is_followed(address: ServerAddress, tmp_path: Path) -> None:
    write_articles(tmp_path / "corpus", 3)
    for edition in ("first", "second"):
        write_article(tmp_path / "corpus", 1, edition=edition)
        run_ingest(tmp_path / "corpus", tmp_path / "home", server=address)
        follow(tmp_path / "other", address)
    roll_back_server(tmp_path / "home", address)
    assert follow(tmp_path / "other", address)
    assert (current(tmp_path / "home"), current(tmp_path / "other")) == ("000001", "000001")


def test_on_a_server_too_going_back_after_an_ingest_leads_past_what_was_gone_back_from(
    address: ServerAddress, tmp_path: Path
) -> None:
    write_articles(tmp_path / "corpus", 3)
    for edition in ("first", "second", "third"):
        write_article(tmp_path / "corpus", 1, edition=edition)
        run_ingest(tmp_path / "corpus", tmp_path / "home", server=address)
        if edition == "second":
            _, first = roll_back_server(tmp_path / "home", address)
    assert roll_back_server(tmp_path / "home", address)[1] == first
    assert current(tmp_path / "home") == "000001"


def test_the_doctor_compares_what_is_published_there_with_what_is_here(address: ServerAddress, tmp_path: Path) -> None:
    with pytest.raises(ServerUnavailable, match="no Chroma server answers"):
        chroma_findings(address_at(free_port()), tmp_path / "home")
    assert [finding.state for finding in chroma_findings(address, tmp_path / "home")] == ["well", "failed"]
    publish_three(tmp_path, address)
    here, there = chroma_findings(address, tmp_path / "home"), chroma_findings(address, tmp_path / "other")
    assert ([finding.state for finding in here], there[1].state) == (["well", "well"], "note")
    assert "Chroma 1." in here[0].text
    assert here[1].text.endswith("chunks, as this machine does")
