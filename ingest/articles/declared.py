"""What a file or its sidecar says of itself: title, url, date, author. The home of yaml; infers nothing.

YAML is foreign input: aliases (a few of them can stand for billions of values), deep nesting and long headers are
refused before they cost anything.
"""

import datetime
import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import yaml

from ingest.articles.decode import clean
from ingest.errors import UnreadableArticle

MAX_CHARS, MAX_DEPTH = 32_000, 20
SPELLINGS = {
    "title": ("title", "headline"),
    "url": ("url", "link", "canonical", "canonical_url"),
    "published": ("published", "date", "publish_date", "published_at"),
    "author": ("author", "authors", "byline"),
}
# So alike are "published" and "publised"; "updated" is not.
_NEARLY = 0.85
_FENCE = re.compile(r"^-{3,}$", re.MULTILINE)


@dataclass(frozen=True)
class Declared:
    """What is declared of an article; None where nothing is."""

    title: str | None = None
    url: str | None = None
    published: datetime.date | None = None
    author: str | None = None

    def over(self, other: "Declared") -> "Declared":
        """Returns the two together; what this one declares wins."""
        return Declared(
            title=self.title or other.title,
            url=self.url or other.url,
            published=self.published or other.published,
            author=self.author or other.author,
        )


NOTHING = Declared()


def parse_front_matter(text: str) -> tuple[Declared, str]:
    """Returns what the front matter of a text declares, and the text below it.

    What stands between two rules need not be front matter: if it is no list of fields, it is text like the rest.

    Raises:
        UnreadableArticle: it is not plain YAML, or a date is none.
    """
    head, below = split_front_matter(text)
    values = _values(head, name="front matter")
    return (_declared(values), below) if isinstance(values, dict) else (NOTHING, text)


def split_front_matter(text: str) -> tuple[str, str]:
    """Returns the lines between two `---` fences at the very top, and the text below them; without fences, all text."""
    fences = _FENCE.finditer(text)
    first, second = next(fences, None), next(fences, None)
    if first is None or second is None or first.start() > 0:
        return "", text
    return text[first.end() : second.start()], text[second.end() :].strip("\n")


def parse_declared(text: str, *, name: str) -> Declared:
    """Parses lines like `title: …`; `name` says in the error what they are.

    Raises:
        UnreadableArticle: they are not plain YAML, or a date is none.
    """
    values = _values(text, name=name)
    if not isinstance(values, dict):
        raise UnreadableArticle(f"{name} must hold lines like `title: …`; mend or remove it")
    return _declared(values)


def _values(text: str, *, name: str) -> object:
    try:
        _check_size(text)
        return yaml.load(text, Loader=_PlainLoader) or {}
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise UnreadableArticle(f"{name} is not valid YAML ({_first_line(error)}); mend or remove it") from error


def _declared(values: Mapping[object, object]) -> Declared:
    lowered = {str(key).lower(): value for key, value in values.items()}
    _check_spelling(lowered)
    title, url, author = (_text_field(lowered, field) for field in ("title", "url", "author"))
    return Declared(title, url, _date_field(lowered), author)


def _check_spelling(keys: Iterable[str]) -> None:
    """A date under a mistyped name would be lost without a word."""
    known = [spelling for spellings in SPELLINGS.values() for spelling in spellings]
    for key in keys:
        meant = difflib.get_close_matches(key, known, n=1, cutoff=_NEARLY)
        if meant and key not in known:
            raise UnreadableArticle(f"{key[:40]!r} is no field; write {meant[0]!r}, or rename it")


class _PlainLoader(yaml.SafeLoader):
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read; write the value out")
        return super().compose_node(parent, index)


def _check_size(text: str) -> None:
    if len(text) > MAX_CHARS:
        raise ValueError(f"longer than {MAX_CHARS} characters")
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise ValueError(f"nested more than {MAX_DEPTH} deep")


def _first_line(error: Exception) -> str:
    return clean((str(error) or type(error).__name__).split("\n", 1)[0])[:120]


def _field(values: Mapping[str, object], name: str) -> object:
    return next((values[key] for key in SPELLINGS[name] if values.get(key) not in (None, "")), None)


def _text_field(values: Mapping[str, object], name: str) -> str | None:
    value = _field(values, name)
    if isinstance(value, (list, tuple)):
        value = ", ".join(map(str, value))
    return " ".join(clean(str(value)).split()) or None if value is not None else None


def _date_field(values: Mapping[str, object]) -> datetime.date | None:
    value = _field(values, "published")
    if value is None or isinstance(value, datetime.datetime):
        return value.date() if value else None
    if isinstance(value, datetime.date):
        return value
    try:
        return datetime.date.fromisoformat(str(value).strip()[:10])
    except ValueError as error:
        raise UnreadableArticle(f"published: {str(value)[:40]!r} is not a date; write it as 2025-11-05") from error
