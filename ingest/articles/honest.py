"""Text that holds something else than it shows is refused. Knows characters; knows no formats.

Runs before `ingest.articles.decode.clean`, which takes every invisible character out of what is left.
"""

import re

from ingest.errors import UnreadableArticle

# The longest run of combining marks that a text in any script needs (Unicode Standard Annex 15, Stream-Safe Text).
# Putting a longer one in order takes time that grows with its square.
MAX_COMBINING = 30
_TOO_MANY_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0730-\u074a\u07eb-\u07f3\u0816-\u082d"
    "\u08d3-\u08ff\u093c\u094d\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302f\ua8e0-\ua8f1\ufe20-\ufe2f"
    f"\U0001d165-\U0001d1ad\U0001e000-\U0001e02a]{{{MAX_COMBINING + 1}}}"
)
# The flag of a region is the one honest use of tag characters: a black flag, tags, and the tag that ends them.
_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007e]{1,6}\U000e007f")
_DECEIVING = re.compile("[\u202d\u202e\ud800-\udfff\U000e0001-\U000e007f]")
_NAMES = {"\u202d": "a bidi override", "\u202e": "a bidi override"}


def honest(text: str) -> str:
    """Returns the text as it is.

    Raises UnreadableArticle: it holds tag characters (hidden text), overrides of the writing direction (text that reads
    otherwise than it stands), halves of characters, or heaps of combining marks.
    """
    if text.isascii():
        return text
    found = _DECEIVING.search(_FLAG.sub("", text))
    if found:
        raise UnreadableArticle(f"holds {_name(found[0])} (U+{ord(found[0]):04X}), which hides text", "remove it")
    if _TOO_MANY_MARKS.search(text):
        raise UnreadableArticle(f"heaps more than {MAX_COMBINING} combining marks on one letter", "remove them")
    return text


def _name(character: str) -> str:
    return _NAMES.get(character) or ("half a character" if "\ud800" <= character <= "\udfff" else "a tag character")
