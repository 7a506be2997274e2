"""What Slack sends becomes a message of a person, and what it wants of the bot. Pure; calls nobody."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from bot.question.smalltalk import small_talk
from bot.slack.markup import mentions_others, plain_text
from bot.slack.records.tables import PostedQuestion
from bot.slack.records.threads import ChannelRules, Thread
from bot.slack.talk import is_for_people, is_reaction

Intent = Literal["ask", "overhear", "help", "stop", "too long", "ignore"]
MAX_CHARACTERS = 4_000
# A message of a person has one of these subtypes; everything else (joins, edits, deletions, bots) is not a question.
_OF_PEOPLE = frozenset({None, "file_share", "thread_broadcast"})
_SLACKBOT = "USLACKBOT"
EDIT_SECONDS = 60.0
"""A mention that is added by editing counts if it comes this soon after the message."""
_STOP = re.compile(
    r"(?:please )?(?:stop|stop (?:it|now|answering|please)|be quiet|quiet|shut up|go away)(?: please| footnote)?[.!]*",
    re.I,
)
_LEAD_IN = (
    r"(?:(?:and|but|so|also|then|ok(?:ay)?|oh|ah|hm+|wait|interesting|thanks|thx|cool|great|wow|well|sorry"
    r"|no|yes|right|hey)[,.!]{0,3} ){0,3}"
)
_PUT_AS_QUESTION = re.compile(
    _LEAD_IN + r"(?:(?:in|on|at|from|to|by|for|of|with|since|until|about) )?"
    r"(?:what|who|whom|whose|when|where|why|which|how|is|are|was|were|do|does|did|can|could|will|would|should|has|have|had"
    r"|any|whats|what['’]s|whos|who['’]s|hows|how['’]s|wheres|where['’]s|whens|isnt|arent|wasnt|doesnt|didnt)\b",
    re.I,
)
_ORDERS = re.compile(
    _LEAD_IN
    + r"(?:please )?(?:(?:tell|explain|show|list|give|name|compare|summari[sz]e|describe|define|elaborate|more)\b"
    r"|say more\b"
    r"|i (?:meant|mean)\b|i(?:['’]d| would) (?:like|love) (?:to (?:know|hear)|a|an|more)\b|i want to know\b)",
    re.I,
)
_GOES_ON = re.compile(r"(?:and|but|or|so) [^?]{0,80}\?", re.I)  # "And its height?"
_SENTENCE = re.compile(r"[^.!?]+[.!?]*")


@dataclass(frozen=True)
class Heard:
    """A message of a person as a question, whether it mentions the bot, and whether it mentions others."""

    asked: PostedQuestion
    mentioned: bool
    to_others: bool

    @property
    def is_reply(self) -> bool:
        """Whether it stands in a thread that another message began."""
        return self.asked.thread_ts != self.asked.ts

    @property
    def is_addressed(self) -> bool:
        """Whether it speaks to the bot in any case."""
        return self.asked.kind == "im" or self.mentioned


def read_message(event: Mapping[str, Any], *, team: str, bot_user: str, now: float) -> Heard | None:
    """Returns the message of an app_mention or message event; None if it is none of a person."""
    if event.get("subtype") == "message_changed":
        event = _edited(event, bot_user)
    text, user, channel, ts = event.get("text") or "", event.get("user"), event.get("channel"), event.get("ts")
    mentioned = event.get("type") == "app_mention" or _mentions(text, bot_user)
    of_person = user and not (event.get("bot_id") or event.get("bot_profile") or user in (bot_user, _SLACKBOT))
    if not (of_person and channel and ts) or event.get("subtype") not in _OF_PEOPLE:
        return None
    if event.get("edited") and not (mentioned and _is_soon(event)):
        return None
    asked = PostedQuestion(
        team=team,
        channel=channel,
        ts=ts,
        thread_ts=event.get("thread_ts") or ts,
        asker=str(user),
        actor_team=event.get("user_team") or event.get("team") or team,
        kind=_kind(event),
        text=plain_text(text),
        received=now,
    )
    return Heard(asked, mentioned, mentions_others(text, bot_user=bot_user))


def deleted_ts(event: Mapping[str, Any]) -> str | None:
    """Returns the ts of the message that the event says was deleted; one with replies leaves a tombstone."""
    if event.get("subtype") == "message_deleted":
        return event.get("deleted_ts")
    changed = event.get("message") or {}
    is_tombstone = event.get("subtype") == "message_changed" and changed.get("subtype") == "tombstone"
    return changed.get("ts") if is_tombstone else None


def intent_of(heard: Heard, *, channel: ChannelRules, thread: Thread | None, names: Collection[str] = ()) -> Intent:
    """Returns what a message wants of the bot; `overhear`: to answer it if it has to do with the articles.

    A direct message and a mention always speak to it. Without a mention it listens to a follow-up in a thread of its
    own, unless that is clearly for people, and to a top-level question where the channel is set so. `names` are what
    people here are called, in lower case.
    """
    text = heard.asked.text
    if _STOP.fullmatch(text) and (heard.is_addressed or _may_stop(heard, thread)):
        return "stop"
    intent: Intent = "ask" if heard.is_addressed else _unaddressed(heard, channel, thread, names)
    if intent == "ignore":
        return "ignore"
    if len(text) > MAX_CHARACTERS:
        return "too long" if intent == "ask" else "ignore"
    return intent if any(map(str.isalnum, text)) else "help"


def asking_part(text: str) -> str:
    """Returns the sentences that are put like a question or a request; a question mark alone makes none."""
    return " ".join(s for s in _sentences(text) if _PUT_AS_QUESTION.match(s) or _ORDERS.match(s) or _GOES_ON.match(s))


def is_chatter(heard: Heard, thread: Thread) -> bool:
    """Tells whether an ignored message shows that people talk to each other in a thread of the bot's."""
    return heard.to_others or (heard.asked.asker not in thread.askers and not is_reaction(heard.asked.text))


