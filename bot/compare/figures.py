"""The numbers of a text, however they are written: digits, words, ordinals, scales. Knows English; compares only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from bot.compare.words import plain, words
from ingest.terms import STOP_WORDS, terms

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_UNITS += "seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = {word: i for i, word in enumerate(_UNITS)} | {word: 10 * i for i, word in enumerate(_TENS, 2)} | {"dozen": 12}
_ORDINALS = {word: i for i, word in enumerate("first second third fourth fifth sixth seventh eighth ninth".split(), 1)}
_ORDINALS |= {word + "th": value for word, value in _WORDS.items() if value >= 10 and value < 20} | {"twelfth": 12}
_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SHORT_SCALES = {"k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9, "tn": 10**12}
_DIGITS = re.compile(r"(?<![^\W\d_]-)(?<![\w.,])(?<!\w\.)\d+(?:[.,]\d+)*")
# A minus is a dash that nothing stands before, or the word.
_MINUS = re.compile(r"(?:(?:^|[\s(])-|\b(?:minus|negative)\s+)$", re.IGNORECASE)
_YEAR = re.compile(r"(?<!\d)[12]\d{3}[-/]$")
_JOINER = re.compile(
    r"\s*(?:-|to|and|or|,|,\s*(?:and|or)|through|until)\s*(?:(?:about|around|nearly|almost|over|US|EUR)\s*)?[$€£¥]?"
)
# Up to here a number in letters may just count what the sentence itself says.
_MOST_COUNTED, _COUNTED_WITHIN = 5, 3
_NEAR = 20
# Words for a figure that is not told exactly, or for a share.
_VAGUE = re.compile(
    r"\b(?:half (?:of|the|an?|its|their|his|her)\b|hal(?:ves|ved|ving)|twice|doubl(?:e[sd]?|ing)|tripl(?:e[sd]?|ing)"
    r"|hundreds|thousands|[mb]illions)\b",
    re.IGNORECASE,
)
NUMBER_WORDS = frozenset((*_WORDS, *_ORDINALS, *_SCALES))


@dataclass(frozen=True)
class Number:
    """A number as it is written, from `start` to `end` in the plain text, its scale word included.

    `value` is what it amounts to, `bare` the figure without its scale word, `ranged` what it may amount to in a range:
    5, or 5 million, in "5 to 10 million".
    """

    start: int
    end: int
    value: float
    bare: float
    ordinal: bool = False
    ranged: float = 0.0

    @property
    def is_year(self) -> bool:
        """Tells whether it looks like a year."""
        return not self.ordinal and self.value == int(self.value) and 1000 <= self.value <= 2100


@lru_cache(maxsize=20_000)
def numbers(text: str) -> tuple[Number, ...]:
    """Returns the numbers of a text in order: digits, number words, ordinals; "one" alone counts as a pronoun."""
    said, ranged, scale, after = plain(text), list[Number](), 1.0, 0
    found = (*_digit_numbers(said), *_word_numbers(said))
    for one in sorted(found, key=lambda one: (one.start, one.end), reverse=True):
        if one.bare and one.value != one.bare:
            scale = one.value / one.bare
        elif not joins(said[one.end : after]):
            scale = 1.0
        ranged.append(replace(one, ranged=one.bare * scale))
        after = one.start
    return tuple(reversed(ranged))


def missing_numbers(sentence: str, text: str) -> tuple[Number, ...]:
    """Returns the sentence's numbers that the text lacks, however either writes them.

    A small counting word, as in "two reasons" or "first", is no figure, unless the text counts the same otherwise.
    """
    there = {value for one in numbers(text) for value in (one.value, one.ranged)}
    there |= {1.0 for word in words(text) if word.lower() in {"one", "a", "an", "single"}}
    unsaid = [one for one in numbers(sentence) if not there & {one.value, one.ranged}]
    return tuple(one for one in unsaid if not _only_counts(sentence, one, text))


def vague_figure(sentence: str, text: str) -> str | None:
    """Returns the sentence's "hundreds", "half" or "doubled" where the text has no figure and no such word; or None."""
    claimed = _VAGUE.search(sentence)
    if claimed is None or _VAGUE.search(text) or not all(one.is_year for one in numbers(text)):
        return None
    return claimed[0]


