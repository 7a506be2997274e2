"""The writing answerer: passages go in, checked sentences come out as they pass. Knows the order of the steps only.

While the reply still streams, its sentences are held against their quotes by rules, then by a judge; what stands is
shown in the model's words, what does not is answered by its quotes in the same place.
"""

import contextlib
import logging
import queue
import secrets
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from bot.answer import Citation, Part
from bot.compare.propernames import known_names
from bot.conflict import opposing, that_matter
from bot.endpoint.abilities import Abilities
from bot.endpoint.budget import Budget
from bot.endpoint.reply import Call, Finish, Tally
from bot.errors import ModelFailed
from bot.injection import asks_for_orders
from bot.model.check import Asking, remark
from bot.model.desk import Desk
from bot.model.judge import Judged, Judging, Pair, Verdicts, read_verdicts
from bot.model.parse import Claim, Parser
from bot.model.prompt import JUDGE_SCHEMA, SCHEMA, condense_messages, judge_messages, write_messages
from bot.offered import CHARACTERS_PER_TOKEN, Offered, offer
from bot.page import MOST_SENTENCES, Page
from bot.question.understand import Question
from bot.request import Request
from bot.retrieve import Found
from bot.search import Search, Seen
from ingest.terms import question_terms

if TYPE_CHECKING:
    from bot.endpoint.client import Chat

_CONDENSE_SECONDS, _CONDENSE_CHARACTERS, _CONDENSE_OWN_TERMS = 10.0, 300, 0.25
# What the rules, the example and the answer take of an endpoint's window beside the passages.
_RULES_TOKENS = 1_200
# A verdict may take so many times as long as the writer took to begin.
_THINKS_AS_LONG = 1.5
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Written:
    """What a model's answer came to: no `parts` where no sentence passed.

    `checked` counts sentences; `refuses` tells that the model found no answer; `notice` says what a reader should know;
    `answerer` is who the words are from in the end.
    """

    parts: tuple[Part, ...]
    checked: Mapping[str, int]
    refuses: bool
    notice: str | None
    answerer: Literal["quote", "model"] = "model"


NOTHING = Written((), {}, refuses=False, notice=None, answerer="quote")


@dataclass(frozen=True)
class Grounds:
    """A request with what was found for it: all that an answer is written from.

    `question` is what it asks when it stands alone, `seen` what quotes are chosen from, and `read` what a model is
    given, best first; `started` is when the request came by `time.monotonic()`.
    """

    request: Request
    question: Question
    search: Search
    seen: Seen
    read: Sequence[Found]
    started: float
    tally: Tally


