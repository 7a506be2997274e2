"""Threads that answer one question after another. Knows threads; knows nothing of questions."""

import queue
import threading
from collections.abc import Callable


class Crew:
    """As many threads as there ever was work at the same time; each waits for more when it is done.

    A thread of its own for each piece of work would leave behind what libraries keep for every thread that calls them.
    They are daemons, since work that hangs must not keep the process from ending.
    """

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[Callable[[], object]] = queue.SimpleQueue()
        self._lock, self._idle = threading.Lock(), 0

    def start(self, work: Callable[[], object]) -> None:
        """Begins with the work at once, in a thread that is idle or a new one; what it raises is lost."""
        with self._lock:
            if self._idle:
                self._idle -= 1
            else:
                threading.Thread(target=self._serve, name="responder", daemon=True).start()
        self._work.put(work)

    def _serve(self) -> None:
        while True:
            self._work.get()()
            with self._lock:
                self._idle += 1
