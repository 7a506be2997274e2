"""One ingest, from the corpus folder to a published generation. The flow itself; each step lives elsewhere."""

import datetime
import hashlib
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest import generation
from ingest.article import Article, content_hash, read_article
from ingest.corpus import Listing, list_corpus
from ingest.embed import Embedder, Vectors
from ingest.errors import IndexBroken, PublishFailed, UnreadableArticle
from ingest.index import write_index
from ingest.ledger import Ledger
from ingest.lock import ingest_lock
from ingest.plan import Plan, check_removals, make_plan
from ingest.split import SPLITTER_VERSION, Chunk, split
from ingest.terms import ANALYZER_VERSION
from ingest.verify import FindFault, find_fault_apart, verify

# Texts are embedded and saved in steps of this many, so that an interrupted ingest goes on where it stopped.
_STEP = 256

Progress = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is."""


@dataclass(frozen=True)
class Report:
    """What an ingest did. `generation` is the published one, None if none is; `published` tells whether it is new.

    `failed` maps article ids to reasons; `inferred` maps article ids to the fields that nobody declared, with their
    values; `duplicates` are groups of articles with the same text.
    """

    plan: Plan
    failed: Mapping[str, str]
    inferred: Mapping[str, Mapping[str, str]]
    duplicates: tuple[tuple[str, ...], ...]
    embedded: int
    generation: str | None
    published: bool

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of the closing table."""
        plan = self.plan
        sizes = {"added": plan.add, "changed": plan.change, "removed": plan.remove, "unchanged": plan.keep}
        return {name: len(ids) for name, ids in sizes.items()} | {"failed": len(self.failed), "embedded": self.embedded}


def ingest(
    corpus: Path,
    home: Path,
    *,
    open_embedder: Callable[[], Embedder],
    now: datetime.datetime,
    progress: Progress = lambda stage, done, total: None,
    dry_run: bool = False,
    allow_mass_delete: bool = False,
    find_fault: FindFault = find_fault_apart,
) -> Report:
    """Brings the published index up to the corpus; one unreadable file never stops the others.

    What `find_fault` finds wrong with the new generation keeps it from being published.

    Raises:
        IngestError: see the subclasses in `ingest.errors`; what was published before stays published.
    """
    with ingest_lock(home), _translated(home), closing(Ledger(home / "ledger.sqlite")) as ledger:
        listing = list_corpus(corpus)
        found = _hash(listing)
        plan = make_plan(found, ledger.hashes())
        if not allow_mass_delete:
            check_removals(plan)
        read, failed = _read([*plan.add, *plan.change], listing, progress)
        plan = plan.without(failed)
        if dry_run:
            return Report(plan, failed, _inferred(read), (), 0, generation.current(home), published=False)
        _record(ledger, plan, read, failed, found, now)
        embedder = open_embedder()
        embedded = _embed_missing(ledger, embedder, progress)
        published = _publish(home, ledger, embedder, now, progress, find_fault)
        report = Report(
            plan, failed, _inferred(read), _duplicates(ledger), embedded, generation.current(home), published
        )
        with ledger.transaction():
            ledger.save_run(now, report.generation if published else None, report.counts)
        return report


