"""What answers a message that leans on what was said before and has words of its own. Knows units and places.

A small network, learnt by `eval.train.talk` from conversations over public documents (eval/RANKER.md), weighs units:
what the ranker makes of each for the message with what it leaves out, and for the message as it is; what the reader
says of it behind the messages before; and where it stands. Its scores are log odds like those of the ranker.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from bot.answer import MARKER
from bot.question.followup import Before
from bot.question.understand import Question
from bot.quote.candidates import GIVES_REASON, Candidate, candidates, covered
from bot.quote.cross_encoder import as_read
from bot.quote.ranker import NOTHING, Ranked, load_weights, lost, weigh
from bot.quote.things import fitness
from bot.retrieve import Found, is_within
from ingest.embed.embedder import Language, Vectors
from ingest.index.open_index import Index
from ingest.terms import terms

TALK: tuple[str, ...] = (
    *("read", "whole", "alone", "lost", "near", "next", "article", "said", "said last", "more, and said"),
    *("own", "held", "fits", "unfit", "reason", "row", "code", "leans", "leans here"),
)
_IS_READ, _WHOLE, _ALONE, _IS_NEAR = map(TALK.index, ("read", "whole", "alone", "near"))
# So many of the units that may come first are read, and what one in the section that was quoted last gains for that.
_READ, _NEAR = 16, 2.0
# The terms of an answer, and the chunks that hold most of them, which tell where it stands; fewer words stand anywhere.
_TERMS, _CHUNKS, _LEAST_WORDS = 60, 12, 3


@dataclass(frozen=True)
class Place:
    """Where a unit stands that was quoted: its article, its headings, its chunk and its place among the units there.

    `row` is the chunk's row in the index.
    """

    row: int
    article: str
    path: tuple[str, ...]
    chunk: str
    position: int


@dataclass(frozen=True)
class Leaning:
    """A message that leans: the question with what it leaves out, and `alone`; what was said, and where it stands.

    `vectors` are those of both questions, shape (2, dimensions); `last` are the places that were quoted last.
    """

    question: Question
    alone: Question
    vectors: Vectors
    before: Before
    last: Sequence[Place]


def quoted_last(answers: Sequence[str], index: Index, scope: Sequence[str] = ()) -> tuple[Place, ...]:
    """Returns the units within the scope that the latest of the answers quoted that quoted any."""
    return next(filter(None, (tuple(_quoted(answer, index, scope)) for answer in answers)), ())


def talked(leaning: Leaning, found: Sequence[Found], language: Language, *, searched: int) -> Ranked:
    """Returns the units of these chunks; of those that may answer the message, which come first, the best first."""
    units, facts = weighed_up(leaning, found)
    if not units:
        return Ranked((), NOTHING, searched)
    best = to_read(facts)
    texts = [as_read(leaning.question, units[i], units) for i in best]
    facts[best, _IS_READ] = language.read(leaning.before.text, texts, said=leaning.before.earlier)
    scores = load_weights().talk(facts[best])
    order = np.argsort(-scores, kind="stable")
    first = [replace(units[best[i]], score=float(scores[i])) for i in order]
    rest = [replace(unit, score=NOTHING) for i, unit in enumerate(units) if i not in best]
    return Ranked((*first, *rest), float(scores.max()), searched)


def weighed_up(leaning: Leaning, found: Sequence[Found]) -> tuple[list[Candidate], Vectors]:
    """Returns the units of these chunks and their facts in the order of TALK, shape (units, facts), not yet read."""
    whole, alone = (
        candidates(question, [one.seen_by(vector) for one in found])
        for question, vector in zip((leaning.question, leaning.alone), leaning.vectors, strict=True)
    )
    both = {_place(unit): unit for unit in alone}
    units = [unit for unit in whole if _place(unit) in both]
    scores = weigh(leaning.question, units), weigh(leaning.alone, [both[_place(unit)] for unit in units])
    missing, said = lost(leaning.alone, units), [f" {plain(answer)} " for answer in leaning.before.answers]
    facts = [
        (0.0, *each, missing, *_stands(unit, leaning, said), *_holds(unit, leaning))
        for unit, *each in zip(units, *scores, strict=True)
    ]
    return units, np.array(facts, dtype=np.float32).reshape(len(units), len(TALK))


def to_read(facts: Vectors) -> list[int]:
    """Returns which units are read, the likeliest first."""
    likely = facts[:, _WHOLE] + facts[:, _ALONE] + _NEAR * facts[:, _IS_NEAR]
    return [int(i) for i in np.argsort(-likely, kind="stable")[:_READ]]


def _stands(unit: Candidate, leaning: Leaning, said: Sequence[str]) -> Iterator[float]:
    """Where a unit stands, beside what was quoted last, and whether an answer, the latest first, has said it."""
    last = [place for place in leaning.last if place.article == unit.article.id]
    yield any(place.path == unit.chunk.path for place in last)
    yield any(place.chunk == unit.chunk.id and place.position + 1 == unit.position for place in last)
    yield bool(last)
    text = f" {plain(unit.text)} "
    again = [text in answer for answer in said]
    yield any(again)
    yield any(again[:1])
    yield leaning.before.more and any(again)


def _holds(unit: Candidate, leaning: Leaning) -> Iterator[float]:
    """What of the message's own words a unit holds, and of the kind of thing that it asks for."""
    own = {term: weight for term, weight in leaning.alone.terms.items() if term in leaning.before.own}
    asked = leaning.alone.answer_type
    fits = fitness(asked, unit.text) if asked.is_typed else 0.5
    yield covered(unit.terms, own)
    yield covered(unit.headed, own)
    yield fits
    yield fits == 0
    yield asked.kind == "why" and bool(GIVES_REASON.search(unit.text))
    yield unit.kind == "row"
    yield unit.kind == "code"
    yield leaning.before.leans
    yield leaning.before.leans and any(place.article == unit.article.id for place in leaning.last)


def _place(unit: Candidate) -> tuple[int, int]:
    return unit.found.stored.row, unit.position


def _quoted(answer: str, index: Index, scope: Sequence[str]) -> Iterator[Place]:
    told = f" {plain(answer)} "
    rows = index.matching(dict.fromkeys(list(dict.fromkeys(told.split()))[:_TERMS], 1.0), _CHUNKS)
    for row, stored in sorted(index.read(rows).items(), key=lambda each: -rows[each[0]]):
        chunk = stored.chunk
        if scope and not is_within(scope, chunk.article_id):
            continue
        for position, unit in enumerate(chunk.units):
            text = plain(chunk.between(unit.start, unit.end))
            if len(text.split()) >= _LEAST_WORDS and f" {text} " in told:
                yield Place(row, chunk.article_id, chunk.path, chunk.id, position)


def plain(text: str) -> str:
    """Returns the terms of a text without markers, with a space between them: what was said is found again by it."""
    return " ".join(terms(MARKER.sub(" ", text)))
