"""The words of a text as written, in one way of writing. Knows characters; the search terms are in `ingest.terms`."""

import re
import unicodedata

_SPEECH = re.compile(r"“[^“”]+”|\"[^\"]+\"")
_WORD = re.compile(r"\w+(?:[-'.,/]\w+)*")


def words(text: str) -> list[str]:
    """Returns the words in order; a compound, a figure with its separators and a contraction are one word each."""
    return _WORD.findall(plain(text))


def plain(text: str) -> str:
    """Returns the text with one kind of dash and apostrophe, in compatibility form."""
    return re.sub("[‐‑‒–—]", "-", unicodedata.normalize("NFKC", text)).replace("’", "'")


def mixes_alphabets(text: str) -> str | None:
    """Returns a word that has letters of Latin and of another alphabet, which may look alike; None if none has."""
    return next((word for word in _WORD.findall(text) if len(_alphabets(word)) > 1), None)


def altered_speech(sentence: str, text: str) -> str | None:
    """Returns words that the sentence puts between quotation marks and the text has not in this order, or None."""
    there = f" {' '.join(_spoken(text))} "
    if sentence.count('"') % 2:
        return None
    for found in _SPEECH.finditer(plain(sentence)):
        said = _spoken(found[0])
        if len(said) > 1 and f" {' '.join(said)} " not in there:
            return found[0]
    return None


def _spoken(text: str) -> list[str]:
    return [word.lower() for word in words(text)]


def _alphabets(word: str) -> set[str]:
    found = {unicodedata.name(letter, "").split(" ")[0] for letter in word if letter.isalpha()}
    return found if "LATIN" in found else set()
