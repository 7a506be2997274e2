"""PDF: where letters stand on each page. The home of pypdfium2; `layout` makes paragraphs, rows and headings of them.

A page that cannot be read costs that page, and is named. Pictures of text are no text here.
"""

import ctypes
import re
from collections.abc import Iterator, Sequence
from typing import Any

from ingest.articles.declared import Declared
from ingest.articles.decode import clean
from ingest.articles.formats.columns import Line
from ingest.articles.formats.layout import pieces_of_pages
from ingest.articles.formats.letters import HYPHENS, Letter, lines_of, runs_down
from ingest.articles.formats.pieces import Parsed
from ingest.errors import UnreadableArticle

MAX_PAGES = 2_000
_MOST_NAMED = 8
_NO_TITLE = re.compile(r"untitled|microsoft (?:word|powerpoint)|\.(?:docx?|pdf|indd|tex|rtf|pptx?)$", re.IGNORECASE)
_UNREADABLE = re.compile("[\ufffd\ue000-\uf8ff\x00-\x08\x0e-\x1f]")
_MOST_UNREADABLE = 0.1
# Where so many pages cannot be decoded, what seems to be text on the others is none.
_MOSTLY = 0.8
_LEAST_LETTERS, _LEAST_VOICED = 0.6, 0.8


def read(raw: bytes) -> Parsed:
    """Returns the text in paragraphs, rows and headings, with the page that each begins on.

    Raises UnreadableArticle: it is damaged, locked, too long, undecodable, or has no text but only pictures of it.
    """
    import pypdfium2  # here, for it takes a while that a corpus without PDFs should not pay

    try:
        pdf = pypdfium2.PdfDocument(raw)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableArticle("is locked with a password", "save it without one") from error
        raise UnreadableArticle(f"is a damaged PDF ({clean(str(error))[:80]})", "open it and save it again") from error
    try:
        if len(pdf) > MAX_PAGES:
            raise UnreadableArticle(f"has more than {MAX_PAGES:,} pages", "split it into several files")
        pages, broken, undecodable, upright = _pages(pdf)
        if len(undecodable) > _MOSTLY * (len(undecodable) + sum(map(bool, pages))):
            raise UnreadableArticle("has fonts that do not say which letters they show", "export it again with text")
        if not any(pages):
            raise UnreadableArticle(
                "has no text, only pictures of pages", "run it through text recognition (OCR) first, with ocrmypdf say"
            )
        pieces, edges = pieces_of_pages(pages, _outline(pdf))
        declared = _declared(pdf, pages)
    finally:
        pdf.close()
    warnings = (
        *_named(broken, "no text could be read of"),
        *_named(undecodable, "the fonts cannot be decoded of"),
        *_named(upright, "text that runs from top to bottom is read only in part on"),
    )
    return Parsed(pieces, declared, warnings, {"heads and feet of pages": edges} if edges else {})


def _pages(pdf: Any) -> tuple[list[tuple[Line, ...]], list[int], list[int], list[int]]:
    """The lines of each page, and the numbers of those without text, of those whose letters nobody can tell, and of
    those that are written in columns, of which PDFium gives some.
    """
    import pypdfium2

    pages: list[tuple[Line, ...]] = []
    broken, undecodable, upright = list[int](), list[int](), list[int]()
    for number in range(1, len(pdf) + 1):
        lines: tuple[Line, ...] = ()
        try:
            page = _flat(pdf, number - 1)
            letters, unsure = _letters(page)
            if not _is_decoded([one.sign for one in letters], unsure=unsure > _MOST_UNREADABLE * len(letters)):
                undecodable.append(number)
            else:
                lines = tuple(lines_of(letters, number))
                if not lines:
                    broken.append(number)
                elif runs_down(letters):
                    upright.append(number)
            page.close()
        except (pypdfium2.PdfiumError, OSError, ValueError):
            broken.append(number)
        pages.append(lines)
    return _in_reading_order(pages, upright), broken, undecodable, upright


def _in_reading_order(pages: Sequence[tuple[Line, ...]], upright: Sequence[int]) -> list[tuple[Line, ...]]:
    """The pages; what is written in columns begins at the right."""
    return [
        tuple(sorted(lines, key=lambda line: -line.right)) if number in upright else lines
        for number, lines in enumerate(pages, start=1)
    ]


