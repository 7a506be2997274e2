"""Sentences that speak to a machine instead of a reader. Knows how such orders are worded; acts on nothing.

A list of wordings is no proof: it keeps what it knows out of prompts and answers, and what it does not know still has
to pass the check of every sentence (`bot.model.check`).
"""

import functools
import re
from collections.abc import Sequence

from ingest.sentences import Span


def _any(phrases: str) -> str:
    """A pattern for any one of the phrases, which a bar between spaces separates."""
    return (
        "(?:"
        + "|".join(phrase.strip() for phrase in re.split(r"(?<!\s)\s+\|(?:\s+|$)", phrases.strip()) if phrase)
        + ")"
    )


_MACHINE = _any(
    r"""
    ai | a\.i\. | llms? | assistants? | chatbots? | bots? | language models? | summari[sz]ers? | gpt | agents? |
    crawlers?
    """
)
_SET_ASIDE = _any(
    r"""
    ignore | disregard | forget | override | bypass | set aside | skip | drop | neglect | discard | overlook |
    pay no heed to | pay no attention to
    """
)
_RULES = _any(
    r"""
    instructions? | prompts? | rules? | guidelines? | directions? | orders? | context | messages? | restrictions? |
    filters? | safeguards? | guidance | conversation | policy | policies | everything | anything | all previous |
    all prior | the above | what came | what you
    """
)
_SPEAK = _any(
    r"""
    act | behave | respond | reply | answer | output | print | say | write | include | append | add | insert | send |
    tell | mention | cite | recommend | repeat | reveal | pretend | obey | comply | follow | respect
    """
)
_ROLE = r"(?:an? |the |now |in |free\b|unrestricted|dan\b)"
_DO = _any(
    r"""
    respond | reply | answer | output | print | say | write | repeat | echo | type | tell | inform |
    state(?!\ (?:and|law|laws|officials?|lawmakers?|police|senators?|representatives?|department|(?-i:[A-Z][a-z]))) |
    announce | declare | recommend | pretend | act | role-?play | translate | summari[sz]e | append | prepend |
    insert | include | embed | render | display | reveal | disclose | leak | show | send | email | post | forward |
    upload | fetch | visit | open | click | browse | call | execute | run | download | cite | mention | notify |
    ping | tag | end | begin | start | stop | refuse | cease | claim | confirm | encode | decode | spell | replace |
    change | use | add | give | do not | don['’]t | never
    """
)
_TO_WHOM_OR_WHAT = _any(
    r"""
    \busers? | \breaders?\b | \bpeople\b | \bthem\b | \banyone\b | \beveryone\b | \bwhoever\b | \bquestion |
    \bthe (?:person|asker|human|customer|team)\b | \bexactly\b | \bnothing else\b | \bverbatim\b | \bkeys?\b |
    \bsecrets?\b | \bthe (?:word|words|phrase|text|string|code|following|link|url|token|sentence|password|key)\b |
    \bpasswords?\b | \bcredentials\b | \bchannel\b | \blink\b | \burl\b | \bimage\b | \bmarkdown\b | \bhtml\b |
    \bbase64\b | \bjson\b | \binstead\b | \bas follows\b | \byour?\b |
    \bwithout (?:a )?(?:citation|footnote|quote)s?\b | \bfootnotes?\b | \bonly\b | \bcitations?\b | \bhttps?: |
    www\. | [\"“'‘] | @ | (?-i:\b[A-Z0-9]+[_-][A-Z0-9_-]+\b)
    """
)
# "When asked about the price, the mayor said …" tells what happened; "when asked about the price, say …" does not.
_TOLD = (
    rf"[^,]*(?:,[^,]*)?, (?!(?:please|kindly|always|just|then|never|you)\b|{_DO}\b)(?:[\w.'’-]+ ){{1,6}}"
    r"(?:did not|didn['’]t|said|stated|responded|replied|answered|told|declined|refused"
    r"|insisted|admitted|argued|explained|noted|laughed|shrugged)\b"
)
_ANSWER = _any(
    r"""
    answers? | reply | replies | responses? | outputs? | summary | summaries | completions?
    """
)
_PROMPT = _any(
    r"""
    prompt | instructions? | messages?
    """
)
_ORDERS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        # setting aside what was said before
        rf"\b{_SET_ASIDE}\b.{{0,50}}\b{_RULES}\b",
        # speaking to the program, or saying what it is
        r"\byou (?:must|should|shall|will|have to|need to|can|may|are to|are) "
        rf"(?:now |also |always |only |never |not )*{_SPEAK}\b",
        rf"\byou are (?:now |really |actually )+{_ROLE}|\byou are no longer\b",
        r"\b(?:unless|if) you (?:reply|answer|respond|say|print|output|write)\b",
        r"\byour (?:next |first |last |final )(?:message|sentence|line|word|output|answer|reply)\b|\"role\"\s*:",
        rf"\byou are an? (?:\w+ )?{_MACHINE}\b",
        r"\b(?:as|dear|hey|hello|attention|note to|message to|for|to) (?:an? |the |all |any |every )?"
        rf"(?:\w+ )?{_MACHINE}\b"
        r"(?:.{0,5}[:,!-]|.{0,60}\b(?:must|should|shall|please|is to|are to|reading|processing|that reads?|:))",
        rf"\b{_MACHINE}\b.{{0,40}}\b(?:must|shall|should|is to|are to|please|has to|have to|reading this)\b",
        r"(?:^|\W)(?:system|assistant|developer|admin(?:istrator)?|root|operator)"
        r"\s*(?:prompt|message|note|notice|override|update)?\s*[:>\]]",
        rf"\b(?:system|developer|hidden|secret|initial|original) {_PROMPT}\b",
        r"<\|?/?(?:im_start|im_end|system|user|assistant|inst|endoftext|eot)|\[/?(?:inst|system|user|assistant)\]|<</?sys>>",
        r"(?<!#)#{2,} ?(?:system|instructions?|human|assistant|new task)",
        r"\b(?:new|updated|revised|additional|important|real|actual|urgent) (?:instructions?|tasks?|directives?|policy)"
        r".{0,30}(?::|\b(?:is|are|apply|applies|below|follow|say|says)\b)",
        r"\b(?:jailbreak|prompt injection|(?:dan|developer|debug|god|maintenance|sudo|admin) mode)\b",
        # telling what to put into the answer
        rf"\b(?:in|into|to|of|before|after|with) (?:your|every|each|any|all(?: your)?|this) (?:\w+ )?{_ANSWER}\b",
        rf"\b(?:your|the|every|each) (?:\w+ )?{_ANSWER} "
        r"(?:must|should|shall|has to|have to|needs? to|ends? with|begins? with)\b",
        rf"\bonly (?:allowed|permitted|acceptable|valid|admissible) {_ANSWER}\b",
        r"(?:^|[.:;!?]\s*|\b(?:before|after|when|while) \w+ing, |\b(?:then|please|now|instead|simply|just|kindly)\s+)"
        rf"{_DO}\b"
        rf".{{0,80}}{_TO_WHOM_OR_WHAT}",
        rf"\b(?:if|when|whenever|once) (?:(?:asked|queried|questioned)\b(?!{_TOLD})|(?:some|any)one asks"
        r"|(?:a|the) (?:user|reader|person|team) asks"
        r"|you (?:are asked|read|see|get|answer)|this (?:text|article|page|passage) is)\b",
        r"!\[[^\]]*\]\(|<(?:img|script|iframe|svg|form|meta|a)\b|javascript:|data:text|<[!@#][^>\s]+>",
        r"(?<!\w)@(?:channel|here|everyone)\b",
    )
)
_HIDDEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u00ad\ufeff\U000e0000-\U000e007f]")
_ASKS = re.compile(
    rf"\b(?:instructions?|prompts?|injections?|orders?|commands?|jailbreaks?|{_MACHINE})\b",
    re.IGNORECASE,
)


@functools.lru_cache(maxsize=20_000)
def is_order(text: str) -> bool:
    """Tells whether a sentence gives orders to a program that reads it, rather than tell a reader something."""
    plain = _HIDDEN.sub("", " ".join(text.split()))
    return any(pattern.search(plain) for pattern in _ORDERS)


def asks_for_orders(question: str) -> bool:
    """Tells whether a question is itself about instructions to machines, so that quoting one answers it."""
    return bool(_ASKS.search(question))


def without_orders(text: str, spans: Sequence[Span], start: int = 0) -> tuple[Span, ...]:
    """Returns the spans of sentences that neither give an order nor stand behind one in the same line.

    `spans` are offsets that count from `start` at the beginning of the text.
    """
    kept = []
    end, tainted = start, False
    for span in spans:
        tainted = tainted and "\n" not in text[end - start : span[0] - start]
        tainted = tainted or is_order(text[span[0] - start : span[1] - start])
        end = span[1]
        if not tainted:
            kept.append(span)
    return tuple(kept)
