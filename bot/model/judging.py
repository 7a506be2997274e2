"""Asking for verdicts while the answer is still being written: a few requests, in threads, each with what has gathered.

Knows when to ask and how long to wait; what is asked for and how it is answered is a function that comes in.
"""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.endpoint.reply import Tally
from bot.model.judge import Known, Pair, Verdicts

# So many requests at the same time, for a sentence need not wait for the one before; one more for the last sentences.
_LANES = 2
Ask = Callable[[Sequence[Pair], float], Verdicts]
"""Returns the verdicts on some pairs, as far as there are any by a reading of `time.monotonic()`."""


@dataclass(frozen=True)
class Judged:
    """The end of one request for verdicts, as it is put into the inbox."""

    verdicts: Verdicts


class Judging:
    """The verdicts of one answer: what was asked for, what is under way, and whether it is of any use to ask on."""

    def __init__(
        self, ask: Ask | None, known: Known, *, inbox: "queue.SimpleQueue[Any]", tally: Tally, seconds: float
    ) -> None:
        """Prepares; without `ask` there is no judge. `seconds` is the most that one request may take."""
        self._ask, self._known, self._inbox, self._tally, self.seconds = ask, known, inbox, tally, seconds
        self._gathered: list[Pair] = []
        self._sent = 0
        self.under_way = 0

    @property
    def is_over(self) -> bool:
        """Tells whether no verdict is to come any more."""
        return self._ask is None and not self.under_way

    def want(self, pair: Pair) -> None:
        """Notes a pair that a verdict is wanted on."""
        if pair not in self._gathered:
            self._gathered.append(pair)

    def send(self, *, whole: bool) -> None:
        """Asks for what has gathered, if it is time to; the last request is kept for the end of a `whole` reply.

        The first sentences are asked for one by one, for somebody waits for them; later ones in ever larger groups.
        """
        enough = whole or (len(self._gathered) >= max(self._sent, 1) and self._tally.left > 1)
        is_free = self.under_way < _LANES + whole and self._tally.left > 0
        if self._ask and self._gathered and enough and is_free:
            pairs, self._gathered = tuple(self._gathered), []
            self._sent, self.under_way = self._sent + 1, self.under_way + 1
            threading.Thread(target=self._run, args=(self._ask, pairs), daemon=True, name="judge").start()

    def hear(self, judged: Judged) -> None:
        """Takes what a request came to; a judge that had nothing to say is not asked again for this answer."""
        self.under_way -= 1
        self._known.add(judged.verdicts)
        if not judged.verdicts:
            self._ask = None

    def _run(self, ask: Ask, pairs: Sequence[Pair]) -> None:
        verdicts: Verdicts = {}
        try:
            verdicts = ask(pairs, time.monotonic() + self.seconds)
        finally:
            self._inbox.put(Judged(verdicts))
