"""Writing the index of one generation. Knows its parts and their order; `ingest.index.open_index` reads it.

Most ingests change little. Then a generation takes over the store and the lexical index of the last one that was
written whole, its base, and holds what differs from that; the vectors are those of the generation before, brought up to
date. What is found is the same as if everything had been written anew.
"""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.articles.article import Article
from ingest.context import section_of
from ingest.embed.embedder import Vectors
from ingest.errors import IndexBroken
from ingest.index import generation
from ingest.index.apart import Run
from ingest.index.fill import Changes, fill, refill
from ingest.index.lexical import write_lexical
from ingest.index.link import link_all
from ingest.index.manifest import ON_DISK, Manifest, damaged_files, file_digests, read_manifest, write_manifest
from ingest.index.open_index import BASE, CHUNK_TERMS, STORE, VECTORS, WORDS
from ingest.index.store import Store
from ingest.index.vectors import readers_change
from ingest.index.write_store import Entry, write_store
from ingest.split import Chunk
from ingest.terms import ANALYZER_VERSION, terms, words


@dataclass(frozen=True)
class Base:
    """The generation to start from: its folder, how many dead texts its vector index carries, and what that finds."""

    folder: Path
    dead: int
    recall: float = 1.0


@dataclass(frozen=True)
class Filled:
    """What writing vectors came to: how many texts were deleted, those of the base too, and what share is found."""

    dead: int
    recall: float


@dataclass(frozen=True)
class About:
    """What the manifest says that the parts do not: see `ingest.index.manifest.Manifest`."""

    fingerprint: str
    dimensions: int
    content: str
    created: str


def entry_of(article: Article, content_hash: str, chunks: Iterable[tuple[Chunk, Vectors]]) -> Entry:
    """Returns what the index keeps of an article; `chunks` come with the vectors of themselves and their sentences."""
    analysed = tuple((chunk, " ".join(terms(_searched(article, chunk))), vectors) for chunk, vectors in chunks)
    return Entry(article, content_hash, " ".join(words(f"{article.title}\n{article.text}")), analysed)


def _searched(article: Article, chunk: Chunk) -> str:
    """What a chunk is found by: its section and what introduces its units, beside what it says.

    One text, for terms of a heading count as much as if they were said (BM25 over fields, each with an average length
    of its own, found less: eval/RESULTS.md).
    """
    return "\n".join((section_of(article.title, chunk.path), *dict.fromkeys(chunk.leads), chunk.text))


def write_index(
    folder: Path,
    order: Sequence[str],
    *,
    entries: Iterable[Entry],
    about: About,
    run: Run,
    base: Base | None = None,
    vectors: str = ON_DISK,
) -> Manifest:
    """Writes all parts of a generation into its folder, but the vectors only if they are to be there.

    `order` lists the ids of all articles; `entries` are those that differ from the base, or all if there is none. What
    loads Chroma is done in the process that `run` runs things in.
    """
    if base:
        _link_base(folder, base.folder)
    write_store(folder / STORE, order, entries=entries, before=base.folder / STORE if base else None)
    with closing(Store(folder / STORE, about.dimensions)) as store:
        ids = generation.digest(store.ids())
        for name, *what in ((CHUNK_TERMS, "chunk", "terms"), (WORDS, "article", "words")):
            first, texts = store.written(*what)
            like = folder / BASE / name if base else None
            write_lexical(folder / name, texts, first=first, base=like, gone=store.gone(*what))
        chunks, sentences = store.counts()
    filled = run(fill_vectors, folder, about.dimensions, base) if vectors == ON_DISK else Filled(0, 1.0)
    files = file_digests(folder, changes=lambda name: readers_change(folder, name), like=base.folder if base else None)
    manifest = _manifest(folder, about, filled, counts=(len(order), chunks, sentences), ids=ids)
    manifest = replace(manifest, vectors=vectors, files=files)
    write_manifest(folder, manifest)
    return manifest


def _manifest(folder: Path, about: About, filled: Filled, *, counts: tuple[int, int, int], ids: str) -> Manifest:
    articles, chunks, sentences = counts
    return Manifest(
        generation=generation.name_of(folder),
        created=about.created,
        articles=articles,
        chunks=chunks,
        sentences=sentences,
        fingerprint=about.fingerprint,
        dimensions=about.dimensions,
        analyzer=ANALYZER_VERSION,
        content=about.content,
        ids=ids,
        dead=filled.dead,
        recall=filled.recall,
    )


def _link_base(folder: Path, before: Path) -> None:
    """Takes over the parts that are never written to again: the base of the generation before, or what is to be one."""
    inner = before / BASE
    for name in (STORE, CHUNK_TERMS, WORDS):
        link_all((inner if inner.is_dir() else before) / name, folder / BASE / name)


def fill_vectors(folder: Path, dimensions: int, base: Base | None) -> Filled:
    """Writes the vector index of a generation whose store is written.

    Raises:
        IndexBroken: that of the base is damaged.
    """
    with closing(Store(folder / STORE, dimensions)) as store:
        # One vector for each text: hundreds of equal ones tear the graph by which Chroma finds neighbours.
        if base is None or not (base.folder / VECTORS).is_dir():
            return Filled(0, fill(folder / VECTORS, store.text_ids(), store.vectors_of, store.records_of))
        damaged = damaged_files(base.folder, read_manifest(base.folder), below=(VECTORS,))
        if damaged:
            raise IndexBroken(f"the index in {base.folder} is damaged ({', '.join(damaged)})")
        with closing(Store(base.folder / STORE, dimensions)) as before:
            changes = _changes(before, store)
        place, ids = base.folder / VECTORS, store.text_ids()
        refill(folder / VECTORS, ids, store.vectors_of, store.records_of, changes=changes, base=place)
        return Filled(base.dead + len(changes.dead), base.recall)


def _changes(before: Store, store: Store) -> Changes:
    """What becomes of texts; they move to another place in an article, or to an article of another day."""
    was, now = before.hashes(), store.hashes()
    changed = [id_ for id_ in {**was, **now} if was.get(id_) != now.get(id_)]
    touched = before.texts_of(changed) | store.texts_of(changed)
    old, new = frozenset(before.twins(touched)), frozenset(store.twins(touched))
    both = sorted(old & new)
    pairs = zip(both, before.records_of(both), store.records_of(both), strict=True)
    moved = [id_ for id_, one, other in pairs if (one.text, one.facts) != (other.text, other.facts)]
    return Changes(sorted(old - new), sorted(new - old), moved)
