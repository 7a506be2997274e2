"""Whether a sentence turns round what a text says: by a denial, or by putting one fact in another's place.

Knows the order of words; knows nothing of their meaning. What it calls changed is nearly always changed; much that is
changed it does not see.
"""

import difflib
import re
from collections.abc import Sequence

from bot.compare.figures import numbers
from bot.compare.propernames import NAME, names, root
from bot.compare.words import plain, words
from ingest.sentences import sentence_spans
from ingest.terms import STOP_WORDS, fold, terms

_STRICT = frozenset("not never no neither nor none nobody nothing cannot without".split())
_LOOSE = re.compile(
    r"un(?!it|iv|iq|ion|iform|der|til|less|cle)\w{4,}|non\w*|il(?:legal|legit)\w*|ir(?:regular|relevan|responsib)\w*"
    r"|im(?:possib|permiss|perfect|probab)\w*|in(?:abilit|adequat|capab|complet|correct|effectiv|sufficien|visib|valid|accura"
    r"|eligib|frequen)\w*|dis(?:agree|allow|approv|appear|continu|miss|put|regard|satisf)\w*|refus\w+|den(?:y|ie[sd]|ial)"
    r"|fail\w*|lack\w*|reject\w*|hardly|barely|rarely|seldom|few|little|absen\w+|declin\w*|acquit\w*|avoid\w*|prevent\w*|oppos\w+|ceas\w+"
    r"|abandon\w*|stop(?:s|ped)?|instead|rather|ban(?:s|ned)?|prohibit\w*|against|except\w*|unable"
)
# Put in or left out, these too make another claim of the same words.
_SHADES = frozenset("hardly barely scarcely nearly almost allegedly reportedly supposedly purportedly".split())
_LIMITS = frozenset(("only", "solely"))
_LONGEST_SWAP, _FRAME = 3, 2
# A sentence follows another's wording if it repeats at least this share of itself from it, in order.
_FOLLOWS = 0.6
_NEARLY_ALL = 0.75


def is_negated(text: str) -> bool:
    """Tells whether a text denies something in so many words."""
    return any(_denies(word) for word in _words(text))


def changes_negation(sentence: str, text: str) -> bool:
    """Tells whether the sentence denies what the text does not, or leaves out a denial while repeating what is around.

    "Not" against "never" is no change, nor "did not accept" against "refused"; a turn without such words goes unseen.
    What one sentence of the text denies, no other beside it makes said.
    """
    parts = [text[start:end] for start, end in sentence_spans(text)]
    if len(parts) > 1 and any(_changes_part(_words(sentence), _words(part)) for part in parts):
        return True
    return _changes(_words(sentence), _words(text))


def _changes_part(said: Sequence[str], part: Sequence[str]) -> bool:
    """The same for one sentence among others, whose denials are counted only if it says nearly all that is said."""
    if _share(said, part) >= _NEARLY_ALL:
        return _changes(said, part)
    return _puts_in(said, part, _SHADES | _LIMITS) or _puts_in(part, said, _SHADES)


def _share(said: Sequence[str], part: Sequence[str]) -> float:
    ours = {_stem(word) for word in said if word not in STOP_WORDS and not _denies(word)}
    return len(ours & set(map(_stem, part))) / len(ours) if ours else 0.0


def _changes(said: Sequence[str], there: Sequence[str]) -> bool:
    repeated = {_stem(word) for word in said if not _denies(word)}
    if sum(map(_denies, said)) > sum(_denies(word) or (_turns(word) and _stem(word) not in repeated) for word in there):
        return True
    return _puts_in(said, there, _SHADES | _LIMITS) or _puts_in(there, said, _SHADES)


def _puts_in(said: Sequence[str], there: Sequence[str], shades: frozenset[str]) -> bool:
    """Whether the first words deny something in the middle of a stretch that both have, where the second do not."""
    places = _matched(said, there)
    both = set(places.values())
    for at, word in enumerate(said):
        before = next((places[i] for i in range(at - 1, at - 4, -1) if i in places), None)
        after = next((places[i] for i in range(at + 1, at + 4) if i in places), None)
        counts = word in shades and not any(map(str.isdigit, "".join(said[at + 1 : at + 2])))
        if not (_denies(word) or counts) or at in places or before is None or after is None:
            continue
        near = range(max(before - 1, 0), min(after + 2, len(there)))
        if before < after <= before + 4 and not any(
            _denies(there[i]) or (_shades(there[i]) and i not in both) for i in near
        ):
            return True
    return False


