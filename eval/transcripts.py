"""What strong models said, kept by the hash of what they were asked, so that it can be said again without a key.

Knows files of JSON lines; a prompt is known by its messages without the random number in them.
"""

import hashlib
import re
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.endpoint.reply import Message
from bot.model.judge import Pair, read_verdicts
from eval.files import lines_of, read_objects, write_whole

_NONCE = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}(?![0-9a-f])")


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
