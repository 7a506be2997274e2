"""The words of a text as written, in one way of writing. Knows characters; the search terms are in `ingest.terms`."""

import re
import unicodedata

_WORD = re.compile(r"\w+(?:[-'.,/]\w+)*")


def words(text: str) -> list[str]:
    """Returns the words in order; a compound, a figure with its separators and a contraction are one word each."""
    return _WORD.findall(plain(text))


def plain(text: str) -> str:
    """Returns the text with one kind of dash and apostrophe, in compatibility form."""
    return re.sub("[‐‑‒–—]", "-", unicodedata.normalize("NFKC", text)).replace("’", "'")
