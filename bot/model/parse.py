"""What a model streams becomes claims, strictly and piece by piece. Knows two notations; believes nothing.

Sentences come as JSON, each with its quotes, or as plain text with markers like [2], whatever was asked for. What says
the same in a slightly other shape is read; what does not fit is counted and left out, never shown.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from bot.page import Shape
from ingest.sentences import sentence_spans

NO_ANSWER = "NO_ANSWER"
SHAPES: tuple[Shape, ...] = get_args(Shape)
# What one sentence may be at most; beyond it no person would read on, and no quote could carry it.
MOST_CHARACTERS = 700
MOST_QUOTES = 6
_MARKERS = re.compile(r"(?<![ \t])[ \t]*+((?:\[\d{1,3}(?:\s*,\s*\d{1,3})*\][ \t]*)+)([.!?]?)")
_NUMBERS = re.compile(r"\d+")
_THOUGHTS_END = re.compile(r"</think(?:ing)?>")
_SENTENCES = re.compile(r'"sentences"\s*:\s*\[')
_BARE_LIST = re.compile(r"\s*\[(?=\s*\{)")
# At the beginning, in a fence or not, or after some talk.
_JSON = re.compile(r'\A\s*(?:```\w*\s*)?\{|\[\s*\{\s*"|\{\s*"(?:answerable|sentences|quotes|text)"')
_FENCE = re.compile(r"\A\s*```\w*\s*")
_ENDS = re.compile(r"[.!?…][\"'”’)\]]*$")


@dataclass(frozen=True)
class Quoted:
    """What a claim points to: a passage by number and the words said to stand there, empty where none are given."""

    number: int
    text: str


@dataclass(frozen=True)
class Claim:
    """One sentence as the model wrote it, with what it is said to rest on."""

    text: str
    quotes: tuple[Quoted, ...]
    shape: Shape = "sentence"


class Parser:
    """Reads one reply; `malformed` counts what had to be left out, `refuses` tells whether the model gave up, `missing`
    is what it says the passages lack.
    """

    def __init__(self) -> None:
        self.malformed = self.claims = 0
        self.refuses, self.missing = False, ""
        self._text, self._at, self._is_json = "", 0, False

    @property
    def is_plain(self) -> bool:
        """Tells whether the reply is plain text rather than JSON."""
        return not self._is_json

    def feed(self, piece: str) -> tuple[Claim, ...]:
        """Takes the next piece of the reply and returns the claims that are complete now."""
        self._text += piece
        ends = "}" in piece if self._is_json else re.search(r"[\s\]{}]", piece)
        return self._counted(self._read() if ends else ())

    def close(self, *, whole: bool) -> tuple[Claim, ...]:
        """Returns the claims left at the end; of a reply that was cut off the unfinished sentence is left out."""
        claims = self._counted(self._read(end=True, whole=whole))
        return (*claims, *self._counted(self._read_whole())) if self._is_json else claims

    def _counted(self, claims: Sequence[Claim]) -> tuple[Claim, ...]:
        self.claims += len(claims)
        return tuple(claims)

    def _read(self, *, end: bool = False, whole: bool = True) -> tuple[Claim, ...]:
        """The claims that are complete, past thoughts; JSON may come after some talk."""
        if not (self._at or self._is_json):
            thought = _THOUGHTS_END.search(self._text)
            self._text = self._text[thought.end() if thought else 0 :]
            if "<think".startswith(self._text.lstrip()[: len("<think")]):
                return ()
        begins = None if self._is_json else _JSON.search(self._text, self._at)
        if begins:
            self._text, self._at, self._is_json = _FENCE.sub("", self._text[begins.start() :], count=1), 0, True
        return self._objects() if self._is_json else self._paragraph(end=end, whole=whole)

    def _objects(self) -> tuple[Claim, ...]:
        """The objects of the list of sentences that have been closed since."""
        if not self._at:
            begins = _SENTENCES.search(self._text) or _BARE_LIST.match(self._text)
            if begins is None:
                return ()
            self._at = begins.end()
        claims: list[Claim] = []
        while True:
            skip = re.compile(r"[\s,]*").match(self._text, self._at)
            self._at = skip.end() if skip else self._at
            if not self._text.startswith("{", self._at):
                return tuple(claims)
            try:
                values, self._at = json.JSONDecoder().raw_decode(self._text, self._at)
            except (ValueError, RecursionError):
                return tuple(claims)
            found = _claims(values)
            claims += found
            self.malformed += not found

    def _read_whole(self) -> tuple[Claim, ...]:
        """What the whole reply says of itself; and its claims, where it is one sentence without a list around it."""
        try:
            values, _ = json.JSONDecoder().raw_decode(self._text.strip())
        except (ValueError, RecursionError):
            self.malformed += 1
            return ()
        if not isinstance(values, dict):
            return ()
        self.refuses = values.get("answerable") in (False, "false", "no")
        self.missing = " ".join(str(values.get("missing") or "").split())
        return () if self.claims else _claims(values)

    def _paragraph(self, *, end: bool, whole: bool = True) -> tuple[Claim, ...]:
        """Sentences up to the last markers that something follows, so that no further marker can belong to them."""
        if NO_ANSWER in self._text:
            self.refuses = True
        claims: list[Claim] = []
        while match := _MARKERS.search(self._text, self._at):
            if not end and match.end() == len(self._text):
                break
            claims += self._cited(self._text[self._at : match.start()] + match[2], match[1])
            self._at = match.end()
        if end:
            rest = self._text[self._at :].strip().strip("`")
            claims += self._cited(rest, "") if rest and (whole or _ENDS.search(rest)) else []
            self._at = len(self._text)
        return tuple(claims)

    def _cited(self, text: str, markers: str) -> list[Claim]:
        """The sentences of a stretch: the markers after it belong to the last one alone."""
        text = _FENCE.sub("", text)
        spans = sentence_spans(text)
        quotes = tuple(Quoted(int(number), "") for number in dict.fromkeys(_NUMBERS.findall(markers)))[:MOST_QUOTES]
        sentences = [text[start:end] for start, end in spans if any(map(str.isalnum, text[start:end]))]
        claims = [Claim(sentence, quotes if i == len(sentences) - 1 else ()) for i, sentence in enumerate(sentences)]
        kept = [claim for claim in claims if NO_ANSWER not in claim.text and len(claim.text) <= MOST_CHARACTERS]
        self.malformed += len([claim for claim in claims if len(claim.text) > MOST_CHARACTERS])
        return kept


def _claims(values: Any) -> tuple[Claim, ...]:
    """A sentence object held to its form: a text, and quotes that each have the number of a passage and a text.

    A text of several sentences becomes several claims: each has to stand on the quotes by itself.
    """
    if not isinstance(values, Mapping) or not isinstance(values.get("text"), str):
        return ()
    text, quotes = values["text"].strip(), values.get("quotes", [])
    given = quotes if isinstance(quotes, list) else [quotes]
    if not any(map(str.isalnum, text)) or len(text) > MOST_CHARACTERS or not all(map(_is_quote, given)):
        return ()
    found = tuple(_quotes(given[:MOST_QUOTES]))
    shape: Shape = next((known for known in SHAPES if known == values.get("as")), "sentence")
    plain = _MARKERS.sub(r"\2", text)
    spans = ((0, len(plain)),) if shape == "row" else sentence_spans(plain)
    return tuple(Claim(plain[a:b], found, shape) for a, b in spans if any(map(str.isalnum, plain[a:b])))


def _is_quote(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, Mapping) and isinstance(value.get("text"), str))


def _quotes(given: Sequence[Any]) -> Iterator[Quoted]:
    """The quotes, each with its passage's number, which may be written as text; 0 where none that is one is given."""
    for quote in given:
        text, number = (quote, 0) if isinstance(quote, str) else (quote["text"], quote.get("p"))
        digits = _NUMBERS.search(str(number)) if not isinstance(number, bool) else None
        if text.strip():
            yield Quoted(int(digits[0]) if digits else 0, text.strip())
