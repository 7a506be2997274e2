"""From the ledger to a published generation: decides whether, from what, and how; `ingest.index.build` writes it.

The ledger is the truth and holds every vector; a generation can always be built again from it without embedding.
"""

import datetime
import hashlib
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np

from ingest.articles.article import Article
from ingest.context import section_of
from ingest.embed.embedder import Cutting, Embedder, Resting, Vectors, embed_all, whole_vector
from ingest.errors import IndexBroken, NotFit
from ingest.index import generation
from ingest.index.address import ServerAddress
from ingest.index.apart import Run
from ingest.index.build import About, Base, entry_of, write_index
from ingest.index.manifest import ON_DISK, Manifest, damaged_files, read_manifest
from ingest.index.open_index import BASE, STORE
from ingest.index.server import ChromaServer, connect
from ingest.index.space import check_space
from ingest.index.store import Store
from ingest.index.verify import verify
from ingest.index.write_store import Entry
from ingest.ledger import Ledger
from ingest.remote import collection_name, upload
from ingest.split import Chunk
from ingest.terms import ANALYZER_VERSION

# Beyond these shares of changed articles and of dead texts, writing everything anew is no slower, and smaller.
_MOST_CHANGED, _MOST_DEAD = 0.3, 0.3
# A library may crash on what is torn of these. Chroma's files are looked at where it runs, the store in the check.
_NATIVE = ("lexical", f"{BASE}/lexical")
_ATTEMPTS = 2
# So many texts are collected before they are embedded.
_AT_ONCE = 20_000
# So many characters of a piece of code are embedded.
_CODE = 400
# How far the vector of a chunk leans towards that of its section (eval/RESULTS.md).
_SECTION = 0.3

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class Published:
    """What publishing came to: how many texts had to be embedded, and whether there is a new generation.

    `cut` tells, by article, how much of its longest texts the embedder took; `recall` is what its vector index finds of
    what is nearest.
    """

    embedded: int
    new: bool
    cut: Mapping[str, str] = field(default_factory=dict)
    recall: float = 1.0


@dataclass(frozen=True)
class Start:
    """Where a build starts: the generation to copy from, or None to write everything, and the articles to write."""

    base: Base | None
    fresh: tuple[str, ...]


def publish_ledger(
    home: Path,
    ledger: Ledger,
    embedder: Embedder,
    *,
    now: datetime.datetime,
    progress: Progress,
    start: Callable[[int], Run],
    server: ServerAddress | None = None,
) -> Published:
    """Embeds what has no vector yet; builds, checks and publishes a generation unless the published one says the same.

    Chroma writes, and the new generation is checked, in a process that `start` starts for each attempt, by its number.
    With a server, the vectors and all that a bot on another machine needs go there. Raises PublishFailed: the new
    generation could not be written or did not pass its check; ServerUnavailable: the server does not do what it is
    asked.
    """
    generation.discard_unfinished(home)
    chroma = connect(server) if server else None
    hashes = ledger.hashes()
    content, created = _content(embedder, hashes), now.isoformat(timespec="seconds")
    published, embedded = _manifest(home), 0
    if published and published.content == content and _is_served(published, chroma) and _is_sound(home, published):
        return Published(0, new=False, recall=published.recall)
    for attempt, one in enumerate(_starts(home, published, hashes, embedder.fingerprint)) if hashes else ():
        run = start(attempt)
        more, cut = _embed_missing(ledger, one.fresh, embedder, progress)
        embedded += more
        if isinstance(embedder, Resting):
            embedder.rest()  # for Chroma takes as much
        about = About(embedder.fingerprint, embedder.dimensions, content, created)  # an endpoint tells its dimensions
        entries = _entries(ledger, hashes, one.fresh, about.fingerprint, progress)
        check = partial(_check, server=server, run=run, progress=progress)
        try:
            built = _build(home, list(hashes), entries, about=about, base=one.base, run=run, check=check, server=chroma)
            return Published(embedded, new=True, cut=cut, recall=built.recall)
        except NotFit:
            if attempt + 1 == _ATTEMPTS:
                raise
    return Published(0, new=False)


def _starts(home: Path, published: Manifest | None, wanted: Mapping[str, str], fingerprint: str) -> Iterator[Start]:
    """What to try: from what is published; for that may be damaged, from nothing; and, for a process may end, again."""
    try:
        start = start_from(published, _hashes_in(home, published), wanted, fingerprint, home=home)
        if start.base and published and _is_sound(home, published, below=_NATIVE):
            yield start
    except IndexBroken:
        pass
    yield Start(None, tuple(wanted))
    yield Start(None, tuple(wanted))


def start_from(
    published: Manifest | None, there: Mapping[str, str], wanted: Mapping[str, str], fingerprint: str, *, home: Path
) -> Start:
    """Decides between copying the published generation and writing everything, by content hashes before and after."""
    everything = Start(None, tuple(wanted))
    if published is None or (published.fingerprint, published.analyzer) != (fingerprint, ANALYZER_VERSION):
        return everything
    fresh = tuple(id_ for id_, content_hash in wanted.items() if there.get(id_) != content_hash)
    gone = len(there.keys() - wanted.keys())
    if len(fresh) + gone > _MOST_CHANGED * len(wanted) or published.dead > _MOST_DEAD * published.chunks:
        return everything
    return Start(Base(generation.folder_of(home, published.generation), published.dead, published.recall), fresh)


def _is_served(published: Manifest, server: ChromaServer | None) -> bool:
    """Whether bots get what is published: from the folder, or from the server, which may have forgotten it."""
    if server is None:
        return published.vectors == ON_DISK
    return published.vectors in server.generations() and server.current() == published.vectors


