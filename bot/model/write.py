"""The writing answerer: passages go in, checked sentences come out as they pass. Knows the order of the steps only.

A sentence is handed on when it has passed the check, never before; what fails is sent back once, then dropped.
"""

import datetime
import logging
import secrets
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from bot.answer import Citation, Part
from bot.compare.propernames import known_names
from bot.conflict import asks_for_present, is_newer, opposing, that_matter
from bot.errors import ModelFailed
from bot.injection import asks_for_orders, without_orders
from bot.model.abilities import Form
from bot.model.budget import Budget
from bot.model.check import Offered, Scales, Verdict, check
from bot.model.page import Page
from bot.model.parse import Claim, Parser
from bot.model.prompt import SCHEMA, condense_messages, repair_messages, write_messages
from bot.model.reply import Finish, Message
from bot.question.followup import Turn
from bot.question.question import Question
from bot.quote.candidates import Candidate as Sentence
from bot.retrieve import Found
from ingest.embed.embedder import Embedder, Vectors
from ingest.index.index import Index
from ingest.terms import question_terms

if TYPE_CHECKING:
    from bot.model.client import Chat

MOST_REPAIRED = 4
_CONDENSE_SECONDS, _CONDENSE_CHARACTERS, _CONDENSE_OWN_TERMS = 3.0, 300, 0.25
_CHARACTERS_PER_TOKEN = 3  # on the safe side of the usual four
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Patience:
    """Seconds from the start: until the first sentence has to have passed, and until the answer ends where it is."""

    first: float = 8.0
    total: float = 30.0


@dataclass(frozen=True)
class Written:
    """What a model's answer came to: nothing at all in `text` where no sentence passed.

    `checked` counts sentences; `refuses` tells that the model found no answer; `notice` says what a reader should know;
    `answerer` is who the text is from in the end.
    """

    text: str
    citations: tuple[Citation, ...]
    checked: Mapping[str, int]
    refuses: bool
    notice: str | None
    answerer: Literal["quote", "model"] = "model"


NOTHING = Written("", (), {}, refuses=False, notice=None, answerer="quote")


@dataclass(frozen=True)
class Asked:
    """A question with what was found for it: all that an answer is written from.

    `day` counts as today, `started` is when the question came by `time.monotonic()`.
    """

    question: Question
    found: Sequence[Found]
    sentences: Sequence[Sentence]
    index: Index
    embedder: Embedder
    day: datetime.date
    user: str
    started: float


