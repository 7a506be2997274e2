"""A follow-up becomes questions that stand alone. Knows pronouns, earlier turns and word vectors; knows no articles.

Rules, not a model: what a follow-up leaves unsaid is its subject, and that is what the turns before it were about.
Either their words are carried over, without how the earlier question was put ("And when?"), or the earlier question is
put again about something else ("What about a drill?"). Where rules cannot tell, the search has to.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from bot.question.answer_type import AUXILIARY
from ingest.embed.embedder import Language, Vectors
from ingest.terms import STOP_WORDS, fold, question_terms


@dataclass(frozen=True)
class Turn:
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    text: str


@dataclass(frozen=True)
class Reading:
    """What a message may mean: a question that stands alone, and whether it `leans` on what was said before."""

    text: str
    leans: bool = False


@dataclass(frozen=True)
class Before:
    """What a message goes on from: its own text and terms, and the answers before it, the latest first.

    `earlier` are the messages that it goes on from, the last that stands alone first; `leans` tells that it
    surely does, `names` that it names a thing and asks nothing of it, `more` that it wants others than were spoken of.
    """

    text: str
    earlier: tuple[str, ...]
    leans: bool
    own: frozenset[str]
    answers: tuple[str, ...]
    names: bool
    more: bool

    @property
    def says_little(self) -> bool:
        """Tells whether it has no words of its own, or but names a thing."""
        return self.names or not self.own


_WORDED = r"(?:who|whom|what|when|where|why|how|which|whose)"
_AUXILIARY = rf"(?:{AUXILIARY}|may)"
_PREPOSITIONS = frozenset("for in on at to by of with from since until till within under after before about".split())
_BEFORE = rf"(?:{'|'.join(sorted(_PREPOSITIONS))})"
_LEANS_ON_BEFORE = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|their|theirs|this|those|these|there)\b"
    r"|\b(?:the same|ones?|others?|another)\b"
    rf"|(?:^\W*|\b(?:{_AUXILIARY}|{_BEFORE}|than|like)\b )that\b|\bthat\W*$"
    r"|\b(?:then|too|as well|instead|otherwise|else)\W*$",
    re.IGNORECASE,
)
_MORE = re.compile(r"\b(?:others?|another|(?<!much )more|else|further)\b", re.IGNORECASE)
# "Why so rarely?" asks for nothing but the reason.
_SO = re.compile(r"^(why|how come)\b.{0,12}\bso \w+\W*$", re.IGNORECASE)
# Words that look as if they pointed back and do not: "does it cost anything to …", "is there a lift?", "this week".
_POINTS_NOWHERE = re.compile(
    rf"\bit\b(?=(?: \w+){{1,4}} (?:to (?!the\b|an?\b)[a-z]|that |if ))|\bif it (?:rain|snow|freez|storm)\w*"
    rf"|\b{_AUXILIARY} there\b|\bthere (?:is|are|was|were|will)\b"
    r"|\bthis (?:year|month|week|morning|evening|spring|summer|autumn|winter|quarter)\b",
    re.IGNORECASE,
)
_LEAD = re.compile(r"(?:(?:and|but|so|also|or)\b,? *)+", re.IGNORECASE)
_CLAUSE = re.compile(rf"(?:{_BEFORE} )?{_WORDED}\b|{_AUXILIARY}\b", re.IGNORECASE)
# A few words that ask for nothing of their own: "Since when?", "In how many?", "At what temperature?", "How early?"
_FRAGMENT = re.compile(
    rf"\W*(?:{_BEFORE} (?:how many|how much|{_WORDED})(?: \w+){{0,2}}|(?:how many|how much|{_WORDED})"
    r"|(?:how|which|what|whose) \w+)\W*",
    re.IGNORECASE,
)
_ABOUT_ANOTHER = re.compile(
    r"\W*(?:(?:ok(?:ay)?|no|sorry|i mean|i meant),? )*"
    rf"(?:(?:what|how) about |(?:(?:the )?same )?(?={_BEFORE} )|(?={_BEFORE} )|)(?:{_BEFORE} )?"
    r"(?:(?:the|an?|my|our|your) )?(?P<other>[^?!,;]{1,60})[?!. ]*",
    re.IGNORECASE,
)
# A thing that is named without a clause, "Rabbits?", is of so many words at most.
_FEW_WORDS = 4
_WORD = re.compile(r"\w+(?:[-'’.,/]\w+)*")
_BEFORE_A_NOUN = re.compile(r"\b(?:the|an?|my|our|your|of|in|on|for|at|to|by|with|from) $", re.IGNORECASE)
# What a noun gains over a verb, in cosine, as what a follow-up names another of; and what is less like all that was
# asked about than this is no other of it but something more about it: "And the cost?" after "How long is the bridge?".
_NOUN, _ANOTHER = 0.2, 0.15
_DEGREES = frozenset("many much long often far big large old high fast deep wide heavy tall early late soon".split())
_EMPTY = frozenset(
    """one ones thing things make makes made done happen happens happened exactly cost costs price pay pays paid take
    takes took last lasts become became otherwise instead""".split()
)
# So many of the latest messages may say what a thread is about, and so many are read with the next one.
_LOOKS_BACK, _HEARD = 8, 4


def readings(text: str, history: Sequence[Turn], language: Language) -> tuple[Reading, ...]:
    """Returns what a message may mean as a question that stands alone, first itself where it may be one."""
    subject = _subject(history, language)
    alone = Reading(text)
    if subject is None:
        return (alone,)
    carried = Reading(_carried(text, subject), leans=True)
    if names_another(text):
        swapped, is_other = _swapped(subject, text, language)
        another = Reading(swapped, leans=True)
        if is_other:
            return another, carried
        return (carried, another) if swapped != subject else (carried,)
    if needs_context(text):
        return (carried,)
    return alone, carried


def before(text: str, history: Sequence[Turn]) -> Before:
    """Returns what a message goes on from."""
    answers = tuple(turn.text for turn in reversed(history[-2 * _LOOKS_BACK :]) if turn.role == "assistant")
    names, more = names_another(text), asks_for_more(text)
    return Before(text, _earlier(history), needs_context(text), own_terms(text), answers, names and not more, more)


def _earlier(history: Sequence[Turn]) -> tuple[str, ...]:
    """The messages before, from the last that stands alone on."""
    earlier: list[str] = []
    for turn in reversed([turn for turn in history if turn.role == "user"][-_HEARD:]):
        earlier.insert(0, " ".join(turn.text.split()))
        if not needs_context(turn.text):
            break
    return tuple(earlier)


def own_terms(text: str) -> frozenset[str]:
    """Returns the terms of what a message itself says, without how it goes on."""
    if names_another(text):
        # "The other drone" is of a kind.
        return frozenset() if asks_for_more(text) else frozenset(question_terms(re.sub(r" ones?$", "", _other(text))))
    return _own_terms(_SO.sub(r"\1", text.strip()), empty=_EMPTY)


def needs_context(text: str) -> bool:
    """Tells whether a message leaves its subject to what was said before."""
    asked = _without_lead(text)
    own = len(_own_terms(asked))
    if not own or _FRAGMENT.fullmatch(asked) or names_another(text):
        return True
    return own <= 3 and bool(_LEANS_ON_BEFORE.search(_POINTS_NOWHERE.sub("", asked)))


def asks_for_more(text: str) -> bool:
    """Tells whether a message wants other things than those that were spoken of."""
    return bool(_MORE.search(text))


def names_another(text: str) -> bool:
    """Tells whether it names a thing, but asks nothing of it: "What about a drill?", "And for seniors?", "Rabbits?"."""
    rest = _without_lead(text)
    goes_on = rest != text.strip()
    if re.match(r"(?:what|how) about\b", rest, re.IGNORECASE):
        return True
    return not _CLAUSE.match(rest) and (goes_on or len(rest.split()) <= _FEW_WORDS) and bool(question_terms(rest))


def _without_lead(text: str) -> str:
    """A message without the "and" or "but" with which it goes on from another."""
    said = text.strip()
    goes_on = _LEAD.match(said)
    return said[goes_on.end() :] if goes_on else said


def _own_terms(text: str, *, empty: frozenset[str] = frozenset()) -> frozenset[str]:
    without = _DEGREES | _PREPOSITIONS | empty
    return frozenset(question_terms(" ".join(word for word in _WORD.findall(text) if fold(word) not in without)))


def _other(text: str) -> str:
    """The thing that a message names without asking anything of it."""
    found = _ABOUT_ANOTHER.fullmatch(_without_lead(text))
    return found["other"].strip() if found else ""


def _subject(history: Sequence[Turn], language: Language) -> str | None:
    """What the turns before were about: the last question that stands alone, about what was named since."""
    subject: str | None = None
    for turn in [turn for turn in history if turn.role == "user"][-_LOOKS_BACK:]:
        text = " ".join(turn.text.split())
        if subject is None or not needs_context(text):
            subject = text
        elif names_another(text):
            subject, _ = _swapped(subject, text, language)
    return subject


def _carried(text: str, subject: str) -> str:
    said = {fold(word) for word in _WORD.findall(text)}
    words = [word for word in _WORD.findall(subject) if fold(word) not in STOP_WORDS | said | _DEGREES]
    if asks_for_more(text):
        words = [word for word in words if not _is_name(word)] or words
    return f"{text.strip()} ({' '.join(words)})" if words else text


def _swapped(subject: str, text: str, language: Language) -> tuple[str, bool]:
    """The earlier question about another thing, in the place of what is most like it, and whether it is another of it.

    A name takes the place of a name. The question as it was, where no thing is named.
    """
    other = _other(text)
    of_its_kind = bool(re.search(r" ones?$", other))  # "the last one": another of the same
    other = re.sub(r" ones?$", "", other)
    if not other or _LEANS_ON_BEFORE.search(other):
        return subject, False
    every = [*_runs(subject, apart=of_its_kind)]
    runs = [run for run in every if run.is_name == _is_name(other)] or every
    if not runs:
        return subject, False
    likeness = np.array([_meaning(run.text, language) for run in runs]) @ _meaning(other, language)
    nouns = np.array([bool(_BEFORE_A_NOUN.search(subject[: run.start])) for run in runs])
    best = runs[int(np.argmax(likeness + _NOUN * nouns))]
    # "The Ahorn room" in the place of "the Linde" room.
    rest = subject[best.end :].removeprefix(f" {other.split()[-1]}")
    is_other = (best.is_name and _is_name(other)) or bool(likeness.max() >= _ANOTHER)
    return subject[: best.start] + other + rest, is_other


@dataclass(frozen=True)
class _Run:
    """Words that belong together, a name or a common noun with what stands before it."""

    text: str
    start: int
    end: int
    is_name: bool


def _runs(text: str, *, apart: bool) -> Iterator[_Run]:
    """Names and things of a question; with `apart` each word by itself."""

    def kind(found: re.Match[str]) -> str:
        word = found[0]
        if _is_name(word) and found.start():
            return "name"
        return "" if fold(word) in STOP_WORDS | _DEGREES else "thing"

    for told, words in itertools.groupby(_WORD.finditer(text), key=kind):
        run = list(words)
        if not told:
            continue
        whole = not apart and (told == "name" or _BEFORE_A_NOUN.search(text[: run[0].start()]))
        for part in [run] if whole else [[word] for word in run]:
            start, end = part[0].start(), part[-1].end()
            yield _Run(text[start:end], start, end, told == "name")


def _is_name(text: str) -> bool:
    return any(word[0].isupper() or word[0].isdigit() for word in _WORD.findall(text))


def _meaning(text: str, language: Language) -> Vectors:
    ((_, vectors),) = language.word_vectors([text])
    mean = np.asarray(vectors).mean(axis=0) if len(vectors) else np.zeros(1, dtype=np.float32)
    return np.asarray(mean / (np.linalg.norm(mean) or 1), dtype=np.float32)
