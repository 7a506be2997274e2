"""The answer: parts, each with its citations, or a refusal. Plain values; knows nothing of how they came about."""

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from bot.injection import is_order
from bot.shapes import Code, Line, Shape, Table, ended, markdown
from ingest.articles.article import Article
from ingest.articles.blocks import Block, block_at
from ingest.sentences import sentence_spans

Gap = Literal[" ", "\n", "\n\n"]
MARKER = re.compile(r"\[\d+\]")
_OWN_MARKER = re.compile(r"(?<!\s)\s*+\[\d+\]")
_MARK_OF_ITEM = re.compile(r"^ *+(?:- (?:(?:\[[ x]\]|[☑☐]) )?|\d{1,9}[.)] )")


@dataclass(frozen=True)
class Passage:
    """A chunk that was retrieved for a question.

    `start` and `end` are offsets of `text` in the article's text; `score` says how well it fits, best first;
    `article` comes without its text.
    """

    article: Article
    start: int
    end: int
    text: str
    score: float


@dataclass(frozen=True)
class Citation:
    """An article named in an answer: `quote` stands in its text from `start` to `end`, word for word.

    The article comes with its blocks, where it has any.
    """

    number: int
    article: Article
    quote: str
    start: int
    end: int

    @property
    def block(self) -> Block | None:
        """The block that it stands in, or begins in; None where no blocks are known."""
        return block_at(self.article.blocks, self.start)


@dataclass(frozen=True)
class Part:
    """What is said in one go, with what carries all of it: a sentence, an item, a row, a whole list, table or code.

    Markers, the day of the report that says it if `reported`, and that a list has more items which are `left_out` are
    put to it when it is shown; the markers in a line of their own if `below`. `gap` is the white space before it.
    """

    said: tuple[Shape, ...]
    citations: tuple[Citation, ...] = ()
    reported: datetime.date | None = None
    below: bool = False
    left_out: int = 0
    gap: Gap = "\n\n"

    @property
    def shown(self) -> tuple[Shape, ...]:
        """The shapes with all that is put to them."""
        if not self.citations:
            return self.said
        title = self.citations[0].article.title
        more = (Line(""), Line(f"… and {self.left_out} more in “{title}”.")) if self.left_out else ()
        numbers = tuple(citation.number for citation in self.citations)
        return ended((*self.said, *more), numbers, reported=self.reported, below=self.below or bool(more))


def uncited(text: str) -> Part:
    """Returns a part that cites nothing, such as a refusal."""
    return Part((Line(text),))


def text_of(parts: Iterable[Part]) -> str:
    """Returns parts as Markdown, a marker like [1] after each."""
    return "".join(f"{part.gap}{markdown(part.shown)}" for part in parts).lstrip()


@dataclass(frozen=True)
class Answer:
    """What the bot says to one question.

    A refusal, and a reply to small talk, has parts without citations; a refusal names in `nearest` the articles that
    come closest. `confidence` is the estimated probability, from 0 to 1, that the articles answer the question.
    `checked` counts the sentences of a model that were kept, quoted in their place and dropped; None if no model wrote
    any. `notice` is what a reader should know of how the answer came about, such as a model that failed.
    """

    question: str
    parts: tuple[Part, ...]
    passages: tuple[Passage, ...]
    nearest: tuple[Article, ...]
    answerer: Literal["quote", "model"]
    confidence: float
    generation: str
    timings_ms: Mapping[str, float]
    checked: Mapping[str, int] | None = None
    notice: str | None = None

    @property
    def said(self) -> tuple[Part, ...]:
        """The parts; those of a refusal and the titles that come closest.

        A file that begins with an order to machines is given that as its title, and is named by its path instead.
        """
        titles = (article.id if is_order(article.title) else article.title for article in self.nearest)
        near = Line(f"The nearest: {'; '.join(f'“{title}”' for title in titles)}.")
        return (*self.parts, Part((near,), gap=" ")) if self.nearest else self.parts

    @property
    def text(self) -> str:
        """The answer as Markdown."""
        return text_of(self.said)

    @property
    def citations(self) -> tuple[Citation, ...]:
        """The citations of the parts by their numbers, each once."""
        return tuple({citation.number: citation for part in self.parts for citation in part.citations}.values())

    @property
    def answered(self) -> bool:
        """Whether the articles answer: a refusal cites nothing."""
        return any(part.citations for part in self.parts)