@dataclass(frozen=True)
class Writer:
    """A model that may write, what it may spend, and how long it may take."""

    chat: "Chat"
    budget: Budget | None = None
    patience: Patience = Patience()
    passages: int = 5

    def standalone(self, text: str, history: Sequence[Turn], *, day: datetime.date, user: str, started: float) -> str:
        """Returns the message as a question that stands without the conversation.

        A rewriting that brings in words of its own, or is no single line, is not used.

        Raises:
            ModelFailed: the model did not answer, or may not.
        """
        messages = condense_messages(text, history, nonce=secrets.token_hex(4))
        deadline = started + min(_CONDENSE_SECONDS, self.patience.first)
        reply = "".join(self._paid(lambda form: messages, None, lambda: deadline, user=user, day=day))
        reply = reply.strip().strip("\"'“”")
        said = {term for known in (*(turn.text for turn in history), text) for term in question_terms(known)}
        asked = question_terms(reply)
        invented = [term for term in asked if term not in said]
        fits = asked and len(reply) <= _CONDENSE_CHARACTERS and "\n" not in reply
        return reply if fits and len(invented) <= _CONDENSE_OWN_TERMS * len(asked) else text

    def write(self, asked: Asked) -> Generator[Part, None, Written]:
        """Yields each sentence as it passes, and returns what the whole came to.

        Raises:
            ModelFailed: the model failed before any sentence had passed.
        """
        page, parser, judge = Page(asks_for_present(asked.question.text)), Parser(), _judge(asked, self.passages)
        offered, nonce = _offered(asked)[: self.passages], secrets.token_hex(4)
        deadline = self._deadline(page, asked.started)

        def render(form: Form) -> tuple[Message, ...]:
            today = asked.day
            return write_messages(asked.question.text, offered, today=today, nonce=nonce, form=form)

        notice, reply = None, ""
        try:
            for piece in self._call(render, deadline, asked):
                reply += piece
                yield from _shown(map(judge, parser.feed(piece)), page, asked)
                if page.is_full:
                    break
            yield from _shown(map(judge, parser.close(whole=not page.is_full)), page, asked)
            if parser.is_plain and self.chat.form != "plain" and page.parts:
                self.chat.prefers_plain()
        except ModelFailed as error:
            if not page.parts:
                raise
            notice = f"The language model {error.reason}; this is what had passed the check."
        page.counts["dropped"] += parser.malformed
        if notice is None and not parser.refuses:
            yield from self._repaired(
                page, lambda form: repair_messages(render(form), reply, failed(page)), asked, judge
            )
        page.counts["dropped"] += len(page.failed)
        _log.info("checked %s", page.counts, extra={"reasons": [verdict.reason for verdict in page.failed]})
        refuses = parser.refuses and not page.parts
        by: Literal["quote", "model"] = "model" if page.text or refuses else "quote"
        return Written(page.text, tuple(page.citations), dict(page.counts), refuses, notice, by)

    def _repaired(
        self,
        page: Page,
        render: Callable[[Form], tuple[Message, ...]],
        asked: Asked,
        judge: Callable[[Claim], Verdict],
    ) -> Iterator[Part]:
        """One request for better sentences in place of those that failed; a second failure drops them."""
        wanted = failed(page)
        if not wanted or page.is_full:
            return
        parser, before = Parser(), dict(page.counts)
        mended: list[Verdict] = []
        try:
            for piece in self._call(render, self._deadline(page, asked.started), asked):
                mended += map(judge, parser.feed(piece))
            mended += map(judge, parser.close(whole=True))
        except ModelFailed as error:
            _log.info("no repair: the language model %s", error.reason)
        passed = [verdict for verdict in mended if verdict.outcome != "failed"][: len(wanted)]
        parts = list(_shown(passed, page, asked))
        page.counts.update(before, repaired=before["repaired"] + len(parts))
        del page.failed[: len(parts)]
        yield from parts

    def _call(
        self, render: Callable[[Form], tuple[Message, ...]], deadline: Callable[[], float], asked: Asked
    ) -> Iterator[str]:
        return self._paid(render, SCHEMA, deadline, user=asked.user, day=asked.day)

    def _paid(
        self,
        render: Callable[[Form], tuple[Message, ...]],
        schema: Mapping[str, object] | None,
        deadline: Callable[[], float],
        *,
        user: str,
        day: datetime.date,
    ) -> Iterator[str]:
        """The reply's pieces, within the day's budget: set aside before the call, settled after it."""
        read = sum(len(message["content"]) for message in render(self.chat.form)) // _CHARACTERS_PER_TOKEN
        most = self.chat.limits.tokens
        reserved = self.budget.reserve(user, day, read=read, written=most) if self.budget else None
        if self.budget and reserved is None:
            raise ModelFailed("has used up what it may spend today")
        written, used = 0, None
        try:
            for item in self.chat.stream(render, schema=schema, deadline=deadline):
                if isinstance(item, Finish):
                    used = item
                else:
                    written += len(item)
                    yield item
        finally:
            if self.budget and reserved:
                spent = (used.tokens_read or read, used.tokens_written) if used else (read, written // 4)
                self.budget.settle(reserved, read=spent[0], written=spent[1])

    def _deadline(self, page: Page, started: float) -> Callable[[], float]:
        return lambda: started + (self.patience.total if page.parts else self.patience.first)


def failed(page: Page) -> list[Verdict]:
    """Returns what is worth a second try: not what no passage could ever carry."""
    return [v for v in page.failed if not v.reason.startswith("it ") or v.reason == "it cites nothing"][:MOST_REPAIRED]


def _judge(asked: Asked, shown: int) -> Callable[[Claim], Verdict]:
    """A function from a claim to its verdict, with everything else about the question settled."""
    offered = _offered(asked)
    scales = Scales(
        idf=asked.index.inverse_frequency,
        likeness=_likeness(asked.embedder),
        known=known_names([one.text for one in offered]),
    )
    text, orders = asked.question.text, asks_for_orders(asked.question.text)
    return lambda claim: check(claim, offered, scales, shown=shown, question=text, orders=orders)


def _likeness(embedder: Embedder) -> Callable[[str, str], float]:
    """The cosine of two texts; each text is embedded once."""
    vectors: dict[str, Vectors] = {}

    def likeness(one: str, other: str) -> float:
        missing = [text for text in dict.fromkeys((one, other)) if text not in vectors]
        if missing:
            vectors.update(zip(missing, embedder.embed(missing), strict=True))
        return float(vectors[one] @ vectors[other])

    return likeness


def _shown(verdicts: Iterator[Verdict] | Sequence[Verdict], page: Page, asked: Asked) -> Iterator[Part]:
    """Shows what passed, next to it what another article says against it, and counts the rest."""
    for verdict in verdicts:
        if page.has(verdict.claim.text) or page.is_full:
            page.counts["dropped"] += 1
        elif verdict.outcome == "failed":
            page.failed.append(verdict)
        else:
            page.counts[verdict.outcome] += 1
            yield from _with_opposing(verdict, page, asked)


def _with_opposing(verdict: Verdict, page: Page, asked: Asked) -> Iterator[Part]:
    kinds = that_matter(asked.question.answer_type.kind)
    other = opposing(verdict.citations, asked.sentences, asked.index.inverse_frequency, kinds=kinds)
    if other is None:
        yield page.add(verdict.claim.text, verdict.citations, dated=False)
        return
    against = Citation(0, other.article, other.text, other.start, other.end)
    mine = max((c.article.published for c in verdict.citations if c.article.published), default=None)
    first = is_newer(other.article.published, mine)
    if first and not page.cites(against):
        yield page.add(other.text, (against,), dated=True)
    yield page.add(verdict.claim.text, verdict.citations, dated=True)
    if not first and not page.cites(against):
        yield page.add(other.text, (against,), dated=True)


def _offered(asked: Asked) -> tuple[Offered, ...]:
    """The passages as they may be cited: without the sentences that give orders, unless orders are asked for."""
    orders = asks_for_orders(asked.question.text)
    chunks = [(one.article, one.stored.chunk) for one in asked.found]
    return tuple(
        Offered(
            number,
            article,
            chunk.start,
            chunk.text,
            chunk.sentences if orders else without_orders(chunk.text, chunk.sentences, chunk.start),
        )
        for number, (article, chunk) in enumerate(chunks, 1)
    )
