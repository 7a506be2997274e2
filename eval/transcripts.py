"""What models said, kept by the hash of what they were asked, so that it can be said again without a key.

Chats that write down what a model says, and chats that say it again, stand where the bot's own client stands. A prompt
is known by its messages without the random number in them, as they would be for an endpoint of which nothing has been
learnt. Verdicts are kept pair by pair, for how pairs gather into one request hangs on time.
"""

import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bot.endpoint.abilities import Abilities, Form
from bot.endpoint.reply import Call, Finish, Message
from bot.errors import ModelFailed
from bot.model.judge import Pair, read_verdicts
from bot.model.prompt import judge_messages
from bot.model.write import Writer
from eval.files import lines_of, read_objects, write_whole

if TYPE_CHECKING:
    from bot.endpoint.client import Chat, ModelLimits

_NONCE = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}(?![0-9a-f])")
_NO_NONCE, _SECONDS = "0" * 8, 120.0
_PLAIN = Abilities()


@dataclass(frozen=True)
class Said:
    """A reply, and how many tokens were read and written for it, as far as the endpoint told."""

    reply: str
    read: int = 0
    written: int = 0


def key_of(messages: Sequence[Message]) -> str:
    """Returns the hash of a prompt; prompts that differ in nothing but their random number have the same."""
    said = "\0".join(f"{message['role']}\0{_NONCE.sub('', message['content'])}" for message in messages)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


class Transcripts:
    """The replies of a file, by key; what is added is written at once. Safe to use from several threads."""

    def __init__(self, path: Path) -> None:
        """Reads what is there; a file that is not there holds nothing. Raises BadCases: a line is no transcript."""
        self._path, self._lock = path, threading.Lock()
        self._said: dict[str, Said] = dict(_read(path))
        self._used: set[str] = set()

    def said(self, messages: Sequence[Message]) -> Said | None:
        """Returns what was replied to these messages, if it is known, and remembers that it is still asked for."""
        key = key_of(messages)
        self._used.add(key)
        return self._said.get(key)

    def add(self, messages: Sequence[Message], said: Said) -> None:
        """Keeps a reply in the place of an earlier one. Raises CannotWrite: the file cannot be written."""
        with self._lock:
            key = key_of(messages)
            self._used.add(key)
            is_new, changed = key not in self._said, self._said.get(key) != said
            self._said[key] = said
            if is_new and self._path.is_file():
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(_line(key, said))
            elif changed:
                self._write()

    def forget_unused(self) -> int:
        """Drops what nothing has asked for since the file was opened; returns how many replies that were."""
        with self._lock:
            left = [key for key in self._said if key not in self._used]
            for key in left:
                del self._said[key]
            if left:
                self._write()
        return len(left)

    def _write(self) -> None:
        write_whole(self._path, "".join(_line(key, said) for key, said in self._said.items()))


def _line(key: str, said: Said) -> str:
    tokens = {"read": said.read, "written": said.written} if said.read or said.written else {}
    return lines_of([{"key": key, "reply": said.reply, **tokens}])


def _read(path: Path) -> tuple[tuple[str, Said], ...]:
    def said(values: Any, _: int) -> tuple[str, Said]:
        return values["key"], Said(values["reply"], values.get("read", 0), values.get("written", 0))

    complaint = f"{path} holds a line that is no transcript"
    return read_objects(path, said, complaint, "record it anew") if path.is_file() else ()


Keep = Callable[[Sequence[Message], Said], object]
Remember = Callable[[Sequence[Message]], Said | None]


@dataclass
class Heard:
    """What was said so far: tokens, how many prompts nobody has replied to, and the verdicts on pairs."""

    read: int = 0
    written: int = 0
    missing: int = 0
    verdicts: dict[tuple[str, frozenset[str]], bool] = field(default_factory=dict)

    def note(self, said: Said) -> None:
        """Counts the tokens of a reply."""
        self.read, self.written = self.read + said.read, self.written + said.written

    def verdict(self, pair: Pair) -> bool | None:
        """Returns what was said of a sentence and its quotes, wherever they are from."""
        return self.verdicts.get((pair.sentence, frozenset(pair.quotes)))

    def hear(self, pairs: Sequence[Pair], reply: str) -> Mapping[Pair, bool]:
        """Notes the verdicts of a reply, and returns them."""
        found = read_verdicts(reply, pairs)
        self.verdicts |= {(pair.sentence, frozenset(pair.quotes)): carried for pair, carried in found.items()}
        return found


