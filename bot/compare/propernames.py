"""The names of a text: capitalised words and codes, and whether another text holds them. Knows English spelling."""

import functools
import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from babel import Locale
from countryinfo import CountryInfo

from bot.compare.figures import NUMBER_WORDS
from bot.compare.words import plain, words
from ingest.terms import STOP_WORDS, fold, terms

_CAPITALS = "".join(filter(str.isupper, map(chr, (*range(0x41, 0x590), *range(0x1E00, 0x2000)))))
NAME = re.compile(rf"(?<!\w)(?:[{_CAPITALS}][\w’'.-]*|[a-z]?[A-Z]{{2,}}[\w-]*|[^\W\d_]+-?\d[\w-]*)")
# No name begins with these, though they have a capital where they open a sentence before one.
_OPENERS = frozenset(
    """above according across additionally afterwards against allegedly almost along alongside although always amid
    among another apart apparently approximately around behind below beside besides between beyond concerning
    considering consequently conversely currently despite earlier even eventually every exactly except fellow
    fewer finally former formerly generally given half hence however including initially inside instead later
    less like likewise many meanwhile moreover near nearly neither never nevertheless nonetheless none notably
    officially often onto otherwise outside overall past per perhaps previously publicly quite rather recently
    regarding reportedly roughly several similarly since sometimes specifically still therefore though
    throughout thus till today together toward towards unless unlike upon usually versus via whereas within
    without yes yesterday yet""".split()
)
_TITLES = frozenset("mr mrs ms mx".split())
_FIGURE = re.compile(r"[\W\d_]*|\d+(?:st|nd|rd|th|s)")
_JOINT = re.compile(r"[-'/.]")
_ROOT_ENDINGS = ("ians", "ian", "ans", "an", "n", "ese", "ish", "ern", "i", "s", "a", "ia", "y", "ic")
# A singular noun without an article, right before a verb, is a name; these endings are those of other words.
_COMMON_ENDING = re.compile(r".*(?:s|ing|ed|ly|ion|ment|ness|ity|ism|ance|ence|age|ers?|ware|ology|ics|people|men)$")
_RUN = re.compile(r"(?<![\w’'-])[A-Z][\w’'-]+(?:\s+(?:of\s+|the\s+|and\s+|for\s+)*[A-Z][\w’'-]+)+")
_VERB = re.compile(r"\s+(?:is|was|has|had|will|would|did|does|can|could|may|might|said|says|\w{3,}ed)\b")
_LEAST_INITIALS = 3
_INITIALS = re.compile(r"(?<!\w)(?:[A-Z]\.){2,}")


