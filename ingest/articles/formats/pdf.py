"""PDF: the lines of each page become paragraphs again, with page numbers. The home of pypdf; knows no picture of text.

A PDF knows where letters stand, not what they say. So what was lost in print is mended by rule: lines that stand at the
head or foot of most pages go, words cut at a line's end are joined, and lines are put together until one ends short.
"""

import io
import re
import statistics
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.articles.declared import Declared
from ingest.articles.decode import clean
from ingest.articles.formats.parsed import Parsed
from ingest.articles.honest import honest
from ingest.articles.marks import MAX_HEADING, Mark
from ingest.errors import UnreadableArticle

MAX_PAGES = 2_000
# How many lines from the head and the foot of a page may repeat, and on what share of the pages they must.
_EDGE, _SHARE = 4, 0.3
_ENDS = re.compile(r"""[.!?:…][)"'”’\]]*$""")
_STARTS_ITEM = re.compile(r"(?:[-*•–▪◦]|\d{1,3}[.)]|\([a-z0-9]{1,3}\))\s")
_CUT_WORD = re.compile(r"(?<!\w)(\w+)-$")
_PAGE_NUMBER = re.compile(
    r"(?:page|seite|p\.)?\s*+(?:[-–|]\s*+)?(?:\d{1,4}|[ivxl]{1,6})\s*+(?:(?:of|/|von)\s*+\d{1,4}\s*+)?[-–|]?",
    re.IGNORECASE,
)
_NO_TITLE = re.compile(r"untitled|microsoft (?:word|powerpoint)|\.(?:docx?|pdf|indd|tex|rtf|pptx?)$", re.IGNORECASE)
# Print draws some letters as one; nobody who asks for "final" types the drawn one.
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff]")


@dataclass(frozen=True)
class Line:
    """One line as it was printed, which may be empty, and the page it stands on, counted from 1."""

    text: str
    page: int


def read(raw: bytes) -> Parsed:
    """Returns the text in paragraphs, with a mark where each page and each heading of the outline begins.

    Raises:
        UnreadableArticle: it is damaged, encrypted, too long, or has no text but only pictures of it.
    """
    import pypdf  # here, for it takes a quarter of a second that a corpus without PDFs should not pay
    from pypdf.errors import DependencyError, PyPdfError

    try:
        pdf = pypdf.PdfReader(io.BytesIO(raw))
        if pdf.is_encrypted and not pdf.decrypt(""):
            raise UnreadableArticle("is locked with a password; save it without one")
        if len(pdf.pages) > MAX_PAGES:
            raise UnreadableArticle(f"has more than {MAX_PAGES} pages; split it into several files")
        pages = [_lines(page.extract_text(), number) for number, page in enumerate(pdf.pages, 1)]
        declared, headings = _declared(pdf.metadata), _outline(pdf.outline)
    except DependencyError as error:
        raise UnreadableArticle("is encrypted; save it without encryption") from error
    except PyPdfError as error:
        raise UnreadableArticle(f"is a damaged PDF ({clean(str(error))[:80]}); open it and save it again") from error
    _check_letters(pages)
    text, marks = join_lines(without_edges(pages), headings)
    return Parsed(text, declared, marks)


def without_edges(pages: Sequence[Sequence[Line]]) -> tuple[Line, ...]:
    """Returns the lines of all pages without running heads, feet and page numbers.

    Such a line is among the first or last four of its page and returns, numbers aside, on three pages in ten or more
    (on three at least); a bare page number need not return more than once.
    """
    seen = Counter(key for page in pages for key in {_shape(page[i]) for i in _edges(page)})
    least = max(3, _SHARE * sum(map(bool, pages)))

    def repeats(line: Line) -> bool:
        return seen[_shape(line)] >= (2 if _PAGE_NUMBER.fullmatch(line.text) else least)

    kept: list[Line] = []
    for page in pages:
        edges = _edges(page)
        kept += [line for i, line in enumerate(page) if i not in edges or not repeats(line)]
    return tuple(kept)


