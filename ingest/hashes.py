"""The content hashes of a listing: a new one means: read that article again. Reads what may have changed.

A file of the same size, times and place on the disk as when it was last read is not read again. Of one that was written
just before it was looked at this is not known: it could be written once more within the same tick of the clock.
"""

import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.articles.corpus import Listing
from ingest.articles.decode import SIDECAR_SUFFIX
from ingest.articles.make import READER_VERSION, content_hash
from ingest.errors import UnreadableArticle
from ingest.split import SPLITTER_VERSION

# File systems count time in steps of up to two seconds.
_TICK_NS = 2_000_000_000


@dataclass(frozen=True)
class Seen:
    """How a file looked from outside when it was read, and the content hash that it had."""

    look: str
    hash: str


def content_hashes(listing: Listing) -> dict[str, str]:
    """Returns content hashes by article id; what is refused counts as there, so that its last good version stays."""
    return hashes_since(listing, {})[0]


def hashes_since(listing: Listing, seen: Mapping[str, Seen]) -> tuple[dict[str, str], dict[str, Seen]]:
    """Returns the content hashes, reading only what was not `seen` as it looks now; and what has been seen then."""
    hashes, known = dict(listing.refused), {}
    settled = time.time_ns() - _TICK_NS
    for article_id, path in listing.files:
        look, changed = _look(path)
        before = seen.get(article_id)
        try:
            same = before is not None and before.look == look
            hashes[article_id] = before.hash if before and same else f"{SPLITTER_VERSION}-{content_hash(path)}"
        except UnreadableArticle as error:
            hashes[article_id] = str(error)
            continue
        if changed < settled:
            known[article_id] = Seen(look, hashes[article_id])
    return hashes, known


def _look(path: Path) -> tuple[str, int]:
    """What tells from outside whether a file and its sidecar are as they were, and when either was last changed."""
    looks, changed = [f"{READER_VERSION}.{SPLITTER_VERSION}"], 0
    for each in (path, f"{path}{SIDECAR_SUFFIX}"):
        try:
            found = os.stat(each)  # noqa: PTH116 - to make a Path takes longer than to look
        except OSError:
            looks.append("")
            continue
        looks.append(f"{found.st_dev}.{found.st_ino}.{found.st_size}.{found.st_mtime_ns}.{found.st_ctime_ns}")
        changed = max(changed, found.st_mtime_ns, found.st_ctime_ns)
    return " ".join(looks), changed
