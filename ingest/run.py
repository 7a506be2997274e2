"""One ingest, from the corpus folder to a published generation. The flow itself; each step lives elsewhere."""

import datetime
import functools
import sqlite3
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from ingest.alike import alike, same, signature
from ingest.articles.article import Article
from ingest.articles.corpus import Listing, list_corpus
from ingest.articles.reader import Reader
from ingest.embed.embedder import Embedder
from ingest.errors import NoText, PublishFailed, UnreadableArticle
from ingest.hashes import Seen, hashes_since
from ingest.index import generation
from ingest.index.address import ServerAddress
from ingest.index.apart import Apart, Run, apart
from ingest.index.verify import look_ahead
from ingest.ledger import Ledger
from ingest.lock import ingest_lock
from ingest.outcome import Report, changes, changes_in_words, notes
from ingest.plan import Plan, check_removals, given_up, make_plan, without_failed
from ingest.publish import Progress, Published, publish_ledger
from ingest.split import Chunk, split

# Articles that share this much of their wording are reported.
_ALIKE = 0.7


@dataclass
class _Readings:
    """What reading brought beside the articles themselves; see `ingest.outcome.Report`."""

    failed: dict[str, str]
    empty: list[str] = field(default_factory=list)
    warnings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    inferred: dict[str, dict[str, str]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    changes: dict[str, list[str]] = field(default_factory=dict)

    def add(self, article: Article, before: Iterable[Article]) -> None:
        """Learns of an article what its report says, and nothing that grows with its text."""
        if article.warnings:
            self.warnings[article.id] = article.warnings
        if article.inferred:
            self.inferred[article.id] = {name: str(getattr(article, name)) for name in article.inferred}
        self.left_out.update(article.left_out)
        for what in (what for old in before for what in changes(old, article)):
            self.changes.setdefault(what, []).append(article.id)


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
    reread: bool = False,
    apart: Apart = apart,
    server: ServerAddress | None = None,
) -> Report:
    """Brings the published index up to the corpus; one unreadable file never stops the others.

    A file that has failed three times is left alone until it changes, or until `retry` is given, and one that looks as
    when it was read, unless `reread`; what was in a folder that cannot be opened stays as it was. Chroma writes, and
    the new generation is checked, in a process that `apart` starts. The vectors go to the `server`, if there is one.
    Raises IngestError: see the subclasses in `ingest.errors`; what was published before stays published.
    """
    with _at_work(home, apart) as (ledger, start):
        listing, known = list_corpus(corpus), ledger.hashes()
        found, seen = hashes_since(listing, {} if reread else ledger.seen())
        unseen = {id_: hash_ for id_, hash_ in known.items() if id_ not in found and listing.may_hold(id_)}
        plan = _checked(make_plan(found | unseen, known), allow_mass_delete)
        hopeless = {} if retry else given_up(ledger.failures(), found)
        if plan.without({**hopeless, **dict(listing.refused)}).changes and not dry_run:
            start(0)  # it loads what it needs while articles are read
        with ledger.transaction(keep=not dry_run):
            readings = _read(plan, hopeless, listing, found=found, ledger=ledger, progress=progress)
            failed = {**readings.failed, **hopeless}
            plan = _checked(_left(plan, readings, failed, known), allow_mass_delete)
            report = _report_of(plan, listing, readings, failed=failed, unseen=unseen, said=ledger.said())
            _record(ledger, plan, readings.failed, found, now=now, hopeless=hopeless, seen=seen)
        if dry_run:
            return _with_history(replace(report, generation=generation.current(home)), ledger)
        done = publish_ledger(home, ledger, open_embedder(), now=now, progress=progress, start=start, server=server)
        return _finished(home, ledger, _with_history(report, ledger), done, now)


def _left(plan: Plan, readings: _Readings, failed: Mapping[str, str], known: Container[str]) -> Plan:
    return without_failed(plan.without_empty(readings.empty, known), failed, known=known)


def _checked(plan: Plan, allow_mass_delete: bool) -> Plan:
    if not allow_mass_delete:
        check_removals(plan)
    return plan


def _report_of(
    plan: Plan,
    listing: Listing,
    readings: _Readings,
    *,
    failed: Mapping[str, str],
    unseen: Mapping[str, str],
    said: frozenset[str],
) -> Report:
    """The report as far as it is known before anything is published."""
    return Report(
        plan=plan,
        failed=failed,
        inferred=readings.inferred,
        listing=listing,
        stale=tuple(unseen),
        empty=tuple(readings.empty),
        warnings=readings.warnings,
        changes=changes_in_words(readings.changes),
        said=said,
        left_out=readings.left_out,
    )


