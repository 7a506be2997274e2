"""How a question becomes an answer, from top to bottom. Each step lives elsewhere and hands on a value."""

import datetime
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import replace

import numpy as np

from bot.answer import Answer, Answerer, Citation, Part, Passage
from bot.conflict import asks_for_present, show_dates, with_opposing
from bot.errors import ModelFailed
from bot.evidence import Sentence, gather
from bot.followup import Turn, condense
from bot.model.write import NOTHING, Asked, Writer, Written
from bot.question import Question, understand
from bot.quote import choose, cite
from bot.refuse import THRESHOLD, confidence, nearest, refusal
from bot.retrieve import Found, retrieve
from bot.smalltalk import small_talk
from ingest.embed import Embedder, Vectors
from ingest.errors import EmbedderUnavailable
from ingest.index import Index

EMPTY = "Ask me a question about the articles, in a few words or a sentence."
BY_WORDS = "The search by meaning is down; this was found by words alone."
# A model may find an answer where the quoting answerer would refuse, but not where nothing speaks for one.
WORTH_WRITING = THRESHOLD / 2


def ask(
    text: str,
    *,
    index: Index,
    embedder: Embedder,
    asked: datetime.date,
    history: Sequence[Turn] = (),
    writer: Writer | None = None,
    user: str = "local",
) -> Answer:
    """Answers one message from one generation of the articles; see `answering`."""
    for item in answering(text, index=index, embedder=embedder, asked=asked, history=history, writer=writer, user=user):
        if isinstance(item, Answer):
            return item
    raise AssertionError("the last item of answering is an Answer")


def answering(
    text: str,
    *,
    index: Index,
    embedder: Embedder,
    asked: datetime.date,
    history: Sequence[Turn] = (),
    writer: Writer | None = None,
    user: str = "local",
) -> Iterator[Part | Answer]:
    """Yields parts of an answer as they are ready, each checked, and at last the whole Answer.

    `asked` counts as today; `history` holds the earlier turns, oldest first. With a writer the model writes and quotes
    are what is left when it cannot; without one the answer is quoted. `user` is whose budget the model spends.
    """
    start, began = time.perf_counter(), time.monotonic()
    reply = small_talk(text) or (None if any(map(str.isalnum, text)) else EMPTY)
    if reply:
        yield _reply(text, reply, index, start)
        return
    standalone, failure = _standalone(text, history, writer, asked, user, began)
    question = understand(standalone, index, asked=asked)
    found, by_words = _retrieve(question, index, embedder)
    retrieved = time.perf_counter()
    sentences = gather(question, found, index)
    sure = confidence(question, sentences, index)
    written = replace(NOTHING, notice=failure)
    if writer and not failure and not by_words and sure >= WORTH_WRITING:
        written = yield from _write(writer, Asked(question, found, sentences, index, embedder, user, began))
    answerer: Answerer = "model" if written.text else "quote"
    if not written.text and not written.refuses and sure >= THRESHOLD:
        text_of_quotes, citations = _quote(question, sentences, index)
        yield Part(text_of_quotes, citations)
        written = replace(written, text=text_of_quotes, citations=citations)
    near = () if written.text else nearest(sentences)
    yield Answer(
        question=text,
        text=written.text or refusal(near),
        answered=bool(written.citations),
        citations=written.citations,
        passages=tuple(map(_passage, found)),
        nearest=near,
        answerer=answerer,
        confidence=sure,
        generation=index.manifest.generation,
        timings_ms=_timings(start, retrieved, time.perf_counter()),
        checked=written.checked or None,
        notice=" ".join(filter(None, (written.notice, by_words))) or None,
    )


def _standalone(
    text: str, history: Sequence[Turn], writer: Writer | None, asked: datetime.date, user: str, began: float
) -> tuple[str, str | None]:
    """The question without the conversation, by the model or by rules; and why the model could not, if so."""
    if writer and history:
        try:
            return writer.standalone(text, history, day=asked, user=user, started=began), None
        except ModelFailed as error:
            return condense(text, history), _instead(error)
    return condense(text, history), None


def _retrieve(question: Question, index: Index, embedder: Embedder) -> tuple[tuple[Found, ...], str | None]:
    """What is found by sense and words, or by words alone where the embedder fails, with a notice that says so."""
    try:
        return retrieve(question, index, embedder), None
    except EmbedderUnavailable:
        return retrieve(question, index, _NoSense(index.manifest.fingerprint, index.manifest.dimensions)), BY_WORDS


class _NoSense:
    """An embedder for when the embedder is down: every text is equally unlike every other, so only words count."""

    def __init__(self, fingerprint: str, dimensions: int) -> None:
        self.fingerprint, self.dimensions = fingerprint, dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        return np.zeros((len(texts), self.dimensions), dtype=np.float32)


def _write(writer: Writer, asked: Asked) -> Generator[Part, None, Written]:
    """What the model writes, or nothing but a notice where it fails."""
    try:
        return (yield from writer.write(asked))
    except ModelFailed as error:
        return replace(NOTHING, notice=_instead(error))


def _instead(error: ModelFailed) -> str:
    return f"The language model {error.reason}; this is quoted from the articles."


def _quote(question: Question, sentences: Sequence[Sentence], index: Index) -> tuple[str, tuple[Citation, ...]]:
    """The quoting answer; where articles disagree both are quoted, and dates are shown where they matter."""
    chosen, disputed = with_opposing(choose(question, sentences, index), sentences, index.inverse_frequency)
    words, citations = cite(chosen)
    dated = {c.number for i, c in enumerate(citations) if i in disputed or asks_for_present(question.text)}
    return show_dates(words, citations, dated), citations


def _reply(text: str, reply: str, index: Index, start: float) -> Answer:
    now = time.perf_counter()
    return Answer(text, reply, False, (), (), (), "quote", 0.0, index.manifest.generation, _timings(start, now, now))


def _passage(found: Found) -> Passage:
    chunk = found.stored.chunk
    return Passage(found.article, chunk.start, chunk.end, chunk.text, found.score)


def _timings(start: float, retrieved: float, end: float) -> dict[str, float]:
    return {
        "retrieve": (retrieved - start) * 1000,
        "answer": (end - retrieved) * 1000,
        "total": (end - start) * 1000,
    }