def as_json(answer: Answer, *, id_: str | None = None) -> dict[str, object]:
    """Returns the answer as the object that other tools read; the README describes it.

    `checked` is there only if a model wrote, `notice` only if there is one.
    """
    extra = {"checked": answer.checked and dict(answer.checked), "notice": answer.notice}
    return {
        "id": id_,
        "question": answer.question,
        "answered": answer.answered,
        "text": answer.text,
        "citations": [
            {"number": c.number, **_article(c.article), **_place(c), "quote": c.quote, "start": c.start, "end": c.end}
            for c in answer.citations
        ],
        "passages": [
            {"article_id": p.article.id, "start": p.start, "end": p.end, "text": p.text, "score": round(p.score, 4)}
            for p in answer.passages
        ],
        "nearest": [_article(article) for article in answer.nearest],
        "answerer": answer.answerer,
        "confidence": round(answer.confidence, 4),
        "generation": answer.generation,
        "timings_ms": {name: round(value, 2) for name, value in answer.timings_ms.items()},
        **{name: value for name, value in extra.items() if value is not None},
    }


def faults(answer: Answer, texts: Mapping[str, str]) -> tuple[str, ...]:
    """Returns what breaks the promise of an answer, given the articles' texts by id; an empty tuple means it is kept.

    Checked: every citation's quote stands at its offsets, every sentence ends with a marker, no marker means two
    places, and nothing that is said looks like one.
    """
    cited = [citation for part in answer.parts for citation in part.citations]
    found = [
        f"the quote of [{c.number}] does not stand in {c.article.id}"
        for c in cited
        if not c.quote.strip() or texts.get(c.article.id, "")[c.start : c.end] != c.quote
    ]
    places = {(c.number, c.article.id, c.start, c.end) for c in cited}
    found += [f"[{n}] means two places" for n, times in Counter(n for n, *_ in places).items() if times > 1]
    for part in answer.parts if cited else ():
        found += [f"a sentence has no marker: {sentence}" for sentence in _unmarked(part)]
        said = markdown(shape for shape in part.said if not isinstance(shape, Code))
        found += [f"no citation is meant by {marker}" for marker in MARKER.findall(said)]
    return tuple(found)


def statements(answer: Answer) -> tuple[tuple[str, tuple[Citation, ...]], ...]:
    """Returns what the parts of an answer say, line by line, each with its citations."""
    return tuple(("\n".join(line for line, _ in _lines(part)), part.citations) for part in answer.parts)


def _unmarked(part: Part) -> list[str]:
    """What another thing follows before a marker does, unless the quotes that are cited there hold it all."""
    lines = list(_lines(part))
    said, quotes = (
        _words("\n".join(texts)) for texts in ([line for line, _ in lines], [c.quote for c in part.citations])
    )
    if part.citations and f" {said} " in f" {quotes} ":
        return []
    spans = [line[start:end] for line, names in lines if not names for start, end in sentence_spans(line)]
    return spans[:-1] if part.citations else spans


def _lines(part: Part) -> Iterator[tuple[str, bool]]:
    """The lines of what is said, without the marks of items; of each, whether it only names the columns of a table."""
    for shape in part.said:
        match shape:
            case Line(text):
                yield _MARK_OF_ITEM.sub("", text, count=1).strip(), False
            case Code(text):
                yield text, False
            case Table(header, rows):
                yield from ((" ".join(cells), cells is header) for cells in (header, *rows))


def _words(text: str) -> str:
    """The words of a text without its marks and numbers of items."""
    lines = (said_of(_MARK_OF_ITEM.sub("", line, count=1)) for line in text.split("\n"))
    return " ".join(re.findall(r"\w+", " ".join(lines)))


def said_of(quote: str) -> str:
    """Returns a quote as an answer says it: on one line, without its own numbers in brackets, no markers of ours."""
    return " ".join(_OWN_MARKER.sub("", quote).split())


def _article(article: Article) -> dict[str, object]:
    published = article.published.isoformat() if article.published else None
    return {"article_id": article.id, "title": article.title, "url": article.url, "published": published}


def _place(citation: Citation) -> dict[str, object]:
    block = citation.block
    facts = {"heading": block.heading, "page": block.page, "kind": block.kind} if block else {}
    return {name: value for name, value in facts.items() if value is not None}
