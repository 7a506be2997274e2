"""Replies to what is no question. Knows a few courtesies; knows nothing of articles."""

import re

_GREETING = re.compile(
    r"(?:hi|hello|hey|hiya|howdy|yo|good (?:morning|afternoon|evening|day)|greetings)"
    r"(?: there| all| team| everyone| bot| footnote)?"
)
_THANKS = re.compile(
    r"(?:(?:ok(?:ay)?|great|cool|perfect|awesome|nice),? )?(?:thanks?(?: you)?|thx|ty|cheers|much appreciated)"
    r"(?:,? (?:a lot|so much|very much|a bunch|again|you|bot|footnote|all|everyone|for .{1,40}))*"
)
_PRAISE = re.compile(
    r"(?:ok(?:ay)?|great|cool|perfect|awesome|nice|good (?:job|bot|work)|well done|got it|i see|lol|haha)"
)
_PARTING = re.compile(
    r"(?:bye|goodbye|good ?night|see (?:you|ya)(?: later)?|have a (?:good|nice|great) (?:day|one|weekend|evening))"
)
_ABILITY = re.compile(
    r"(?:(?:so )?what can you (?:do|help(?: me)? with)(?: for me)?|who are you|what are you|what is footnote"
    r"|help(?: me)?|are you (?:an? )?(?:bot|robot|human|ai|real)|how do(?:es)? (?:you|this|it) work|what do you know"
    r"|how can (?:you help(?: me)?|i use (?:you|this)))"
)
_HOW_ARE_YOU = re.compile(r"how are you(?: doing)?(?: today)?|how(?:'|’)?s it going|what(?:'|’)?s up|sup")
_REPLIES = (
    (_GREETING, "Hello. Ask me something about the articles, and I answer with quotes from them."),
    (_HOW_ARE_YOU, "Ready. Ask me something about the articles, and I answer with quotes from them."),
    (_THANKS, "You are welcome."),
    (_PRAISE, "Good. Ask me more about the articles whenever you like."),
    (_PARTING, "Goodbye."),
    (
        _ABILITY,
        "I answer questions from a folder of articles. Every sentence of an answer carries a footnote to a "
        "verbatim quote; what the articles do not say, I do not say. Ask, for example, who did what, when or where.",
    ),
)


def small_talk(text: str) -> str | None:
    """Returns a short reply to a greeting, thanks and the like; None for anything that may be a question."""
    plain = " ".join(text.lower().split()).rstrip(" !?.,:;)(")
    parts = [part for part in re.split(r"(?<![,!.;])[,!.;]+\s+", plain) if part]
    for pattern, reply in reversed(_REPLIES):
        if pattern.fullmatch(plain) or (parts and pattern.fullmatch(parts[-1]) and all(map(_is_courtesy, parts))):
            return reply
    return None


def _is_courtesy(text: str) -> bool:
    return any(pattern.fullmatch(text) for pattern, _ in _REPLIES)
