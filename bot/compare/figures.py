"""The numbers of a text, however they are written: digits, words, ordinals, scales. Knows English; compares only."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.compare.words import plain, words

_UNITS = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_UNITS += "seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDS = {word: i for i, word in enumerate(_UNITS)} | {word: 10 * i for i, word in enumerate(_TENS, 2)} | {"dozen": 12}
_ORDINALS = {word: i for i, word in enumerate("first second third fourth fifth sixth seventh eighth ninth".split(), 1)}
_ORDINALS |= {word + "th": value for word, value in _WORDS.items() if value >= 10 and value < 20} | {"twelfth": 12}
_SCALES = {"hundred": 100, "thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_SHORT_SCALES = {"k": 10**3, "m": 10**6, "mn": 10**6, "bn": 10**9, "tn": 10**12}
_DIGITS = re.compile(r"(?<![^\W\d_]-)(?<![\w.,])(?<!\w\.)\d+(?:[.,]\d+)*")
NUMBER_WORDS = frozenset((*_WORDS, *_ORDINALS, *_SCALES))


@dataclass(frozen=True)
class Number:
    """A number as it is written: `value` is what it amounts to, `bare` the figure without its scale word."""

    value: float
    bare: float
    ordinal: bool = False


@lru_cache(maxsize=20_000)
def numbers(text: str) -> tuple[Number, ...]:
    """Returns the numbers of a text in order: digits, number words, ordinals; "one" alone counts as a pronoun."""
    return tuple(number for _, number in _numbers(plain(text)))


def missing_numbers(sentence: str, text: str) -> tuple[Number, ...]:
    """Returns the sentence's numbers that the text lacks, however either writes them."""
    there = numbers(text) + tuple(Number(1, 1) for word in words(text) if word.lower() in {"one", "a", "an", "single"})
    scales = {number.value / number.bare for number in there if number.bare}
    opening = re.match(r"(?:first|second|third)(?:ly)?,", sentence, re.IGNORECASE)
    claimed = numbers(sentence[opening.end() :] if opening else sentence)
    return tuple(number for number in claimed if not any(_same(number, other, scales) for other in there))


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
