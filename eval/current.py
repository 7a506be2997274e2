"""Whether the index is of the articles that are in the corpus now, and one made for a while. Asks nothing."""

import datetime
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from eval.errors import BadRun
from ingest.articles.corpus import IGNORE_FILE, list_corpus
from ingest.articles.reader import Reader
from ingest.doctor.corpus import known_of
from ingest.doctor.finding import listed
from ingest.embed.embedder import Embedder
from ingest.errors import NoText, UnreadableArticle
from ingest.hashes import content_hashes
from ingest.index.open_index import Index, open_current
from ingest.outcome import Report
from ingest.plan import make_plan
from ingest.run import ingest


def unread(corpus: Path, home: Path, *, indexed: Mapping[str, str]) -> tuple[str, ...]:
    """Returns the files that no index holds, for they cannot be read; `indexed` are the content hashes of the index.

    Raises CorpusMissing: there is no such folder, or nothing in it to read; BadRun: the articles are others than those
    of the index, so that a run would not measure them.
    """
    listing = list_corpus(corpus)
    found, failures = content_hashes(listing), known_of(home).failures
    failed = {id_ for id_, one in failures.items() if found.get(id_) == one.hash} | dict(listing.refused).keys()
    plan = make_plan(found, indexed)
    stale = [id_ for id_ in plan.change if id_ in failed] + [id_ for id_ in plan.remove if listing.may_hold(id_)]
    unknown = [id_ for id_ in plan.add if id_ not in failed]
    silent, new = _apart(unknown, dict(listing.files))
    due = {"new": new, "changed": plan.change, "gone": plan.remove}
    left = {what: [id_ for id_ in ids if id_ not in stale] for what, ids in due.items()}
    if wrong := list(_wrong(corpus, stale, left)):
        raise BadRun(f"the index does not hold the articles of {corpus} as they are now: {'; '.join(wrong)}")
    return tuple(sorted((*silent, *(failed - indexed.keys()))))


@contextmanager
def ingested(corpus: Path, embedder: Embedder) -> Iterator[tuple[Index, Report]]:
    """Yields an index of a corpus that is gone afterwards, and the report. Raises IngestError: there can be none."""
    with tempfile.TemporaryDirectory() as home:
        now = datetime.datetime.now(datetime.UTC)
        report = ingest(corpus, Path(home), open_embedder=lambda: embedder, now=now)
        with closing(open_current(Path(home), embedder.fingerprint)) as index:
            yield index, report


def _apart(ids: Sequence[str], paths: Mapping[str, Path]) -> tuple[list[str], list[str]]:
    """Those that cannot be read, up to the first that can, and those from there on; an ingest has tried none of them,
    or they hold no text, which is no fault."""
    silent: list[str] = []
    with Reader() as reader:
        for place, id_ in enumerate(ids):
            try:
                reader.read(paths[id_], id_)
            except NoText:
                continue
            except UnreadableArticle:
                silent.append(id_)
            else:
                return silent, list(ids[place:])
    return silent, []


def _wrong(corpus: Path, stale: Sequence[str], due: Mapping[str, Sequence[str]]) -> Iterator[str]:
    changes = [f"{len(ids):,} {what} ({listed(ids)})" for what, ids in due.items() if ids]
    if stale:
        yield (
            f"{listed(stale)} cannot be read, and an older version is in the index; mend it, or name it in "
            f"{corpus / IGNORE_FILE}, then run: footnote ingest"
        )
    if changes:
        yield f"{', '.join(changes)}; bring it up to them with: footnote ingest"