def swaps(sentence: str, text: str, *, titles: Sequence[str] = ()) -> bool:
    """Tells whether the sentence follows the text's wording but puts another name or number in a place of one.

    Another is one that the text has elsewhere, or a title: that may be named for "it", but not for another name.
    """
    said = _facts_in_order(sentence)
    parts = [_facts_in_order(text[start:end]) for start, end in sentence_spans(text)]
    everywhere = {word for part in (*parts, *map(_facts_in_order, titles)) for word, is_fact in part if is_fact}
    return any(_swaps(said, part, everywhere) for part in parts)


def _swaps(said: Sequence[tuple[str, bool]], there: Sequence[tuple[str, bool]], everywhere: set[str]) -> bool:
    codes = difflib.SequenceMatcher(None, [w for w, _ in said], [w for w, _ in there], autojunk=False).get_opcodes()
    if sum(j - i for kind, i, j, *_ in codes if kind == "equal") < _FOLLOWS * len(said):
        return False
    for k, (kind, i, j, m, n) in enumerate(codes):
        if kind != "replace" or j - i > _LONGEST_SWAP or n - m > _LONGEST_SWAP or _is_list(said, i, j):
            continue
        around = [code for code in codes[max(k - 1, 0) : k + 2] if code[0] == "equal"]
        framed = sum(code[2] - code[1] for code in around) >= _FRAME and (len(around) == 2 or i == 0 or j == len(said))
        ours = {word for word, is_fact in said[i:j] if is_fact}
        theirs = {word for word, is_fact in there[m:n] if is_fact}
        elsewhere = ours & everywhere or (i == 0 and ours)  # at the start no capital tells a name from another word
        if framed and theirs and elsewhere and not ours & theirs:
            return True
    return False


def _is_list(words: Sequence[tuple[str, bool]], i: int, j: int) -> bool:
    """Whether a fact is joined by "and" or "or" to another, so that their order means nothing."""
    before = words[max(i - 2, 0) : i]
    after = words[j : j + 2]
    joined_before = len(before) == 2 and before[1][0] in {"and", "or"} and before[0][1]
    joined_after = len(after) == 2 and after[0][0] in {"and", "or"} and after[1][1]
    return joined_before or joined_after


def _facts_in_order(text: str) -> list[tuple[str, bool]]:
    """The words of a text, alike whatever their form, and whether each is a name or a number."""
    capital = {fold(name) for name in (*names(text), *NAME.findall(plain(text)))}
    found = []
    for word in words(text):
        bare = fold(word.removesuffix("'s"))
        value = numbers(word)
        is_name = bare in capital and bare not in STOP_WORDS and not value
        stem = root(bare) if is_name else (terms(bare) or [bare])[-1]
        found.append((f"{value[0].value:g}" if value else stem, bool(value) or is_name))
    return found


def _denies(word: str) -> bool:
    return word in _STRICT or word.endswith(("n't", "n’t"))


def _turns(word: str) -> bool:
    return _denies(word) or bool(_LOOSE.fullmatch(word))


def _shades(word: str) -> bool:
    return _turns(word) or word in _SHADES or word in _LIMITS


def _stem(word: str) -> str:
    return (terms(word) or [word])[-1]


def _matched(said: Sequence[str], there: Sequence[str]) -> dict[int, int]:
    """Which place in the second list repeats each place of the first, in order, whatever the words' endings."""
    ours, theirs = (list(map(_stem, text)) for text in (said, there))
    blocks = difflib.SequenceMatcher(None, ours, theirs, autojunk=False).get_matching_blocks()
    return {block.a + i: block.b + i for block in blocks for i in range(block.size)}


def _words(text: str) -> list[str]:
    return [word.lower() for word in words(text)]
