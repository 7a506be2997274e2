"""Whether words are for people or may be for the bot. Pure patterns of English as it is written in chats.

Only what clearly speaks to a person is taken for that here; whether the rest has to do with the articles is for the
articles to say. Every pattern looks at a few words side by side, so that none is slow on a long text.
"""

import re
from collections.abc import Collection

from bot.question.smalltalk import small_talk
from ingest.terms import STOP_WORDS

_LONGEST = 500  # what is longer is no chat line; its beginning tells enough
_YOU = r"(?:you|u|ya|y['’]?all)"
_ONE = r"(?:some(?:one|body)|any(?:one|body)|one of you)"
# What one asks of a machine that knows articles, and what of it.
_TELL = (
    r"(?:please |pls |also |maybe |just |perhaps ){0,3}(?:explain|tell|list|name|summari[sz]e|say|show|elaborate"
    r"|expand|quote|compare|clarify|describe|define|translate|cite|rephrase|repeat|be more (?:specific|precise)|go into"
    r"|give (?:me |us )?(?:an? |some |any |more |the ){0,2}(?:example|detail|source|overview|summar|reason|number|list"
    r"|figure|quote|background|context)|find (?:out|any|anything|more|something)|look (?:it |that |this )?up"
    r"|recommend|suggest)"
)
_KNOW = r"(?:know|happen to know|(?:have|got) (?:any|more|some|a source|sources|details|info\w*|data|numbers))\b"
_OWN = r"(?:source|answer|quote|footnote|article|reference|document|corpus|index|knowledge)"
_MATE = r"(?:mail|e-?mail|dm|slides?|deck|invite|stand-?up|retro|1:1|pr|mr)"
_PATTERNS = {
    "a request": rf"\b(?:can|could|would|will|won['’]t|may|might) (?:{_YOU}|{_ONE})\b(?! {_TELL})(?! {_KNOW})",
    "what you do": rf"\b(?:do|did|don['’]t|didn['’]t) {_YOU}\b(?! {_KNOW})(?! (?:mean|say|find|(?:have|need) to)\b)",
    "what you are": rf"\b(?:are|r|aren['’]t|were|have|haven['’]t|had) {_YOU}\b(?! (?:sure|certain|saying|referring)\b)",
    "you, after a word": rf"\b(?:about|for|with|from|to|of|suits?|see|thank|love|miss|owe) {_YOU}\b",
    "you, before a word": rf"\b{_YOU} (?:ok|okay|guys|there|around|free|in|coming|joining|should|owe)\b",
    "what you did": rf"(?<!if )(?<!when )\b{_YOU} (?:tried|want|wanted|were|are \w{{2,30}}ing)\b",
    "yours": rf"\byours?\b(?! {_OWN})",
    "anybody": rf"\b(?:does|has|is|can|could|would) {_ONE} (?:know|have|want|need|mind|free|around|up|else|here|in)\b",
    "anybody, in short": rf"^(?:hey )?{_ONE} (?:up|in|free|around|else|want|fancy|know|have|seen|got|joining|coming)\b",
    "everybody": r"^(?:hey |hi |so |and |ok |okay ){0,3}(?:guys|folks|team|all|everyone|everybody)\b[ ,:?!]",
    "suits": r"\b(?:ok|okay|fine|good|works?|suits?|cool|alright) (?:for|with) (?:me|us|all|everyone|everybody)\b",
    "together": r"\bshall (?:we|i)\b|\blet['’]?s\b|\bare we (?:still|all|good|on|meeting|going|ready|done)\b",
    "together, lightly": r"\b(?:should|may|can|could) (?:we|i)\b.{0,60}\b(?:you|together|lol|haha)\b",
    "pass it on": r"\b(?:thanks?|let|tell|ask|ping|remind|told|asked) (?:him|her|them|me know)\b",
    "makes sense": r"\b(?:that|this|it) makes? (?:any |more |much |perfect |no )?(?:more )?sense\b",
    "sounds good": r"\b(?:sounds?|looks?) (?:good|ok|okay|fine)\b",
    "any thoughts": r"\bany (?:objections?|thoughts|takers|volunteers|ideas|feedback|opinions?|preferences?|luck)\b",
    "who will": r"\bwho['’]?s (?:in|up for|turn|going to)\b|\bwdyt\b",
    "one word": r"^(?:right|ok|okay|agreed|deal|thoughts|seriously|huh|hm{1,5}|correct|same|true|really|done|ready|so"
    r"|and|well|no|yes|yep|yeah|nope|sure|good|fine|lunch|coffee|beer|drinks?)[ ?!.]{0,5}$",
    "laughter": r"\b(?:lol|lmao|rofl|ha(?:ha){1,9}h?|hehe|xd)\b",
    "among colleagues": rf"\b(?:my|our|the) {_MATE}\b",
}
_FOR_PEOPLE = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _PATTERNS.values())
_TIMES = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun today
    tomorrow tonight morning afternoon evening noon midday midnight lunchtime eod weekend week month next early earlier
    late later am pm a.m p.m o'clock oclock half past quarter around ish time times slot works work suits suit look
    looks good better best free instead one two three four five six seven eight nine ten eleven twelve""".split()
)
_FILLERS = STOP_WORDS | frozenset("ok okay hm hmm oh ah well let's lets say like guys please pls maybe perhaps".split())
_WORD = re.compile(r"[\w'’.:]+")
_NO_NAMES = STOP_WORDS | frozenset(
    """yes no ok okay thanks thank sorry wait well hmm hm oh ah great nice cool interesting sure right actually maybe
    hello hi hey wow really exactly true correct perhaps however still anyway btw fyi fine good perfect awesome question
    questions next first second third finally more any since until tell explain show list give name compare follow
    understood incredible amazing fascinating fair alright yeah yep nope again today tomorrow yesterday""".split()
)
_CALLS = re.compile(r"(?:(?:hey|hi|yo|ok|okay|and|so|thanks|thx)[ ,]{1,3}){0,3}@?([^\W\d_][^\W\d_'’-]{0,30})[,:] ")
_ENDS_WITH_YOU = re.compile(r"\byou,? [A-Z][a-z'’-]{1,30}[ ?!.]{0,5}$")
_ENDS_WITH_NAME = re.compile(r", ([^\W\d_]{2,30})[ ?!.]{0,5}$")
_TYPED_MENTION = re.compile(r"(?:^|[ (])@[^\W\d_]\w{0,30}\b(?![.(])")


def is_for_people(text: str, names: Collection[str] = ()) -> bool:
    """Tells whether a line clearly speaks to people: by what it asks of them, by its times, or by a name.

    `names` are what people here are called, in lower case.
    """
    line = " ".join(text[:_LONGEST].split())
    return any(p.search(line) for p in _FOR_PEOPLE) or _only_sets_a_time(line) or _calls_somebody(line, names)


def is_reaction(text: str) -> bool:
    """Tells whether a line only reacts to what was said, as anybody may in passing."""
    return not any(map(str.isalnum, text)) or bool(small_talk(text)) or len(text.split()) == 1


def _only_sets_a_time(line: str) -> bool:
    """A line of nothing but days, hours and little words sets a date; a year or what is past does not."""
    words = [word.strip(".:'’") for word in _WORD.findall(line.lower())]
    telling = [word for word in words if word and word not in _FILLERS]
    return bool(telling) and all(word in _TIMES or _is_hour(word) for word in telling)


def _is_hour(word: str) -> bool:
    digits = word.removesuffix("am").removesuffix("pm").replace(":", "").removesuffix("ish").removesuffix("h")
    return digits.isdigit() and (len(digits) <= 2 or word != digits)


def _calls_somebody(line: str, names: Collection[str]) -> bool:
    first, last = _CALLS.match(line), _ENDS_WITH_NAME.search(line)
    if first and (first[1].lower() in names or (first[1][0].isupper() and first[1].lower() not in _NO_NAMES)):
        return True
    return bool(last and last[1].lower() in names) or bool(_ENDS_WITH_YOU.search(line) or _TYPED_MENTION.search(line))
