"""One ingest, from the corpus folder to a published generation. The flow itself; each step lives elsewhere."""

import datetime
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from ingest.alike import Alike, alike, same, signature
from ingest.articles.article import Article, content_hash
from ingest.articles.corpus import Listing, list_corpus
from ingest.articles.reader import Reader
from ingest.embed.embedder import Embedder
from ingest.errors import PublishFailed, UnreadableArticle
from ingest.index import generation
from ingest.index.address import ServerAddress
from ingest.index.verify import FindFault, find_fault_apart, verify
from ingest.ledger import Ledger
from ingest.lock import ingest_lock
from ingest.plan import Plan, check_removals, given_up, make_plan, without_failed
from ingest.publish import Progress, Published, publish_ledger
from ingest.split import SPLITTER_VERSION, Chunk, split

# Articles that share this much of their wording are reported.
_ALIKE = 0.7


@dataclass(frozen=True)
class Report:
    """What an ingest did. `generation` is the published one, None if none is; `published` tells whether it is new.

    `failed` maps article ids to reasons; `inferred` maps article ids to the fields that nobody declared, with their
    values; `duplicates` are groups of articles with the same text, `alike` pairs with nearly the same;
    `attempts` tells how often each failed file has been tried, and `stale` which of them are served as they were when
    they could last be read; `cut` tells, by article, how much of a sentence too long for the embedder it took;
    `recall` is what the vector index finds of what is nearest.
    """

    plan: Plan
    failed: Mapping[str, str]
    inferred: Mapping[str, Mapping[str, str]]
    duplicates: tuple[tuple[str, ...], ...]
    embedded: int
    generation: str | None
    published: bool
    alike: tuple[Alike, ...] = ()
    attempts: Mapping[str, int] = field(default_factory=dict)
    stale: tuple[str, ...] = ()
    cut: Mapping[str, str] = field(default_factory=dict)
    recall: float = 1.0

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
    retry: bool = False,
    find_fault: FindFault = find_fault_apart,
    server: ServerAddress | None = None,
) -> Report:
    """Brings the published index up to the corpus; one unreadable file never stops the others.

    A file that has failed three times is left alone until it changes, or until `retry` is given. What `find_fault`
    finds wrong with the new generation keeps it from being published. The vectors go to the `server`, if there is one.

    Raises:
        IngestError: see the subclasses in `ingest.errors`; what was published before stays published.
    """
    with ingest_lock(home), _translated(home), closing(Ledger(home / "ledger.sqlite")) as ledger:
        listing = list_corpus(corpus)
        found = content_hashes(listing)
        plan = make_plan(found, ledger.hashes())
        if not allow_mass_delete:
            check_removals(plan)
        hopeless = {} if retry else given_up(ledger.failures(), found)
        read, failed = _read([id_ for id_ in (*plan.add, *plan.change) if id_ not in hopeless], listing, progress)
        plan = without_failed(plan, failed | hopeless, known=ledger.hashes())
        if dry_run:
            dry = Report(plan, failed | hopeless, _inferred(read), (), 0, generation.current(home), published=False)
            return _with_history(dry, ledger)
        _record(ledger, plan, read, failed, found, now=now, hopeless=hopeless)
        check = partial(_check, server=server, find_fault=find_fault, progress=progress)
        done = publish_ledger(home, ledger, open_embedder(), now=now, progress=progress, check=check, server=server)
        report = _reported(home, ledger, plan, failed | hopeless, _inferred(read), done)
        with ledger.transaction():
            ledger.save_run(now, report.generation if report.published else None, report.counts)
        return _with_history(report, ledger)


def content_hashes(listing: Listing) -> dict[str, str]:
    """Returns content hashes by article id; what is refused counts as there, so that its last good version stays."""
    hashes = dict(listing.refused)
    for article_id, path in listing.files:
        try:
            hashes[article_id] = f"{SPLITTER_VERSION}-{content_hash(path)}"
        except UnreadableArticle as error:
            hashes[article_id] = error.reason
    return hashes


def _check(folder: Path, server: ServerAddress | None, find_fault: FindFault, progress: Progress) -> None:
    progress("verify", 0, 1)
    verify(folder, server, find_fault)
    progress("verify", 1, 1)


def _reported(
    home: Path,
    ledger: Ledger,
    plan: Plan,
    failed: Mapping[str, str],
    inferred: Mapping[str, Mapping[str, str]],
    done: Published,
) -> Report:
    signatures, name = _signatures(ledger), generation.current(home)
    near = alike(signatures, lambda id_: ledger.articles([id_])[0].text, least=_ALIKE)
    return Report(
        plan,
        failed,
        inferred,
        same(signatures),
        done.embedded,
        name,
        done.new,
        near,
        cut=done.cut,
        recall=done.recall,
    )


@contextmanager
def _translated(home: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise PublishFailed(
            f"writing to {home} failed: {error}; what is published is whole. Free some space or mend the permissions, "
            "then run the ingest again"
        ) from error


def _read(
    article_ids: Sequence[str], listing: Listing, progress: Progress
) -> tuple[dict[str, tuple[Article, tuple[Chunk, ...]]], dict[str, str]]:
    """Returns the articles with their chunks, and the reason for each that cannot be read, by id."""
    paths, failed, read = dict(listing.files), dict(listing.refused), {}
    with Reader() as reader:
        for done, article_id in enumerate(article_ids):
            progress("read", done, len(article_ids))
            if article_id in paths:
                try:
                    article = reader.read(paths[article_id], article_id)
                    read[article_id] = article, _chunks_of(article)
                except UnreadableArticle as error:
                    failed[article_id] = error.reason
    progress("read", len(article_ids), len(article_ids))
    return read, failed


def _chunks_of(article: Article) -> tuple[Chunk, ...]:
    chunks = split(article)
    if not chunks:  # pasted data, or characters that make no word
        raise UnreadableArticle("has no text to quote; add some or remove the file")
    return chunks


def _record(
    ledger: Ledger,
    plan: Plan,
    read: Mapping[str, tuple[Article, tuple[Chunk, ...]]],
    failed: Mapping[str, str],
    found: Mapping[str, str],
    *,
    now: datetime.datetime,
    hopeless: Mapping[str, str],
) -> None:
    """Brings the ledger up to the corpus; an article that failed keeps its last good version."""
    with ledger.transaction():
        for article, chunks in read.values():
            ledger.save_article(article, found[article.id], chunks)
        for article_id in plan.remove:
            ledger.forget(article_id)
        for article_id, reason in failed.items():
            ledger.save_failure(article_id, found[article_id], reason, now=now)
        ledger.forget_failures(but=[*failed, *hopeless])


def _inferred(read: Mapping[str, tuple[Article, tuple[Chunk, ...]]]) -> dict[str, dict[str, str]]:
    return {
        article.id: {name: str(getattr(article, name)) for name in article.inferred}
        for article, _ in read.values()
        if article.inferred
    }


def _with_history(report: Report, ledger: Ledger) -> Report:
    failures, known = ledger.failures(), ledger.hashes()
    attempts = {id_: failures[id_].attempts for id_ in report.failed if id_ in failures}
    return replace(report, attempts=attempts, stale=tuple(id_ for id_ in report.failed if id_ in known))


def _signatures(ledger: Ledger) -> dict[str, bytes]:
    """What the articles are compared by; computed only for those that have changed."""
    known = ledger.signatures()
    missing = ledger.articles([id_ for id_ in ledger.hashes() if id_ not in known])
    with ledger.transaction():
        ledger.save_signatures({article.id: signature(article.text) for article in missing})
    return ledger.signatures()
