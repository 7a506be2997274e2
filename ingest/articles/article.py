"""One file becomes one article. Knows what is declared, inferred and refused; knows nothing of chunks or indexes.

What the sidecar declares wins over what the file declares; what neither declares is inferred, and the article says
which fields were.
"""

import datetime
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from ingest.articles import infer
from ingest.articles.declared import NOTHING, Declared, parse_declared
from ingest.articles.decode import clean, decode
from ingest.articles.formats.parsed import Parsed
from ingest.articles.formats.table import READERS, WRITTEN
from ingest.articles.load import SIDECAR_SUFFIX, load, load_sidecar
from ingest.articles.marks import Mark, moved
from ingest.errors import UnreadableArticle

READER_VERSION = "4"
MAX_CHARS = 2_000_000


@dataclass(frozen=True)
class Article:
    """One document of the corpus.

    `id` is the path inside the corpus, with forward slashes. `text` is what may be quoted; every offset counts in it.
    `inferred` names the fields that nobody declared. `marks` tell headings and pages; see `ingest.articles.marks`.
    """

    id: str
    title: str
    url: str | None
    published: datetime.date | None
    author: str | None
    text: str
    inferred: tuple[str, ...] = ()
    marks: tuple[Mark, ...] = ()


def content_hash(path: Path) -> str:
    """Returns the sha256 over the file, its sidecar and the reader's version: a new hash means: read it again.

    Raises:
        UnreadableArticle: it cannot be opened, or is too large.
    """
    parts = [READER_VERSION.encode(), load(path)]
    sidecar = load_sidecar(path)
    if sidecar is not None:
        parts.append(sidecar)
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def read_article(path: Path, article_id: str) -> Article:
    """Reads one file, with its sidecar `NAME.meta.yaml` if there is one, in this process.

    A file that nobody vouches for is read by `ingest.articles.reader`, which does the same in a process with limits.

    Raises:
        UnreadableArticle: the file cannot be read, decoded or parsed, or has no text.
    """
    return make_article(load(path), load_sidecar(path), article_id=article_id)


def make_article(raw: bytes, sidecar: bytes | None, *, article_id: str) -> Article:
    """Makes the article of a file's bytes; the suffix of the id says which kind of file it is.

    Raises:
        UnreadableArticle: the bytes cannot be decoded or parsed, or hold no text that may be quoted.
    """
    parsed = _parse(raw, PurePosixPath(article_id).suffix.lower())
    _check(parsed.text)
    own = (
        NOTHING
        if sidecar is None
        else parse_declared(decode(sidecar), name=PurePosixPath(article_id).name + SIDECAR_SUFFIX)
    )
    return _build(article_id, parsed, own.over(parsed.declared))


def _parse(raw: bytes, suffix: str) -> Parsed:
    """Calls the reader. What a library raises on a malformed file is its own affair, and there is no list of it."""
    try:
        return READERS[suffix](raw)
    except (UnreadableArticle, MemoryError):
        raise
    except Exception as error:
        what = f"{type(error).__name__}: {clean(str(error))[:80]}".replace("\n", " ")
        raise UnreadableArticle(f"is a malformed {suffix} file ({what}); open it and save it again") from error


def _check(text: str) -> None:
    if len(text) > MAX_CHARS:
        raise UnreadableArticle(f"has more than {MAX_CHARS:,} characters of text; split it into several articles")


def _build(article_id: str, parsed: Parsed, declared: Declared) -> Article:
    written = PurePosixPath(article_id).suffix.lower() in WRITTEN
    found = infer.infer(parsed.text, title=declared.title, url=declared.url, seek_url=written)
    if not any(map(str.isalnum, found.text)):
        raise UnreadableArticle("has no text to quote; add some or remove the file")
    from_url = infer.title_from_url(found.url) if found.url else None
    title = found.title or from_url or infer.headline(PurePosixPath(article_id).stem)
    article = Article(
        id=article_id,
        title=title,
        url=found.url,
        published=declared.published or (infer.date_from_url(found.url) if found.url else None),
        author=declared.author,
        text=found.text,
        marks=moved(parsed.marks, found.kept, title=title),
    )
    before = {"title": declared.title, "url": declared.url, "published": declared.published}
    return replace(
        article, inferred=tuple(name for name, value in before.items() if not value and getattr(article, name))
    )
