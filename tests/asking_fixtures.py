"""Values of the question-answering core, built from literals: what tests name counts, the rest has a plain default."""

import datetime
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from bot.question.answer_type import answer_type_of
from bot.question.names import names_in
from bot.question.understand import Question
from bot.quote.candidates import FACTS, Candidate, candidates
from bot.quote.stretch import Stretch
from bot.quote.widen import widened
from bot.retrieve import Found
from ingest.articles.article import Article
from ingest.articles.blocks import Kind
from ingest.index.store import StoredChunk
from ingest.sentences import sentence_spans
from ingest.split import Chunk, split
from ingest.terms import question_terms
from ingest.units import Unit, units_of

ASKED = datetime.date(2026, 3, 9)
BRIDGE = Article("bridge.md", "The harbour bridge", None, datetime.date(2026, 2, 14), None, "")
TRAIN = Article("train.txt", "The night train", None, None, None, "")
EELS = Article("eels.txt", "A record of eels", None, None, None, "")


def question(text: str) -> Question:
    """A question whose terms all weigh the same and that speaks of no time."""
    return Question(text, dict.fromkeys(question_terms(text), 1.0), names_in(text), (), answer_type_of(text), None)


def found(
    text: str,
    *,
    row: int = 0,
    article: Article = BRIDGE,
    article_row: int = 0,
    start: int = 0,
    kind: Kind = "paragraph",
    lead: str = "",
    path: tuple[str, ...] = (),
    score: float = 0.75,
) -> Found:
    """A retrieved chunk of this text that begins at `start`; its n-th sentence is a unit with the cosine n / 10."""
    units = tuple(Unit(a + start, b + start, kind, 0) for a, b in sentence_spans(text))
    leads = (lead,) * len(units)
    return _found(
        Chunk(f"chunk-{row}", article.id, start, start + len(text), text, units, path, None, leads),
        article=article,
        row=row,
        article_row=article_row,
        score=score,
    )


def found_in(article: Article, *, row: int = 0, article_row: int = 0) -> tuple[Found, ...]:
    """All chunks of an article, as if each had been retrieved; their rows count from `row`."""
    return tuple(
        _found(chunk, article=article, row=row + i, article_row=article_row, score=0.75)
        for i, chunk in enumerate(split(article))
    )


def _found(chunk: Chunk, *, article: Article, row: int, article_row: int, score: float) -> Found:
    stored = StoredChunk(row, article_row, chunk, np.zeros((2 + len(chunk.units), 2), np.float32))
    cosines = tuple(i / 10 for i in range(1, len(chunk.units) + 1))
    return Found(stored, article, 0.5, 0.4, cosines, score)


def candidate(
    text: str,
    asked: str = "",
    *,
    article: Article = BRIDGE,
    place: int = 1,
    before: str = "",
    kind: Kind = "paragraph",
    lead: str = "",
    path: tuple[str, ...] = (),
    score: float = 0.0,
) -> Candidate:
    """The last unit of a chunk that begins at offset 100 for each place, with this unit before it, or none."""
    whole = f"{before} {text}" if before else text
    one = found(whole, row=place, article=article, start=100 * place, kind=kind, lead=lead, path=path)
    return replace(candidates(question(asked), [one])[-1], score=score)


def fact(unit: Candidate, name: str) -> float:
    """What is known of a unit under this name."""
    return unit.facts[FACTS.index(name)]


def texts_of(units: Sequence[Candidate]) -> list[str]:
    """The units' texts."""
    return [one.text for one in units]


def unit_of(article: Article, text: str) -> Unit:
    """The first unit of an article that begins with these words, its label aside."""
    return next(unit for unit in units_of(article) if _says(article.text[unit.start : unit.end], text))


def _says(said: str, text: str) -> bool:
    return said.startswith(text) or said.partition(" ")[2].startswith(text)


def widened_from(article: Article, text: str, asked: str, *, also: Sequence[str] = ()) -> tuple[Stretch, ...]:
    """What a question shows of an article for the unit that begins with these words; `also` answer nearly as well."""
    kind = answer_type_of(asked)
    others = {unit_of(article, other).block for other in also}
    return widened(article, unit_of(article, text), kind=kind.kind, several=kind.several, others=others)


def quotes_of(stretches: Sequence[Stretch]) -> list[str]:
    """The stretches' quotes."""
    return [one.quote for one in stretches]
