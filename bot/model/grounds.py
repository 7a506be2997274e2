"""What an answer is written from, and what the writing came to. Plain values; knows no model."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.answer import Part
from bot.endpoint.reply import Tally
from bot.question.understand import Question
from bot.quote.candidates import Candidate
from bot.retrieve import Found
from ingest.index.open_index import Index


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
    """A question with what was found for it: all that an answer is written from.

    `found` is for the model, best first, and more than `sentences` are of; `today` is its day, `started` is when the
    question came by `time.monotonic()`; `answers` finds what answers some other text.
    """

    question: Question
    found: Sequence[Found]
    sentences: Sequence[Candidate]
    index: Index
    today: datetime.date
    user: str
    started: float
    tally: Tally
    answers: Callable[[str], Sequence[Candidate]]
