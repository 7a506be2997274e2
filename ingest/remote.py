"""Generations on a Chroma server: upload one, and follow what is published there. Knows files; knows no chunks.

A bot on another machine brings the published generation into its own data folder, as one like any other: its files,
byte by byte, but those that a generation there has already. Only the search by vector asks the server.
"""

import shutil
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path

from ingest.entries import is_plain
from ingest.errors import AnotherIngest, IndexBroken, IndexNotFound
from ingest.index import generation
from ingest.index.address import ServerAddress
from ingest.index.fill import batches
from ingest.index.link import link_all
from ingest.index.manifest import NAME, damaged_files, read_manifest, write_manifest
from ingest.index.open_index import STORE
from ingest.index.recall import settle
from ingest.index.server import ChromaServer, connect
from ingest.index.store import Store
from ingest.index.verify import find_fault
from ingest.lock import ingest_lock

_FACTS = ("generation", "created", "chunks", "fingerprint", "dimensions", "analyzer", "content", "recall")


def collection_name(building: Path, content: str) -> str:
    """Returns the name of the collection for a generation being built: it sorts by age, and says what it holds."""
    return f"footnote-{generation.name_of(building)}-{content[:16]}"


def upload(server: ChromaServer, folder: Path) -> None:
    """Writes a built generation to the server, under the name in its manifest; it is not yet published there.

    What the search there finds is written into the manifest.
    """
    manifest = read_manifest(folder)
    name = manifest.vectors
    with closing(Store(folder / STORE, manifest.dimensions)) as store:
        ids = store.text_ids()
        server.write(name, (store.records_of(batch) for batch in batches(sorted(ids))))  # by digest: a shuffle
        nearest, link = partial(server.nearest, name), partial(server.link_anew, name)
        manifest = replace(manifest, recall=settle(nearest, link, ids, store.vectors_of))
    write_manifest(folder, manifest)
    server.write_files(name, {file: folder / file for file in (NAME, *manifest.files)})
    server.complete(name, {fact: getattr(manifest, fact) for fact in _FACTS})


def follow(home: Path, address: ServerAddress) -> bool:
    """Brings what is published on the server into the home, and points to it; returns whether that was news.

    Raises ServerUnavailable: the server cannot be asked; IndexBroken: what it has published does not hold together.
    """
    server = connect(address)
    name = server.current()
    if name is None or name == _vectors_of_current(home):
        return False
    try:
        with ingest_lock(home):
            _bring(server, name, home, address)
    except AnotherIngest:
        return False  # another bot on this machine is at it
    return True


def roll_back_server(home: Path, address: ServerAddress) -> tuple[str, str]:
    """Publishes the collection before the published one, for every bot that follows the server; returns (from, to).

    Raises IndexNotFound: nothing is published, or nothing older is kept.
    """
    server = connect(address)
    now, *older = server.way_back() or (None,)
    if now is None or not older:
        raise IndexNotFound(f"no older collection is kept at {address}", "build one with: footnote ingest")
    server.point_to(older[0])
    _bring(server, older[0], home, address)
    return now, older[0]


def _bring(server: ChromaServer, name: str, home: Path, address: ServerAddress) -> None:
    kept = [local for local in generation.generations(home) if _vectors_of(generation.folder_of(home, local)) == name]
    if kept:
        generation.point_to(home, kept[-1])
        return
    generation.discard_unfinished(home)
    building = generation.building_folder(home)
    try:
        _download(server, name, home, building)
        fault = find_fault(building, address)
        if fault:
            raise IndexBroken(f"what {address} has published does not hold together: {fault}", "run: footnote ingest")
        generation.publish(home, building)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    generation.discard_old(home)


def _download(server: ChromaServer, name: str, home: Path, building: Path) -> None:
    server.facts(name)  # raises unless it is complete
    _bring_file(server, name, building, NAME)
    manifest = replace(read_manifest(building), generation=generation.name_of(building))
    here = _files_here(home)
    for file, digest in manifest.files.items():
        if not is_plain(file):
            raise IndexBroken(f"collection {name} names a file {file[:100]!r}", "run: footnote ingest")
        if digest in here:
            link_all(here[digest], building / file)
        else:
            _bring_file(server, name, building, file)
    write_manifest(building, manifest)


def _bring_file(server: ChromaServer, name: str, building: Path, file: str) -> None:
    target = building / file
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        out.writelines(server.read_file(name, file))


def _files_here(home: Path) -> dict[str, Path]:
    """The files of the generation in use, as far as they are whole, by digest."""
    try:
        folder = generation.folder_of(home, generation.published(home))
        manifest = read_manifest(folder)
    except (IndexBroken, IndexNotFound):
        return {}
    whole = manifest.files.keys() - damaged_files(folder, manifest)
    return {manifest.files[file]: folder / file for file in whole}


def _vectors_of_current(home: Path) -> str | None:
    name = generation.current(home)
    return _vectors_of(generation.folder_of(home, name)) if name else None


def _vectors_of(folder: Path) -> str | None:
    try:
        return read_manifest(folder).vectors
    except IndexBroken:
        return None
