"""What passes between the client and whoever asks it: messages out, text and how it ended back. Plain values.

A chunk of a reply is foreign input: whatever its shape, it is read for the little that is wanted of it.
"""

import queue
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bot.endpoint.abilities import Abilities
from bot.errors import ModelFailed

Message = Mapping[str, str]
"""A role and a content, as chat endpoints take them."""
Render = Callable[[Abilities], Sequence[Message]]
"""Makes the messages, in the form and for the window that the endpoint has."""
_LONGEST_ERROR = 200
# How a reply ends that is whole, where the endpoint does not say why it ends.
_ENDS = re.compile(r"[}\]`.!?…\"”’)]\s*\Z")
_THOUGHTS = ("reasoning", "reasoning_content", "reasoning_details", "thinking")


@dataclass
class Tally:
    """How many requests one question may still make, whatever an endpoint says."""

    left: int = 6
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self) -> bool:
        """Counts a request, if there is one left."""
        with self._lock:
            self.left -= 1
            return self.left >= 0


@dataclass(frozen=True)
class Call:
    """One reply that is wanted by a `deadline`, a reading of `time.monotonic()`.

    `schema` is None where plain text is wanted anyway. What others put into the `inbox` meanwhile is handed on, too.
    """

    render: Render
    schema: Mapping[str, object] | None
    deadline: float
    tally: Tally = field(default_factory=Tally)
    inbox: "queue.SimpleQueue[Any]" = field(default_factory=queue.SimpleQueue)


@dataclass(frozen=True)
class Finish:
    """How a reply ended, and what it cost; `whole` is false where it was cut at a limit, which `why` then names."""

    whole: bool
    tokens_read: int
    tokens_written: int
    why: str = ""


class Spoken:
    """What has been heard of one reply so far."""

    def __init__(self) -> None:
        self.text, self._finish, self._usage = "", "", (0, 0)
        self._thinks = self._refuses = False

    def hear(self, chunk: Any) -> str:
        """Reads a chunk of a stream, or a whole reply that came instead of one, and returns its text.

        Raises ModelFailed: it says that something went wrong; ValueError: it is no object.
        """
        if not isinstance(chunk, Mapping):
            raise ValueError("a chunk that is no object")
        error = chunk.get("error")
        if error:
            told = str(error.get("message") or error) if isinstance(error, Mapping) else str(error)
            raise ModelFailed(f"reported an error: {' '.join(told.split())[:_LONGEST_ERROR]}")
        choices = chunk.get("choices")
        choice = choices[0] if isinstance(choices, Sequence) and choices and isinstance(choices[0], Mapping) else {}
        given = choice.get("delta") or choice.get("message") or {}
        delta = given if isinstance(given, Mapping) else {}
        content = delta.get("content") or choice.get("text") or ""
        parts = content if isinstance(content, list) else [content]
        text, finish = "".join(map(_text, parts)), choice.get("finish_reason")
        self.text += text
        self._refuses = self._refuses or (isinstance(delta.get("refusal"), str) and bool(delta["refusal"]))
        self._finish = self._finish or (finish if isinstance(finish, str) else "")
        self._usage = _usage(chunk.get("usage")) or self._usage
        self._thinks = self._thinks or any(map(delta.get, _THOUGHTS)) or any(map(_is_thought, parts))
        return text

    def finish(self, *, is_long: bool) -> Finish:
        """Returns how the reply ended; `is_long` tells that it was ended by us.

        Raises ModelFailed: it ended without text, or in the middle.
        """
        why = "its tokens were used up (FOOTNOTE_MODEL_TOKENS)" if is_long or self._finish == "length" else ""
        why = "its provider's filter stopped it" if self._finish == "content_filter" else why
        if not self.text or (self._thinks and not self.text.strip()):
            raise ModelFailed(self._why_nothing())
        if self.text.strip() and not self._finish and not is_long and not _ENDS.search(self.text):
            raise ModelFailed("broke off")
        return Finish(not why, self._usage[0], self._usage[1] or len(self.text) // 4, why)

    def _why_nothing(self) -> str:
        if self._finish == "length":
            spent = "used up its tokens on thinking" if self._thinks else "used up its tokens"
            return f"{spent} before it answered: raise FOOTNOTE_MODEL_THINKING or FOOTNOTE_MODEL_TOKENS"
        if self._finish == "content_filter":
            return "was stopped by its provider's filter"
        return "declined to answer" if self._refuses else "sent nothing"


def _text(part: Any) -> str:
    if isinstance(part, Mapping) and not _is_thought(part):
        part = part.get("text")
    return part if isinstance(part, str) else ""


def _is_thought(part: Any) -> bool:
    return isinstance(part, Mapping) and str(part.get("type") or "text").startswith(("think", "reason"))


def _usage(usage: Any) -> tuple[int, int] | None:
    if not isinstance(usage, Mapping):
        return None
    counts = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
    read, written = (int(str(count)) if str(count).isdecimal() else 0 for count in counts)
    return (read, written) if read or written else None
