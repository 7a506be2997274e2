"""One ingest, from the corpus folder to a published generation. The flow itself; each step lives elsewhere."""

import datetime
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from ingest.alike import alike, same, signature
from ingest.articles.article import Article
from ingest.articles.corpus import Listing, list_corpus
from ingest.articles.reader import Reader
from ingest.embed.embedder import Embedder
from ingest.errors import NoText, PublishFailed, UnreadableArticle
from ingest.hashes import content_hashes
from ingest.index import generation
from ingest.index.address import ServerAddress
from ingest.index.verify import FindFault, find_fault_apart, verify
from ingest.ledger import Ledger
from ingest.lock import ingest_lock
from ingest.outcome import Report, changes, notes
from ingest.plan import Plan, check_removals, given_up, make_plan, without_failed
from ingest.publish import Progress, Published, publish_ledger
from ingest.split import Chunk, split

# Articles that share this much of their wording are reported.
_ALIKE = 0.7


@dataclass(frozen=True)
class _Readings:
    """What reading brought: articles with their chunks, the reasons of what failed, and the files without text."""

    read: Mapping[str, tuple[Article, tuple[Chunk, ...]]]
    failed: Mapping[str, str]
    empty: tuple[str, ...]

    @property
    def articles(self) -> dict[str, Article]:
        return {id_: article for id_, (article, _) in self.read.items()}


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

    A file that has failed three times is left alone until it changes, or until `retry` is given; what was in a folder
    that cannot be opened stays as it was. What `find_fault` finds wrong with the new generation keeps it from being
    published. The vectors go to the `server`, if there is one. Raises IngestError: see the subclasses in
    `ingest.errors`; what was published before stays published.
    """
    with ingest_lock(home), _translated(home), closing(Ledger(home / "ledger.sqlite")) as ledger:
        listing, known = list_corpus(corpus), ledger.hashes()
        found = content_hashes(listing)
        unseen = {id_: known[id_] for id_ in known if id_ not in found and listing.may_hold(id_)}
        plan = _checked(make_plan(found | unseen, known), allow_mass_delete)
        hopeless = {} if retry else given_up(ledger.failures(), found)
        readings = _read([id_ for id_ in (*plan.add, *plan.change) if id_ not in hopeless], listing, progress)
        failed = {**readings.failed, **hopeless}
        left = without_failed(plan.without_empty(readings.empty, known), failed, known=known)
        plan = _checked(left, allow_mass_delete)
        report = _report_of(ledger, plan, listing, replace(readings, failed=failed), unseen)
        if dry_run:
            return _with_history(replace(report, generation=generation.current(home)), ledger)
        _record(ledger, plan, readings, found, now=now, hopeless=hopeless)
        check = partial(_check, server=server, find_fault=find_fault, progress=progress)
        done = publish_ledger(home, ledger, open_embedder(), now=now, progress=progress, check=check, server=server)
        return _finished(home, ledger, _with_history(report, ledger), done, now)


def _checked(plan: Plan, allow_mass_delete: bool) -> Plan:
    if not allow_mass_delete:
        check_removals(plan)
    return plan


def _check(folder: Path, server: ServerAddress | None, find_fault: FindFault, progress: Progress) -> None:
    progress("verify", 0, 1)
    verify(folder, server, find_fault)
    progress("verify", 1, 1)


def _report_of(ledger: Ledger, plan: Plan, listing: Listing, readings: _Readings, unseen: Mapping[str, str]) -> Report:
    """The report as far as it is known before anything is published."""
    articles = readings.articles
    before = {article.id: article for article in ledger.articles(list(articles))}
    return Report(
        plan=plan,
        failed=readings.failed,
        inferred=_inferred(articles),
        listing=listing,
        stale=tuple(unseen),
        empty=readings.empty,
        warnings={id_: article.warnings for id_, article in articles.items() if article.warnings},
        changes=changes(before, articles),
        said=ledger.said(),
        left_out=sum((Counter(article.left_out) for article in articles.values()), Counter()),
    )


def _finished(home: Path, ledger: Ledger, report: Report, done: Published, now: datetime.datetime) -> Report:
    """The report of what was published, which is recorded with what it says."""
    signatures = _signatures(ledger)
    report = replace(
        report,
        duplicates=same(signatures),
        alike=alike(signatures, lambda id_: ledger.articles([id_])[0].text, least=_ALIKE),
        embedded=done.embedded,
        generation=generation.current(home),
        published=done.new,
        cut=done.cut,
        recall=done.recall,
    )
    with ledger.transaction():
        ledger.save_run(now, report.generation if report.published else None, report.counts)
        ledger.save_said(notes(report))
    return report


@contextmanager
def _translated(home: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise PublishFailed(
            f"writing to {home} failed: {error}",
            "what is published is whole. Free some space or mend the permissions, then run the ingest again",
        ) from error


def _read(article_ids: Sequence[str], listing: Listing, progress: Progress) -> _Readings:
    paths, failed, read, empty = dict(listing.files), dict(listing.refused), {}, []
    with Reader() as reader:
        for done, article_id in enumerate(article_ids):
            progress("read", done, len(article_ids))
            if article_id in paths:
                try:
                    article = reader.read(paths[article_id], article_id)
                    read[article_id] = article, _chunks_of(article)
                except NoText:
                    empty.append(article_id)
                except UnreadableArticle as error:
                    failed[article_id] = str(error)
    progress("read", len(article_ids), len(article_ids))
    return _Readings(read, failed, tuple(empty))


def _chunks_of(article: Article) -> tuple[Chunk, ...]:
    chunks = split(article)
    if not chunks:  # pasted data, or characters that make no word
        raise UnreadableArticle("has no text to quote", "add some or remove the file")
    return chunks


def _record(
    ledger: Ledger,
    plan: Plan,
    readings: _Readings,
    found: Mapping[str, str],
    *,
    now: datetime.datetime,
    hopeless: Mapping[str, str],
) -> None:
    """Brings the ledger up to the corpus; an article that failed keeps its last good version."""
    with ledger.transaction():
        for article, chunks in readings.read.values():
            ledger.save_article(article, found[article.id], chunks)
        for article_id in plan.remove:
            ledger.forget(article_id)
        for article_id, reason in readings.failed.items():
            ledger.save_failure(article_id, found[article_id], reason, now=now)
        ledger.forget_failures(but=[*readings.failed, *hopeless])


def _inferred(articles: Mapping[str, Article]) -> dict[str, dict[str, str]]:
    return {
        article.id: {name: str(getattr(article, name)) for name in article.inferred}
        for article in articles.values()
        if article.inferred
    }


def _with_history(report: Report, ledger: Ledger) -> Report:
    failures, known = ledger.failures(), ledger.hashes()
    attempts = {id_: failures[id_].attempts for id_ in report.failed if id_ in failures}
    stale = dict.fromkeys((*report.stale, *(id_ for id_ in report.failed if id_ in known)))
    return replace(report, attempts=attempts, stale=tuple(stale))


def _signatures(ledger: Ledger) -> dict[str, bytes]:
    """What the articles are compared by; computed only for those that have changed."""
    known = ledger.signatures()
    missing = ledger.articles([id_ for id_ in ledger.hashes() if id_ not in known])
    with ledger.transaction():
        ledger.save_signatures({article.id: signature(article.text) for article in missing})
    return ledger.signatures()
