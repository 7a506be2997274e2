"""Whether a sentence says the opposite of a text in a word of its own: "rose" for "fell", "legal" for "illegal".

Knows pairs of opposites, and times that are told from today; whether either is denied is seen to elsewhere.
"""

import functools
import re
from collections.abc import Iterator

from bot.compare.twists import is_negated
from bot.compare.words import plain, words
from ingest.terms import fold, terms

# "Close to" is not closed, nor "some 40" not all.
_NEITHER = re.compile(
    r"\bclos(?:e|er|est)(?= (?:to|by|ties|relations|ally|allies|friends?)\b)|\bsome(?= \d)", re.IGNORECASE
)
# Words on the two sides of a bar are opposites; those on one side count as the same. Words of another pair may recur.
_PAIRS = """
rise rose risen increase grow grew grown climb soar jump surge | fall fell fallen decrease decline drop plunge sank
higher highest | lower lowest
larger largest bigger biggest greater greatest | smaller smallest
longer longest | shorter shortest
older oldest | younger youngest newest
better best improve | worse worst worsen
strengthen | weaken
accept approve agree | reject refuse decline deny veto
pass adopt | block
succeed success managed | fail failure failed
opened opening | closed closing
begin began begun start | end ended finish cease stop
allow permit legalise legalize | ban forbid prohibit outlaw
support back endorse | oppose
confirm | deny refute
win won victory | lose lost loss
join joined entered | leave left quit withdrew withdraw
arrive | depart
attack | defend
alive survive survived | dead died killed
guilty convicted | innocent acquitted
before | after
first earliest | last latest final
majority | minority
import imported | export exported
import | export
hire hired | fire fired dismiss dismissed
strong stronger strongest | weak weaker weakest
rich | poor
cheap cheaper | expensive
public | private
domestic | foreign
male man men | female woman women
father | mother
son | daughter
brother | sister
husband | wife
king | queen
day | night
morning | evening
hot warm | cold cool
northern north | southern south
eastern east | western west
northeast northeastern | southwest southwestern northwest northwestern southeast southeastern
increase | reduce reduction cut
always | never rarely seldom
often frequently | rarely seldom
many | few
all every each | some few no none
most | few
true | false
safe | dangerous unsafe
positive | negative
optimistic | pessimistic
praise praised | criticise criticised criticize criticized condemn condemned
ally allies friend friends | enemy enemies foe foes
likely | unlikely
advance advanced | retreat retreated
profit | loss
minimum | maximum
include included | exclude excluded
upper | lower
above | below
inside | outside
agreed | disagreed
appear | disappear
"""
# Before words of these endings the prefix makes an opposite; "import" and "increase" are none.
_PREFIXES = re.compile(
    r"(?:un|non-?|dis(?=abl|agree|allow|appear|approv|connect|continu|honest|loyal|obe|order|prov|qualif|satisf|similar|trust)"
    r"|(?:in|im|il|ir)(?=\w+(?:ble|al|ant|ent|ive|ate|ect|ite|ous|bly|ally|ly|ity|ance|ence|ful|lete)$))(\w{4,})"
)
_NO_PREFIX = re.compile(r"un(?:der|it|ion|iv|iq|til|less|iform)\w*|in(?:ter|tent|vent|dustr|form|cid|stant|stitut)\w*")
_SIDED = re.compile(
    r"\b(vot|argu|campaign|rul|spoke|demonstrat)\w*\b[^,.;]{0,20}?\b(for|in favou?r|against)\b", re.IGNORECASE
)
# What is done "secretly" is another claim; these adverbs tell when, how much or how often.
_MANNER = re.compile(r"[a-z]{3,}ly")
_NO_MANNER = frozenset(
    """only early likely unlikely family daily weekly monthly yearly supply reply apply july italy assembly ally
    especially previously recently currently officially additionally initially finally primarily mainly largely usually
    generally typically subsequently respectively specifically ultimately originally formerly newly approximately
    roughly nearly fully mostly particularly notably eventually later lately presently commonly frequently regularly
    simultaneously consequently accordingly similarly actually namely partly annually exactly directly significantly
    certainly clearly solely merely simply hardly barely really firstly secondly thirdly lastly early elderly friendly
    rally deadly costly jointly monthly lonely lovely lively ugly holy belly bully jelly lily fly tally folly
    orderly quarterly hourly nightly kingly scholarly heavenly ghastly cowardly timely homely worldly assembly
    monopoly anomaly nationally internationally possibly probably reportedly allegedly entirely completely""".split()
)
# How many words before another a denial of it stands.
_REACH = 5
_TIMES = re.compile(
    r"\b(?:yesterday|tomorrow|tonight|(?:last|next|this|past|previous|coming) (?:week|month|year|decade|century|weekend"
    r"|summer|winter|spring|autumn|night|morning|evening|(?:mon|tues|wednes|thurs|fri|satur|sun)day)|ago)\b",
    re.IGNORECASE,
)