def _content(embedder: Embedder, hashes: Mapping[str, str]) -> str:
    return generation.digest([embedder.fingerprint, ANALYZER_VERSION, str(dict(hashes))])


def _manifest(home: Path) -> Manifest | None:
    """What the published generation says of itself, or None if there is none, or none that can be read."""
    name = generation.current(home)
    try:
        return read_manifest(generation.folder_of(home, name)) if name else None
    except IndexBroken:
        return None  # a damaged index is replaced by a new one


def _is_sound(home: Path, published: Manifest, *, below: tuple[str, ...] = ("",)) -> bool:
    """Whether the files of the published generation are as they were published."""
    return not damaged_files(generation.folder_of(home, published.generation), published, below=below)


def _hashes_in(home: Path, manifest: Manifest | None) -> dict[str, str]:
    if manifest is None:
        return {}
    folder = generation.folder_of(home, manifest.generation)
    with closing(Store(folder / STORE, manifest.dimensions)) as store:
        return store.hashes()


def _embed_missing(
    ledger: Ledger, article_ids: Sequence[str], embedder: Embedder, progress: Progress
) -> tuple[int, dict[str, str]]:
    """Embeds the units and sections that have no vector yet; returns how many, and by article what had to be cut.

    What comes is saved at once, so that an interrupted ingest goes on where it stopped.
    """
    missing: dict[str, str] = {}
    whose: dict[str, str] = {}
    cut: dict[str, str] = {}
    done = 0
    for number, article in enumerate(ledger.each_article(article_ids), 1):
        texts = {_text_hash(text): text for chunk in ledger.chunks(article) for text in _texts(chunk, article)}
        known = ledger.known_vectors(list(texts), embedder.fingerprint)
        missing |= {key: text for key, text in texts.items() if key not in known}
        whose |= dict.fromkeys(texts.values(), article.id)
        if len(missing) >= _AT_ONCE or number == len(article_ids):
            total = (done + len(missing)) * len(article_ids) // number  # as far as can be told
            for count in _embed(ledger, missing, embedder):
                done += count
                progress("embed", done, total)
            cut |= _cut(embedder, whose)
            missing, whose = {}, {}
    if not done:
        progress("embed", 0, 0)
    return done, cut


def _embed(ledger: Ledger, missing: Mapping[str, str], embedder: Embedder) -> Iterator[int]:
    """Embeds and saves texts by their hashes, those of a length together; yields how many at a time."""
    keys = sorted(missing, key=lambda key: (len(missing[key]), key))
    for places, vectors in embed_all(embedder, [missing[key] for key in keys]):
        with ledger.transaction():
            ledger.save_vectors([keys[place] for place in places], vectors, embedder.fingerprint)
        yield len(places)


def _cut(embedder: Embedder, whose: Mapping[str, str]) -> dict[str, str]:
    """What was cut of these texts, by the article of each."""
    cut = embedder.cut if isinstance(embedder, Cutting) else {}
    said = {text: f"{length} of the {len(text)} characters of a sentence" for text, length in cut.items()}
    return {whose[text]: what for text, what in said.items() if text in whose}


def _build(
    home: Path,
    order: Sequence[str],
    entries: Iterable[Entry],
    *,
    about: About,
    base: Base | None,
    run: Run,
    check: Callable[[Path], None],
    server: ChromaServer | None,
) -> Manifest:
    check_space(home)
    building = generation.building_folder(home)
    try:
        vectors = collection_name(building, about.content) if server else ON_DISK
        write_index(building, order, entries=entries, about=about, run=run, base=base, vectors=vectors)
        if server:
            upload(server, building)
        check(building)
        manifest = read_manifest(building)
        generation.publish(home, building)
    except BaseException as error:
        shutil.rmtree(building, ignore_errors=True)
        if isinstance(error, IndexBroken):
            remedy = "free memory if it is short, and run the ingest again; what was published before is whole"
            raise NotFit(f"the new index is not fit to be published: {error.text}", remedy) from error
        raise
    if server:
        server.point_to(vectors)
        server.discard_old()
    generation.discard_old(home)
    return manifest


def _check(folder: Path, *, server: ServerAddress | None, run: Run, progress: Progress) -> None:
    progress("verify", 0, 1)
    verify(folder, server, run)
    progress("verify", 1, 1)


def _entries(
    ledger: Ledger, hashes: Mapping[str, str], article_ids: Sequence[str], fingerprint: str, progress: Progress
) -> Iterator[Entry]:
    progress("build", 0, len(article_ids))
    for done, article in enumerate(ledger.each_article(article_ids)):
        chunks = ledger.chunks(article)
        texts = [_texts(chunk, article) for chunk in chunks]
        vectors = ledger.vectors(sorted({_text_hash(text) for group in texts for text in group}), fingerprint)
        stacked = [_stacked(group, np.stack([vectors[_text_hash(text)] for text in group])) for group in texts]
        yield entry_of(article, hashes[article.id], zip(chunks, stacked, strict=True))
        progress("build", done + 1, len(article_ids))


def _texts(chunk: Chunk, article: Article) -> list[str]:
    """What is embedded of a chunk: its section's name, then its units, of code as much as tells what it is about."""
    units = (
        article.text[unit.start : min(unit.end, unit.start + _CODE) if unit.kind == "code" else unit.end]
        for unit in chunk.units
    )
    return [section_of(article.title, chunk.path), *units]


def _stacked(texts: Sequence[str], vectors: Vectors) -> Vectors:
    """The vector of a chunk, that of its section, then those of its units; the chunk's leans towards its section."""
    whole = whole_vector(vectors[1:], [len(text.split()) for text in texts[1:]]) + _SECTION * vectors[0]
    return np.vstack([whole / (np.linalg.norm(whole) or 1), vectors])


def _text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
