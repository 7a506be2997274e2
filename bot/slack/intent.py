"""What a message wants of the bot, and whether people talk to each other. Pure decisions over words; calls nobody."""

import re
from collections.abc import Collection
from typing import Literal

from bot.question.smalltalk import small_talk
from bot.slack.incoming import Message
from bot.slack.markup import mentions_others, plain_text
from bot.slack.policy import ChannelRules, Thread
from bot.slack.talk import is_for_people, is_reaction

Intent = Literal["ask", "overhear", "help", "stop", "too long", "ignore"]
MAX_CHARACTERS = 4_000
_STOP = re.compile(
    r"(?:please )?(?:stop|stop (?:it|now|answering|please)|be quiet|quiet|shut up|go away)(?: please| footnote)?[.!]*",
    re.I,
)
_LEAD_IN = (
    r"(?:(?:and|but|so|also|then|ok(?:ay)?|oh|ah|hm+|wait|interesting|thanks|thx|cool|great|wow|well|sorry"
    r"|no|yes|right|hey)[,.!]{0,3} ){0,3}"
)
_ASKS = re.compile(
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


def intent_of(
    message: Message,
    *,
    bot_user: str,
    channel: ChannelRules,
    thread: Thread | None,
    names: Collection[str] = (),
) -> Intent:
    """Returns what a message wants of the bot; `overhear`: to answer it if it has to do with the articles.

    A direct message and a mention always speak to it. Without a mention it listens to a follow-up in a thread of its
    own, unless that is clearly for people, and to a top-level question where the channel is set so. `names` are what
    people here are called, in lower case.
    """
    text = plain_text(message.text)
    addressed = message.kind == "im" or message.mentioned
    if _STOP.fullmatch(text) and (addressed or _may_stop(message, thread, bot_user)):
        return "stop"
    intent: Intent = "ask" if addressed else _unaddressed(message, text, channel, thread, bot_user, names)
    if intent == "ignore":
        return "ignore"
    if len(text) > MAX_CHARACTERS:
        return "too long" if intent == "ask" else "ignore"
    return intent if any(map(str.isalnum, text)) else "help"


def asking_part(text: str) -> str:
    """Returns the sentences that are put like a question or a request; a question mark alone makes none."""
    return " ".join(s for s in _sentences(text) if _ASKS.match(s) or _ORDERS.match(s) or _GOES_ON.match(s))


def is_chatter(message: Message, thread: Thread, *, bot_user: str, names: Collection[str] = ()) -> bool:
    """Tells whether an ignored message shows that people talk to each other in a thread of the bot's."""
    if mentions_others(message.text, bot_user=bot_user):
        return True
    text = plain_text(message.text)
    return message.user not in thread.askers and not is_reaction(text)


def _may_stop(message: Message, thread: Thread | None, bot_user: str) -> bool:
    if thread is None or thread.stopped or mentions_others(message.text, bot_user=bot_user):
        return False
    return message.user in thread.askers


def _unaddressed(
    message: Message,
    text: str,
    channel: ChannelRules,
    thread: Thread | None,
    bot_user: str,
    names: Collection[str],
) -> Intent:
    if mentions_others(message.text, bot_user=bot_user) or small_talk(text):
        return "ignore"
    if message.thread_ts and message.thread_ts != message.ts:
        if thread is None or thread.stopped or thread.chatter or is_for_people(text, names):
            return "ignore"
        return "overhear" if _asks(text, orders=message.user in thread.askers) else "ignore"
    asks = message.kind == "channel" and channel.answers == "questions" and text.endswith("?")
    return "ask" if asks and not is_for_people(text, names) else "ignore"


def _asks(text: str, *, orders: bool) -> bool:
    """Tells whether some sentence asks something; of those who asked the bot before, whether it tells the bot to."""
    sentences = _sentences(text)
    return any(s.endswith("?") or _ASKS.match(s) or (orders and _ORDERS.match(s)) for s in sentences)


def _sentences(text: str) -> list[str]:
    return [found[0].strip() for found in _SENTENCE.finditer(text)]
