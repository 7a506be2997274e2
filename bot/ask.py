"""How a question becomes an answer, from top to bottom. Each step lives elsewhere and hands on a value."""

import datetime
import time
from collections.abc import Sequence

from bot.align import align
from bot.answer import Answer, Passage
from bot.evidence import gather
from bot.followup import Turn, condense
from bot.question import understand
from bot.quote import choose, cite, strongest
from bot.refuse import logit, missing_names, nearest, probability, refusal
from bot.retrieve import Found, retrieve
from bot.smalltalk import small_talk
from ingest.embed import Embedder, Language
from ingest.index import Index

THRESHOLD = -0.3
EMPTY = "Ask me a question about the articles, in a few words or a sentence."


def ask(
    text: str,
    *,
    index: Index,
    embedder: Embedder,
    language: Language,
    asked: datetime.date,
    history: Sequence[Turn] = (),
    scope: Sequence[str] = (),
) -> Answer:
    """Answers one message from one generation of the articles, by quoting.

    `asked` counts as today; `history` holds the earlier turns, oldest first; `scope` names the folders to search, or
    is empty for all.
    """
    start, text = time.perf_counter(), _plain(text)
    reply = small_talk(text) or (None if any(map(str.isalnum, text)) else EMPTY)
    if reply:
        return _reply(text, reply, index, start)
    question = understand(_plain(condense(text, history)), index, language, asked=asked)
    found = retrieve(question, index, embedder, scope=scope)
    retrieved = time.perf_counter()
    gathered = gather(question, found)
    sentences = align(question, strongest(gathered), language)
    odds = logit(question, sentences)
    chosen = choose(question, sentences, gathered) if odds >= THRESHOLD else ()
    near = () if chosen else nearest(sentences)
    words, citations = cite(chosen) if chosen else (refusal(missing_names(question, gathered), near), ())
    return Answer(
        question=text,
        text=words,
        answered=bool(citations),
        citations=citations,
        passages=tuple(map(_passage, found)),
        nearest=near,
        answerer="quote",
        confidence=probability(odds),
        generation=index.manifest.generation,
        timings_ms=_timings(start, retrieved, time.perf_counter()),
    )


def _plain(text: str) -> str:
    """Half a surrogate pair, as broken JSON and terminals deliver it, can be neither embedded nor printed."""
    return text.encode("utf-8", "replace").decode()


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
