"""Text becomes search terms. The one analyzer, for articles and questions alike; knows nothing of indexes.

A term is a stemmed word without case or accents. What people write in several ways becomes the same terms:
"HQ-22" and "HQ22", "U.N." and "UN", "PCs" and "PC", "Belgrade's" and "Belgrades", "Vučić" and "Vucic", "1,500" and
"1500".
"""

import functools
import re
import unicodedata
from collections.abc import Iterator

import Stemmer

ANALYZER_VERSION = "3"

# Function words: too common to tell passages apart, and how people phrase a question rather than what it is about.
STOP_WORDS = frozenset(
    """a about after again all also am an and any are as at be because been before being both but by can could did do
    does doing done down during each either else ever few for from further get got had has have having he her here hers
    him his how i if in into is it its itself just let me might more most much must my no nor not now of off on once
    only or other our out over own please same shall she should so some such than that the their them then there these
    they this those through to too under until up us very was we were what when where whether which while who whom whose
    why will with would you your ca don doesn didn
    isn aren wasn weren hasn haven hadn won wouldn couldn shouldn""".split()
)
# Nobody searches for a longer word, and a search index does not take any length: pasted data, not language.
_LONGEST = 100
# A run of letters and digits, with what may join them inside one word.
_WORD = re.compile(r"\w+(?:[-‐‑–'’.,/]\w+)*")
_PARTS = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")
_ACRONYMS = re.compile(r"\b([A-Z]{2,8})[’']?s\b")
_INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")
_POSSESSIVE = re.compile(r"['’]s$")
_CONTRACTION = re.compile(r"(?:n['’]t|['’](?:re|ve|ll|d|m))$")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_NO_SPACES_SCRIPT = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
# No sign before these is a mark that combines with another.
_BEYOND_LATIN = re.compile("[\u0300-\U0010ffff]+")
_NO_WIDTH = re.compile("[\u00ad\u061c\u200b-\u200f\u2060]")
_LETTERS_WITHOUT_ACCENT = str.maketrans(
    {"ł": "l", "đ": "d", "ø": "o", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th"}
)


def terms(text: str) -> list[str]:
    """Returns the terms of the text in order; a compound yields its parts and, after them, the whole."""
    return [term for word in _WORD.findall(_folded(text)) for term in _terms_of(word)]


def question_terms(text: str) -> list[str]:
    """Returns each term of a question once, function words left out, in order."""
    return list(words_of_terms(text))


def words_of_terms(text: str) -> dict[str, str]:
    """Returns the terms of a question in order, function words left out, each with the folded word that it is of."""
    found: dict[str, str] = {}
    for word in _WORD.findall(_folded(text)):
        for term in _terms_of(word) if word not in STOP_WORDS else ():
            if term not in STOP_WORDS:
                found.setdefault(term, word)
    return found


def _folded(text: str) -> str:
    """The text folded, and the plural of an acronym, which only its capitals betray, as one of it."""
    return fold(_ACRONYMS.sub(r"\1", text))


def words(text: str) -> list[str]:
    """Returns the words of the text in order, folded but not stemmed; of a compound, its parts that are letters."""
    found = (part for word in _WORD.findall(fold(text)) for part in _PARTS.findall(_POSSESSIVE.sub("", word)))
    return [part for part in found if len(part) <= _LONGEST]


def fold(text: str) -> str:
    """Returns the text in lower case, without accents and what has no width, in compatibility form."""
    if text.isascii():
        return text.lower()
    text = _NO_WIDTH.sub("", text)
    decomposed = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS_WITHOUT_ACCENT))
    return _BEYOND_LATIN.sub(_without_marks, decomposed)


def _without_marks(found: re.Match[str]) -> str:
    return "".join(char for char in found[0] if not unicodedata.combining(char))


@functools.lru_cache(maxsize=100_000)
def _terms_of(word: str) -> tuple[str, ...]:
    return tuple(term for term in _split(word) if len(term) <= _LONGEST)


def _split(word: str) -> Iterator[str]:
    word = _POSSESSIVE.sub("", _CONTRACTION.sub("", word))
    if _NO_SPACES_SCRIPT.fullmatch(word):
        yield from (word[i : i + 2] for i in range(max(len(word) - 1, 1)))
        return
    if _INITIALS.fullmatch(word):
        yield word.replace(".", "")
        return
    parts = [_THOUSANDS.sub("", part) for part in _PARTS.findall(word)]
    if len(parts) > 1 and parts[-1] == "s" and parts[-2][-1].isdigit():
        parts.pop()  # "the Y-20s", "the 1990s"
    yield from map(_stem, parts)
    if len(parts) > 1:
        yield "".join(map(_stem, parts)) if any(part[0].isdigit() for part in parts) else _stem("".join(parts))


def _stem(word: str) -> str:
    return str(_stemmer().stemWord(word)) if word.isascii() and len(word) > 2 else word


@functools.cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")
