"""The answer: text with markers, citations, or a refusal. Plain values; knows nothing of how they came about."""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.shapes import Code, Lines, Table, shapes
from ingest.articles.article import Article
from ingest.articles.blocks import Block, block_at
from ingest.sentences import sentence_spans

MARKER = re.compile(r"\[(\d+)\]")
_OWN_MARKER = re.compile(r"(?<!\s)\s*+\[\d+\]")
_MARKERS = re.compile(r"(?:\[\d+\] ?)+")
_MARK_OF_ITEM = re.compile(r"^ *+(?:- (?:(?:\[[ x]\]|[☑☐]) )?|\d{1,9}[.)] )")
# What an answer says of itself inside of what is cited: the day of a report, and what a long list has besides.
_DATED = re.compile(r"\((?:reported )?\d{1,2} [A-Z][a-z]+ \d{4}\)")
_END_OF_SENTENCE = re.compile(rf"(?: {_DATED.pattern})?((?:[.!?…][\"'”’)]*)?)$")
_MORE = re.compile(r"… and \d+ more in “.*”\.")


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
    """A piece of an answer that is shown before the rest is there: whole sentences with their markers.

    `citations` are those that its markers name; the texts of all parts, joined, are the answer's.
    """

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class Answer:
    """What the bot says to one question.

    `text` carries a marker like [1] after each sentence and every marker has its citation. A refusal, and a reply to
    small talk, has `answered=False` and no citations; a refusal names in `nearest` the articles that come closest.
    `confidence` is the estimated probability, from 0 to 1, that the articles answer the question. `checked` counts the
    sentences of a model that were kept, quoted in their place and dropped; None if no model wrote any. `notice` is what
    a reader should know of how the answer came about, such as a model that failed.
    """

    question: str
    text: str
    answered: bool
    citations: tuple[Citation, ...]
    passages: tuple[Passage, ...]
    nearest: tuple[Article, ...]
    answerer: Literal["quote", "model"]
    confidence: float
    generation: str
    timings_ms: Mapping[str, float]
    checked: Mapping[str, int] | None = None
    notice: str | None = None


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


def faults(answer: Answer, text_of: Mapping[str, str]) -> tuple[str, ...]:
    """Returns what breaks the promise of an answer, given the articles' texts by id; an empty tuple means it is kept.

    Checked: every citation's quote stands at its offsets, every sentence ends with a marker, every marker is cited,
    every citation is used, and what is no answer cites nothing.
    """
    found = [
        f"the quote of [{c.number}] does not stand in {c.article.id}"
        for c in answer.citations
        if not c.quote.strip() or text_of.get(c.article.id, "")[c.start : c.end] != c.quote
    ]
    used, known = set(markers_of(answer.text)), {c.number for c in answer.citations}
    if answer.answered and not re.search(r"\[\d+\](?: \|)?$", answer.text.strip()):
        found.append("the text does not end with a marker")
    found += [f"a sentence has no marker: {sentence}" for sentence in _unmarked(answer)]
    found += [f"[{n}] has no citation" for n in sorted(used - known)]
    found += [f"citation [{n}] is not used" for n in sorted(known - used)]
    if not answer.answered and answer.citations:
        found.append("a refusal cites")
    return tuple(found)


def markers_of(text: str) -> tuple[int, ...]:
    """Returns the numbers of an answer's markers in their order; what stands in code is none."""
    return tuple(
        int(number) for shape in shapes(text) if not isinstance(shape, Code) for number in MARKER.findall(_plain(shape))
    )


def statements(text: str) -> tuple[tuple[str, tuple[int, ...]], ...]:
    """Returns the lines of an answer up to each marker, or to some that stand together, with the markers' numbers."""
    return tuple(("\n".join(line.strip() for line, _ in said), tuple(numbers)) for said, numbers in _cited(text))


def _unmarked(answer: Answer) -> Iterator[str]:
    """What another thing follows before a marker does, unless the quotes that are cited there hold it all."""
    quotes = {citation.number: _words(citation.quote) for citation in answer.citations}
    for said, numbers in _cited(answer.text) if answer.answered else ():
        cited = " ".join(quotes.get(number, "") for number in numbers)
        if f" {' '.join(_words(text) for text, _ in said)} " not in f" {cited} ":
            spans = [text[start:end] for text, names in said if not names for start, end in sentence_spans(text)]
            yield from spans[:-1]


def _cited(text: str) -> Iterator[tuple[Sequence[tuple[str, bool]], Sequence[int]]]:
    """The lines of an answer up to each of its markers, or to some that stand together, with the markers' numbers.

    Of each line it is told whether it only names the columns of a table.
    """
    said: list[tuple[str, bool]] = []
    for shape in shapes(text):
        if isinstance(shape, Code):
            said.append((shape.text, False))
            continue
        names = isinstance(shape, Table)
        for written in _plain(shape).split("\n"):
            line, at = _MARK_OF_ITEM.sub("", written, count=1), 0
            for found in _MARKERS.finditer(line):
                said.append((_DATED.sub("", line[at : found.start()]), False))
                yield [one for one in said if _words(one[0])], [int(number) for number in MARKER.findall(found[0])]
                said, at = [], found.end()
            said.append((_MORE.sub("", line[at:]), names))
            names = False


def _plain(shape: Lines | Table) -> str:
    return shape.text if isinstance(shape, Lines) else "\n".join(map(" ".join, (shape.header, *shape.rows)))


def _words(text: str) -> str:
    """The words of a text without its marks and numbers of items."""
    lines = (said_of(_MARK_OF_ITEM.sub("", line, count=1)) for line in text.split("\n"))
    return " ".join(re.findall(r"\w+", " ".join(lines)))


def marked(said: str, numbers: Iterable[int], *, reported: datetime.date | None = None, below: bool = False) -> str:
    """Returns what is said with its markers, and before them, if given, the day of the report that says it.

    They end a sentence, or stand in a line of their own `below` a list, a table or code.
    """
    markers = " ".join(f"[{number}]" for number in numbers)
    date = f"(reported {reported.day} {reported:%B %Y})" if reported else ""
    if below:
        return f"{said}\n\n{date} {markers}" if date else f"{said}\n\n{markers}"
    if date:
        said = _END_OF_SENTENCE.sub(lambda end: f" {date}{end[1]}", said, count=1)
    return f"{said} {markers}"


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
