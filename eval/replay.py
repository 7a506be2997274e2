"""Chats that write down what a model says, and chats that say it again. Stand where the bot's own client stands.

A prompt is known by what it would be for an endpoint of which nothing has been learnt. Verdicts are kept pair by pair,
for how pairs gather into one request hangs on time.
"""

import json
import queue
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.endpoint.abilities import Abilities, Form
from bot.endpoint.client import Chat, ModelLimits, Render
from bot.endpoint.reply import Finish, Message, Tally
from bot.errors import ModelFailed
from bot.model.judge import Known, Pair
from bot.model.prompt import judge_messages
from bot.model.write import Writer
from eval.transcripts import Heard, Said, Transcripts

_NONCE, _SECONDS = "0" * 8, 120.0
_PLAIN = Abilities()
Keep = Callable[[Sequence[Message], Said], object]
Remember = Callable[[Sequence[Message]], Said | None]


def said_by(chat: Chat, messages: Sequence[Message], schema: Mapping[str, object] | None) -> str:
    """Returns a chat's whole reply. Raises ModelFailed: there is none."""
    items = chat.stream(lambda abilities: messages, schema=schema, deadline=time.monotonic() + _SECONDS)
    return "".join(item for item in items if isinstance(item, str))


def listening(writer: Writer, heard: Heard, transcripts: Transcripts | None = None) -> Writer:
    """Returns the writer with its tokens counted and its verdicts noted; with transcripts every reply is kept."""
    chat = Recorder(writer.chat, _noting(heard, transcripts))
    judge = writer.judge and Recorder(writer.judge, _noting_pairs(heard, transcripts))
    return replace(writer, chat=chat, judge=judge, known=Known())  # type: ignore[arg-type]


def replaying(transcripts: Transcripts, heard: Heard, *, tokens: int) -> Writer:
    """Returns a writer that says what was said once; it fails where nothing was. `tokens` bounds the passages."""
    chat, judge = Replayer(_whole(transcripts, heard)), Replayer(_by_pairs(transcripts, heard))
    return Writer(chat, judge, None, seconds=3600.0, verdict_seconds=600.0, tokens=tokens)  # type: ignore[arg-type]


class Recorder:
    """A client whose replies are handed on, and told to `keep` when they are whole."""

    def __init__(self, chat: Chat, keep: Keep) -> None:
        self._chat, self._keep, self.limits = chat, keep, chat.limits

    @property
    def abilities(self) -> Abilities:
        """Those of the client."""
        return self._chat.abilities

    @property
    def form(self) -> Form:
        """That of the client."""
        return self._chat.form

    def prefers_plain(self) -> None:
        """Tells the client."""
        self._chat.prefers_plain()

    def stream(
        self,
        render: Render,
        *,
        schema: Mapping[str, object] | None,
        deadline: float,
        tally: Tally | None = None,
        inbox: "queue.SimpleQueue[Any] | None" = None,
    ) -> Iterator[object]:
        """Yields what the client yields."""
        asked, said = render(_PLAIN), list[str]()
        for item in self._chat.stream(render, schema=schema, deadline=deadline, tally=tally, inbox=inbox):
            if isinstance(item, str):
                said.append(item)
            elif isinstance(item, Finish):
                self._keep(asked, Said("".join(said), item.tokens_read, item.tokens_written))
            yield item


class Replayer:
    """A client that answers out of a memory, at once."""

    limits = ModelLimits()
    abilities = _PLAIN
    form: Form = _PLAIN.form

    def __init__(self, remember: Remember) -> None:
        self._remember = remember

    def prefers_plain(self) -> None:
        """What it says is what it says."""

    def stream(self, render: Render, **_: object) -> Iterator[object]:
        """Yields what is remembered, in one piece. Raises ModelFailed: nothing is."""
        said = self._remember(render(_PLAIN))
        if said is None:
            raise ModelFailed("has no transcript of this question; record it with: footnote eval record")
        yield said.reply
        yield Finish(True, said.read, said.written)


def _noting(heard: Heard, transcripts: Transcripts | None = None) -> Keep:
    """Counts the tokens of a reply; with transcripts it is kept."""

    def keep(messages: Sequence[Message], said: Said) -> None:
        heard.note(said)
        if transcripts:
            transcripts.add(messages, said)

    return keep


def _noting_pairs(heard: Heard, transcripts: Transcripts | None = None) -> Keep:
    """Counts the tokens of a reply and notes its verdicts; with transcripts each is kept."""

    def keep(messages: Sequence[Message], said: Said) -> None:
        heard.note(said)
        for pair, carried in heard.hear(_pairs(messages), said.reply).items():
            if transcripts:
                transcripts.add(judge_messages([pair], nonce=_NONCE), Said(_verdicts({1: carried})))

    return keep


def _whole(transcripts: Transcripts, heard: Heard) -> Remember:
    def remember(messages: Sequence[Message]) -> Said | None:
        said = transcripts.said(messages)
        heard.missing += said is None
        if said:
            heard.note(said)
        return said

    return remember


def _by_pairs(transcripts: Transcripts, heard: Heard) -> Remember:
    def remember(messages: Sequence[Message]) -> Said | None:
        carried = dict[int, bool]()
        for number, pair in enumerate(_pairs(messages), 1):
            said = transcripts.said(judge_messages([pair], nonce=_NONCE))
            for yes in heard.hear([pair], said.reply if said else "").values():
                carried[number] = yes
        return Said(_verdicts(carried))

    return remember


def _verdicts(carried: Mapping[int, bool]) -> str:
    return json.dumps({"verdicts": [{"id": number, "carried": yes} for number, yes in carried.items()]})


def _pairs(messages: Sequence[Message]) -> tuple[Pair, ...]:
    """The pairs that a judge is asked for: the object in the last message."""
    content = messages[-1]["content"]
    given, _ = json.JSONDecoder().raw_decode(content, content.index('{"pairs"'))
    return tuple(
        Pair(one["sentence"], tuple(one["quotes"]), one["published"], tuple(one.get("sources", ())))
        for one in given["pairs"]
    )
