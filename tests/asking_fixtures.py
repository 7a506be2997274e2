"""Values of the question-answering core, built from literals: what tests name counts, the rest has a plain default."""

import datetime
from collections.abc import Sequence

import numpy as np

from bot.question.demand import demand_of
from bot.question.names import names_in
from bot.question.question import Question
from bot.quote.evidence import Sentence, covered
from bot.quote.things import fitness
from bot.retrieve import Found
from ingest.articles.article import Article
from ingest.index.store import StoredChunk
from ingest.sentences import sentence_spans
from ingest.split import Chunk
from ingest.terms import question_terms, terms
from ingest.units import Unit

ASKED = datetime.date(2026, 3, 9)
BRIDGE = Article("bridge.md", "The harbour bridge", None, datetime.date(2026, 2, 14), None, "")
TRAIN = Article("train.txt", "The night train", None, None, None, "")
EELS = Article("eels.txt", "A record of eels", None, None, None, "")


def question(text: str) -> Question:
    """A question whose terms all weigh the same and that speaks of no time."""
    return Question(text, dict.fromkeys(question_terms(text), 1.0), names_in(text), demand_of(text), None)


def found(text: str, *, row: int = 0, article: Article = BRIDGE, article_row: int = 0, start: int = 0) -> Found:
    """A retrieved chunk of this text that begins at `start`; its n-th sentence has the cosine n / 10."""
    units = tuple(Unit(a + start, b + start, "paragraph", 0) for a, b in sentence_spans(text))
    chunk = Chunk(f"chunk-{row}", article.id, start, start + len(text), text, units)
    stored = StoredChunk(row, article_row, chunk, np.zeros((1 + len(units), 2), np.float32))
    cosines = tuple(i / 10 for i in range(1, len(units) + 1))
    return Found(stored, article, 0.5, cosines, 1.0, 1.0, 0.75)


def sentence(
    text: str,
    asked: str = "",
    *,
    alignment: float = 0.0,
    cosine: float = 0.0,
    weakest: float = 0.0,
    article: Article = BRIDGE,
    place: int = 1,
    before: str = "",
    fits: float | None = None,
) -> Sentence:
    """A sentence that stands alone in its chunk, at offset 100 for each place, with what the question makes of it."""
    put = question(asked)
    own = frozenset(terms(text))
    around = own | frozenset(terms(before))
    return Sentence(
        found=found(text, row=place, article=article, start=100 * place),
        place=place,
        start=100 * place,
        end=100 * place + len(text),
        text=text,
        terms=own,
        around=around,
        coverage=covered(own, put.terms),
        nearby=covered(around, put.terms),
        cosine=cosine,
        passage=0.0,
        fits=fitness(put.demand, text) if fits is None else fits,
        before=before,
        alignment=alignment,
        weakest=weakest,
    )


def texts_of(sentences: Sequence[Sentence]) -> list[str]:
    """The sentences' texts."""
    return [one.text for one in sentences]
