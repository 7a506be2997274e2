"""What strong models said, kept by the hash of what they were asked, so that it can be said again without a key.

Knows files of JSON lines; a prompt is known by its messages without the random number in them.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bot.endpoint.reply import Message
from eval.errors import BadCases

_NONCE = re.compile(r"(?<![0-9a-f])[0-9a-f]{8}(?![0-9a-f])")


def key_of(messages: Sequence[Message]) -> str:
    """Returns the hash of a prompt; prompts that differ in nothing but their random number have the same."""
    said = "\0".join(f"{message['role']}\0{_NONCE.sub('', message['content'])}" for message in messages)
    return hashlib.sha256(said.encode()).hexdigest()[:16]


class Transcripts:
    """The replies of a file, by key; what is added is written at once."""

    def __init__(self, path: Path) -> None:
        """Reads what is there; a file that is not there holds nothing.

        Raises:
            BadCases: a line is no transcript.
        """
        self._path = path
        self._replies: dict[str, str] = dict(_read(path))

    def reply(self, messages: Sequence[Message]) -> str | None:
        """Returns what was replied to these messages, if it is known."""
        return self._replies.get(key_of(messages))

    def add(self, messages: Sequence[Message], reply: str) -> None:
        """Keeps a reply."""
        self._replies[key_of(messages)] = reply
        lines = [json.dumps({"key": key, "reply": reply}, ensure_ascii=False) for key, reply in self._replies.items()]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _read(path: Path) -> Iterator[tuple[str, str]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
        for line in lines:
            values: Mapping[str, str] = json.loads(line)
            yield values["key"], values["reply"]
    except (ValueError, KeyError, TypeError) as error:
        raise BadCases(f"{path} holds a line that is no transcript: {error}; record it anew") from error
