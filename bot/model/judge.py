"""Verdicts: whether the quotes of a sentence carry it, as a model that reads them says. Knows pairs and their answers.

They are asked for while the answer is still being written: a few requests, in threads, each with what has gathered. A
reply is foreign input: only ids that were asked for count, only true and false, and no is stronger than yes.
"""

import json
import queue
import re
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.answer import Citation
from bot.endpoint.reply import Tally
from bot.offered import Offered

_MOST_KNOWN = 10_000
# So many requests at the same time, for a sentence need not wait for the one before; one more for the last sentences.
_LANES = 2
_WORDS = {"true": True, "yes": True, "false": False, "no": False}


@dataclass(frozen=True)
class Pair:
    """A sentence with all that it may be judged by: quotes, where each is from, and the day of their report."""

    sentence: str
    quotes: tuple[str, ...]
    published: str | None = None
    sources: tuple[str, ...] = ()

    def as_json(self, id_: int) -> dict[str, object]:
        """Returns the pair as a judge is given it."""
        values = {"id": id_, "sentence": self.sentence, "quotes": self.quotes, "published": self.published}
        return values | ({"sources": self.sources} if self.sources else {})


def pair_of(sentence: str, citations: Sequence[Citation], offered: Sequence[Offered]) -> Pair:
    """Returns a sentence as it is put to a judge, with its quotes and where each is from."""
    days = {citation.article.published for citation in citations}
    published = next(iter(days)) if len(days) == 1 else None
    places = (next(one for one in offered if one.holds(citation)) for citation in citations)
    return Pair(
        sentence,
        tuple(citation.quote for citation in citations),
        published.isoformat() if published else None,
        tuple(place.source for place in places),
    )


Verdicts = Mapping[Pair, bool]
"""What is known of pairs; one that is not there has no verdict."""


def remember(verdicts: Verdicts, known: dict[Pair, bool]) -> None:
    """Adds verdicts to those that are known, of which the newest so many are kept; no pair is asked for twice."""
    known.update(verdicts)
    for pair in list(known)[:-_MOST_KNOWN]:
        known.pop(pair, None)  # another thread may have done so


Ask = Callable[[Sequence[Pair], float], Verdicts]
"""Returns the verdicts on some pairs, as far as there are any by a reading of `time.monotonic()`."""


@dataclass(frozen=True)
class Judged:
    """The end of one request for verdicts, as it is put into the inbox."""

    verdicts: Verdicts


class Judging:
    """The verdicts of one answer: what was asked for, what is under way, and whether it is of any use to ask on."""

    def __init__(
        self, ask: Ask | None, known: dict[Pair, bool], *, inbox: "queue.SimpleQueue[Any]", tally: Tally, seconds: float
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
        remember(judged.verdicts, self._known)
        if not judged.verdicts:
            self._ask = None

    def _run(self, ask: Ask, pairs: Sequence[Pair]) -> None:
        verdicts: Verdicts = {}
        try:
            verdicts = ask(pairs, time.monotonic() + self.seconds)
        finally:
            self._inbox.put(Judged(verdicts))


def read_verdicts(reply: str, pairs: Sequence[Pair]) -> Verdicts:
    """Returns what a reply says of the pairs, numbered from 1; nothing that does not keep to the form."""
    found: dict[Pair, bool] = {}
    for values in _verdicts(reply):
        id_, carried = _number(values.get("id")), values.get("carried")
        carried = _WORDS.get(carried.strip().lower()) if isinstance(carried, str) else carried
        if id_ is not None and 1 <= id_ <= len(pairs) and isinstance(carried, bool):
            pair = pairs[id_ - 1]
            found[pair] = carried and found.get(pair, True)
    return found


def _verdicts(reply: str) -> Sequence[Mapping[str, Any]]:
    """The verdicts of the first object that holds a list of them, past thoughts and fences."""
    for match in re.finditer(r"\{\s*\"verdicts\"", reply):
        try:
            values, _ = json.JSONDecoder().raw_decode(reply, match.start())
        except (ValueError, RecursionError):
            continue
        found = values["verdicts"]
        return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else ()
    return ()


def _number(value: object) -> int | None:
    if isinstance(value, str) and value.strip().isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
