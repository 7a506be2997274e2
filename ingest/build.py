"""Writing the index of one generation. Knows its parts and their order; `ingest.index` reads it."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from ingest import generation
from ingest.article import Article
from ingest.embed import Vectors
from ingest.index import ARTICLE_TERMS, CHUNK_TERMS, STORE, VECTORS
from ingest.lexical import write_lexical
from ingest.manifest import Manifest, file_digests, write_manifest
from ingest.split import Chunk
from ingest.store import write_store
from ingest.terms import ANALYZER_VERSION, terms
from ingest.vectors import readers_change, write_vectors


def write_index(
    folder: Path,
    articles: Sequence[Article],
    chunks: Iterable[tuple[int, Chunk, Vectors]],
    *,
    fingerprint: str,
    content: str,
    created: str,
) -> Manifest:
    """Writes all parts of a generation into its folder.

    `chunks` are (article's row, chunk, vectors): the chunk's own vector, then one for each of its sentences.
    """
    written: list[Chunk] = []
    own: list[Vectors] = []

    def remembered() -> Iterator[tuple[int, Chunk, Vectors]]:
        for article_row, chunk, vectors in chunks:
            written.append(chunk)
            own.append(vectors[0])
            yield article_row, chunk, vectors

    write_store(folder / STORE, articles, remembered())
    ids = [chunk.id for chunk in written]
    write_vectors(folder / VECTORS, ids, np.stack(own))
    write_lexical(folder / CHUNK_TERMS, (terms(chunk.text) for chunk in written))
    write_lexical(folder / ARTICLE_TERMS, (terms(f"{article.title}\n{article.text}") for article in articles))
    manifest = Manifest(
        generation=generation.name_of(folder),
        created=created,
        articles=len(articles),
        chunks=len(ids),
        sentences=sum(len(chunk.sentences) for chunk in written),
        fingerprint=fingerprint,
        dimensions=len(own[0]),
        analyzer=ANALYZER_VERSION,
        content=content,
        ids=generation.digest(sorted(ids)),
        files=file_digests(folder, changes=lambda name: readers_change(folder, name)),
    )
    write_manifest(folder, manifest)
    return manifest
