"""From a file's bytes to clean text, without what hides. Knows encodings and invisible characters; knows no titles.

Everything downstream counts offsets in the text this module returns, so it runs once, before anything is stored.
"""

import codecs
import os
import re
import stat
from pathlib import Path

import ftfy

from ingest.errors import UndecodableText, UnreadableArticle

SIDECAR_SUFFIX = ".meta.yaml"
MAX_SIDECAR_BYTES = 200_000
MAX_BYTES = 20_000_000

# Repairs that keep a quote verbatim: encodings are mended, characters are not exchanged for prettier ones, nor an
# accent and its letter for one character.
_REPAIRS = ftfy.TextFixerConfig(
    uncurl_quotes=False,
    fix_latin_ligatures=False,
    fix_character_width=False,
    unescape_html=False,
    normalization=None,
    explain=False,
)
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Characters that no reader sees but that reorder or hide text. Soft hyphens, zero-width spaces and direction marks
# stay: they do no harm, the search looks through them, and a quote is the more verbatim for them.
_HIDING = re.compile(
    "[\u180e\u202a-\u202e\u2061-\u2064\u2066-\u206f\ufeff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
# Of this nothing wants mending; ftfy takes a third of the time of reading to find that out.
_PLAIN = re.compile(r"[\n -~]*")
_LEADING_TABS = re.compile(r"^[ \t]*\t[ \t]*", re.MULTILINE)
_SPACES = re.compile("[\t\v\f\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
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


def sidecar_of(path: Path) -> Path:
    """Returns where the sidecar of a file is, if it has one."""
    return path.with_name(path.name + SIDECAR_SUFFIX)


def load(path: Path, *, most: int = MAX_BYTES) -> bytes:
    """Returns the content of a regular file of at most `most` bytes.

    Raises UnreadableArticle: it is no such file, or cannot be read.
    """
    try:
        # Whatever the name may lead to now (a pipe, say), opening it does not wait.
        descriptor = os.open(path.resolve(), os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UnreadableArticle("is not a regular file", "remove it")
            content = file.read(most + 1)
    except (OSError, RuntimeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise UnreadableArticle(f"cannot be read: {reason}", "check its permissions") from error
    if len(content) > most:
        raise UnreadableArticle(f"larger than {most / 1_000_000:g} MB", "split it into several articles")
    return content


def load_sidecar(path: Path) -> bytes | None:
    """Returns the content of the file's sidecar, or None if it has none.

    Raises UnreadableArticle: there is one, but it cannot be read.
    """
    sidecar = sidecar_of(path)
    return load(sidecar, most=MAX_SIDECAR_BYTES) if sidecar.is_file() else None


def decode(raw: bytes) -> str:
    """Returns the file's text: `\\n` line ends, plain spaces, nothing that hides or reorders text.

    UTF-8 (with or without a byte order mark) and UTF-16 (with one, or recognisable by its zero bytes) are read. Raises
    UnreadableArticle: the bytes are too many, binary, or in another encoding.
    """
    if len(raw) > MAX_BYTES:
        raise UnreadableArticle(f"larger than {MAX_BYTES // 1_000_000} MB", "split it into several articles")
    return clean(to_text(raw))


def to_text(raw: bytes, *, encoding: str | None = None) -> str:
    """Returns the bytes as text and changes nothing else; `encoding` is what the file declares, if it does.

    Raises UnreadableArticle: they are not in that encoding, or binary.
    """
    marked = next((name for mark, name in _BYTE_ORDER_MARKS if raw.startswith(mark)), None)
    encoding = marked or encoding or _utf16(raw) or "utf-8"
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise UndecodableText(
            f"not {encoding.removesuffix('-sig').upper()} text (byte {error.start})", "save the file as UTF-8"
        ) from error
    if "\0" in text:
        raise UnreadableArticle("a binary file, not text", "remove it or convert it to text")
    return text


def clean(text: str, *, keeps_breaks: bool = False) -> str:
    """Returns the text with encodings mended and white space and control characters made plain.

    Blanks at the end of a line go, but for the two by which Markdown breaks it, if it `keeps_breaks`. Applying it twice
    gives the same text.
    """
    if not _PLAIN.fullmatch(text):
        text = _HIDING.sub("", text.encode("utf-8", "replace").decode("utf-8"))
        text = _SPACES.sub(" ", _HIDING.sub("", _mended(text)))
    lines = ((line, line.rstrip(" ")) for line in text.split("\n"))
    broken = (f"{said}  " if keeps_breaks and said and line.endswith("  ") else said for line, said in lines)
    return "\n".join(broken).strip("\n")


def _mended(text: str) -> str:
    """The text without what went wrong in its encoding; ftfy looks at each line by itself."""
    if "\r" in text:
        return ftfy.fix_text(text, _REPAIRS)
    lines = text.split("\n")
    return "\n".join(line if _PLAIN.fullmatch(line) else ftfy.fix_text(line, _REPAIRS) for line in lines)


def clean_source(text: str, *, keeps_breaks: bool = False) -> str:
    """Returns the text as `clean` does, for languages in which the place of a line's first word means something.

    A tab before it reaches to the next of the places that are four apart.
    """
    return clean(_LEADING_TABS.sub(lambda found: found[0].expandtabs(4), text), keeps_breaks=keeps_breaks)


def _utf16(raw: bytes) -> str | None:
    """Recognises UTF-16 without a mark: mostly Latin text has a zero in every other byte."""
    sample = raw[:2000]
    if len(sample) < 4 or len(raw) % 2:
        return None
    zeros_even, zeros_odd = sample[::2].count(0), sample[1::2].count(0)
    enough = len(sample) * 0.35
    if zeros_odd > enough and zeros_even == 0:
        return "utf-16-le"
    return "utf-16-be" if zeros_even > enough and zeros_odd == 0 else None


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
