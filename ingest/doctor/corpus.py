"""The folder of articles against what was read of it. Knows files and the ledger; reads no article, writes nothing."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from ingest.articles.corpus import list_corpus
from ingest.doctor.finding import Finding, listed
from ingest.errors import CorpusMissing, IndexBroken
from ingest.hashes import content_hashes
from ingest.ledger import Failure, Ledger
from ingest.plan import make_plan

_NAMED = 5


@dataclass(frozen=True)
class Known:
    """What the ledger says: content hashes of what was read, and the files that could not be read, by id."""

    hashes: Mapping[str, str] = field(default_factory=dict)
    failures: Mapping[str, Failure] = field(default_factory=dict)


def known_of(home: Path) -> Known:
    """Returns what the ledger of a home knows; of one that was never ingested into, nothing.

    Raises IndexBroken: the ledger cannot be read.
    """
    path = home / "ledger.sqlite"
    if not path.is_file():
        return Known()
    try:
        with closing(Ledger.to_read(path)) as ledger:
            return Known(ledger.hashes(), ledger.failures())
    except sqlite3.Error as error:
        raise IndexBroken(f"{path} is damaged: {error}", "move it away and run: footnote ingest") from error


def corpus_findings(corpus: Path, home: Path, *, follows: bool) -> tuple[Finding, ...]:
    """Returns what there is to say about the articles; a machine that `follows` a server needs none of its own."""
    known = known_of(home)
    try:
        listing = list_corpus(corpus)
    except CorpusMissing as error:
        if follows and not known.hashes:
            return (Finding("articles", "off", f"{error}; this machine follows a Chroma server and needs none"),)
        raise
    found = content_hashes(listing)
    return judge_corpus(corpus, found, refused=dict(listing.refused), known=known)


def judge_corpus(
    corpus: Path, found: Mapping[str, str], *, refused: Mapping[str, str], known: Known
) -> tuple[Finding, ...]:
    """Returns how many articles there are, which of them cannot be read, and what an ingest would do.

    `found` are the content hashes by article id, `refused` the reasons for what is not read at all.
    """
    same = {id_: failure for id_, failure in known.failures.items() if found.get(id_) == failure.hash}
    failed = {id_: failure.reason for id_, failure in same.items()} | dict(refused)
    plan = make_plan(found, known.hashes).without(failed)
    due = {"new": plan.add, "changed": plan.change, "removed": plan.remove}
    total = Finding("articles", "well", f"{len(found) - len(failed):,} in {corpus} can be read, as far as is known")
    changes = [f"{len(ids):,} {what} ({listed(ids)})" for what, ids in due.items() if ids]
    since = "since the last ingest" if known.hashes else "not ingested yet"
    note = Finding("articles", "note", f"{since}: {', '.join(changes)}", "run: footnote ingest")
    return (total, *_failed(failed, known), *([note] if changes else ()))


def _failed(failed: Mapping[str, str], known: Known) -> tuple[Finding, ...]:
    named = []
    for id_, reason in sorted(failed.items())[:_NAMED]:
        stale = "; its last good version is served" if id_ in known.hashes else ""
        named.append(Finding("articles", "failed", f"{id_}: {reason}{stale}", "mend it and run: footnote ingest"))
    if len(failed) > _NAMED:
        more = f"{len(failed) - _NAMED} more files cannot be read"
        named.append(Finding("articles", "failed", more, "list them all with: footnote ingest --dry-run"))
    return tuple(named)
