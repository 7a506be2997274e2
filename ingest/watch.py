"""Waiting for the corpus to change. The home of watchfiles; knows nothing of articles."""

import threading
from collections.abc import Iterator
from pathlib import Path

import watchfiles

from ingest.errors import CorpusMissing

# A change is passed on when nothing has changed for so long, or, while files keep coming, after so long.
_QUIET_MS, _PATIENCE_MS = 1_000, 30_000


def changes(corpus: Path, stop: threading.Event | None = None, *, quiet_ms: int = _QUIET_MS) -> Iterator[None]:
    """Yields each time something below the folder has changed, until `stop` is set; nothing is missed in between.

    Raises:
        CorpusMissing: there is no such folder, or it has gone.
    """
    if not corpus.is_dir():
        raise CorpusMissing(f"no folder {corpus}; create it and put articles in it, or name another with --corpus")
    for _ in watchfiles.watch(corpus, step=quiet_ms, debounce=_PATIENCE_MS, stop_event=stop, rust_timeout=500):
        yield