def names(sentence: str, known: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Returns the capitalised words and codes of a sentence, as written.

    A capital at the start makes no name by itself: there a word counts if another capital follows it, if it is among
    the `known` (folded), or if its form says so.
    """
    found = []
    said = plain(sentence)
    matches = list(NAME.finditer(said))
    for i, match in enumerate(matches):
        word = re.sub(r"(?:'s|(?<!['.-])['.-]+)$", "", match[0])
        if not word or fold(word) in STOP_WORDS or fold(word) in NUMBER_WORDS or (len(word) == 1 and word.isalpha()):
            continue
        joined = i + 1 < len(matches) and said[match.end() : matches[i + 1].start()].strip() == ""
        starts = _starts_sentence(said, match.start())
        if fold(word) in _TITLES or (starts and fold(word) in _OPENERS):
            continue
        opens = starts and not joined and word[1:].islower()
        if not opens or fold(word) in known or _acts_alone(word, said[match.end() :]):
            found.append(word)
    return tuple(found)


def missing_names(sentence: str, text: str, known: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Returns the sentence's names that the text lacks; peoples and capitals stand for their countries, initials for
    names.
    """
    sentence, text = one_name(sentence), one_name(text)
    there = _all_forms(text)
    wanted = [name for name in names(sentence, known | countries()) if not _FIGURE.fullmatch(name)]
    spelled_out = _initials(sentence) & frozenset(fold(word).replace(".", "") for word in words(text))
    parts = [
        (name, [name] if name[-1].isdigit() or any(map(str.isdigit, name)) else _JOINT.split(name)) for name in wanted
    ]
    missing = [name for name, pieces in parts if not all(_forms(piece) & there for piece in pieces if piece)]
    return tuple(name for name in missing if not _is_spelled_out(name, sentence, spelled_out))


def known_names(texts: Sequence[str]) -> frozenset[str]:
    """Returns, folded, every word that the texts capitalise in the middle of a sentence."""
    return frozenset(fold(name) for text in texts for name in names(text))


def _starts_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip(" \t\n\"'“”‘’([")
    return not before or before.endswith((".", "?", "!", ":", "—"))


def _acts_alone(word: str, following: str) -> bool:
    return bool(_VERB.match(following)) and not _COMMON_ENDING.fullmatch(word.lower())


@functools.lru_cache(maxsize=50_000)
def _forms(word: str) -> frozenset[str]:
    """What a name may also be written as: without case, accents and ending, its people."""
    plain = re.sub(r"[^\w]", "", fold(re.sub(r"['’]s$", "", word)))
    if plain in countries():  # Niger is not what Nigeria is called
        return frozenset((plain,))
    roots = {plain} | {plain.removesuffix(end) for end in _ROOT_ENDINGS if len(plain) - len(end) >= 4}
    stem = set() if any(map(str.isdigit, plain)) else set(terms(plain)[:1])
    return frozenset(roots | stem)


@functools.lru_cache(maxsize=5_000)
def _all_forms(text: str) -> frozenset[str]:
    said = words(text)
    numbered = (one + other for one, other in itertools.pairwise(said) if other.isdigit())
    forms = (_forms(part) for word in (*said, *numbered) for part in (word, *_JOINT.split(word)))
    return _initials(text).union(*forms)


def _initials(text: str) -> frozenset[str]:
    """The initials of every run of capitalised words, as "un" for "United Nations"."""
    found = set()
    for run in _RUN.findall(text):
        letters = [word[0].lower() for word in run.split() if word[0].isupper()]
        found |= {"".join(letters[i:j]) for i in range(len(letters)) for j in range(i + 2, len(letters) + 1)}
    return frozenset(found)


def _is_spelled_out(name: str, sentence: str, initials: frozenset[str]) -> bool:
    """Whether the name is part of a run of capitals whose initials the text has, as "European" for "EU"."""
    return any(name in run and _initials(run) & initials for run in _RUN.findall(sentence))


@functools.lru_cache(maxsize=20_000)
def one_name(text: str) -> str:
    """Returns the text with one word for each country, whatever it is called there: "China" for "the Chinese"."""
    found, words = _aliases()
    return found.sub(lambda match: words[match[1]], _INITIALS.sub(lambda match: match[0].replace(".", ""), text))


@functools.cache
def countries() -> frozenset[str]:
    """Returns the words that `one_name` writes, in small letters."""
    return frozenset(word.lower() for word in _aliases()[1].values())


@functools.cache
def _aliases() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """A pattern for every way to call a country, and the one word for each; the larger country has the name of both."""
    modern = Locale("en").territories
    words: dict[str, str] = {}
    for country in sorted(CountryInfo.all().values(), key=lambda country: -(country.get("population") or 0)):
        word, code = re.sub(r"\W", "", str(country["name"])), str(country.get("ISO", {}).get("alpha2"))
        for alias in filter(None, (*_called(country), modern[code]) if code in modern else ()):
            words.setdefault(alias, word)
    longest_first = sorted(words, key=lambda alias: -len(alias))
    return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?:['’]?s)?(?!\w)"), words


def _called(country: Any) -> Iterator[str]:
    names = [str(country["name"]), *map(str, country.get("altSpellings") or ())]
    codes = {name for name in names if name.isupper()}
    yield from (name for name in names if not name.isupper())
    yield from (name.removeprefix("Great ") for name in names if name.startswith("Great "))
    initials = {"".join(re.findall(r"\b[A-Z]", name)) for name in names if not name.isupper()}
    yield from (letters for letters in initials if letters in codes or len(letters) >= _LEAST_INITIALS)
    capitals = country.get("capital") or ()
    yield from (capital.removesuffix(" D.C.") for capital in ([capitals] if isinstance(capitals, str) else capitals))
    for people in re.split(r"[,/]", country.get("demonym") or ""):
        yield people
        yield people.removesuffix("n") if people.endswith("ican") else ""
