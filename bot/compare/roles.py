"""Who did it to whom: whether a sentence puts the doer of a text where the other one stood. Knows the order of words.

It compares two names with a past verb between them. What is told with other verbs, or without names, goes unseen.
"""

import itertools
import re
from collections.abc import Iterator, Sequence

from bot.compare.propernames import names, root
from bot.compare.verbs import base, is_past
from bot.compare.words import plain
from ingest.sentences import sentence_spans

_GIVING = frozenset(map(base, "sell deliver supply send give export provide transfer donate lend hand".split()))
_TAKING = frozenset(map(base, "buy receive purchase acquire import obtain get borrow".split()))
# "A met B" says the same as "B met A".
_MUTUAL = frozenset(
    map(base, "meet marry sign fight border agree cooperate trade talk negotiate partner join link share base".split())
)
_FURTHEST = 8
_COMPARED = re.compile(r"\w{2,}er|more|less|fewer")
Deed = tuple[str, str, str]
"""Who, did what, to whom or from whom: a name, a verb, a name."""


def turns_round(sentence: str, text: str) -> bool:
    """Tells whether the sentence has two names change places around the same verb."""
    there = {deed for start, end in sentence_spans(text) for deed in _deeds(text[start:end])}
    return any((c, verb, a) in there and (a, verb, c) not in there for a, verb, c in _deeds(sentence))


def _deeds(sentence: str) -> Iterator[Deed]:
    said = re.findall(r"(?<![.'-])[.'-]*\w(?:[\w.'-]*\w)?|[,;:]", plain(sentence))
    known = set(names(sentence)) | ({said[0]} if said and said[0][:1].isupper() else set())
    places = [i for i, word in enumerate(said) if word.removesuffix("'s") in known]
    for i, j in itertools.combinations(places, 2):
        if 1 < j - i <= _FURTHEST and not {",", ";", ":"} & set(said[i:j]):
            yield from _between(said, i, j)


def _between(said: Sequence[str], i: int, j: int) -> Iterator[Deed]:
    one, other = root(said[i].removesuffix("'s")), root(said[j].removesuffix("'s"))
    passive = said[j - 1] == "by" or (j > 1 and said[j - 2] == "by")
    for k in range(i + 1, j):
        verb = base(said[k])
        if _COMPARED.fullmatch(said[k]) and "than" in said[k:j]:
            yield one, verb, other
        elif is_past(said[k]) and verb not in _MUTUAL and said[k] not in ("was", "were", "been", "had", "did"):
            yield _deed(one, verb, other, passive=passive)


def _deed(one: str, verb: str, other: str, *, passive: bool) -> Deed:
    """Told from the doer's side, and from the giver's where something changes hands."""
    if passive:
        one, other = other, one
    if verb in _TAKING:
        return other, "give", one
    return (one, "give", other) if verb in _GIVING else (one, verb, other)
