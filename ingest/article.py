"""One file becomes one article. Knows front matter and sidecars; knows nothing of chunks or indexes.

What the file or its sidecar declares wins; what is not declared is inferred, and the article says which fields were.
"""

import datetime
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler

from ingest import infer
from ingest.decode import clean, decode
from ingest.errors import UnreadableArticle

SUFFIXES = (".txt", ".md", ".markdown")
SIDECAR_SUFFIX = ".meta.yaml"
READER_VERSION = "1"
SPELLINGS = {
    "title": ("title", "headline"),
    "url": ("url", "link", "canonical", "canonical_url"),
    "published": ("published", "date", "publish_date", "published_at"),
    "author": ("author", "authors", "byline"),
}


@dataclass(frozen=True)
class Article:
    """One document of the corpus.

    `id` is the path inside the corpus, with forward slashes. `text` is what may be quoted; every offset counts in it.
    `inferred` names the fields that nobody declared.
    """

    id: str
    title: str
    url: str | None
    published: datetime.date | None
    author: str | None
    text: str
    inferred: tuple[str, ...] = ()


def content_hash(path: Path) -> str:
    """Returns the sha256 over the file, its sidecar and the reader's version: a new hash means: read it again."""
    parts = [READER_VERSION.encode(), path.read_bytes()]
    sidecar = _sidecar_of(path)
    if sidecar.is_file():
        parts.append(sidecar.read_bytes())
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def read_article(path: Path, article_id: str) -> Article:
    """Reads one file, with its sidecar `NAME.meta.yaml` if there is one.

    Raises:
        UnreadableArticle: the file cannot be read, decoded or parsed, or has no text.
    """
    try:
        text = decode(path.read_bytes())
        sidecar = _sidecar_of(path)
        declared = _parse_sidecar(sidecar) if sidecar.is_file() else {}
    except OSError as error:
        raise UnreadableArticle(f"cannot be read: {error.strerror}; check its permissions") from error
    if path.suffix.lower() != ".txt":
        head, text = _split_front_matter(text)
        declared = head | declared
    return _build(article_id, text, declared)


def _sidecar_of(path: Path) -> Path:
    return path.with_name(path.name + SIDECAR_SUFFIX)


def _split_front_matter(text: str) -> tuple[dict[str, object], str]:
    try:
        head, body = frontmatter.parse(text, handler=YAMLHandler())
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableArticle(f"front matter is not valid YAML ({_first_line(error)}); mend or remove it") from error
    if not head:
        return {}, text  # what stands between two rules need not be front matter
    return {str(key).lower(): value for key, value in head.items()}, clean(body)


def _parse_sidecar(path: Path) -> dict[str, object]:
    try:
        values = yaml.safe_load(decode(path.read_bytes())) or {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableArticle(f"{path.name} is not valid YAML ({_first_line(error)}); mend it") from error
    if not isinstance(values, dict):
        raise UnreadableArticle(f"{path.name} must hold lines like `title: …`")
    return {str(key).lower(): value for key, value in values.items()}


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).split("\n", 1)[0]


def _build(article_id: str, text: str, declared: Mapping[str, object]) -> Article:
    title, url, author = (_text_field(declared, name) for name in ("title", "url", "author"))
    date = _date_field(declared)
    found = infer.infer(text, title=title, url=url)
    if not any(map(str.isalnum, found.text)):
        raise UnreadableArticle("has no text to quote; add some or remove the file")
    from_url = infer.title_from_url(found.url) if found.url else None
    article = Article(
        id=article_id,
        title=found.title or from_url or infer.headline(PurePosixPath(article_id).stem),
        url=found.url,
        published=date or (infer.date_from_url(found.url) if found.url else None),
        author=author,
        text=found.text,
    )
    before = {"title": title, "url": url, "published": date}
    return replace(
        article, inferred=tuple(name for name, value in before.items() if not value and getattr(article, name))
    )


def _field(declared: Mapping[str, object], name: str) -> object:
    return next((declared[key] for key in SPELLINGS[name] if declared.get(key) not in (None, "")), None)


def _text_field(declared: Mapping[str, object], name: str) -> str | None:
    value = _field(declared, name)
    if isinstance(value, (list, tuple)):
        value = ", ".join(map(str, value))
    return " ".join(clean(str(value)).split()) or None if value is not None else None


def _date_field(declared: Mapping[str, object]) -> datetime.date | None:
    value = _field(declared, "published")
    if value is None or isinstance(value, datetime.datetime):
        return value.date() if value else None
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value).strip()[:10])
    except ValueError as error:
        raise UnreadableArticle(f"published: {str(value)[:40]!r} is not a date; write it as 2025-11-05") from error
