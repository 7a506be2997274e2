"""What an answer is written from, and what the writing came to. Plain values; knows no model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.answer import Part
from bot.endpoint.reply import Tally
from bot.question.understand import Question
from bot.request import Request
from bot.retrieve import Found
from bot.search import Search, Seen


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
