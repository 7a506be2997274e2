"""Conversations with the quoting answerer: is a message that leans understood, and one that stands alone left alone?

A set is a folder with corpus/ and conversations.jsonl: one conversation a line, `turns` of `question`, `kind` (opens,
leans or changes), `facts` as in a case or `"answered": false`, and `lacks`: what only a misunderstanding would bring.
Knows the layout and plays the turns in order, each with the answers before it; nothing of how they are understood.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from bot.answer import Answer
from bot.ask import ask
from bot.means import Means
from bot.question.followup import Turn
from bot.request import Request
from eval.asking import Order
from eval.cases import Case
from eval.current import ingested
from eval.files import read_objects
from eval.measures import share
from eval.wording import holds, lacking
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index

SETS = Path(__file__).parent / "conversations"
KINDS = ("opens", "leans", "changes")


@dataclass(frozen=True)
class Heard:
    """What became of a turn: `taken` if a change of subject was answered otherwise than without what came before;
    `repeated` if a quote with what answered the turn before came again without a fact of this one."""

    case: Case
    text: str
    right: bool
    taken: bool
    repeated: bool


def talk(order: Order) -> bool:
    """Plays the conversations of each set, those of the project if none is named, and prints what came of them.

    Raises BadCases: a folder is no set; IngestError: its articles cannot be ingested.
    """
    embedder, rows = (
        MiniLM(order.minilm),
        Table("turns that", "", "right", "taken for a follow-up", "old answer repeated"),
    )
    sets = order.args.folders or sorted(path.parent for path in SETS.glob("*/conversations.jsonl"))
    heard = [one for folder in sets for one in play(folder, embedder)]
    for one in heard:
        if not one.right or one.taken or one.repeated:
            marks = [name for name in ("right", "taken", "repeated") if getattr(one, name)]
            told = f"{one.case.type}: {one.case.question} ({', '.join(marks) or 'wrong'}): {one.text}"
            order.console.print(Text(told))
    for row in table(heard):
        rows.add_row(*row)
    order.console.print(rows)
    return True


def load_conversations(folder: Path) -> tuple[tuple[Case, ...], ...]:
    """Reads the conversations of a set.

    Raises BadCases: the folder does not have the layout, or a line is no conversation.
    """
    complaint = f"{folder} is no set of conversations (corpus/ and conversations.jsonl)"
    return read_objects(folder / "conversations.jsonl", lambda line, _: tuple(map(_case, line["turns"])), complaint)


def play(folder: Path, embedder: MiniLM) -> tuple[Heard, ...]:
    """Ingests a set and plays its conversations.

    Raises BadCases: the folder is no set; IngestError: its articles cannot be ingested.
    """
    conversations = load_conversations(folder)
    with ingested(folder / "corpus", embedder) as (index, _):
        return tuple(one for turns in conversations for one in _played(turns, index, embedder))


def table(heard: Sequence[Heard]) -> Iterator[tuple[str, ...]]:
    """Yields a row for each kind of turn, and one for all that follow another."""
    kinds = {kind: [one for one in heard if one.case.type == kind] for kind in KINDS}
    for name, some in (kinds | {"all that follow": kinds["leans"] + kinds["changes"]}).items():
        right = sum(one.right for one in some)
        taken, repeated = sum(one.taken for one in some), sum(one.repeated for one in some)
        yield name, str(len(some)), f"{right} ({share([one.right for one in some]):.3f})", str(taken), str(repeated)


def judge_turn(case: Case, answer: Answer, alone: Answer, before: tuple[Case, Answer] | None) -> Heard:
    """Holds the answer of a turn against what is known, the answer `alone` and the turn `before` with its answer."""
    wrong = any(holds(answer.text, words) for words in case.must_not) or lacking(case, answer.text)
    old = {one.quote for one in before[1].citations if _any_fact(one.quote, before[0])} if before else set()
    return Heard(
        case,
        answer.text,
        right=answer.answered and not wrong if case.answerable else not answer.answered,
        taken=case.type == "changes" and answer.text != alone.text,
        repeated=any(one.quote in old and not _any_fact(one.quote, case) for one in answer.citations),
    )


def _any_fact(text: str, case: Case) -> bool:
    return any(holds(text, fact) for spellings in case.facts for fact in spellings)


def _played(turns: Sequence[Case], index: Index, embedder: MiniLM) -> Iterator[Heard]:
    history: list[Turn] = []
    before: tuple[Case, Answer] | None = None
    for case in turns:
        answer, alone = (
            ask(Request(case.question, datetime.date.today(), tuple(earlier)), Means(index, embedder, embedder))
            for earlier in (history, ())
        )
        yield judge_turn(case, answer, alone, before)
        history += [Turn("user", case.question), Turn("assistant", answer.text)]
        before = (case, answer)


def _case(values: dict[str, Any]) -> Case:
    """A turn as a case: its kind is the type, and what only a misunderstanding would bring is what it must not say."""
    facts, kind = tuple(tuple(map(str, fact)) for fact in values.get("facts", ())), values["kind"]
    if kind not in KINDS or bool(facts) != values.get("answered", True):
        raise ValueError(f'{values["question"]!r} needs a kind of {", ".join(KINDS)}, and facts or "answered": false')
    return Case(
        "", str(values["question"]), kind, bool(facts), facts, must_not=tuple(map(str, values.get("lacks", ())))
    )
