"""The same cases asked a second time, in a process of its own and from the last to the first, beside the first run.

What an answer owes to time, to order, or to how Python happens to hash shows as a difference. Knows processes.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from bot.means import Means, Pinned
from bot.model.write import Writer
from eval.asking import asks, at_desk
from eval.cases import read_cases
from eval.run import kept, today_of
from eval.transcripts import Heard, Transcripts

Answers = Mapping[str, Mapping[str, Any]]
"""What was answered, by the id of the case."""


@dataclass(frozen=True)
class Again:
    """What a second process needs to ask the same: what opens the means, the cases, and what a model said once.

    `opened` has to be known by name in the other process; without `transcripts` answers are quoted.
    """

    opened: Callable[[], AbstractContextManager[Pinned]]
    cases: Path
    transcripts: Path | None
    tokens: int


@contextmanager
def second_run(again: Again) -> Iterator[Callable[[], Answers]]:
    """Starts asking, and yields what waits for the answers."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        yield pool.submit(answer_all, again).result


def answer_all(again: Again) -> Answers:
    """Asks every case, the last one first, and returns what of the answers no two runs may differ in."""
    with again.opened() as pinned, at_desk(pinned, partial(_replayed, again)) as desk:
        answer, today = asks(desk), today_of(desk.articles)
        return {case.id: kept(answer(case, case.asked or today)) for case in reversed(read_cases(again.cases))}


def _replayed(again: Again, _: Means, heard: Heard) -> Writer | None:
    if again.transcripts is None:
        return None
    from eval.replay import replaying  # here, for the client of a model takes a while to load

    return replaying(Transcripts(again.transcripts), heard, tokens=again.tokens)
