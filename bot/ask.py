"""How a question becomes an answer, from top to bottom. Each step lives elsewhere and hands on a value."""

import contextlib
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import replace

from bot.answer import Answer, Part, uncited
from bot.conflict import asks_for_present, that_matter
from bot.endpoint.reply import Tally
from bot.errors import ModelFailed
from bot.means import Means
from bot.model.write import NOTHING, Grounds, Writer, Written
from bot.passages import passages
from bot.question.followup import Before, Reading, before, readings
from bot.question.smalltalk import small_talk
from bot.question.understand import Question, understand
from bot.quote.choose import beside, choose, cite, newest_first
from bot.quote.refuse import missing_names, nearest, refusal
from bot.request import Request
from bot.search import Search, Seen

EMPTY = "Ask me a question about the articles, in a few words or a sentence."
QUOTED, SEARCHED = "this is quoted from the articles", "the articles were searched without it"
NOTHING_PASSED = "Nothing that the language model wrote passed the check; this is quoted from the articles."
BY_WORDS = "The search by meaning is down; this was found by words alone."
# What a message gains that need not lean on what was said before (log odds; eval/RESULTS.md).
_ALONE = 2.0


def answering(request: Request, means: Means) -> Iterator[Part | Answer]:
    """Yields parts of an answer as they are ready, each checked, and at last the whole Answer.

    With a writer the model writes, and quotes are what is left when it cannot; without one the answer is quoted.
    """
    start, began = time.perf_counter(), time.monotonic()
    history = tuple(replace(turn, text=_plain(turn.text)) for turn in request.history)
    request = replace(request, text=_plain(request.text), history=history)
    reply = small_talk(request.text) or (None if any(map(str.isalnum, request.text)) else EMPTY)
    if reply:
        answer = _reply(request, reply, means, start)
        yield from answer.parts
        yield answer
        return
    tally = Tally()
    standalone = _standalone(request, means.writer, began, tally)
    overheard = request.overheard is not None
    search = Search(means.index, means.embedder, means.language, request.today, request.scope, overheard)
    read_as = (Reading(standalone),) if standalone else readings(request.text, request.history, means.language)
    question, seen = _understood(read_as, search, before(request.text, request.history))
    retrieved = time.perf_counter()
    read = search.read(question, seen) if means.writer else seen.found
    grounds = Grounds(request, question, search, seen, read, began, tally)
    written = yield from _draft(grounds, means.writer)
    answer = _answer(grounds, written, timings=_timings(start, retrieved, time.perf_counter()))
    if not written.parts:
        yield from answer.parts
    yield answer


def ask(request: Request, means: Means) -> Answer:
    """Answers one message from one generation of the articles: `answering`, run to its end."""
    return whole(answering(request, means))


def whole(items: Iterator[Part | Answer]) -> Answer:
    """Returns the answer that comes after its parts."""
    return next(item for item in items if isinstance(item, Answer))


def _answer(grounds: Grounds, written: Written, *, timings: Mapping[str, float]) -> Answer:
    seen, index = grounds.seen, grounds.search.index
    units = seen.ranked.units
    return Answer(
        question=grounds.request.text,
        parts=written.parts or (uncited(refusal(missing_names(grounds.question, units))),),
        passages=passages(units),
        nearest=() if written.parts else nearest(units),
        answerer=written.answerer,
        confidence=seen.ranked.probability,
        generation=index.manifest.generation,
        timings_ms=timings,
        checked=written.checked or None,
        notice=" ".join(filter(None, (written.notice, BY_WORDS if seen.vector is None else None))) or None,
    )


def _plain(text: str) -> str:
    """Half a surrogate pair, as broken JSON and terminals deliver it, can be neither embedded nor printed."""
    return text.encode("utf-8", "replace").decode()


def _standalone(request: Request, writer: Writer | None, began: float, tally: Tally) -> str | None:
    """The question without the conversation by the model; None if there is none, or it fails or says other things."""
    if writer and request.history:
        with contextlib.suppress(ModelFailed):
            return writer.standalone(request, started=began, tally=tally)
    return None


def _understood(read_as: Sequence[Reading], search: Search, said: Before) -> tuple[Question, Seen]:
    """The reading of a message that the articles seem to answer best, and what is found for it.

    Of those that lean the first that is answered; what may stand alone does, unless another is that much likelier.
    """
    tried: list[tuple[float, Question, Seen]] = []
    for reading in read_as:
        question = understand(_plain(reading.text), search.index, search.language, today=search.today)
        seen = search.go_on(question, said) if reading.leans else search.look(question)
        tried.append((seen.ranked.odds + _ALONE * (not reading.leans), question, seen))
        if seen.answers and reading.leans:
            break
    _, question, seen = max(tried, key=lambda one: one[0])
    return question, seen


def _draft(grounds: Grounds, writer: Writer | None) -> Generator[Part, None, Written]:
    """What the model writes; where there is none, or nothing of it passes, what can be quoted; else nothing."""
    written, failure = NOTHING, None
    if writer and grounds.read:
        try:
            written = yield from writer.write(grounds)
        except ModelFailed as error:
            failure = error
    if written.parts or written.refuses:
        return written
    parts = _quote(grounds) if grounds.seen.answers else ()
    if not parts:
        return replace(written, notice=_instead(failure, SEARCHED)) if failure else written
    yield from parts
    notice = _instead(failure, QUOTED) if failure else written.notice or (NOTHING_PASSED if written.checked else None)
    return replace(written, parts=parts, answerer="quote", notice=notice)


def _instead(error: ModelFailed, done: str) -> str:
    return f"The language model {error.reason}; {done}."


def _quote(grounds: Grounds) -> tuple[Part, ...]:
    """The quoting answer; where articles disagree both are quoted, and dates are shown where they matter."""
    now, kinds = asks_for_present(grounds.question.text), that_matter(grounds.question.answer_type.kind)
    units, index = grounds.seen.ranked.units, grounds.search.index
    chosen = choose(grounds.question, units, index)
    chosen = newest_first(chosen) if now else chosen
    shown, disputed = beside(grounds.question, chosen, units, index, kinds=kinds)
    return cite(shown, dated={answer[-1].article.id for answer in shown} if now else disputed)


def _reply(request: Request, reply: str, means: Means, start: float) -> Answer:
    now, generation = time.perf_counter(), means.index.manifest.generation
    return Answer(request.text, (uncited(reply),), (), (), "quote", 0.0, generation, _timings(start, now, now))


def _timings(start: float, retrieved: float, end: float) -> dict[str, float]:
    return {
        "retrieve": (retrieved - start) * 1000,
        "answer": (end - retrieved) * 1000,
        "total": (end - start) * 1000,
    }