def _flat(pdf: Any, number: int) -> Any:
    """A page with what forms and remarks show on it as part of it, as it is printed."""
    from pypdfium2 import raw

    page = pdf[number]
    if raw.FPDFPage_GetAnnotCount(page) and raw.FPDFPage_Flatten(page, raw.FLAT_PRINT) == raw.FLATTEN_SUCCESS:
        page.close()
        page = pdf[number]
    return page


def _named(numbers: Sequence[int], what: str) -> Iterator[str]:
    if numbers:
        shown = ", ".join(map(str, numbers[:_MOST_NAMED]))
        more = f" and {len(numbers) - _MOST_NAMED} more" if len(numbers) > _MOST_NAMED else ""
        yield f"{what} page{'s' if len(numbers) > 1 else ''} {shown}{more}"


def _letters(page: Any) -> tuple[list[Letter], int]:
    """The letters of a page in the order of its text; and how many are guessed.

    Spaces and line ends that PDFium infers come with them; their places mean nothing.
    """
    from pypdfium2 import raw

    text = page.get_textpage()
    found, guessed = [], 0
    box, high = raw.FS_RECTF(), ""
    for i in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, i)
        if 0xD800 <= code < 0xDC00:
            high = chr(code)
            continue
        sign = chr(code) if code else ""
        if 0xDC00 <= code < 0xE000:
            sign = (high + chr(code)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        high = ""
        inferred = sign == " " and raw.FPDFText_IsGenerated(text, i) == 1
        if raw.FPDFText_GetLooseCharBox(text, i, ctypes.byref(box)):
            found.append(Letter(sign, box.left, box.bottom, box.right, box.top, inferred))
        else:
            found.append(Letter(sign, is_inferred=inferred))
        guessed += raw.FPDFText_HasUnicodeMapError(text, i) == 1
    text.close()
    return found, guessed


def _is_decoded(letters: Sequence[str], *, unsure: bool) -> bool:
    """Tells whether letters are what the page shows: a font without a usable map gives others, or none.

    Where PDFium had to guess (`unsure`), words without vowels betray letters that stand for others.
    """
    seen = [one for one in letters if one.strip() and one not in HYPHENS]
    if sum(bool(_UNREADABLE.match(one)) for one in seen) > _MOST_UNREADABLE * len(seen):
        return False
    if not unsure:
        return True
    words = re.findall(r"[a-z]{3,}", "".join(letters).casefold())
    voiced = sum(bool(re.search("[aeiouy]", word)) for word in words)
    figures = sum(map(str.isalnum, seen))
    return figures > _LEAST_LETTERS * len(seen) and voiced >= _LEAST_VOICED * len(words)


def _outline(pdf: Any) -> tuple[tuple[str, int], ...]:
    """The titles of the bookmarks with their levels, from 1; a bookmark that is damaged costs the rest of them."""
    found: list[tuple[str, int]] = []
    try:
        for one in pdf.get_toc(max_depth=6):
            title = one.get_title() if hasattr(one, "get_title") else one.title
            found.append((" ".join(clean(str(title or "")).split()), int(one.level) + 1))
    except Exception:  # whatever a library makes of a broken tree costs its headings alone
        return tuple(found)
    return tuple(found)


def _declared(pdf: Any, pages: Sequence[Sequence[Line]]) -> Declared:
    """Title and author. A title that the first pages do not show is of a template, or of the file before this one.

    The file's date is left alone: it says when the file was made, not when it was published.
    """
    try:
        facts = pdf.get_metadata_dict()
    except Exception:  # as above
        return Declared()
    title, author = (" ".join(clean(str(facts.get(name) or "")).split()) for name in ("Title", "Author"))
    shown = _bare(" ".join(line.text for page in pages[:2] for line in page))
    kept = title and not _NO_TITLE.search(title) and _bare(title) in shown
    return Declared(title=title if kept else None, author=author or None)


def _bare(text: str) -> str:
    return "".join(re.findall(r"\w+", text.casefold()))
