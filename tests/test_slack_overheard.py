"""Quiet among people: what is written in a thread of the bot's without a mention, and who it is for.

`overheard.txt` says how its lines are read. Measured with the real model over the invented articles.
"""

import datetime
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.ask import ask
from bot.means import Means
from bot.question.followup import Turn
from bot.request import Overheard, Request
from bot.slack.incoming import Heard, asking_part, intent_of, is_chatter, read_message
from bot.slack.markup import plain_text
from bot.slack.opened import opened
from bot.slack.records.threads import ChannelRules, Thread
from bot.slack.talk import is_for_people
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index, open_current
from tests.conftest import REPOSITORY
from tests.slack_fixtures import Script, Stage, answered, play, refused

DAY = datetime.date(2026, 3, 9)
MOST = 0.05


@dataclass(frozen=True)
class Line:
    """One line under test, in the thread as it is then."""

    first: str
    thread: Thread
    by: str
    text: str
    meant: bool


def lines(text: str) -> Iterator[Line]:
    """The lines of a file like overheard.txt."""
    first, thread = "", Thread(("U1",))
    for written in text.splitlines():
        mark, _, rest = written.partition(" ")
        if mark == "##":
            first, thread = rest, Thread(("U1",))
        by, _, said = rest.partition(" ")
        if mark == ">" and is_chatter(message(by, said), thread):
            thread = replace(thread, chatter=True)
        if mark in "+-" and mark:
            yield Line(first, thread, by, said, mark == "+")


def message(by: str, text: str) -> Heard:
    event = {"type": "message", "channel": "C1", "ts": "2.0", "thread_ts": "1.0", "user": by, "text": text}
    heard = read_message(event, team="T1", bot_user="UBOT", now=0.0)
    assert heard
    return heard


class Listener:
    """Decides about lines as the bot does: by their words, then by the articles."""

    def __init__(self, index: Index, model: MiniLM, home: Path) -> None:
        self._means, self._first = Means(index, model, model, None), dict[str, Answer]()
        self._responder = opened(home, self._pinned).responder

    def answers(self, line: Line) -> bool:
        """Whether the bot would say something."""
        heard = message(line.by, line.text)
        if intent_of(heard, channel=ChannelRules(), thread=line.thread) != "overhear":
            return False
        first, text = self._answer_to(line.first), plain_text(line.text)
        about = frozenset(c.article.id for c in first.citations) or frozenset(a.id for a in first.nearest[:1])
        overheard = Overheard(line.by in line.thread.askers, asking_part(text), about)
        history = (Turn("user", line.first), Turn("assistant", first.text))
        *_, answer = self._responder(Request(text, DAY, history, overheard=overheard))
        return isinstance(answer, Answer) and bool(answer.parts)

    def _answer_to(self, first: str) -> Answer:
        if first not in self._first:
            means = self._means
            self._first[first] = ask(Request(first, DAY), Means(means.index, means.embedder, means.language))
        return self._first[first]

    def _pinned(self) -> AbstractContextManager[Means]:
        return nullcontext(self._means)


@pytest.fixture(scope="module")
def real_index(real_home: Path, model: MiniLM) -> Iterator[Index]:
    index = open_current(real_home, model.fingerprint)
    yield index
    index.close()


def test_the_bot_misses_and_butts_in_at_most_once_in_twenty(real_index: Index, model: MiniLM, tmp_path: Path) -> None:
    listener = Listener(real_index, model, tmp_path)
    found = [(line, listener.answers(line)) for line in lines((REPOSITORY / "tests/overheard.txt").read_text("utf-8"))]
    missed = [line.text for line, answers in found if line.meant and not answers]
    butted = [line.text for line, answers in found if answers and not line.meant]
    meant = sum(line.meant for line, _ in found)
    print(f"missed {len(missed)} of {meant}: {missed}; butted in {len(butted)} of {len(found) - meant}: {butted}")
    assert len(found) >= 80
    assert len(missed) <= MOST * meant
    assert len(butted) <= MOST * (len(found) - meant)


@pytest.mark.parametrize(
    "text",
    [
        "Can you send me the deck?",
        "how about Friday",
        "does tomorrow at 3pm work",
        "is that ok for you Bob?",
        "Priya: what did legal say?",
        "@jana could use a hand here?",
        "who's up for lunch?",
        "Sounds good?",
    ],
)
def test_what_speaks_to_people_is_for_people(text: str) -> None:
    assert is_for_people(text)


@pytest.mark.parametrize(
    "text",
    [
        "can you explain that?",
        "do you know who paid for it?",
        "what is your source?",
        "are you sure?",
        "what do you mean by strength?",
        "and in 2019?",
        "Wait, who built it?",
        "was anyone hurt?",
        "what happened last Friday?",
        "which planet, Neptune?",
    ],
)
def test_what_may_be_asked_of_the_articles_is_not_for_people(text: str) -> None:
    assert not is_for_people(text)


def test_a_known_name_is_known_without_its_capital() -> None:
    assert not is_for_people("ok so how long is it, marko?")
    assert is_for_people("ok so how long is it, marko?", {"marko"})


def test_a_thread_is_answered_in_slack_only_where_the_articles_have_something_to_say(tmp_path: Path) -> None:
    def answer(question: str) -> Answer:
        return answered(question) if "days" in question else replace(refused(question), parts=())

    async def scene(stage: Stage) -> None:
        ana, marko = stage.slack.user("U1"), stage.slack.user("U2")
        first = ana.says("C1", "<@UBOT> how many days of leave?")
        await stage.settled()
        ana.says("C1", "and how many days in all?", thread=first.ts)
        await stage.settled(2)
        ana.says("C1", "what time does the canary sing?", thread=first.ts)
        await stage.settled(3)
        assert stage.states() == {"answered": 2, "ignored": 1}
        assert len(stage.replies("C1", first.ts)) == 2
        marko.says("C1", "why does the canary sing?", thread=first.ts)
        await stage.settled(4)
        late = ana.says("C1", "and how many days then?", thread=first.ts)  # people talk now
        await stage.slack.until(lambda: all(d.acked for d in late.deliveries))
        assert stage.closed() == 4
        statuses = [c.args["status"] for c in stage.slack.journal.of("assistant.threads.setStatus")]
        assert statuses.count("is reading the articles…") == 2

    play(tmp_path, scene, script=Script(answer=answer))
    assert b"canary" not in (tmp_path / "slack.sqlite").read_bytes()