def said_by(chat: "Chat", messages: Sequence[Message], schema: Mapping[str, object] | None) -> str:
    """Returns a chat's whole reply. Raises ModelFailed: there is none."""
    items = chat.stream(Call(lambda abilities: messages, schema, time.monotonic() + _SECONDS))
    return "".join(item for item in items if isinstance(item, str))


def listening(writer: Writer, heard: Heard, transcripts: Transcripts | None = None) -> Writer:
    """Returns the writer with its tokens counted and its verdicts noted; with transcripts every reply is kept."""
    chat = Recorder(writer.chat, partial(_note, heard, transcripts))
    judge = writer.judge and Recorder(writer.judge, partial(_note_pairs, heard, transcripts))
    return replace(writer, chat=chat, judge=judge, known={})  # type: ignore[arg-type]


def replaying(transcripts: Transcripts, heard: Heard, *, tokens: int) -> Writer:
    """Returns a writer that says what was said once; it fails where nothing was. `tokens` bounds the passages."""
    chat, judge = Replayer(partial(_whole, heard, transcripts)), Replayer(partial(_by_pairs, heard, transcripts))
    return Writer(chat, judge, None, seconds=3600.0, verdict_seconds=600.0, tokens=tokens)  # type: ignore[arg-type]


class Recorder:
    """A client whose replies are handed on, and told to `keep` when they are whole."""

    def __init__(self, chat: "Chat", keep: Keep) -> None:
        self._chat, self._keep = chat, keep

    def __getattr__(self, name: str) -> Any:
        """Returns what the client has; in all else it is that."""
        return getattr(self._chat, name)

    def stream(self, call: Call) -> Iterator[object]:
        """Yields what the client yields."""
        asked, said = call.render(_PLAIN), list[str]()
        for item in self._chat.stream(call):
            if isinstance(item, str):
                said.append(item)
            elif isinstance(item, Finish):
                self._keep(asked, Said("".join(said), item.tokens_read, item.tokens_written))
            yield item


class Replayer:
    """A client that answers out of a memory, at once."""

    abilities = _PLAIN
    form: Form = _PLAIN.form

    def __init__(self, remember: Remember) -> None:
        self._remember = remember

    @property
    def limits(self) -> "ModelLimits":
        """Those that every client has."""
        from bot.endpoint.client import ModelLimits  # here, for the client of a model takes a while to load

        return ModelLimits()

    def prefers_plain(self) -> None:
        """What it says is what it says."""

    def stream(self, call: Call) -> Iterator[object]:
        """Yields what is remembered, in one piece. Raises ModelFailed: nothing is."""
        said = self._remember(call.render(_PLAIN))
        if said is None:
            raise ModelFailed("has no transcript of this question; record it with: footnote eval record")
        yield said.reply
        yield Finish(True, said.read, said.written)


def _note(heard: Heard, transcripts: Transcripts | None, messages: Sequence[Message], said: Said) -> None:
    """Counts the tokens of a reply; with transcripts it is kept."""
    heard.note(said)
    if transcripts:
        transcripts.add(messages, said)


def _note_pairs(heard: Heard, transcripts: Transcripts | None, messages: Sequence[Message], said: Said) -> None:
    """Counts the tokens of a reply and notes its verdicts; with transcripts each is kept."""
    heard.note(said)
    for pair, carried in heard.hear(_pairs(messages), said.reply).items():
        if transcripts:
            transcripts.add(judge_messages([pair], nonce=_NO_NONCE), Said(_verdicts({1: carried})))


def _whole(heard: Heard, transcripts: Transcripts, messages: Sequence[Message]) -> Said | None:
    said = transcripts.said(messages)
    heard.missing += said is None
    if said:
        heard.note(said)
    return said


def _by_pairs(heard: Heard, transcripts: Transcripts, messages: Sequence[Message]) -> Said:
    carried = dict[int, bool]()
    for number, pair in enumerate(_pairs(messages), 1):
        said = transcripts.said(judge_messages([pair], nonce=_NO_NONCE))
        for yes in heard.hear([pair], said.reply if said else "").values():
            carried[number] = yes
    return Said(_verdicts(carried))


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