def _finished(home: Path, ledger: Ledger, report: Report, done: Published, now: datetime.datetime) -> Report:
    """The report of what was published, which is recorded with what it says."""
    signatures, known = _signatures(ledger), ledger.likeness()
    pairs, compared = alike(signatures, lambda id_: ledger.articles([id_])[0].text, known, least=_ALIKE)
    report = replace(
        report,
        duplicates=same(signatures),
        alike=pairs,
        embedded=done.embedded,
        generation=generation.current(home),
        published=done.new,
        cut=done.cut,
        recall=done.recall,
    )
    with ledger.transaction():
        ledger.save_run(now, report.generation if report.published else None, report.counts)
        ledger.save_said(notes(report))
        if compared != known:
            ledger.save_likeness(compared)
    return report


@contextmanager
def _at_work(home: Path, apart: Apart) -> Iterator[tuple[Ledger, Callable[[int], Run]]]:
    """Yields the ledger of a home, while no other ingest runs, and what starts a process for each attempt."""
    with ExitStack() as stack:
        lock = stack.enter_context(ingest_lock(home))
        stack.enter_context(_translated(home))
        ledger = stack.enter_context(closing(Ledger(home / "ledger.sqlite")))
        yield ledger, functools.cache(lambda attempt: stack.enter_context(apart(look_ahead, home, held=lock)))


@contextmanager
def _translated(home: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        raise PublishFailed(
            f"writing to {home} failed: {error}",
            "what is published is whole. Free some space or mend the permissions, then run the ingest again",
        ) from error


def _read(
    plan: Plan,
    hopeless: Container[str],
    listing: Listing,
    *,
    found: Mapping[str, str],
    ledger: Ledger,
    progress: Progress,
) -> _Readings:
    """Reads articles into the ledger, one after the other; what failed keeps its last good version there."""
    article_ids = [id_ for id_ in (*plan.add, *plan.change) if id_ not in hopeless]
    paths, readings = dict(listing.files), _Readings(dict(listing.refused))
    with Reader() as reader:
        for done, article_id in enumerate(article_ids):
            progress("read", done, len(article_ids))
            if article_id in paths:
                try:
                    article = reader.read(paths[article_id], article_id)
                    chunks = _chunks_of(article)
                    readings.add(article, ledger.articles([article_id]))
                    ledger.save_article(article, found[article_id], chunks)
                except NoText:
                    readings.empty.append(article_id)
                except UnreadableArticle as error:
                    readings.failed[article_id] = str(error)
    progress("read", len(article_ids), len(article_ids))
    return readings


def _chunks_of(article: Article) -> tuple[Chunk, ...]:
    chunks = split(article)
    if not chunks:  # pasted data, or characters that make no word
        raise UnreadableArticle("has no text to quote", "add some or remove the file")
    return chunks


def _record(
    ledger: Ledger,
    plan: Plan,
    failed: Mapping[str, str],
    found: Mapping[str, str],
    *,
    now: datetime.datetime,
    hopeless: Mapping[str, str],
    seen: Mapping[str, Seen],
) -> None:
    """Brings the ledger up to what was not read: what is gone, what failed, and how files look."""
    for article_id in plan.remove:
        ledger.forget(article_id)
    for article_id, reason in failed.items():
        ledger.save_failure(article_id, found[article_id], reason, now=now)
    ledger.forget_failures(but=[*failed, *hopeless])
    ledger.save_seen(seen)


def _with_history(report: Report, ledger: Ledger) -> Report:
    failures, known = ledger.failures(), ledger.hashes()
    attempts = {id_: failures[id_].attempts for id_ in report.failed if id_ in failures}
    stale = dict.fromkeys((*report.stale, *(id_ for id_ in report.failed if id_ in known)))
    return replace(report, attempts=attempts, stale=tuple(stale))


def _signatures(ledger: Ledger) -> dict[str, bytes]:
    """What the articles are compared by; computed only for those that have changed."""
    known = ledger.signatures()
    missing = [id_ for id_ in ledger.hashes() if id_ not in known]
    if not missing:
        return known
    with ledger.transaction():
        for article in ledger.each_article(missing):
            ledger.save_signature(article.id, signature(article.text))
    return ledger.signatures()
