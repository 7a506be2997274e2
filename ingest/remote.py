"""Generations on a Chroma server: upload one, and follow what is published there. Knows how a chunk becomes a record.

A bot on another machine brings the published collection into its own data folder, as a generation like any other: the
store and the lexical index are built there, from the chunks' texts; only the search by vector asks the server. The
vectors of the sentences travel with their chunk, packed into its metadata: nobody searches by them, so that a second
collection would only double the records and the server's index, and embedding them again would take each bot minutes.
"""

import base64
import datetime
import json
import random
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ingest.articles import blocks
from ingest.articles.article import Article
from ingest.errors import AnotherIngest, IndexBroken, IndexNotFound
from ingest.index import generation
from ingest.index.address import ServerAddress
from ingest.index.build import About, entry_of, write_index
from ingest.index.chroma import BATCH
from ingest.index.manifest import read_manifest, write_manifest
from ingest.index.open_index import STORE
from ingest.index.recall import settle
from ingest.index.record import Record, facts_of
from ingest.index.server import ChromaServer, connect, twin
from ingest.index.store import Store, StoredChunk, pack, text_id, unpack
from ingest.index.verify import find_fault
from ingest.index.write_store import Entry
from ingest.lock import ingest_lock
from ingest.split import Chunk, chunk_of
from ingest.terms import ANALYZER_VERSION
from ingest.units import units_as_json, units_from_json

# Chroma Cloud takes metadata values of at most 8,182 bytes.
_PIECE = 8000
_FACTS = ("generation", "created", "chunks", "fingerprint", "dimensions", "analyzer", "content", "ids", "recall")


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
        server.write(name, _batches(store, manifest.chunks))
        nearest, link = partial(server.nearest, name), partial(server.link_anew, name)
        found = settle(nearest, link, store.text_ids(), store.vectors_of)
    manifest = replace(manifest, recall=found)
    write_manifest(folder, manifest)
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
        _download(server, name, building)
        fault = find_fault(building, address)
        if fault:
            raise IndexBroken(f"what {address} has published does not hold together: {fault}", "run: footnote ingest")
        generation.publish(home, building)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    generation.discard_old(home)


def _download(server: ChromaServer, name: str, building: Path) -> None:
    facts = server.facts(name)
    if facts["analyzer"] != ANALYZER_VERSION:
        raise IndexBroken(f"collection {name} was built by another version of Footnote", "upgrade the older one")
    with closing(sqlite3.connect("")) as spool:  # a temporary file: the records come in no particular order
        spool.execute("CREATE TABLE record (article TEXT, start INTEGER, id TEXT, text TEXT, facts TEXT)")
        for got in server.read(name):
            values = (
                got.facts["article_id"],
                got.facts["start"],
                got.facts["chunk"],
                got.text,
                json.dumps(dict(got.facts)),
            )
            spool.execute("INSERT INTO record VALUES (?, ?, ?, ?, ?)", values)
        order = [id_ for (id_,) in spool.execute("SELECT DISTINCT article FROM record ORDER BY article")]
        known = (facts["fingerprint"], int(facts["dimensions"]), facts["content"], facts["created"])
        about = About(*known, recall=float(facts.get("recall", 1.0)))
        manifest = write_index(building, order, entries=_entries(spool, order, about), about=about, vectors=name)
    if manifest.ids != facts["ids"]:
        raise IndexBroken(f"collection {name} does not hold the chunks that it says", "run: footnote ingest")


def _batches(store: Store, chunks: int) -> Iterator[list[Record]]:
    """All chunks, shuffled: texts that are alike and come one after the other make islands in Chroma's graph."""
    hashes, order = store.hashes(), random.Random(0).sample(range(chunks), chunks)
    said: set[str] = set()
    for start in range(0, chunks, BATCH):
        rows = order[start : start + BATCH]
        found = store.read_chunks({near for row in rows for near in (row - 1, row, row + 1)})
        articles = {row: store.read_article(row) for row in {found[row].article_row for row in rows}}
        yield [
            _placed(
                _record(stored, (found.get(row - 1), found.get(row + 1)), hashes, articles[stored.article_row]),
                said,
            )
            for row in rows
            for stored in [found[row]]
        ]


