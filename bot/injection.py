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
    instructions? | prompts? | rules? | guidelines? | directions? | orders | context | messages? | restrictions? |
    filters? | safeguards? | guidance | conversation | policy | policies | everything | anything | all previous |
    all prior | the above | what came | what you
    """
)
_SPEAK = _any(
    r"""
    act | behave | respond | reply | answer | output | print | say | reveal | pretend | obey | comply
    """
)
# What a program is told to do with its answer, and readers are seldom told to do at all.
_DO = _any(
    r"""
    respond | reply | answer | output | print | say | write | repeat | echo | tell | inform |
    state(?!\ (?:and|law|laws|officials?|lawmakers?|police|senators?|representatives?|department|(?-i:[A-Z][a-z]))) |
    announce | declare | recommend | pretend | act | role-?play | translate | summari[sz]e | append | prepend |
    insert | render | display | reveal | disclose | leak | cite | mention | notify | ping | refuse | cease | claim |
    confirm | encode | decode | spell
    """
)
# What else a program is told to do; it is meant where the sentence says that it is about answers.
_HANDLE = _any(
    r"""
    type | include | embed | show | send | email | post | forward | upload | fetch | visit | open | click | browse |
    call | execute | run | download | tag | end | begin | start | stop | replace | change | use | add | give |
    do not | don['’]t | never
    """
)
_ANSWERING = _any(
    r"""
    \b(?:the|this|any|every|a|(?:the )?user['’]s) questions? | \banswering\b | \byour? (?:next |first |last )?answers? |
    \bto (?:every|each|all|any) (?:question|user|reader)s? | \bthe (?:asker|reader)s?\b | \bwhoever asks\b |
    \bnothing else\b | \bverbatim\b | \bevery sentence\b | \b(?:your|of the) sentences\b | \bsentences? you\b |
    \bin (?:its|the) (?:voice|reply)\b | \bwithout (?:a )?(?:citation|footnote|quote)s?\b |
    \bas the (?:citation|answer)\b | \byour (?:whole|entire|full|only|final) (?:answer|reply|response)\b |
    \bthis (?:article|document|passage|text|page)\b | \bthe (?:articles|passages)\b | \bany two words\b |
    \bbase64\b.{0,20}\b(?:answer|reply) | \bwhat it says\b
    """
)
_ROLE = r"(?:an? |the |now |in |free\b|unrestricted|dan\b)"
_TO_WHOM_OR_WHAT = _any(
    r"""
    \busers\b | \bthe user\b(?! to) | \breaders\b | \banyone who\b | \beveryone\b | \bwhoever\b | \bexactly: |
    \bafter me\b | \bwith the following\b | \bthe following and\b | \bin json\b | \binstead of answering\b |
    (?-i:\b[A-Z0-9]+-[A-Z0-9-]*\d[A-Z0-9-]*\b)
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
    prompt | instructions? | messages? | configuration
    """
)
_ORDERS = tuple(
    re.compile(pattern, re.IGNORECASE | re.DOTALL)
    for pattern in (
        # setting aside what was said before
        rf"\b{_SET_ASIDE}\b.{{0,50}}\b{_RULES}\b",
        # speaking to the program, or saying what it is
        r"\byou (?:must|should|shall|will|have to|need to|are to) "
        rf"(?:now |also |always |only |never |not )*{_SPEAK}\b (?:only|as|that|in|with|nothing|(?-i:[A-Z0-9]+-\d))",
        rf"\byou are (?:now |really |actually )+{_ROLE}|\byou are no longer\b",
        r"\b(?:unless|if) you (?:reply|answer|respond|say|print|output|write)\b",
        r"\byour (?:next |first |last |final )(?:message|sentence|line|word|output|answer|reply)\b|\"role\"\s*:",
        rf"\byou are an? (?:\w+ )?{_MACHINE}\b",
        r"\b(?:as|dear|hey|hello|attention|note to|message to|for|to) (?:an? |the |all |any |every )?"
        rf"(?:\w+ )?{_MACHINE}\b"
        r"(?:.{0,5}[:,!-]|.{0,60}\b(?:must|should|shall|please|is to|are to|reading|processing|that reads?|:))",
        rf"\b{_MACHINE}\b.{{0,40}}\b(?:must|shall|should|is to|are to|please|has to|have to|reading this)\b",
        r"(?:^|[.!?>\]\-\n]\s*|\bbegin )(?:system|assistant|developer|admin(?:istrator)?|operator)"
        r"\s*(?:prompt|message|note|notice|override|update)?\s*[:\]]",
        rf"\b(?:system|developer|hidden|secret|initial|original) {_PROMPT}\b",
        r"<\|?/?(?:im_start|im_end|system|user|assistant|inst|endoftext|eot)[|>]"
        r"|</?(?:context|documents?|passages?|instructions?)>|\[/?(?:inst|system|user|assistant)\]|<</?sys>>",
        r"(?<![#-])(?:#{2,}|-{3,}) ?(?:system|instructions?|human|assistant|new task)",
        r"\b(?:new|updated|revised|additional|important|real|actual|urgent) (?:instructions?|tasks?|directives?|policy)"
        r".{0,30}(?::|\b(?:is|are|apply|applies|below|follow|say|says)\b)",
        r"\b(?:jailbreak|prompt injection|(?:dan|god) mode|in (?:developer|debug|maintenance|sudo|admin) mode,? you)\b",
        # telling what to put into the answer
        rf"\b(?:in|into|to|of|before|after|with) (?:your|every|each|any|all(?: your)?|this) (?:\w+ )?{_ANSWER}\b",
        rf"\b(?:your|every|each) (?:\w+ )?{_ANSWER} "
        r"(?:must|should|shall|has to|have to|needs? to|ends? with|begins? with)\b",
        r"\bthe (?:answer|reply|response) (?:must|should|shall|has to) (?:only |also |always )?"
        r"(?:suggest|say|include|mention|end|begin|contain|recommend|be)\b",
        rf"\bonly (?:allowed|permitted|acceptable|valid|admissible) {_ANSWER}\b",
        r"(?:^|[.:;!?]\s*|\b(?:before|after|when|while) \w+ing, |\b(?:then|please|now|instead|simply|just|kindly)\s+)"
        rf"(?:{_DO}\b.{{0,80}}(?:{_TO_WHOM_OR_WHAT}|{_ANSWERING})|{_HANDLE}\b.{{0,80}}{_ANSWERING})",
        rf"\b(?:if|when|whenever|once) (?:(?:asked|queried|questioned)\b(?!{_TOLD})|(?:some|any)one asks"
        r"|(?:a|the) (?:user|reader|person|team) asks"
        r"|you (?:are asked|read this|answer)|this (?:text|article|page|passage) is)\b",
        r"!\[[^\]]*\]\(https?:|<(?:img|iframe|form)\b[^>]*https?:|[\"'(]\s*javascript:|data:text/html|<[!@#][^>\s-]+>",
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