@dataclass(frozen=True)
class Writer:
    """A model that may write and one that judges, what they may spend, and how long they may take.

    `tokens` bounds the passages, `seconds` a whole answer, `verdict_seconds` one request for verdicts.
    """

    chat: "Chat"
    judge: "Chat | None" = None
    budget: Budget | None = None
    seconds: float = 90.0
    verdict_seconds: float = 10.0
    tokens: int = 4_000
    known: dict[Pair, bool] = field(default_factory=dict)

    def standalone(self, request: Request, *, started: float, tally: Tally) -> str | None:
        """Returns the message as a question that stands without the conversation.

        None if that brings in words of its own, or is no single line. Raises ModelFailed: the model did not answer, or
        may not.
        """
        messages = condense_messages(request.text, request.history, nonce=secrets.token_hex(4))
        call = Call(lambda abilities: messages, None, started + _CONDENSE_SECONDS, tally)
        reply = self._said(self.chat, call, request).strip("\"'“” \n")
        before = (request.text, *(turn.text for turn in request.history))
        said = {term for known in before for term in question_terms(known)}
        asked = question_terms(reply)
        invented = [term for term in asked if term not in said]
        fits = asked and len(reply) <= _CONDENSE_CHARACTERS and "\n" not in reply
        return reply if fits and len(invented) <= _CONDENSE_OWN_TERMS * len(asked) else None

    def write(self, grounds: Grounds) -> Generator[Part, None, Written]:
        """Yields each sentence as its verdict comes, and returns what the whole came to.

        Raises ModelFailed: the model failed before there was anything to show.
        """
        now, parser, notice = self._started(grounds), Parser(), None
        try:
            finish = yield from self._read(grounds, now, parser)
            if not (parser.claims or parser.refuses) and self.chat.form != "plain":
                self.chat.prefers_plain()
                parser = Parser()
                finish = yield from self._read(grounds, now, parser)
            if parser.is_plain and parser.claims and self.chat.form != "plain":
                self.chat.prefers_plain()
            if finish and finish.why:
                if not now.has_something:
                    raise ModelFailed(f"ended early, for {finish.why}")
                notice = f"The answer ends early, for {finish.why}."
        except ModelFailed as error:
            if not now.has_something:
                raise
            notice = f"The language model {error.reason}; this is what had passed the check."
        yield from self._settle(grounds, now)
        page = now.desk.page
        yield from _opposed(grounds, page)
        page.counts["dropped"] += parser.malformed
        _log.info("checked %s", page.counts, extra={"reasons": now.desk.faults})
        refuses = parser.refuses and not page.parts
        by: Literal["quote", "model"] = "model" if page.parts or refuses else "quote"
        search = grounds.search.answers
        missing = remark(parser.missing, grounds.question.text, now.desk.offered, search) if page.parts else None
        cut = f"The answer ends after {MOST_SENTENCES} sentences." if page.is_full else None
        notices = " ".join(filter(None, (missing, notice, cut))) or None
        return Written(tuple(page.parts), dict(page.counts), refuses, notices, by)

    def _started(self, grounds: Grounds) -> "_UnderWay":
        inbox: queue.SimpleQueue[Any] = queue.SimpleQueue()
        judge = partial(self._verdicts, grounds) if self.judge else None
        judging = Judging(judge, self.known, inbox=inbox, tally=grounds.tally, seconds=self.verdict_seconds)
        offered = self._offered(grounds, self.chat.abilities)
        known = known_names([one.text for one in offered])
        asking = Asking(grounds.question.text, known, grounds.search.index.inverse_frequency)
        return _UnderWay(inbox, judging, Desk(self.known, asking, offered))

    def _read(self, grounds: Grounds, now: "_UnderWay", parser: Parser) -> Generator[Part, None, Finish | None]:
        """Reads one reply to its end, showing what can be shown meanwhile; returns how it ended."""
        nonce, finish = secrets.token_hex(4), None

        def render(abilities: Abilities) -> tuple[Mapping[str, str], ...]:
            now.desk.offered = offered = self._offered(grounds, abilities)
            asked, today = grounds.question.text, grounds.request.today
            return write_messages(asked, offered, today=today, nonce=nonce, form=abilities.form)

        call = Call(render, SCHEMA, grounds.started + self.seconds, grounds.tally, now.inbox)
        began = time.monotonic()
        for item in self._paid(self.chat, call, grounds.request):
            if isinstance(item, Judged):
                now.judging.hear(item)
            elif isinstance(item, Finish):
                finish = item
            elif isinstance(item, str):
                if not parser.claims:  # a model that thinks before it writes thinks before it judges
                    now.judging.seconds = max(now.judging.seconds, _THINKS_AS_LONG * (time.monotonic() - began))
                now.take(parser.feed(item))
            if now.inbox.empty():  # else there is more to ask for at once
                now.judging.send(whole=False)
            yield from now.desk.ready(final=now.judging.is_over)
            if now.desk.page.is_full:
                break
        now.take(parser.close(whole=bool(finish and finish.whole)))
        return finish

    def _settle(self, grounds: Grounds, now: "_UnderWay") -> Iterator[Part]:
        """Waits for the verdicts that are still to come; what gets none is shown by its quotes."""
        while True:
            now.judging.send(whole=True)
            yield from now.desk.ready()
            left = grounds.started + self.seconds - time.monotonic()
            if not now.desk.waits or not now.judging.under_way or left <= 0:
                break
            with contextlib.suppress(queue.Empty):
                item = now.inbox.get(timeout=left)
                if isinstance(item, Judged):
                    now.judging.hear(item)
        yield from now.desk.ready(final=True)

    def _offered(self, grounds: Grounds, abilities: Abilities) -> tuple[Offered, ...]:
        orders = asks_for_orders(grounds.question.text)
        tokens = min(self.tokens, 3 * abilities.window // 4 - _RULES_TOKENS) if abilities.window else self.tokens
        return offer(grounds.read, grounds.search.index.read_article, tokens=max(tokens, 1), orders=orders)

    def _verdicts(self, grounds: Grounds, pairs: Sequence[Pair], deadline: float) -> Verdicts:
        """Asks the judge for verdicts on the pairs; there are none where it fails."""
        assert self.judge is not None
        messages = judge_messages(pairs, nonce=secrets.token_hex(4))
        call = Call(lambda abilities: messages, JUDGE_SCHEMA, deadline, grounds.tally)
        try:
            reply = self._said(self.judge, call, grounds.request)
        except ModelFailed as error:
            _log.warning("no verdicts: the language model %s", error.reason)
            return {}
        found = read_verdicts(reply, pairs)
        if not found:
            _log.warning("no verdicts: the reply of the judge holds none")
        return found

    def _said(self, chat: "Chat", call: Call, request: Request) -> str:
        """The whole of a reply."""
        return "".join(item for item in self._paid(chat, call, request) if isinstance(item, str))

    def _paid(self, chat: "Chat", call: Call, request: Request) -> Iterator[object]:
        """What a call yields, within the day's budget: set aside before the call, settled after it."""
        read = sum(len(message["content"]) for message in call.render(chat.abilities)) // CHARACTERS_PER_TOKEN
        most = chat.limits.tokens + chat.limits.thinking
        reserved = self.budget.reserve(request.user, request.today, read=read, written=most) if self.budget else None
        if self.budget and reserved is None:
            raise ModelFailed("has used up what it may spend today")
        written, used = 0, None
        try:
            for item in chat.stream(call):
                used = item if isinstance(item, Finish) else used
                written += len(item) if isinstance(item, str) else 0
                yield item
        finally:
            if self.budget and reserved:
                read = (used and used.tokens_read) or read
                written = used.tokens_written if used else written // CHARACTERS_PER_TOKEN
                self.budget.settle(reserved, read=read, written=written)


@dataclass(frozen=True)
class _UnderWay:
    """One answer while it is written: the sentences on the desk, and their verdicts.

    `inbox` gets the pieces of the reply and the ends of requests for verdicts, whichever comes first.
    """

    inbox: "queue.SimpleQueue[Any]"
    judging: Judging
    desk: Desk

    @property
    def has_something(self) -> bool:
        """Tells whether anything has been shown, or may yet be."""
        return bool(self.desk.page.parts or self.desk.waits)

    def take(self, claims: Sequence[Claim]) -> None:
        """Puts claims on the desk, and wants a verdict on each that needs one."""
        for pair in filter(None, map(self.desk.take, claims)):
            self.judging.want(pair)


def _opposed(grounds: Grounds, page: Page) -> Iterator[Part]:
    """What another article says against what is cited, once the model has had its say."""
    kinds = that_matter(grounds.question.answer_type.kind)
    index = grounds.search.index
    other = opposing(page.citations, grounds.seen.ranked.units, index.inverse_frequency, kinds=kinds)
    article = index.read_article(other.found.stored.article_row) if other else None
    against = Citation(0, article, other.text, other.start, other.end) if other and article else None
    if against and not page.cites(against):
        yield page.quote(against, dated=True)
