"""How a question becomes an answer, from top to bottom. Each step lives elsewhere and hands on a value."""

import contextlib
import datetime
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import ParamSpec

from bot.answer import Answer, Citation, Part
from bot.conflict import asks_for_present, show_dates, that_matter
from bot.endpoint.reply import Tally
from bot.errors import ModelFailed
from bot.model.write import NOTHING, Asked, Writer, Written
from bot.passages import passages
from bot.question.followup import (
    Reading,
    Turn,
    answers_in,
    asks_for_more,
    may_go_on,
    names_another,
    own_terms,
    readings,
)
from bot.question.question import Question, understand
from bot.question.smalltalk import small_talk
from bot.quote.quote import beside, choose, cite, newest_first
from bot.quote.refuse import missing_names, nearest, refusal
from bot.quote.thread import Before, going_on, nearby
from bot.search import Search, Seen
from ingest.articles.blocks import block_at
from ingest.embed.embedder import Embedder, Language
from ingest.index.index import Index

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
    tally = Tally()
    standalone = _standalone(text, history, writer, asked, user, began, tally)
    search = Search(index, embedder, language, asked, tuple(scope))
    read_as = (Reading(standalone),) if standalone else readings(text, history, language)
    before = Before(
        text, own_terms(text), answers_in(history), names_another(text) and not asks_for_more(text), asks_for_more(text)
    )
    question, seen = _understood(read_as, search, before)
    retrieved = time.perf_counter()
    read = search.read(question, seen) if writer else seen.found
    heard = Asked(question, read, seen.ranked.units, index, asked, user, began, tally, search.answers)
    written = yield from _draft(heard, seen, writer)
    timings = _timings(start, retrieved, time.perf_counter())
    notice = " ".join(filter(None, (written.notice, BY_WORDS if seen.by_words else None))) or None
    yield _answer(text, heard, seen, replace(written, notice=notice), timings=timings)


def _to_its_end(run: Callable[P, Iterator[Part | Answer]]) -> Callable[P, Answer]:
    def whole(*args: P.args, **kwargs: P.kwargs) -> Answer:
        return next(item for item in run(*args, **kwargs) if isinstance(item, Answer))

    return whole


ask = _to_its_end(answering)
"""Answers one message from one generation of the articles: `answering`, run to its end."""


def _answer(text: str, asked: Asked, seen: Seen, written: Written, *, timings: Mapping[str, float]) -> Answer:
    near = () if written.text else nearest(seen.ranked.units)
    return Answer(
        question=text,
        text=written.text or refusal(missing_names(asked.question, seen.ranked.units, asked.index), near),
        answered=bool(written.citations),
        citations=tuple(_placed(citation, asked) for citation in written.citations),
        passages=passages(seen.ranked.units),
        nearest=near,
        answerer=written.answerer,
        confidence=seen.ranked.probability,
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
    text: str,
    history: Sequence[Turn],
    writer: Writer | None,
    asked: datetime.date,
    user: str,
    began: float,
    tally: Tally,
) -> str | None:
    """The question without the conversation by the model; None if there is no model, or it is too slow or fails."""
    if writer and history:
        with contextlib.suppress(ModelFailed):
            return writer.standalone(text, history, day=asked, user=user, started=began, tally=tally)
    return None


def _understood(read_as: Sequence[Reading], search: Search, before: Before) -> tuple[Question, Seen]:
    """The first reading of a message that the articles answer, or the one nearest to it, and what is found for it."""
    tried: list[tuple[Question, Seen]] = []
    for reading in read_as:
        question = understand(_plain(reading.text), search.index, search.language, asked=search.asked)
        seen = search.look(question)
        if reading.leans or (before.answers and not seen.answers and may_go_on(reading.text)):
            weigh = going_on if reading.leans else nearby
            now = replace(seen, ranked=weigh(seen.ranked, question.answer_type, before, search.language))
            seen = now if now.answers else replace(seen, ranked=replace(seen.ranked, odds=now.ranked.odds))
        tried.append((question, seen))
        if seen.answers:
            break
    return max(tried, key=lambda one: one[1].ranked.odds)


def _draft(asked: Asked, seen: Seen, writer: Writer | None) -> Generator[Part, None, Written]:
    """What the model writes; where there is none, or nothing of it passes, what can be quoted; else nothing."""
    written, failure = NOTHING, None
    if writer and asked.found:
        try:
            written = yield from writer.write(asked)
        except ModelFailed as error:
            failure = error
    if written.text or written.refuses:
        return written
    text, citations = _quote(asked, seen) if seen.answers else ("", ())
    if not citations:
        return replace(written, notice=_instead(failure, SEARCHED)) if failure else written
    yield Part(text, citations)
    notice = _instead(failure, QUOTED) if failure else written.notice or (NOTHING_PASSED if written.checked else None)
    return replace(written, text=text, citations=citations, answerer="quote", notice=notice)


def _instead(error: ModelFailed, done: str) -> str:
    return f"The language model {error.reason}; {done}."


def _quote(asked: Asked, seen: Seen) -> tuple[str, tuple[Citation, ...]]:
    """The quoting answer; where articles disagree both are quoted, and dates are shown where they matter."""
    now, kinds = asks_for_present(asked.question.text), that_matter(asked.question.answer_type.kind)
    chosen = choose(asked.question, seen.ranked.units, asked.index)
    shown, disputed = beside(newest_first(chosen) if now else chosen, seen.ranked.units, asked.index, kinds=kinds)
    text, citations = cite(shown)
    dated = {citation.number for citation in citations if now or citation.article.id in disputed}
    return show_dates(text, citations, dated), citations


def _reply(text: str, reply: str, index: Index, start: float) -> Answer:
    now = time.perf_counter()
    return Answer(text, reply, False, (), (), (), "quote", 0.0, index.manifest.generation, _timings(start, now, now))


def _timings(start: float, retrieved: float, end: float) -> dict[str, float]:
    return {
        "retrieve": (retrieved - start) * 1000,
        "answer": (end - retrieved) * 1000,
        "total": (end - start) * 1000,
    }
