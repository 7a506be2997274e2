"""Verdicts: whether the quotes of a sentence carry it, as a model that reads them says. Knows pairs and their answers.

A reply is foreign input: only ids that were asked for count, only true and false, and no is stronger than yes.
"""

import json
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.answer import Citation
from bot.offered import Offered

_MOST_KNOWN = 10_000
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


@dataclass
class Known:
    """The verdicts that were given, so that no pair is asked for twice; safe to use from several threads."""

    _verdicts: dict[Pair, bool] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, pair: Pair) -> bool | None:
        """Returns the verdict on a pair, if there has been one."""
        return self._verdicts.get(pair)

    def add(self, verdicts: Verdicts) -> None:
        """Keeps verdicts, the newest so many of them."""
        with self._lock:
            self._verdicts.update(verdicts)
            for pair in list(self._verdicts)[:-_MOST_KNOWN]:
                del self._verdicts[pair]


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
