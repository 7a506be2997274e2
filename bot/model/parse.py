"""What a model streams becomes claims, strictly and piece by piece. Knows two notations; believes nothing.

Sentences come as JSON, each with its quotes, or as plain text with markers like [2]. Which of the two is told from the
first characters, whatever was asked for. What does not fit is counted and left out, never shown.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ingest.sentences import sentence_spans

NO_ANSWER = "NO_ANSWER"
# What one sentence may be at most; beyond it no person would read on, and no quote could carry it.
MOST_CHARACTERS = 700
MOST_QUOTES = 6
_MARKERS = re.compile(r"(?<![ \t])[ \t]*+((?:\[\d{1,3}(?:\s*,\s*\d{1,3})*\][ \t]*)+)([.!?]?)")
_NUMBERS = re.compile(r"\d+")
_THOUGHTS = re.compile(r"(?<!\s)\s*+<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)\s*", re.DOTALL)
_FENCE = re.compile(r"(?<!\s)\s*+```(?:json)?\s*")
_SENTENCES = re.compile(r'"sentences"\s*:\s*\[')
_JSON = re.compile(r'\{\s*"(?:answerable|sentences)"')
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


class Parser:
    """Reads one reply; `malformed` counts what had to be left out, `refuses` tells whether the model gave up."""

    def __init__(self) -> None:
        self.malformed = 0
        self.refuses = False
        self._text, self._at = "", 0
        self._is_json: bool | None = None

    @property
    def is_plain(self) -> bool:
        """Tells whether the reply is plain text rather than JSON."""
        return self._is_json is False

    def feed(self, piece: str) -> tuple[Claim, ...]:
        """Takes the next piece of the reply and returns the claims that are complete now."""
        self._text += piece
        if self._is_json is None and not self._decide():
            return ()
        if self._is_json:
            return self._objects() if "}" in piece or not self._at else ()
        return self._paragraph(end=False) if re.search(r"[\s\]]", piece) else ()

    def close(self, *, whole: bool) -> tuple[Claim, ...]:
        """Returns the claims left at the end; of a reply that was cut off the unfinished sentence is left out."""
        if self._is_json is None:
            self._decide(at_end=True)
        if self._is_json is None:
            return ()
        if self._is_json:
            claims = self._objects()
            self._read_verdict()
            return claims
        return self._paragraph(end=True, whole=whole)

    def _decide(self, *, at_end: bool = False) -> bool:
        """Finds out the notation, past thoughts and fences, as soon as there is enough to tell."""
        text = self._text.lstrip()
        if text.startswith("<think") and not re.search("</think", text) and not at_end:
            return False
        start = _THOUGHTS.sub("", self._text, count=1) if text.startswith("<think") else self._text
        body = _FENCE.sub("", start, count=1) if start.lstrip().startswith("`") else start.lstrip()
        undecided = "<think".startswith(text) or (start.lstrip().startswith("`") and "\n" not in start.strip())
        if not body or (undecided and not at_end):
            return False
        self._text, self._is_json = body, body.startswith(("{", "["))
        return True

    def _objects(self) -> tuple[Claim, ...]:
        """The objects of the list of sentences that have been closed since."""
        if not self._at:
            begins = _SENTENCES.search(self._text)
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

    def _read_verdict(self) -> None:
        """Whether the whole reply says that there is no answer; a broken one says nothing."""
        try:
            values = json.loads(self._text.strip().removesuffix("```"))
        except (ValueError, RecursionError):
            self.malformed += 1
            return
        self.refuses = isinstance(values, dict) and values.get("answerable") is False

    def _paragraph(self, *, end: bool, whole: bool = True) -> tuple[Claim, ...]:
        """Sentences up to the last markers that something follows, so that no further marker can belong to them."""
        late = _JSON.search(self._text, self._at)
        if late:  # talk first, and then what was asked for
            self._text, self._at, self._is_json = self._text[late.start() :], 0, True
            return self._objects()
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
        spans = sentence_spans(text)
        quotes = tuple(Quoted(int(number), "") for number in dict.fromkeys(_NUMBERS.findall(markers)))[:MOST_QUOTES]
        sentences = [text[start:end] for start, end in spans if any(map(str.isalnum, text[start:end]))]
        claims = [Claim(sentence, quotes if i == len(sentences) - 1 else ()) for i, sentence in enumerate(sentences)]
        kept = [claim for claim in claims if NO_ANSWER not in claim.text and len(claim.text) <= MOST_CHARACTERS]
        self.malformed += len([claim for claim in claims if len(claim.text) > MOST_CHARACTERS])
        return kept


def _claims(values: Any) -> tuple[Claim, ...]:
    """A sentence object held to its form: a text, and quotes that each have a whole number and a text.

    A text of several sentences becomes several claims: each has to stand on the quotes by itself.
    """
    if not isinstance(values, Mapping) or not isinstance(values.get("text"), str):
        return ()
    text, quotes = values["text"].strip(), values.get("quotes", [])
    if not any(map(str.isalnum, text)) or len(text) > MOST_CHARACTERS or not isinstance(quotes, list):
        return ()
    found = []
    for quote in quotes[:MOST_QUOTES]:
        if not isinstance(quote, Mapping) or type(quote.get("p")) is not int or not isinstance(quote.get("text"), str):
            return ()
        if quote["text"].strip():
            found.append(Quoted(quote["p"], quote["text"].strip()))
    plain = _MARKERS.sub(r"\2", text)
    return tuple(Claim(plain[a:b], tuple(found)) for a, b in sentence_spans(plain) if any(map(str.isalnum, plain[a:b])))
