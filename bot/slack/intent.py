"""What a message wants of the bot, and whether people talk to each other. Pure decisions over words; calls nobody."""

import re
from typing import Literal

from bot.question.smalltalk import small_talk
from bot.slack.incoming import Message
from bot.slack.markup import mentions_others, plain_text
from bot.slack.policy import ChannelRules, Thread

Intent = Literal["ask", "overhear", "help", "stop", "too long", "ignore"]
MAX_CHARACTERS = 4_000
_STOP = re.compile(
    r"(?:please )?(?:stop|stop (?:it|now|answering|please)|be quiet|quiet|shut up|go away)(?: please| footnote)?[.!]*",
    re.I,
)
_OPENS = re.compile(
    r"(?:and|but|so|also|then|ok(?:ay)?,?|what|who|whom|whose|when|where|why|which|how|is|are|was|were|do|does|did|can|could"
    r"|will|would|should|has|have|had|tell|explain|show|list|give|name|compare|summari[sz]e|more)\b",
    re.I,
)


def intent_of(message: Message, *, bot_user: str, channel: ChannelRules, thread: Thread | None) -> Intent:
    """Returns what a message wants of the bot.

    A direct message and a mention always speak to it. Without a mention it answers a follow-up in a thread of its own
    if that is meant for it, and a top-level question where the channel is set so.
    """
    text = plain_text(message.text)
    addressed = message.kind == "im" or message.mentioned
    if _STOP.fullmatch(text) and (addressed or _may_stop(message, thread, bot_user)):
        return "stop"
    intent: Intent = "ask" if addressed else _unaddressed(message, text, channel, thread, bot_user)
    if intent == "ignore":
        return "ignore"
    if len(text) > MAX_CHARACTERS:
        return "too long" if intent == "ask" else "ignore"
    return intent if any(map(str.isalnum, text)) else "help"


def is_chatter(message: Message, thread: Thread, *, bot_user: str) -> bool:
    """Tells whether an ignored message shows that people talk among themselves in a thread of the bot's."""
    return message.user not in thread.askers or mentions_others(message.text, bot_user=bot_user)


def _may_stop(message: Message, thread: Thread | None, bot_user: str) -> bool:
    if thread is None or thread.stopped or mentions_others(message.text, bot_user=bot_user):
        return False
    return message.user in thread.askers


def _unaddressed(message: Message, text: str, channel: ChannelRules, thread: Thread | None, bot_user: str) -> Intent:
    if mentions_others(message.text, bot_user=bot_user) or small_talk(text):
        return "ignore"
    if message.thread_ts and message.thread_ts != message.ts:
        if thread is None or thread.stopped or thread.chatter:
            return "ignore"
        follows = text.endswith("?") or (message.user in thread.askers and bool(_OPENS.match(text)))
        return "ask" if follows else "ignore"
    asks = message.kind == "channel" and channel.answers == "questions" and text.endswith("?")
    return "ask" if asks else "ignore"
