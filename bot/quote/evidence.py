"""The sentences of the retrieved chunks, each with what speaks for it as an answer. Knows wording; decides nothing."""

import functools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.injection import asks_for_orders, without_orders
from bot.question.question import Question
from bot.quote.things import fitness
from bot.retrieve import Found
from ingest.articles.article import Article
from ingest.terms import terms

_LEANS = re.compile(
    r"[“\"‘']?(?:he|she|it|they|this|these|those|that|his|her|its|their|such|both"
    r"|the (?:former|latter|project|move|deal|group))\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\?[\"”’')\]]*\s*$")
_NOT_PROSE = re.compile(r"\s*(?:#{1,6}\s|\||https?://\S+$|<!--)")


@dataclass(frozen=True)
class Sentence:
    """One sentence of a retrieved chunk.

    `place` counts on by one from a sentence to the next of its article; `start` and `end` are offsets in its text;
    `terms` are its own, `around` those of its neighbours too. `coverage` is the share of the question's terms, by idf,
    that the sentence holds; `nearby` the same with its neighbours; `cosine` its likeness to the question; `passage` the
    score of its chunk; `fits` how far it holds the kind of thing that was asked for; `before` is the sentence before it
    in its article; `timely` how near its article is to the time the question speaks of; `alignment` and `weakest` say
    how well the question's words, on the whole and the worst of them, are met in meaning (0 until `bot.quote.align` has
    looked).
    """

    found: Found
    place: int
    start: int
    end: int
    text: str
    terms: frozenset[str]
    around: frozenset[str]
    coverage: float
    nearby: float
    cosine: float
    passage: float
    fits: float
    before: str = ""
    timely: float = 0.0
    alignment: float = 0.0
    weakest: float = 0.0

    @property
    def leans(self) -> bool:
        """Tells whether it cannot stand alone, for its subject is in the sentence before."""
        return bool(self.before and _LEANS.match(self.text))

    @property
    def asks(self) -> bool:
        """Tells whether it is itself a question, which is never an answer."""
        return bool(_ASKS.search(self.text))

    @property
    def article(self) -> Article:
        """The article it stands in."""
        return self.found.article


def gather(question: Question, found: Sequence[Found]) -> tuple[Sentence, ...]:
    """Returns the quotable sentences of the chunks, by article and in reading order."""
    lines, orders = list(_lines(found)), asks_for_orders(question.text)
    return tuple(
        _sentence(question, line, before=_neighbour(lines, i, -1), after=_neighbour(lines, i, 1))
        for i, line in enumerate(lines)
        if not _NOT_PROSE.match(line.text) and (orders or line.is_clean)
    )


@functools.lru_cache(maxsize=20_000)
def terms_of(text: str) -> frozenset[str]:
    """Returns the terms of a sentence; kept for a while, for the same sentences are read for many questions."""
    return frozenset(terms(text))


@dataclass(frozen=True)
class _Line:
    """A sentence where it stands: `place` counts on by one from a sentence to the next, and skips what is not here."""

    found: Found
    position: int
    place: int
    text: str
    terms: frozenset[str]
    is_clean: bool


def _lines(found: Sequence[Found]) -> Iterator[_Line]:
    place, last = 0, -1
    for one in sorted(found, key=lambda one: one.stored.row):
        chunk = one.stored.chunk
        place += one.stored.row != last + 1
        clean = without_orders(chunk.text, chunk.sentences, chunk.start)
        for position, (start, end) in enumerate(chunk.sentences):
            text = chunk.between(start, end)
            place += 1
            yield _Line(one, position, place, text, terms_of(text), (start, end) in clean)
        last = one.stored.row


def _neighbour(lines: Sequence[_Line], i: int, step: int) -> _Line | None:
    other = lines[i + step] if 0 <= i + step < len(lines) else None
    same = other and other.found.stored.article_row == lines[i].found.stored.article_row
    return other if other and same and other.place == lines[i].place + step else None


def _sentence(question: Question, line: _Line, *, before: _Line | None, after: _Line | None) -> Sentence:
    start, end = line.found.stored.chunk.sentences[line.position]
    timely = question.period.nearness(line.found.article.published) if question.period else 0.0
    dated = _date_terms(line.found.article) if timely == 1 else frozenset()
    around = dated.union(*(near.terms for near in (before, line, after) if near))
    return Sentence(
        found=line.found,
        place=line.place,
        start=start,
        end=end,
        text=line.text,
        terms=line.terms,
        around=around,
        coverage=covered(line.terms | dated, question.terms),
        nearby=covered(around, question.terms),
        cosine=line.found.sentence_cosines[line.position],
        passage=line.found.score,
        fits=fitness(question.demand, line.text),
        before=before.text if before else "",
        timely=timely,
    )


def _date_terms(article: Article) -> frozenset[str]:
    """An article of the time that is asked about need not say the date that it bears."""
    return terms_of(f"{article.published.day} {article.published:%B %Y}") if article.published else frozenset()


def covered(held: frozenset[str], idf: Mapping[str, float]) -> float:
    """Returns the share of the terms' idf that the held terms make up, from 0 to 1."""
    total = sum(idf.values())
    return sum(value for term, value in idf.items() if term in held) / total if total else 0.0