def join_lines(lines: Sequence[Line], headings: Iterable[str] = ()) -> tuple[str, tuple[Mark, ...]]:
    """Returns the lines as paragraphs with an empty line between them, and the marks of pages and headings."""
    known = {_squeezed(heading) for heading in headings} - {""}
    words = frozenset(word for line in lines for word in re.findall(r"[\w-]+", line.text.casefold()))
    widths = [len(line.text) for line in lines if line.text]
    width = statistics.quantiles(widths, n=10)[-1] if len(widths) > 1 else 0
    parts: list[str] = []
    marks: list[Mark] = []
    at, heading, before = 0, None, None
    for line in lines:
        if not line.text:
            before = before and line
            continue
        titled = _squeezed(line.text) in known
        glue = "" if before is None else "\n\n" if titled else _glue(before, line, width=width, words=words)
        if glue == "-":
            parts[-1], at, glue = parts[-1][:-1], at - 1, ""
        at += len(glue)
        if titled or not marks or marks[-1].page != line.page:
            heading = line.text[:MAX_HEADING] if titled else heading
            marks.append(Mark(at, heading, line.page))
        parts += [glue, "## " + line.text if titled else line.text]
        at += len(parts[-1])
        before = Line("", line.page) if titled else line
    return "".join(parts), tuple(marks)


def _glue(before: Line, line: Line, *, width: float, words: frozenset[str]) -> str:
    """What joins two lines: a space, an empty line, nothing after a hyphen that stays, or `-`: drop the hyphen."""
    cut = _CUT_WORD.search(before.text)
    if cut and line.text[:1].islower():
        rest = re.match(r"\w+", line.text)
        whole, joined = f"{cut[1]}-{rest[0]}" if rest else "", f"{cut[1]}{rest[0]}" if rest else ""
        return "" if whole.casefold() in words and joined.casefold() not in words else "-"
    if not before.text or _STARTS_ITEM.match(line.text):
        return "\n\n"
    ended, short = _ENDS.search(before.text) is not None, len(before.text) < 0.8 * width
    if ended and (short or before.page != line.page):
        return "\n\n"
    heads = short and not ended and len(before.text) < 0.75 * width and not before.text.endswith((",", ";"))
    return "\n\n" if heads and not line.text[:1].islower() else " "


def _lines(text: str, page: int) -> tuple[Line, ...]:
    # A map of characters may give the two halves of a character one by one.
    text = clean(honest(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))).translate(_LIGATURES)
    return tuple(Line(" ".join(line.split()), page) for line in text.split("\n"))


def _check_letters(pages: Sequence[Sequence[Line]]) -> None:
    text = "".join(line.text for page in pages for line in page)
    if not any(map(str.isalnum, text)):
        raise UnreadableArticle("has no text, only pictures of pages; run it through text recognition (OCR) first")
    if len(_UNREADABLE.findall(text)) > 0.1 * len(text):
        raise UnreadableArticle("has fonts that do not say which letters they show; export it again with text")


def _edges(page: Sequence[Line]) -> frozenset[int]:
    """Where heads and feet may stand; a page of few lines has fewer of them, so that its own text stays."""
    filled = [i for i, line in enumerate(page) if line.text]
    few = min(_EDGE, max(len(filled) - 1, 0) // 2)
    return frozenset(filled[:few]) | frozenset(filled[len(filled) - few :])


def _shape(line: Line) -> str:
    return re.sub(r"\d+|\b[ivxl]+\b", "#", line.text.casefold())


def _squeezed(text: str) -> str:
    """A title without its number, which outlines seldom have, and its spaces, with which lines are generous."""
    return "".join(re.sub(r"^\s*\d+(?:\.\d+)*\.?\s+", "", clean(text)).casefold().split())


def _outline(entries: object) -> tuple[str, ...]:
    """The titles of the outline, however deep."""
    return tuple(_titles(entries))


def _titles(entries: object) -> Iterator[str]:
    if isinstance(entries, list):
        for entry in entries:
            yield from _titles(entry)
    else:
        yield str(getattr(entries, "title", None) or "")


def _declared(metadata: object) -> Declared:
    """Title and author. The file's date is left alone: it says when the file was made, not when it was published."""
    title, author = (_plain(getattr(metadata, name, None)) for name in ("title", "author"))
    return Declared(title=None if title and _NO_TITLE.search(title) else title, author=author)


def _plain(value: object) -> str | None:
    return " ".join(clean(str(value)).split()) or None if value else None
