"""The sentences of the retrieved chunks, each with what speaks for it as an answer. Knows wording; decides nothing."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from bot.injection import asks_for_orders, without_orders
from bot.question import Question
from bot.retrieve import Found
from bot.things import fitness
from ingest.article import Article
from ingest.terms import terms

_LEANS = re.compile(
    r"[“\"‘']?(?:he|she|it|they|this|these|those|that|his|her|its|their|such|both"
    r"|the (?:former|latter|project|move|deal|group))\b",
    re.IGNORECASE,
)
_NOT_PROSE = re.compile(r"\s*(?:#{1,6}\s|\||https?://\S+$|<!--)")


@dataclass(frozen=True)
class Sentence:
    """One sentence of a retrieved chunk.

    `start` and `end` are offsets in the article's text; `terms` are its own, `around` those of its neighbours too.
    `coverage` is the share of the question's terms, by idf, that
    the sentence holds; `nearby` the same with the sentences before and after it; `cosine` its likeness to the question;
    `passage` the score of its chunk; `fits` how far it holds the kind of thing that was asked for;
    `before` is the sentence before it in its chunk;
    `alignment` and `weakest` how well the question's words, on the whole and the worst of them, are met in meaning
    (0 until `bot.align` has looked).
    """

    found: Found
    position: int
    start: int
    end: int
    text: str
    terms: frozenset[str]
    around: frozenset[str]
    coverage: float
    nearby: float
    cosine: float
    passage: float
    fits: float
    before: str = ""
    alignment: float = 0.0
    weakest: float = 0.0

    @property
    def leans(self) -> bool:
        """Tells whether it cannot stand alone, for its subject is in the sentence before."""
        return bool(self.before and _LEANS.match(self.text))

    @property
    def article(self) -> Article:
        """The article it stands in."""
        return self.found.article


def gather(question: Question, found: Sequence[Found]) -> tuple[Sentence, ...]:
    """Returns the quotable sentences of the chunks, by chunk and then in reading order."""
    return tuple(sentence for one in found for sentence in _sentences(question, one))


def _sentences(question: Question, found: Found) -> Iterator[Sentence]:
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
            around=around,
            coverage=covered(held[i], question.terms),
            nearby=covered(around, question.terms),
            cosine=found.sentence_cosines[i],
            passage=found.score,
            fits=fitness(question.demand, texts[i]),
            before=texts[i - 1] if i else "",
        )


def covered(held: frozenset[str], idf: Mapping[str, float]) -> float:
    """Returns the share of the terms' idf that the held terms make up, from 0 to 1."""
    total = sum(idf.values())
    return sum(value for term, value in idf.items() if term in held) / total if total else 0.0