def _placed(record: Record, said: set[str]) -> Record:
    """Under the id of its text, or, if an earlier chunk says the same, as a twin; `said` learns of it."""
    if record.id not in said:
        said.add(record.id)
        return record
    id_, vector = twin(str(record.facts["chunk"]), len(record.vector))
    return replace(record, id=id_, vector=vector)


def _record(
    stored: StoredChunk,
    neighbours: tuple[StoredChunk | None, StoredChunk | None],
    hashes: Mapping[str, str],
    article: Article,
) -> Record:
    """The chunk with all that is needed to write its part of the article again: what stands between chunks, too."""
    chunk, text = stored.chunk, article.text
    before, after = (near if near and near.article_row == stored.article_row else None for near in neighbours)
    begin, end = chunk.start if before else 0, after.chunk.start if after else len(text) + 1
    facts: dict[str, str | None] = {
        "chunk": chunk.id,
        "hash": hashes[article.id],
        "author": article.author,
        "lead": "" if before else text[: chunk.start],
        "tail": text[chunk.end : end],
        "blocks": blocks.as_json([block for block in article.blocks if begin <= block.start < end]),
        "links": blocks.links_as_json([link for link in article.links if begin <= link.start < end]),
        "units": units_as_json(chunk.units),
    }
    packed = base64.b64encode(pack(stored.vectors)).decode("ascii")
    pieces = {f"vectors{i // _PIECE}": packed[i : i + _PIECE] for i in range(0, len(packed), _PIECE)}
    known = {name: value for name, value in facts.items() if value is not None and value != ""}
    return Record(
        text_id(article.title, chunk), stored.vectors[0], chunk.text, {**facts_of(article, chunk), **known, **pieces}
    )


def _entries(spool: sqlite3.Connection, order: list[str], about: About) -> Iterator[Entry]:
    for article_id in order:
        rows = list(spool.execute("SELECT id, text, facts FROM record WHERE article = ? ORDER BY start", (article_id,)))
        yield _entry(article_id, [(id_, text, json.loads(facts)) for id_, text, facts in rows], about.dimensions)


def _entry(article_id: str, records: list[tuple[str, str, dict[str, Any]]], dimensions: int) -> Entry:
    first = records[0][2]
    text = first.get("lead", "") + "".join(text + facts.get("tail", "") for _, text, facts in records)
    published = datetime.date.fromisoformat(first["published"]) if "published" in first else None
    title = first.get("title", "")
    article = Article(
        article_id,
        title,
        first.get("url"),
        published,
        first.get("author"),
        text,
        blocks=blocks.from_json(_all_rows(records, "blocks"), text, title=title),
        links=blocks.links_from_json(_all_rows(records, "links")),
    )
    if any(text[facts["start"] :][: len(body)] != body for _, body, facts in records):
        raise IndexBroken(f"the chunks of {article_id} do not make up an article", "run: footnote ingest")
    chunks = ((_chunk(article, id_, facts), _vectors(facts, dimensions)) for id_, _, facts in records)
    return entry_of(article, first["hash"], chunks)


def _chunk(article: Article, id_: str, facts: Mapping[str, Any]) -> Chunk:
    return chunk_of(article, id_, units_from_json(facts["units"]))


def _all_rows(records: list[tuple[str, str, dict[str, Any]]], name: str) -> str:
    """The rows that the records of an article hold, as one line of JSON."""
    return json.dumps([row for _, _, facts in records for row in json.loads(facts[name])])


def _vectors(facts: Mapping[str, Any], dimensions: int) -> np.ndarray[Any, Any]:
    pieces = sorted((int(key[7:]), value) for key, value in facts.items() if key.startswith("vectors"))
    return unpack(base64.b64decode("".join(value for _, value in pieces)), dimensions)


def _vectors_of_current(home: Path) -> str | None:
    name = generation.current(home)
    return _vectors_of(generation.folder_of(home, name)) if name else None


def _vectors_of(folder: Path) -> str | None:
    try:
        return read_manifest(folder).vectors
    except IndexBroken:
        return None
