"""Writing the index of one generation. Knows its parts and their order; `ingest.index.open_index` reads it.

Most ingests change little. Then the store and the vectors are copied from the generation before, and only what differs
is written; the lexical index, whose scores depend on every text, is always written whole, from terms that the store
keeps. The result is the same as if everything had been written anew.
"""

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.articles.article import Article
from ingest.context import section_of
from ingest.embed.embedder import Vectors
from ingest.index import generation
from ingest.index.fill import Filled, fill
from ingest.index.lexical import write_lexical
from ingest.index.manifest import ON_DISK, Manifest, file_digests, write_manifest
from ingest.index.open_index import CHUNK_TERMS, STORE, VECTORS, WORDS
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
class About:
    """What the manifest says that the parts do not: see `ingest.index.manifest.Manifest`.

    `recall` is known before where the vectors are on a server.
    """

    fingerprint: str
    dimensions: int
    content: str
    created: str
    recall: float = 1.0


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
    base: Base | None = None,
    vectors: str = ON_DISK,
) -> Manifest:
    """Writes all parts of a generation into its folder, but the vectors only if they are to be there.

    `order` lists the ids of all articles; `entries` are those that differ from the base, or all if there is none.
    """
    write_store(folder / STORE, order, entries=entries, base=base.folder / STORE if base else None)
    with closing(Store(folder / STORE, about.dimensions)) as store:
        ids = store.ids()
        filled = _fill(folder, store, base) if vectors == ON_DISK else Filled(0, about.recall)
        write_lexical(folder / CHUNK_TERMS, store.chunk_terms())
        write_lexical(folder / WORDS, store.article_words())
        chunks, sentences = store.counts()
    manifest = Manifest(
        generation=generation.name_of(folder),
        created=about.created,
        articles=len(order),
        chunks=chunks,
        sentences=sentences,
        fingerprint=about.fingerprint,
        dimensions=about.dimensions,
        analyzer=ANALYZER_VERSION,
        content=about.content,
        ids=generation.digest(ids),
        dead=filled.dead,
        recall=filled.recall,
        vectors=vectors,
        files=file_digests(folder, changes=lambda name: readers_change(folder, name)),
    )
    write_manifest(folder, manifest)
    return manifest


def _fill(folder: Path, store: Store, base: Base | None) -> Filled:
    """Writes the vector index; of dead texts it counts those of the base, too."""
    # One vector for each text: hundreds of equal ones tear the graph by which Chroma finds neighbours.
    ids = store.text_ids()
    if base is None or not (base.folder / VECTORS).is_dir():
        return fill(folder / VECTORS, ids, store.vectors_of, store.records_of)
    place, moved = base.folder / VECTORS, store.moved_since(base.folder / STORE)
    filled = fill(
        folder / VECTORS, ids, store.vectors_of, store.records_of, base=place, moved=moved, enough=base.recall
    )
    return replace(filled, dead=base.dead + filled.dead)
