"""The sentences of the retrieved chunks, each with what speaks for it as an answer. Knows wording; decides nothing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.injection import asks_for_orders, without_orders
from bot.question import Kind, Question
from bot.retrieve import Found
from ingest.article import Article
from ingest.index import Index
from ingest.terms import STOP_WORDS, terms

_DATE = re.compile(
    r"\b(?:1\d{3}|20\d{2}|\d{1,2}(?:st|nd|rd|th) century|(?:jan|febr)uary|march|april|may \d|june|july|august"
    r"|(?:septem|octo|novem|decem)ber|(?:mon|tues|wednes|thurs|fri|satur|sun)day|today|yesterday|weekend)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty|seventy"
    r"|eighty|ninety|hundred|thousand|million|billion|half|dozen|twice|both|several)\b",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\b(?:in|at|from|to|near|over|across|into|of|outside|through) (?:the )?(?:\w+ )?[A-Z]\w+")
_CAPITALISED = re.compile(r"(?<!^)(?<![.!?“\"] )\b[A-Z][\w’'-]+")
_NOT_PROSE = re.compile(r"\s*(?:#{1,6}\s|\||https?://\S+$|<!--)")


@dataclass(frozen=True)
class Sentence:
    """One sentence of a retrieved chunk.

    `start` and `end` are offsets in the article's text. `coverage` is the share of the question's terms, by idf, that
    the sentence holds; `nearby` the same with the sentences before and after it; `cosine` its likeness to the question;
    `passage` the score of its chunk; `fits` whether it holds the kind of thing that was asked for.
    """

    found: Found
    position: int
    start: int
    end: int
    text: str
    terms: frozenset[str]
    coverage: float
    nearby: float
    cosine: float
    passage: float
    fits: bool

    @property
    def article(self) -> Article:
        """The article it stands in."""
        return self.found.article


def gather(question: Question, found: Sequence[Found], index: Index) -> tuple[Sentence, ...]:
    """Returns the quotable sentences of the chunks, by chunk and then in reading order."""
    idf = {term: weight * index.inverse_frequency(term) for term, weight in question.terms.items()}
    return tuple(sentence for one in found for sentence in _sentences(question, one, idf))


def _sentences(question: Question, found: Found, idf: Mapping[str, float]) -> Iterator[Sentence]:
    chunk = found.stored.chunk
    texts = [chunk.text[start - chunk.start : end - chunk.start] for start, end in chunk.sentences]
    held = [frozenset(terms(text)) for text in texts]
    clean = set(chunk.sentences)
    if not asks_for_orders(question.text):
        clean = set(without_orders(chunk.text, chunk.sentences, chunk.start))
    for i, (start, end) in enumerate(chunk.sentences):
        if _NOT_PROSE.match(texts[i]) or (start, end) not in clean:
            continue
        around = frozenset().union(*held[max(i - 1, 0) : i + 2])
        yield Sentence(
            found=found,
            position=i,
            start=start,
            end=end,
            text=texts[i],
            terms=held[i],
            coverage=covered(held[i], idf),
            nearby=covered(around, idf),
            cosine=found.sentence_cosines[i],
            passage=found.score,
            fits=_fits(texts[i], held[i], question),
        )


def covered(held: frozenset[str], idf: Mapping[str, float]) -> float:
    """Returns the share of the terms' idf that the held terms make up, from 0 to 1."""
    total = sum(idf.values())
    return sum(value for term, value in idf.items() if term in held) / total if total else 0.0


def _fits(text: str, held: frozenset[str], question: Question) -> bool:
    asked = frozenset(question.terms)
    kinds: Mapping[Kind, bool] = {
        "when": any(not asked.issuperset(terms(match)) for match in _DATE.findall(text)),
        "number": any(not asked.issuperset(terms(word)) for word in text.split() if _FIGURE.search(word)),
        "where": bool(_PLACE.search(text)),
        "who": any(not asked.intersection(terms(word)) - STOP_WORDS for word in _CAPITALISED.findall(text)),
    }
    return kinds.get(question.kind, True)
