"""How a question becomes an answer, from top to bottom. Each step lives elsewhere and hands on a value."""

import datetime
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import ParamSpec

import numpy as np

from bot.answer import Answer, Citation, Part
from bot.errors import ModelFailed
from bot.model.write import NOTHING, Asked, Writer, Written
from bot.passages import passages
from bot.question.followup import Turn, condense
from bot.question.question import Question, understand
from bot.question.smalltalk import small_talk
from bot.quote.candidates import candidates
from bot.quote.quote import choose, cite
from bot.quote.ranker import Ranked, ranked
from bot.quote.refuse import missing_names, nearest, refusal
from bot.retrieve import Found, retrieve
from ingest.articles.blocks import block_at
from ingest.embed.embedder import Embedder, Language, Vectors
from ingest.errors import EmbedderUnavailable
from ingest.index.index import Index

THRESHOLD = 0.0
# A model may find an answer where the quoting answerer would refuse, but not where next to nothing speaks for one.
WORTH_WRITING = THRESHOLD - 3
EMPTY = "Ask me a question about the articles, in a few words or a sentence."
QUOTED, SEARCHED = "this is quoted from the articles", "the articles were searched without it"
NOTHING_PASSED = "Nothing that the language model wrote passed the check; this is quoted from the articles."
BY_WORDS = "The search by meaning is down; this was found by words alone."
P = ParamSpec("P")


def answering(
    text: str,
    *,
    index: Index,
    embedder: Embedder,
    language: Language,
    asked: datetime.date,
    history: Sequence[Turn] = (),
    writer: Writer | None = None,
    user: str = "local",
    scope: Sequence[str] = (),
) -> Iterator[Part | Answer]:
    """Yields parts of an answer as they are ready, each checked, and at last the whole Answer.

    `asked` counts as today; `history` holds the earlier turns, oldest first. With a writer the model writes, and quotes
    are what is left when it cannot; without one the answer is quoted. `user` is whose budget the model spends;
    `scope` names the folders to search, or is empty for all.
    """
    start, began, text = time.perf_counter(), time.monotonic(), _plain(text)
    reply = small_talk(text) or (None if any(map(str.isalnum, text)) else EMPTY)
    if reply:
        yield _reply(text, reply, index, start)
        return
    standalone, failure = _standalone(text, history, writer, asked, user, began)
    question = understand(_plain(standalone), index, language, asked=asked)
    found, by_words = _retrieve(question, index, embedder, scope)
    retrieved = time.perf_counter()
    units = ranked(question, candidates(question, found), language)
    able = None if failure or by_words else writer
    heard = Asked(question, found, units.units, index, embedder, asked, user, began)
    written = yield from _draft(heard, units, able, failure)
    timings = _timings(start, retrieved, time.perf_counter())
    notice = " ".join(filter(None, (written.notice, by_words))) or None
    yield _answer(text, heard, replace(written, notice=notice), units, timings=timings)


def _to_its_end(run: Callable[P, Iterator[Part | Answer]]) -> Callable[P, Answer]:
    def whole(*args: P.args, **kwargs: P.kwargs) -> Answer:
        return next(item for item in run(*args, **kwargs) if isinstance(item, Answer))

    return whole


ask = _to_its_end(answering)
"""Answers one message from one generation of the articles: `answering`, run to its end."""


def _answer(
    text: str,
    asked: Asked,
    written: Written,
    units: Ranked,
    *,
    timings: Mapping[str, float],
) -> Answer:
    near = () if written.text else nearest(units.units)
    return Answer(
        question=text,
        text=written.text or refusal(missing_names(asked.question, units.units, asked.index), near),
        answered=bool(written.citations),
        citations=tuple(_placed(citation, asked) for citation in written.citations),
        passages=passages(units.units),
        nearest=near,
        answerer=written.answerer,
        confidence=units.probability,
        generation=asked.index.manifest.generation,
        timings_ms=timings,
        checked=written.checked or None,
        notice=written.notice,
    )


def _placed(citation: Citation, asked: Asked) -> Citation:
    """The citation with the heading, the page and the kind of block that it stands in."""
    rows = (one.stored.article_row for one in asked.found if one.article.id == citation.article.id)
    row = next(rows, None)
    blocks = () if row is None else asked.index.read_article(row).blocks
    return citation.placed(block_at(blocks, citation.start))


def _plain(text: str) -> str:
    """Half a surrogate pair, as broken JSON and terminals deliver it, can be neither embedded nor printed."""
    return text.encode("utf-8", "replace").decode()


def _standalone(
    text: str, history: Sequence[Turn], writer: Writer | None, asked: datetime.date, user: str, began: float
) -> tuple[str, ModelFailed | None]:
    """The question without the conversation, by the model or by rules; and why the model could not, if so."""
    if writer and history:
        try:
            return writer.standalone(text, history, day=asked, user=user, started=began), None
        except ModelFailed as error:
            return condense(text, history), error
    return condense(text, history), None


def _retrieve(
    question: Question, index: Index, embedder: Embedder, scope: Sequence[str]
) -> tuple[tuple[Found, ...], str | None]:
    """What is found by sense and words, or by words alone where the embedder fails, with a notice that says so."""
    try:
        return retrieve(question, index, embedder, scope=scope), None
    except EmbedderUnavailable:
        by_words = _NoSense(index.manifest.fingerprint, index.manifest.dimensions)
        return retrieve(question, index, by_words, scope=scope), BY_WORDS


class _NoSense:
    """An embedder for when the embedder is down: every text is equally unlike every other, so only words count."""

    def __init__(self, fingerprint: str, dimensions: int) -> None:
        self.fingerprint, self.dimensions = fingerprint, dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.zeros((len(texts), self.dimensions), dtype=np.float32)


def _draft(
    asked: Asked, units: Ranked, writer: Writer | None, failure: ModelFailed | None
) -> Generator[Part, None, Written]:
    """What the model writes; where there is none, or nothing of it passes, what can be quoted; else nothing."""
    written = NOTHING
    if writer and units.odds >= WORTH_WRITING:
        try:
            written = yield from writer.write(asked)
        except ModelFailed as error:
            failure = error
    if written.text or written.refuses:
        return written
    text, citations = _quote(asked, units) if units.odds >= THRESHOLD else ("", ())
    if not citations:
        return replace(written, notice=_instead(failure, SEARCHED)) if failure else written
    yield Part(text, citations)
    notice = _instead(failure, QUOTED) if failure else written.notice or (NOTHING_PASSED if written.checked else None)
    return replace(written, text=text, citations=citations, answerer="quote", notice=notice)


def _instead(error: ModelFailed, done: str) -> str:
    return f"The language model {error.reason}; {done}."


def _quote(asked: Asked, units: Ranked) -> tuple[str, tuple[Citation, ...]]:
    """The quoting answer."""
    return cite(choose(asked.question, units.units, asked.index))


def _reply(text: str, reply: str, index: Index, start: float) -> Answer:
    now = time.perf_counter()
    return Answer(text, reply, False, (), (), (), "quote", 0.0, index.manifest.generation, _timings(start, now, now))


def _timings(start: float, retrieved: float, end: float) -> dict[str, float]:
    return {
        "retrieve": (retrieved - start) * 1000,
        "answer": (end - retrieved) * 1000,
        "total": (end - start) * 1000,
    }