def _may_stop(heard: Heard, thread: Thread | None) -> bool:
    return not heard.to_others and thread is not None and not thread.stopped and heard.asked.asker in thread.askers


def _unaddressed(heard: Heard, channel: ChannelRules, thread: Thread | None, names: Collection[str]) -> Intent:
    asked, text = heard.asked, heard.asked.text
    if heard.to_others or small_talk(text) or is_for_people(text, names):
        return "ignore"
    if heard.is_reply:
        if thread is None or thread.stopped or thread.chatter:
            return "ignore"
        return "overhear" if _asks(text, orders=asked.asker in thread.askers) else "ignore"
    asks = asked.kind == "channel" and channel.answers == "questions" and text.endswith("?")
    return "ask" if asks else "ignore"


def _asks(text: str, *, orders: bool) -> bool:
    """Tells whether some sentence asks something; of those who asked the bot before, whether it tells the bot to."""
    sentences = _sentences(text)
    return any(s.endswith("?") or _PUT_AS_QUESTION.match(s) or (orders and _ORDERS.match(s)) for s in sentences)


def _sentences(text: str) -> list[str]:
    return [found[0].strip() for found in _SENTENCE.finditer(text)]


def _edited(event: Mapping[str, Any], bot_user: str) -> Mapping[str, Any]:
    """The new wording of a message, as its own event, if the bot was not mentioned before; else the event itself."""
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    if not now.get("edited") or _mentions(before.get("text") or "", bot_user):
        return event
    return {"channel": event.get("channel"), "channel_type": event.get("channel_type"), "type": "message", **now}


def _is_soon(event: Mapping[str, Any]) -> bool:
    try:
        return float(event["edited"]["ts"]) - float(event["ts"]) <= EDIT_SECONDS
    except (KeyError, TypeError, ValueError):
        return False


def _mentions(text: str, bot_user: str) -> bool:
    return f"<@{bot_user}>" in text or f"<@{bot_user}|" in text


def _kind(event: Mapping[str, Any]) -> Literal["im", "mpim", "channel"]:
    given = event.get("channel_type")
    if given in ("im", "mpim"):
        return "im" if given == "im" else "mpim"
    return "im" if given is None and str(event["channel"]).startswith("D") else "channel"