@contextmanager
def _translated(home: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        raise PublishFailed(
            f"writing to {home} failed: {error}; the published index is untouched. Free some space or mend the "
            "permissions, then run the ingest again"
        ) from error


def _hash(listing: Listing) -> dict[str, str]:
    """Content hashes by article id. What is refused counts as there, so that its last good version is not removed."""
    hashes = dict(listing.refused)
    for article_id, path in listing.files:
        try:
            hashes[article_id] = f"{SPLITTER_VERSION}-{content_hash(path)}"
        except OSError as error:
            hashes[article_id] = str(error)
    return hashes


def _read(
    article_ids: Sequence[str], listing: Listing, progress: Progress
) -> tuple[dict[str, tuple[Article, tuple[Chunk, ...]]], dict[str, str]]:
    """Returns the articles with their chunks, and the reason for each that cannot be read, by id."""
    paths, failed, read = dict(listing.files), dict(listing.refused), {}
    for done, article_id in enumerate(article_ids):
        progress("read", done, len(article_ids))
        if article_id in paths:
            try:
                article = read_article(paths[article_id], article_id)
                read[article_id] = article, split(article)
            except UnreadableArticle as error:
                failed[article_id] = error.reason
    progress("read", len(article_ids), len(article_ids))
    return read, failed


def _record(
    ledger: Ledger,
    plan: Plan,
    read: Mapping[str, tuple[Article, tuple[Chunk, ...]]],
    failed: Mapping[str, str],
    found: Mapping[str, str],
    now: datetime.datetime,
) -> None:
    """Brings the ledger up to the corpus; an article that failed keeps its last good version."""
    with ledger.transaction():
        for article, chunks in read.values():
            ledger.save_article(article, found[article.id], chunks)
        for article_id in plan.remove:
            ledger.forget(article_id)
        for article_id, reason in failed.items():
            ledger.save_failure(article_id, found[article_id], reason, now=now)
        ledger.forget_failures(but=failed)


def _embed_missing(ledger: Ledger, embedder: Embedder, progress: Progress) -> int:
    """Embeds the texts of chunks and sentences that have no vector yet; returns how many there were."""
    missing: dict[str, str] = {}
    for article in ledger.articles():
        texts = {_text_hash(text): text for chunk in ledger.chunks(article) for text in _texts_of(chunk, article)}
        known = ledger.vectors(list(texts), embedder.fingerprint)
        missing |= {key: text for key, text in texts.items() if key not in known}
    keys = sorted(missing, key=lambda key: (len(missing[key]), key))
    for start in range(0, len(keys), _STEP):
        progress("embed", start, len(keys))
        step = keys[start : start + _STEP]
        vectors = embedder.embed([missing[key] for key in step])
        with ledger.transaction():
            ledger.save_vectors(step, vectors, embedder.fingerprint)
    progress("embed", len(keys), len(keys))
    return len(keys)


def _publish(
    home: Path,
    ledger: Ledger,
    embedder: Embedder,
    now: datetime.datetime,
    progress: Progress,
    find_fault: FindFault,
) -> bool:
    """Builds, verifies and publishes a generation, unless the published one already says the same."""
    generation.discard_unfinished(home)
    hashes = ledger.hashes()
    content = generation.digest([embedder.fingerprint, ANALYZER_VERSION, str(hashes)])
    if not hashes or _content_of_current(home) == content:
        return False
    building = generation.building_folder(home)
    try:
        articles = ledger.articles()
        progress("build", 0, len(articles))
        chunks = _chunks_with_vectors(ledger, articles, embedder.fingerprint, progress)
        created = now.isoformat(timespec="seconds")
        write_index(building, articles, chunks, fingerprint=embedder.fingerprint, content=content, created=created)
        progress("verify", 0, 1)
        verify(building, find_fault)
        progress("verify", 1, 1)
        generation.publish(home, building)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    generation.discard_old(home)
    return True


def _content_of_current(home: Path) -> str | None:
    name = generation.current(home)
    try:
        return generation.read_manifest(generation.folder_of(home, name)).content if name else None
    except IndexBroken:
        return None  # a damaged index is replaced by a new one


def _chunks_with_vectors(
    ledger: Ledger, articles: Sequence[Article], fingerprint: str, progress: Progress
) -> Iterator[tuple[int, Chunk, Vectors]]:
    for row, article in enumerate(articles):
        chunks = ledger.chunks(article)
        keys = [[_text_hash(text) for text in _texts_of(chunk, article)] for chunk in chunks]
        vectors = ledger.vectors(sorted({key for group in keys for key in group}), fingerprint)
        for chunk, group in zip(chunks, keys, strict=True):
            yield row, chunk, np.stack([vectors[key] for key in group])
        progress("build", row + 1, len(articles))


def _texts_of(chunk: Chunk, article: Article) -> list[str]:
    """What is embedded of a chunk: the whole, then each sentence."""
    return [chunk.text, *(article.text[start:end] for start, end in chunk.sentences)]


def _text_hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _inferred(read: Mapping[str, tuple[Article, tuple[Chunk, ...]]]) -> dict[str, dict[str, str]]:
    return {
        article.id: {name: str(getattr(article, name)) for name in article.inferred}
        for article, _ in read.values()
        if article.inferred
    }


def _duplicates(ledger: Ledger) -> tuple[tuple[str, ...], ...]:
    """Groups of articles whose texts are the same."""
    groups: dict[str, list[str]] = {}
    for article in ledger.articles():
        groups.setdefault(" ".join(article.text.split()), []).append(article.id)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)
