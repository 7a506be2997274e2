"""An article becomes chunks: consecutive units of one section. Knows units; knows nothing of vectors."""

import hashlib
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.articles.article import Article
from ingest.context import lead_of
from ingest.sentences import MAX_WORD, Span
from ingest.units import Unit, units_of

# Measured on questions over documents of thirteen publishers (eval/RESULTS.md).
MAX_WORDS = 60
SPLITTER_VERSION = "5"


@dataclass(frozen=True)
class Chunk:
    """A stretch of one article: whole units of one section.

    `start` and `end` are offsets in the article's text, `text` is what stands there; `path` are the headings above it,
    `page` is where it begins; `leads` say of each unit what introduces it, "" if nothing does. The id is the same for
    the same text in the same article.
    """

    id: str
    article_id: str
    start: int
    end: int
    text: str
    units: tuple[Unit, ...]
    path: tuple[str, ...] = ()
    page: int | None = None
    leads: tuple[str, ...] = ()

    @property
    def sentences(self) -> tuple[Span, ...]:
        """Where its units begin and end in the article's text."""
        return tuple(unit.span for unit in self.units)

    def between(self, start: int, end: int) -> str:
        """Returns the chunk's text between two offsets in the article's text."""
        return self.text[start - self.start : end - self.start]


def split(article: Article) -> tuple[Chunk, ...]:
    """Returns the article's chunks in reading order, covering every unit once.

    A chunk has at most MAX_WORDS words, or a single unit.
    """
    seen: Counter[str] = Counter()
    chunks = []
    for group in _groups(article, units_of(article)):
        start, end = group[0].start, group[-1].end
        text = article.text[start:end]
        seen[text] += 1
        id_ = _chunk_id(article.id, text, seen[text])
        chunks.append(chunk_of(article, id_, group))
    return tuple(chunks)


def chunk_of(article: Article, id_: str, units: tuple[Unit, ...]) -> Chunk:
    """Returns the chunk of an article that these units make up."""
    start, end, block = units[0].start, units[-1].end, article.blocks[units[0].block]
    leads = tuple(lead_of(article, unit) for unit in units)
    return Chunk(id_, article.id, start, end, article.text[start:end], units, block.path, block.page, leads)


def _groups(article: Article, units: Sequence[Unit]) -> Iterator[tuple[Unit, ...]]:
    """Runs of units of one section with no more between them than a word is long: pasted data is in no chunk."""
    headings = list(itertools.accumulate(block.kind == "heading" for block in article.blocks))
    for _, section in itertools.groupby(units, key=lambda unit: headings[unit.block]):
        group: list[Unit] = []
        words = 0
        for unit in section:
            length = len(article.text[unit.start : unit.end].split())
            if group and (words + length > MAX_WORDS or unit.start - group[-1].end > MAX_WORD):
                yield tuple(group)
                group, words = [], 0
            group.append(unit)
            words += length
        yield tuple(group)


def _chunk_id(article_id: str, text: str, occurrence: int) -> str:
    return hashlib.sha256("\0".join((article_id, str(occurrence), text)).encode()).hexdigest()[:32]
