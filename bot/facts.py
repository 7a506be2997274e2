"""The facts of a sentence that can be compared without a judge: numbers, names, negations, and their order.

Knows how English writes them; knows nothing of passages, answers or models. `held` asks one way only: does the text
hold what the sentence claims?
"""

import difflib
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.terms import STOP_WORDS, fold, terms

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_UNITS += "seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = {word: i for i, word in enumerate(_UNITS)} | {word: 10 * i for i, word in enumerate(_TENS, 2)} | {"dozen": 12}
_ORDINALS = {word: i for i, word in enumerate("first second third fourth fifth sixth seventh eighth ninth".split(), 1)}
_ORDINALS |= {word + "th": value for word, value in _WORDS.items() if value >= 10 and value < 20} | {"twelfth": 12}
_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SHORT_SCALES = {"k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9, "tn": 10**12}
_DIGITS = re.compile(r"(?<![^\W\d_]-)(?<![\w.,])(?<!\w\.)\d+(?:[.,]\d+)*")
_WORD = re.compile(r"\w+(?:[-'’.,/]\w+)*")
_NAME = re.compile(r"[A-Z][\w’'.-]*|[a-z]?[A-Z]{2,}[\w-]*|[^\W\d_]+-?\d[\w-]*")
_MONTHS = "january february march april may june july august september october november december".split()
_MONTH_OF = {month[:3]: month for month in _MONTHS} | {"sept": "september"}
_ROOT_ENDINGS = ("ians", "ian", "ans", "an", "n", "ese", "ish", "i", "s", "a", "ia", "y", "ic")
_PEOPLES = (
    {"france", "french"}, {"netherlands", "dutch", "holland"}, {"switzerland", "swiss"}, {"spain", "spanish"},
    {"denmark", "danish", "danes"}, {"greece", "greek", "greeks"}, {"turkey", "turkish", "turks"},
    {"poland", "polish", "poles"}, {"wales", "welsh"}, {"ireland", "irish"}, {"scotland", "scottish", "scots"},
    {"britain", "british", "uk"}, {"finland", "finnish", "finns"}, {"sweden", "swedish", "swedes"},
    {"england", "english"}, {"norway", "norwegian"}, {"germany", "german", "germans"}, {"china", "chinese"},
    {"us", "usa", "america", "american", "americans"}, {"thailand", "thai"}, {"iraq", "iraqi"},
)  # fmt: skip
_NO_NAMES = frozenset((*_WORDS, *_ORDINALS, *_SCALES))
# A singular noun without an article, right before a verb, is a name; these endings are those of other words.
_COMMON_ENDING = re.compile(r".*(?:s|ing|ed|ly|ion|ment|ness|ity|ism|ance|ence|age|ers?|ware|ology|ics|people|men)$")
_VERB = re.compile(r"\s+(?:is|was|has|had|will|would|did|does|can|could|may|might|said|says|\w{3,}ed)\b")
_STRICT = frozenset("not never no neither nor none nobody nothing cannot without".split())
_LOOSE = re.compile(
    r"(?:un|in|im|ir|dis|non)\w{4,}|refus\w+|den(?:y|ie[sd]|ial)|fail\w*|lack\w*|reject\w*|declin\w+|hardly|barely|rarely"
    r"|seldom|few|little|absen\w+|avoid\w*|prevent\w*|oppos\w+|abandon\w*|stop\w*|only|instead|rather|cease\w*|ban\w*"
    r"|prohibit\w*|impossib\w+|than|but|except\w*|far|neglig\w+|minor|end(?:ed|s)?|los[st]\w*|against|yet|free"
)
_LONGEST_SWAP = 3


@dataclass(frozen=True)
class Number:
    """A number as it is written: `value` is what it amounts to, `bare` the figure without its scale word."""

    value: float
    bare: float
    ordinal: bool = False


def numbers(text: str) -> tuple[Number, ...]:
    """Returns the numbers of a text in order: digits, number words, ordinals; "one" alone counts as a pronoun."""
    return tuple(number for _, number in _numbers(_plain(text)))


def missing_numbers(sentence: str, text: str) -> tuple[Number, ...]:
    """Returns the sentence's numbers that the text lacks, however either writes them."""
    there = numbers(text) + tuple(Number(1, 1) for word in _words(text) if word in {"one", "a", "an", "single"})
    scales = {number.value / number.bare for number in there if number.bare}
    opening = re.match(r"(?:first|second|third)(?:ly)?,", sentence, re.IGNORECASE)
    claimed = numbers(sentence)[1 if opening else 0 :]
    return tuple(number for number in claimed if not any(_same(number, other, scales) for other in there))


def names(sentence: str, known: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Returns the capitalised words and codes of a sentence, as written.

    A capital at the start makes no name by itself: there a word counts if another capital follows it, if it is among
    the `known` (folded), or if its form says so.
    """
    found = []
    words = list(_NAME.finditer(_plain(sentence)))
    for i, match in enumerate(words):
        word = re.sub(r"(?:['’]s|['’.-]+)$", "", match[0])
        if not word or fold(word) in STOP_WORDS or fold(word) in _NO_NAMES or (len(word) == 1 and word.isalpha()):
            continue
        following = words[i + 1] if i + 1 < len(words) else None
        joined = following is not None and sentence[match.end() : following.start()].strip() == ""
        opens = _starts_sentence(sentence, match.start()) and not joined and word[1:].islower()
        if opens and fold(word) not in known and not _acts_alone(word, sentence[match.end() :]):
            continue
        found.append(word)
    return tuple(found)


def missing_names(sentence: str, text: str, known: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """Returns the sentence's names that the text lacks; peoples stand for their countries and initials for names."""
    there = frozenset().union(*(_forms(part) for word in _raw_words(text) for part in (word, *word.split("-"))))
    there |= _initials(text)
    wanted = [name for name in names(sentence, known) if not _digits_only(name)]
    spelled_out = _initials(sentence) & frozenset(fold(word).replace(".", "") for word in _raw_words(text))
    parts = [
        (name, [name] if name[-1].isdigit() or any(map(str.isdigit, name)) else name.split("-")) for name in wanted
    ]
    missing = [name for name, pieces in parts if not all(_forms(piece) & there for piece in pieces if piece)]
    return tuple(name for name in missing if not _is_spelled_out(name, sentence, spelled_out))


def known_names(texts: Sequence[str]) -> frozenset[str]:
    """Returns, folded, every word that the texts capitalise in the middle of a sentence."""
    return frozenset(fold(name) for text in texts for name in names(text))


def is_negated(text: str) -> bool:
    """Tells whether a text denies something in so many words."""
    return any(_denies(word) for word in _words(text))


def changes_negation(sentence: str, text: str) -> bool:
    """Tells whether the sentence denies what the text does not, or leaves out a denial that it repeats around it."""
    said, there = _words(sentence), _words(text)
    if sum(map(_denies, said)) > sum(_denies(word) or bool(_LOOSE.fullmatch(word)) for word in there):
        return True
    if any(_denies(word) or _LOOSE.fullmatch(word) for word in said):
        return False
    pairs = _matched(said, there)
    return any(_denies(word) and _is_framed(at, pairs) for at, word in enumerate(there))


def swaps(sentence: str, text: str) -> bool:
    """Tells whether the sentence follows the text's wording but puts another of its names or numbers in a place."""
    said, there = _facts_in_order(sentence), _facts_in_order(text)
    codes = difflib.SequenceMatcher(None, [w for w, _ in said], [w for w, _ in there], autojunk=False).get_opcodes()
    for k, (kind, i, j, m, n) in enumerate(codes):
        if kind != "replace" or j - i > _LONGEST_SWAP or n - m > _LONGEST_SWAP:
            continue
        around = [code for code in codes[max(k - 1, 0) : k + 2] if code[0] == "equal"]
        ours = {word for word, is_fact in said[i:j] if is_fact}
        theirs = {word for word, is_fact in there[m:n] if is_fact}
        framed = sum(code[2] - code[1] for code in around) >= 2 and (len(around) == 2 or i == 0 or j == len(said))
        listed = {w for w, _ in said[max(i - 2, 0) : j + 2]} & {"and", "or"} and _is_list(said, i, j)
        elsewhere = {word for at, (word, is_fact) in enumerate(there) if is_fact and not m <= at < n}
        if framed and not listed and theirs and ours & elsewhere and not ours & theirs:
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
    plain = _plain(text)
    capital = {fold(name) for name in names(plain)} | {
        fold(name) for name in _NAME.findall(plain) if not name.islower()
    }
    found = []
    for word in _WORD.findall(plain):
        bare = fold(re.sub(r"['’]s$", "", word))
        value = numbers(word)
        if value:
            found.append((f"{value[0].value:g}", True))
        else:
            stem = (terms(bare) or [bare])[-1]
            found.append((stem, bare in capital and bare not in STOP_WORDS))
    return found


def _numbers(text: str) -> Iterator[tuple[int, Number]]:
    found = [(match.start(), match.end(), match[0]) for match in _DIGITS.finditer(text)]
    for start, end, digits in found:
        if len(digits) == 2 and re.search(r"(?<!\d)[12]\d{3}[-/]$", text[:start]):
            continue  # the second half of "2020-21" is read with the first
        whole = digits.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits) else digits
        after = re.match(r"[\s-]*([a-zA-Z]+)", text[end:])
        word = after[1].lower() if after else ""
        ordinal = bool(re.match(r"(?:st|nd|rd|th)\b", text[end:]))
        for piece in re.split(r"[,]", whole) if whole.count(".") < 2 else re.split(r"[.,]", whole):
            scale = _SCALES.get(word) or (_SHORT_SCALES.get(word) if text[end : end + 1] == word[:1] else None) or 1
            yield start, Number(float(piece or 0) * scale, float(piece or 0), ordinal)
        end_of_year = re.match(r"[-–/](\d{2})(?!\d)", text[end:]) if re.fullmatch(r"[12]\d{3}", digits) else None
        if end_of_year:
            yield end, Number(float(digits[:2] + end_of_year[1]), float(digits[:2] + end_of_year[1]))
    yield from _word_numbers(text)


def _word_numbers(text: str) -> Iterator[tuple[int, Number]]:
    total, group, begun = 0.0, 0.0, False
    alone = 0
    for match in re.finditer(r"[a-zA-Z]+|[^\sa-zA-Z-]+", text + " ."):
        word = match[0].lower().removesuffix("s") if match[0].lower() != "tens" else ""
        word = match[0].lower() if match[0].lower() in _WORDS or match[0].lower() in _ORDINALS else word
        if word in _WORDS or (word in _SCALES and begun):
            alone += 1
            begun = True
            if word in _WORDS:
                group += _WORDS[word]
            elif word == "hundred":
                group = max(group, 1) * 100
            else:
                total, group = total + max(group, 1) * _SCALES[word], 0
            continue
        if begun and word == "and" and group >= 100:
            continue
        if begun and not (alone == 1 and total + group == 1):
            yield match.start(), Number(total + group, total + group)
        total, group, begun, alone = 0.0, 0.0, False, 0
        if word in _ORDINALS:
            yield match.start(), Number(_ORDINALS[word], _ORDINALS[word], ordinal=True)


def _same(claimed: Number, other: Number, scales: set[float]) -> bool:
    if claimed.value == other.value:
        return True
    scaled = claimed.value / claimed.bare if claimed.bare else 1.0
    return (
        claimed.bare == other.bare and (scaled == 1 or other.value == other.bare) and (scaled in scales or scaled == 1)
    )


def _starts_sentence(text: str, at: int) -> bool:
    before = text[:at].rstrip(" \t\n\"'“”‘’([")
    return not before or before.endswith((".", "?", "!", ":", "—"))


def _acts_alone(word: str, following: str) -> bool:
    return bool(_VERB.match(following)) and not _COMMON_ENDING.fullmatch(word.lower())


def _digits_only(name: str) -> bool:
    return not any(map(str.isalpha, name)) or bool(re.fullmatch(r"\d+(?:st|nd|rd|th|s)", name))


@lru_cache(maxsize=50_000)
def _forms(word: str) -> frozenset[str]:
    """What a name may also be written as: without case, accents and ending, its people, its full month."""
    plain = re.sub(r"[^\w]", "", fold(re.sub(r"['’]s$", "", word)))
    roots = {plain} | {plain.removesuffix(end) for end in _ROOT_ENDINGS if len(plain) - len(end) >= 4}
    roots |= next((peoples for peoples in _PEOPLES if plain in peoples), set())
    return frozenset(roots | {_MONTH_OF.get(plain, plain)} | set(terms(plain)[:1]))


def _initials(text: str) -> frozenset[str]:
    """The initials of every run of capitalised words, as "un" for "United Nations"."""
    found = set()
    for run in re.findall(r"[A-Z][\w’'-]+(?:\s+(?:of\s+|the\s+|and\s+|for\s+)*[A-Z][\w’'-]+)+", text):
        letters = [word[0].lower() for word in run.split() if word[0].isupper()]
        found |= {"".join(letters[i:j]) for i in range(len(letters)) for j in range(i + 2, len(letters) + 1)}
    return frozenset(found)


def _is_spelled_out(name: str, sentence: str, initials: frozenset[str]) -> bool:
    """Whether the name is part of a run of capitals whose initials the text has, as "European" for "EU"."""
    runs = re.findall(r"[A-Z][\w’'-]+(?:\s+(?:of\s+|the\s+|and\s+|for\s+)*[A-Z][\w’'-]+)+", sentence)
    return any(name in run and _initials(run) & initials for run in runs)


def _denies(word: str) -> bool:
    return word in _STRICT or word.endswith(("n't", "n’t"))


def _matched(said: Sequence[str], there: Sequence[str]) -> frozenset[int]:
    """Positions in the second text that the first repeats in order."""
    blocks = difflib.SequenceMatcher(None, said, there, autojunk=False).get_matching_blocks()
    return frozenset(at for block in blocks for at in range(block.b, block.b + block.size))


def _is_framed(at: int, matched: frozenset[int]) -> bool:
    near = range(1, 3)
    return any(at - k in matched for k in near) and any(at + k in matched for k in near)


def _words(text: str) -> list[str]:
    return [word.lower() for word in _raw_words(text)]


def _raw_words(text: str) -> list[str]:
    return _WORD.findall(_plain(text))


def _plain(text: str) -> str:
    """One way of writing dashes, apostrophes and compatibility characters."""
    return re.sub("[‐‑‒–—]", "-", unicodedata.normalize("NFKC", text)).replace("’", "'")