def joins(between: str) -> bool:
    """Tells whether what stands between two numbers makes them one range or list."""
    return bool(_JOINER.fullmatch(between))


def counted(text: str, number: Number) -> frozenset[str]:
    """Returns the terms of the few words behind a number of the text, one of which is the thing that it counts."""
    behind = re.split(r"[,.;:](?!\S)", plain(text)[number.end : number.end + 60], maxsplit=1)[0].split()
    return frozenset(terms(" ".join(behind[:_COUNTED_WITHIN]))) - STOP_WORDS


def _only_counts(sentence: str, number: Number, text: str) -> bool:
    written = plain(sentence)[number.start : number.end]
    if not written.isalpha() or not 0 < number.value <= _MOST_COUNTED:
        return False
    things = counted(sentence, number)
    return not any(things & counted(text, other) for other in numbers(text))


def _digit_numbers(text: str) -> Iterator[Number]:
    for match in _DIGITS.finditer(text):
        start, end, digits = match.start(), match.end(), match[0]
        if len(digits) == 2 and _ends_before(_YEAR, text, start):
            continue  # the second half of "2020-21" is read with the first
        whole = digits.replace(",", "") if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", digits) else digits
        scale, behind = _scale(text, end)
        ordinal = bool(re.match(r"(?:st|nd|rd|th)\b", text[end:]))
        sign = -1 if _ends_before(_MINUS, text, start) else 1
        for piece in re.split(r"[,]", whole) if whole.count(".") < 2 else re.split(r"[.,]", whole):
            figure = sign * float(piece or 0)
            yield Number(start, behind + 2 * ordinal, figure * scale, figure, ordinal)
        end_of_year = re.match(r"[-–/](\d{2})(?!\d)", text[end:]) if re.fullmatch(r"[12]\d{3}", digits) else None
        if end_of_year:
            year = float(digits[:2] + end_of_year[1])
            yield Number(end, end + end_of_year.end(), year, year)


def _ends_before(pattern: re.Pattern[str], text: str, start: int) -> bool:
    """Whether what ends at the offset fits; looked for in a few characters, for there may be thousands of figures."""
    return bool(pattern.search(text, max(start - _NEAR, 0), start))


def _scale(text: str, end: int) -> tuple[int, int]:
    """What multiplies the figure that ends there, 1 if nothing does, and where its word ends."""
    after = re.match(r"[\s-]*([a-zA-Z]+)", text[end:])
    if after is None:
        return 1, end
    word = after[1].lower()
    scale = (
        _SCALES.get(word)
        or (12 if word == "dozen" else None)
        or (_SHORT_SCALES.get(word) if text[end : end + 1].isalpha() else None)
    )
    return (scale, end + after.end()) if scale else (1, end)


def _word_numbers(text: str) -> Iterator[Number]:
    total, group, begun = 0.0, 0.0, False
    alone = start = end = 0
    for match in re.finditer(r"[a-zA-Z]+|[^\sa-zA-Z-]+", text + " ."):
        word = match[0].lower().removesuffix("s") if match[0].lower() != "tens" else ""
        word = match[0].lower() if match[0].lower() in _WORDS or match[0].lower() in _ORDINALS else word
        if word in _WORDS or (word in _SCALES and begun):
            alone += 1
            start, end, begun = start if begun else match.start(), match.end(), True
            if word == "dozen":
                group = max(group, 1) * 12
            elif word in _WORDS:
                group += _WORDS[word]
            elif word == "hundred":
                group = max(group, 1) * 100
            else:
                total, group = total + max(group, 1) * _SCALES[word], 0
            continue
        if begun and word == "and" and group >= 100:
            continue
        if begun and not (alone == 1 and total + group == 1):
            value = -(total + group) if _ends_before(_MINUS, text, start) else total + group
            yield Number(start, end, value, value)
        total, group, begun, alone = 0.0, 0.0, False, 0
        if word in _ORDINALS:
            yield Number(*match.span(), _ORDINALS[word], _ORDINALS[word], ordinal=True)
