"""The index while the bot is up: follows what is published. Knows generations; knows nothing of questions or Slack.

A question is answered from one generation, from its first search to its last quote: `pinned` holds that generation
open however many are published meanwhile. A watching thread looks for a new one, opens it beside the old one, and
swaps; the old one is closed when the last question that pinned it has ended.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ingest.errors import IngestError
from ingest.index.address import ServerAddress
from ingest.index.generation import pointer_state
from ingest.index.manifest import Manifest
from ingest.index.open_index import Index, open_current, open_older

# How often the pointer is looked at, and how long an index that could not be opened is left alone.
_LOOK_S, _RETRY_S = 1.0, 30.0


class _Open:
    """One open generation and how many hold it: the questions that are answered from it, and whoever has it in use."""

    def __init__(self, index: Index) -> None:
        self.index, self.pins = index, 1


class LiveIndex:
    """The published generation, always open; safe to use from several threads."""

    def __init__(
        self,
        home: Path,
        fingerprint: str,
        *,
        server: ServerAddress | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Opens what is published, or the newest older generation that can be opened, and starts to watch.

        With a Chroma server, what is published there is brought into the home first, and at every look. Raises
        IngestError: nothing has been published, or nothing of it can be opened.
        """
        self._home, self._fingerprint, self._server, self._clock = home, fingerprint, server, clock
        self._fault: str | None = None
        self._retry_at = 0.0
        self._lock, self._refreshing, self._closed = threading.Lock(), threading.Lock(), threading.Event()
        self._try_follow()
        self._seen = pointer_state(home)
        self._now = _Open(self._open_at_first())
        self._watcher = threading.Thread(target=self._watch, name="footnote-live-index", daemon=True)
        self._watcher.start()

    @contextmanager
    def pinned(self) -> Iterator[Index]:
        """Yields the newest open generation; it stays open, and leased, until the block ends."""
        with self._lock:
            held = self._now
            held.pins += 1
        try:
            yield held.index
        finally:
            self._release(held)

    @property
    def trouble(self) -> str | None:
        """What is wrong although questions are answered, in plain words; None if nothing is."""
        return self._fault or self._now.index.trouble

    @property
    def manifest(self) -> Manifest:
        """What the generation in use says about itself."""
        return self._now.index.manifest

    def refresh(self) -> bool:
        """Opens what is published if it is not what is in use; returns whether it swapped. The watcher calls it too."""
        with self._refreshing:
            self._try_follow()
            state = pointer_state(self._home)
            if self._closed.is_set() or not self._is_news(state):
                return False
            self._seen = state
            try:
                index = open_current(self._home, self._fingerprint, self._server)
            except (IngestError, OSError) as error:
                self._note(error)
                return False
            self._fault = None
            return self._swap(index)

    def close(self) -> None:
        """Stops watching and closes the generation; to be called when no question is being answered."""
        self._closed.set()
        self._watcher.join()
        self._release(self._now)

    def _open_at_first(self) -> Index:
        try:
            return open_current(self._home, self._fingerprint, self._server)
        except IngestError as error:
            try:
                index = open_older(self._home, self._fingerprint, self._server)
            except IngestError:
                raise error from None
            self._note(error)
            return index

    def _is_news(self, state: tuple[int, int] | None) -> bool:
        return state != self._seen or (self._fault is not None and self._clock() >= self._retry_at)

    def _note(self, error: Exception) -> None:
        self._fault = f"{error} (what was in use before answers meanwhile)"
        self._retry_at = self._clock() + _RETRY_S

    def _try_follow(self) -> None:
        try:
            if self._server:
                from ingest.remote import follow  # loads Chroma, which takes long

                follow(self._home, self._server)
        except (IngestError, OSError) as error:
            self._note(error)

    def _watch(self) -> None:
        while not self._closed.wait(_LOOK_S):
            self.refresh()

    def _swap(self, index: Index) -> bool:
        if index.manifest == self._now.index.manifest:
            index.close()
            return False
        with self._lock:
            old, self._now = self._now, _Open(index)
        self._release(old)
        return True

    def _release(self, held: _Open) -> None:
        with self._lock:
            held.pins -= 1
            last = not held.pins
        if last:
            held.index.close()
