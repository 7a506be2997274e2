"""The words of a text as written, in one way of writing. Knows characters; the search terms are in `ingest.terms`."""

import re
import unicodedata

# A single mark counts where it is not inside a word; one behind a word alone may be an apostrophe.
_SPEECH = re.compile(
    r"„[^„“”]+[“”]|“[^“”]+”|\"[^\"]+\"|«[^«»]+»|»[^«»]+«|‚[^‚‘’]+[‘’](?!\w)|(?<!\w)‘[^‘]+?[\w.,!?…]’(?!\w)"
    r"|(?<!\w)'(?=\w)(?!\d\ds\b)[^']*(?:(?<=\w)'\w[^']*)*?[\w.,!?…]'(?!\w)"
)
# Behind a figure the mark is an inch.
_UNPAIRED = re.compile(r"[„“”«»]|(?<!\d)\"")
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
    """Returns words that the sentence puts between quotation marks and the text has not in this order, or None.

    A mark without its partner is returned, unless all that stands on its side is in the text.
    """
    there = f" {' '.join(_spoken(text))} "
    unpaired = _UNPAIRED.search(_SPEECH.sub(lambda found: "_" * len(found[0]), sentence))
    if unpaired and f" {' '.join(_open_ended(sentence, unpaired.end()))} " not in there:
        return unpaired[0]
    for found in _SPEECH.finditer(sentence):
        said = _spoken(found[0])
        if len(said) > 1 and f" {' '.join(said)} " not in there:
            return found[0]
    return None


def _open_ended(sentence: str, end: int) -> list[str]:
    """The words behind an opening mark that ends there, or before a closing one."""
    opens = sentence[end : end + 1].isalnum() or not sentence[: end - 1].strip()
    return _spoken(sentence[end:] if opens else sentence[: end - 1])


def _spoken(text: str) -> list[str]:
    return [word.lower() for word in words(text)]


def _alphabets(word: str) -> set[str]:
    found = {unicodedata.name(letter, "").split(" ")[0] for letter in word if letter.isalpha() and letter not in "µμ"}
    return found if "LATIN" in found else set()