def says_opposite(sentence: str, text: str) -> str | None:
    """Returns the sentence's word in whose place the text has an opposite that is not denied, or None."""
    found = (*_opposed(_forms(sentence), _forms(text)), *_prefixed(sentence, text))
    return next((mine for mine, other in found if _is_denied(mine, sentence) == _is_denied(other, text)), None)


def other_side(sentence: str, text: str) -> str | None:
    """Returns the "for" or "against" of the sentence where the text has the other with the same verb, or None."""
    there = {(verb.lower(), side.lower() == "against") for verb, side in _SIDED.findall(plain(text))}
    for verb, side in _SIDED.findall(plain(sentence)):
        against = side.lower() == "against"
        if (verb.lower(), not against) in there and (verb.lower(), against) not in there:
            return str(side)
    return None


def other_manner(sentence: str, text: str) -> str | None:
    """Returns an adverb like "secretly" for which the text has no word of the same stem, or None."""
    there = set(terms(text))
    said = (fold(word) for word in words(sentence))
    found = (word for word in said if _MANNER.fullmatch(word) and word not in _NO_MANNER)
    return next(
        (word for word in found if not {*terms(word), *terms(word[:-2]), *terms(word[:-2] + "le")} & there), None
    )


def other_time(sentence: str, text: str) -> str | None:
    """Returns a time told from today, such as "last week", that the text does not tell, or None."""
    there = plain(text).lower()
    return next((time[0] for time in _TIMES.finditer(plain(sentence)) if time[0].lower() not in there), None)


def _opposed(ours: dict[str, str], theirs: dict[str, str]) -> Iterator[tuple[str, str]]:
    for mine, other in _sides():
        said, there = mine & ours.keys(), other & theirs.keys()
        if said and there and not mine & theirs.keys() and not other & ours.keys():
            yield ours[min(said)], theirs[min(there)]


def _prefixed(sentence: str, text: str) -> Iterator[tuple[str, str]]:
    ours, theirs = (dict.fromkeys(map(fold, words(one))) for one in (sentence, text))
    mine = (word for word in ours if word not in theirs)
    others = {_without_prefix(word): word for word in theirs if word not in ours}
    for word in mine:
        bare = _without_prefix(word)
        if bare in theirs or word in others:
            yield word, others.get(word) or str(bare)


def _is_denied(word: str, text: str) -> bool:
    """Whether a denial stands in the text or, in a longer one, within the words before this one."""
    said = [fold(one) for one in words(text)]
    places = [i for i, one in enumerate(said) if one == fold(word)]
    return any(is_negated(" ".join(said[max(i - _REACH, 0) : i])) for i in places)


def _without_prefix(word: str) -> str | None:
    match = _PREFIXES.fullmatch(word)
    return match[1] if match and not _NO_PREFIX.fullmatch(word) else None


@functools.cache
def _sides() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    """Every pair of opposites, both ways round."""
    pairs = [line.split("|") for line in _PAIRS.strip().splitlines()]
    stems = [(frozenset(terms(one)), frozenset(terms(other))) for one, other in pairs]
    return tuple(pair for one, other in stems for pair in ((one, other), (other, one)))


@functools.lru_cache(maxsize=20_000)
def _forms(text: str) -> dict[str, str]:
    """The terms of a text, and how each is written there."""
    return {term: word for word in words(_NEITHER.sub(" ", text)) for term in terms(word)}
