"""Whether what a sentence tells as done is in the text only planned, possible, refused or denied, or the reverse.

Knows the words that stand before such a verb; knows nothing of who does it. A plan worded in other verbs goes unseen.
"""

import itertools
import re
from collections.abc import Iterator, Sequence

from bot.compare.twists import is_negated
from bot.compare.verbs import base, is_past
from bot.compare.words import plain
from ingest.terms import STOP_WORDS

_FUTURE = frozenset("will shall 'll".split())
_OPEN = _FUTURE | frozenset(
    """may might should plan plans planned planning intend intends intended intending hope hopes hoped hoping
    want wants wanted consider considers considered considering propose proposes proposed expect expects expected
    set due likely threaten threatens threatened vow vows vowed promise promises promised aim aims aimed seek seeks
    sought try tries tried attempt attempts attempted scheduled ready prepare prepares prepared preparing""".split()
)
_NOT_DONE = frozenset(
    """fail fails failed failing refuse refuses refused refusing decline declines declined unable deny denies denied
    denying avoid avoids avoided avoiding prevent prevents prevented neglected forgot stop stops stopped""".split()
)
# What governs a verb only by a word further on: "urged it to sign", "feared that it would sign".
_ASKED = frozenset(
    """urge urges urged urging agree agrees agreed agreeing ask asks asked asking call calls called calling yet order
    orders ordered pledge pledges pledged offer offers offered""".split()
)
_FEARED = frozenset("fear fears feared fearing warn warns warned warning worry worried".split())
_CONDITION = frozenset("if unless whether".split())
# Between such a word and its verb.
_BETWEEN = frozenset(
    """to be been being have has had having not also soon only then still from that it he she they its his her their
    the a an even again now by""".split()
)
# Any of these in a sentence tells that it does not simply state; then it is not for us to say.
_HEDGES = _OPEN | _NOT_DONE | _CONDITION | frozenset(
    """would could can possibly possible perhaps probably reportedly allegedly alleged plan plans going proposal claim
    claims claimed potential potentially not never no cannot""".split()
)  # fmt: skip
_AHEAD = frozenset("next future would going".split())
_UNTRUE = frozenset("false untrue hoax myth debunked baseless unfounded disproved disproven".split())
_CALLED = frozenset("is was are were be been as called proved completely entirely".split())
_LONGEST_CONDITION = 9
_WORD = re.compile(r"[\w'-]+|[,.;:]")
# The month: beside a number, or with its capital behind a word without one.
_MONTH = re.compile(r"\b\d+(?:st|nd|rd|th)?(?: of)? May\b|\bMay(?=,? \d)|(?<=[a-z] )May\b")


def other_mood(sentence: str, text: str) -> str | None:
    """Returns the verb that the sentence tells as done and the text does not, or the reverse; None if there is none."""
    said, there = _words(sentence), _words(text)
    plainly = [word for word in there if word not in ("a", "an", "the")]
    untrue = next((word for before, word in itertools.pairwise(plainly) if word in _UNTRUE and before in _CALLED), None)
    if untrue and not (_UNTRUE | _HEDGES) & set(said):
        return untrue
    if _NOT_DONE & set(said) and not (_HEDGES & set(there)):
        return next(_undone(said, there), None)
    if not _HEDGES & set(said):
        return next(_only_governed(said, there), None)
    if _FUTURE & set(said) and not (_OPEN | _CONDITION | _AHEAD) & set(there):
        return next(_done_already(said, there), None)
    return None


def _only_governed(said: Sequence[str], there: Sequence[str]) -> Iterator[str]:
    """The verbs that the sentence tells in the past and the text nowhere but behind a word that leaves them open."""
    open_, free = _governed(there)
    for i, word in enumerate(said):
        if base(word) in open_ - free and _tells_as_done(said, i):
            yield word


def _tells_as_done(said: Sequence[str], i: int) -> bool:
    """Whether the word is a past form, and not one that "is" or "to be" makes a present."""
    before = said[max(i - 2, 0) : i]
    return is_past(said[i]) and not {"is", "are", "be", "being", "to"} & set(before)


def _undone(said: Sequence[str], there: Sequence[str]) -> Iterator[str]:
    """The verbs that the sentence tells as failed or refused, where the text tells them without any such word."""
    told = {base(word) for word in there if word not in STOP_WORDS}
    for i, word in enumerate(said):
        verb = _verb_after(said, i) if word in _NOT_DONE else None
        if verb is not None and base(said[verb]) in told and not any(is_negated(word) for word in there):
            yield word


def _done_already(said: Sequence[str], there: Sequence[str]) -> Iterator[str]:
    done = {base(word) for i, word in enumerate(there) if _tells_as_done(there, i)}
    for i, word in enumerate(said):
        if word in _FUTURE:
            verb = _verb_after(said, i)
            if verb is not None and not is_past(said[verb]) and base(said[verb]) in done:
                yield said[verb]


def _governed(there: Sequence[str]) -> tuple[set[str], set[str]]:
    """The words behind one that leaves them open, and all the other words of the text."""
    places: set[int] = set()
    for i, word in enumerate(there):
        governor = _governor(there, i)
        if governor is not None:
            places |= {verb} if (verb := _verb_after(there, governor)) is not None else set()
        elif word in _CONDITION:
            end = next((j for j in range(i, len(there)) if there[j] in ",.;:"), len(there))
            places |= set(range(i + 1, min(end, i + _LONGEST_CONDITION)))
    kinds: tuple[set[str], set[str]] = (set(), set())
    for i, word in enumerate(there):
        if word not in STOP_WORDS:
            kinds[i not in places].add(base(word))
    return kinds


def _governor(there: Sequence[str], i: int) -> int | None:
    """The place of the word behind which the verb stands that the word at `i` leaves open, None if it leaves none."""
    if there[i] in _OPEN or there[i] in _NOT_DONE:
        return i
    further = ("to",) if there[i] in _ASKED else ("would", "could") if there[i] in _FEARED else ()
    return next((j for j in range(i + 1, min(i + 7, len(there))) if there[j] in further), None)


def _verb_after(there: Sequence[str], i: int) -> int | None:
    """The place of the verb that the word at `i` governs: the first that is no filler, within four words."""
    for j in range(i + 1, min(i + 5, len(there))):
        if there[j] not in _BETWEEN and not there[j].endswith("ly"):
            return j if there[j][0].isalpha() else None
    return None


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(_MONTH.sub(" ", plain(text)))]
