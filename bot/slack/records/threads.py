"""What is known of threads and channels: who asked there, what was said, who was refused, what was set. Knows rows.

What follows from it is decided elsewhere.
"""

import dataclasses
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, and_, delete, select, update

from bot.question.followup import Turn
from bot.slack.records.tables import PostedQuestion, add, channel, in_thread, put, question, refused, thread

_DAY = 86_400.0


@dataclass(frozen=True)
class Thread:
    """A thread in which the bot was asked: by whom, and whether people have talked among themselves since."""

    askers: tuple[str, ...]
    stopped: bool = False
    chatter: bool = False


@dataclass(frozen=True)
class ChannelRules:
    """What was set for a channel inside Slack: `answers` to mentions only or to every question, from which folders."""

    answers: Literal["mentions", "questions"] = "mentions"
    folders: tuple[str, ...] = ()
    editors: Literal["everyone", "listed"] = "everyone"
    listed: tuple[str, ...] = ()


def own(c: Connection, asked: PostedQuestion) -> None:
    """Makes the question's thread one of the bot's, open and without chatter, and its asker one who asks there."""
    if not asked.asker:
        return  # deleted meanwhile
    row = c.execute(select(thread.c.askers).where(in_thread(thread, *asked.place)).with_for_update()).first()
    askers = sorted({*(row.askers if row else ()), asked.asker})
    values = {"askers": askers, "stopped": False, "chatter": False, "last": asked.received}
    put(c, thread, key=dict(zip(("team", "channel", "thread_ts"), asked.place, strict=True)), values=values)


def disown(c: Connection, team: str, channel: str, thread_ts: str) -> None:
    """Leaves of a thread what its remaining questions make of it; nothing if there are none."""
    asked = and_(question.c.asker != "", question.c.notice.is_(None), question.c.state.not_in(("refused", "ignored")))
    remain = and_(in_thread(question, team, channel, thread_ts), asked)
    askers = c.execute(select(question.c.asker).where(remain).distinct()).scalars().all()
    here = in_thread(thread, team, channel, thread_ts)
    c.execute(update(thread).where(here).values(askers=sorted(askers)) if askers else delete(thread).where(here))


def find(c: Connection, team: str, channel: str, thread_ts: str) -> Thread | None:
    """Returns what is known of a thread; None if it is not one of the bot's."""
    row = c.execute(select(thread).where(in_thread(thread, team, channel, thread_ts))).first()
    return Thread(tuple(row.askers), row.stopped, row.chatter) if row else None


def mark(c: Connection, team: str, channel: str, thread_ts: str, *, as_: Literal["chatter", "stopped"]) -> None:
    """Remembers that people talk among themselves, or that the bot is to keep quiet until it is mentioned."""
    c.execute(update(thread).where(in_thread(thread, team, channel, thread_ts)).values({as_: True}))


def turns(c: Connection, team: str, channel: str, thread_ts: str, *, most: int = 6) -> tuple[Turn, ...]:
    """Returns the last answered questions of a thread with their answers, oldest first."""
    here = and_(in_thread(question, team, channel, thread_ts), question.c.state == "answered", question.c.text != "")
    pick = select(question.c.text, question.c.answer).where(here).order_by(question.c.ts.desc()).limit(most)
    return tuple(
        turn
        for row in reversed(c.execute(pick).all())
        for turn in (Turn("user", row.text), Turn("assistant", str((row.answer or {}).get("text", ""))))
    )


def articles(c: Connection, team: str, channel: str, thread_ts: str) -> frozenset[str]:
    """Returns the ids of the articles that the answers of a thread cite or, where they refuse, come closest to."""
    here = and_(in_thread(question, team, channel, thread_ts), question.c.state == "answered")
    answers = [answer or {} for answer in c.execute(select(question.c.answer).where(here)).scalars()]
    named = (answer.get("citations") or answer.get("nearest", ())[:1] for answer in answers)
    return frozenset(str(one["article_id"]) for cited in named for one in cited)


def refuses_anew(c: Connection, team: str, channel: str, asker: str, *, now: float) -> bool:
    """Tells whether a person is refused for the first time in this place for a day, and remembers it."""
    values = {"team": team, "asker": f"{channel} {asker}", "at": now}
    if add(c, refused, values):
        return True
    told = and_(refused.c.team == team, refused.c.asker == values["asker"], refused.c.at <= now - _DAY)
    return bool(c.execute(update(refused).where(told).values(at=now)).rowcount == 1)


def rules_of(c: Connection, team: str, channel_id: str) -> ChannelRules:
    """Returns the settings of a channel, or of a person's direct conversation; the defaults if nothing was set."""
    row = c.execute(select(channel).where(channel.c.team == team, channel.c.channel == channel_id)).first()
    return ChannelRules(row.answers, tuple(row.folders), row.editors, tuple(row.listed)) if row else ChannelRules()


def keep_rules(c: Connection, team: str, channel_id: str, rules: ChannelRules) -> None:
    """Keeps the settings of a channel."""
    put(c, channel, key={"team": team, "channel": channel_id}, values=dataclasses.asdict(rules))
