"""Waiting for the corpus to change. The home of watchfiles; knows nothing of articles."""

import threading
from collections.abc import Iterator
from pathlib import Path

import watchfiles

from ingest.errors import CorpusMissing

# A change is passed on when nothing has changed for so long, or, while files keep coming, after so long.
_QUIET_MS, _PATIENCE_MS = 1_000, 30_000


def changes(corpus: Path, stop: threading.Event | None = None, *, quiet_ms: int = _QUIET_MS) -> Iterator[None]:
    """Yields once as soon as the folder is watched, and again each time something below it has changed.

    What changes while the caller is busy is not missed. Ends when `stop` is set. Raises CorpusMissing: there is no such
    folder.
    """
    if not corpus.is_dir():
        raise CorpusMissing(f"no folder {corpus}", "create it and put articles in it, or name another with --corpus")
    first = True
    for found in watchfiles.watch(
        corpus, step=quiet_ms, debounce=_PATIENCE_MS, stop_event=stop, rust_timeout=500, yield_on_timeout=True
    ):
        if found or first:
            yield
        first = False
