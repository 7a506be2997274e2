"""The units of the retrieved chunks, each with the facts that may speak for it as an answer. Decides nothing.

A fact is a number that `bot.quote.ranker` weighs; what each is called stands in FACTS, in the order of the weights.
"""

import functools
import math
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.injection import asks_for_orders, without_orders
from bot.question.answer_type import DENIES, KINDS
from bot.question.names import is_mentioned
from bot.question.understand import Question
from bot.quote.things import fitness
from bot.retrieve import Found
from ingest.articles.article import Article
from ingest.articles.blocks import Kind
from ingest.split import Chunk
from ingest.terms import terms

_LEANS = re.compile(
    r"[“\"‘']?(?:he|she|it|they|this|these|those|that|his|her|its|their|theirs|such|both|there|then|otherwise|instead"
    r"|the (?:former|latter|project|move|deal|group))\b",
    re.IGNORECASE,
)
# A short fact with its label: "Status: accepted", "Saturdays: 9 to 12".
LABELLED = re.compile(r"\W{0,3}([^.:\n]{2,40}): [^\n]{1,60}")
_ASKS = re.compile(r"\?[\"”’')\]]*\s*$")
_NUMBER = re.compile(
    r"\W{0,3}(?:(?:step|clause|section|article|item|point|rule|paragraph|phase|stage|part|chapter|§) ?)?"
    r"(\d{1,3}(?:\.\d{1,3}){0,3}|[ivx]{1,4}(?=[.):])|[a-h](?=[.):]))(?![\w%]|[.,]\d)",
    re.IGNORECASE,
)
GIVES_REASON = re.compile(
    r"\b(?:because|since(?! (?:then|last|early|mid|late|\d|[a-z]{3,9} \d))"
    r"|, to (?!the\b)[a-z]+|due to|so that|in order to|reasons?|therefore|thus|hence|caus(?:e|es|ed|ing)"
    r"|result(?:s|ed)?|leads? to|led to"
    r"|(?:to|will|would|can) (?:avoid|keep|ensure|prevent|make|allow|help|protect|reduce|improve))\b",
    re.IGNORECASE,
)
_IS = re.compile(
    r"(?:[\w’'./()“”\"-]+,? ){1,6}(?:is|are|was|were|means?|refers? to|stands? for|describes?)\b", re.IGNORECASE
)
_UNIT_KINDS: tuple[Kind, ...] = ("paragraph", "item", "row", "code", "quotation")
# Answer types that are told apart by the kinds of units that answer them.
_TYPES = ("command", "steps", "why", "define", "about", "yesno", "named", "who", "where", "when", "other")

FACTS: tuple[str, ...] = (
    *("own", "led", "all", "near", "heading", "title"),
    *("cosine", "section", "chunk", "found", "rank", "first"),
    *("fits", "unfit", "missing", "timely"),
    *(f"is {kind}" for kind in _UNIT_KINDS),
    *("header", "opens", "leans", "asks", "words", "place", "depth", "denies", "denial"),
    *(f"asks {kind}" for kind in _TYPES),
    *(f"{kind} {unit}" for kind in ("steps", "command", "named", "quantity") for unit in ("item", "row", "code")),
    *("reason", "definition", "lacks", "lacks most", "lacks own", "strictly unfit", "brief"),
    *("behind cosine", "behind own", "behind all"),
)
# What is compared with the best of all units, too.
_BESIDE_OTHERS = tuple(FACTS.index(name) for name in ("cosine", "own", "all"))


@dataclass(frozen=True)
class Candidate:
    """One unit of a retrieved chunk, with what stands around it.

    `position` is its place among the units of its chunk; `before` is what stands before it in its section, "" if none;
    `terms` are its own, `held` those of what introduces it too, `around` those of its section, title and neighbours as
    well. `facts` are in the order of FACTS; `fits` is how far it holds the kind of thing that was asked for.
    """

    found: Found
    position: int
    text: str
    before: str
    terms: frozenset[str]
    held: frozenset[str]
    around: frozenset[str]
    fits: float
    facts: tuple[float, ...] = ()
    score: float = 0.0

    @property
    def article(self) -> Article:
        """The article it stands in."""
        return self.found.article

    @property
    def chunk(self) -> Chunk:
        """The chunk it stands in."""
        return self.found.stored.chunk

    @property
    def start(self) -> int:
        """Where it begins in the article's text."""
        return self.chunk.units[self.position].start

    @property
    def end(self) -> int:
        """Where it ends in the article's text."""
        return self.chunk.units[self.position].end

    @property
    def kind(self) -> Kind:
        """What it is."""
        return self.chunk.units[self.position].kind

    @property
    def lead(self) -> str:
        """What introduces it."""
        return self.chunk.leads[self.position] if self.chunk.leads else ""

    @property
    def number(self) -> str | None:
        """The number that it bears, or that the heading right above it bears: "3" of "Step 3: wait"."""
        heading = self.chunk.path[-1] if self.chunk.path else ""
        found = _NUMBER.match(self.text) or _NUMBER.match(heading)
        return found[1].rstrip(".") if found else None

    @property
    def headed(self) -> frozenset[str]:
        """The terms of what introduces it and of its headings, too."""
        return self.held | terms_of(" ".join(self.chunk.path))

    @property
    def leans(self) -> bool:
        """Tells whether it cannot stand alone, for its subject is in the sentence before."""
        return self.kind not in ("row", "code") and bool(_LEANS.match(self.text))

    @property
    def asks(self) -> bool:
        """Tells whether it is itself a question, which is never an answer."""
        return bool(_ASKS.search(self.text))


def candidates(question: Question, found: Sequence[Found]) -> tuple[Candidate, ...]:
    """Returns the quotable units of the chunks, best chunk first; orders only where they are asked for."""
    best = max((one.score for one in found), default=0.0)
    allowed = asks_for_orders(question.text)
    made = [
        _candidate(question, one, position, rank=rank, best=best)
        for rank, one in enumerate(found)
        for position in _clean(one.stored.chunk, everything=allowed)
        if not _is_header(one.stored.chunk, position)
    ]
    tops = [max((one.facts[i] for one in made), default=0.0) for i in _BESIDE_OTHERS]
    return tuple(
        replace(one, facts=(*one.facts, *(one.facts[i] - top for i, top in zip(_BESIDE_OTHERS, tops, strict=True))))
        for one in made
    )


@functools.lru_cache(maxsize=20_000)
def terms_of(text: str) -> frozenset[str]:
    """Returns the terms of a text; kept for a while, for the same units are read for many questions."""
    return frozenset(terms(text))


def covered(held: frozenset[str], idf: Mapping[str, float]) -> float:
    """Returns the share of the terms' idf that the held terms make up, from 0 to 1."""
    total = sum(idf.values())
    return sum(value for term, value in idf.items() if term in held) / total if total else 0.0


def _clean(chunk: Chunk, *, everything: bool) -> Iterator[int]:
    clean = None if everything else set(without_orders(chunk.text, chunk.sentences, chunk.start))
    for position, unit in enumerate(chunk.units):
        if clean is None or unit.span in clean:
            yield position


def _is_header(chunk: Chunk, position: int) -> bool:
    """Whether a unit only names the columns of a table, which answers nothing; of two columns, it may be a row."""
    unit = chunk.units[position]
    text = " ".join(chunk.between(unit.start, unit.end).split())
    if unit.kind != "row" or text.count(" | ") < 2 or position + 1 >= len(chunk.units):
        return False
    return chunk.units[position + 1].kind == "row" and chunk.leads[position + 1].endswith(text)


def _candidate(question: Question, one: Found, position: int, *, rank: int, best: float) -> Candidate:
    chunk = one.stored.chunk
    texts = [chunk.between(unit.start, unit.end) for unit in chunk.units[max(position - 1, 0) : position + 2]]
    text = texts[min(position, 1)]
    before = texts[0] if position else one.before
    own = terms_of(text)
    held = own | terms_of(chunk.leads[position]) if chunk.leads else own
    heading, title = terms_of(" ".join(chunk.path)), terms_of(one.article.title)
    timely = question.period.nearness(one.article.published) if question.period else 0.0
    dated = _date_terms(one.article) if timely == 1 else frozenset()
    around = held.union(heading, title, dated, *map(terms_of, texts))
    fits = fitness(question.answer_type, text)
    made = Candidate(one, position, text, before, own, held, around, fits)
    facts = _facts(question, made, heading=heading, title=title, dated=dated, timely=timely, rank=rank, best=best)
    return replace(made, facts=facts)


def _facts(
    question: Question,
    made: Candidate,
    *,
    heading: frozenset[str],
    title: frozenset[str],
    dated: frozenset[str],
    timely: float,
    rank: int,
    best: float,
) -> tuple[float, ...]:
    idf, chunk, kind = question.terms, made.chunk, question.answer_type.kind
    missing = sum(not is_mentioned(name, made.around) for name in question.names) / max(len(question.names), 1)
    quantity = kind not in _TYPES or kind == "when"
    asked = "quantity" if quantity else kind
    denies = bool(DENIES.search(question.text))
    # What is denied may be said once, by the heading or before the list.
    said = " ".join((*chunk.path[-1:], made.lead, made.text)) if denies else made.text
    denial = bool(DENIES.search(said))
    level = min(len(chunk.path), 3) / 3
    return (
        *(covered(own, idf) for own in (made.terms | dated, made.held, made.held | heading | title, made.around)),
        *(covered(own, idf) for own in (heading, title)),
        *(made.found.unit_cosines[made.position], made.found.section_cosine, made.found.chunk_cosine),
        *(made.found.score - best, 1 / (1 + rank), float(rank == 0)),
        *(made.fits, float(made.fits == 0), missing, timely),
        *(float(made.kind == unit) for unit in _UNIT_KINDS),
        *(float(made.kind == "row" and not made.lead), float(made.text.rstrip().endswith(":"))),
        *(float(made.leans), float(made.asks), math.log1p(len(made.text.split())) / 5),
        *(1 / (1 + made.position), level, float(denies and denial), float(denies != denial)),
        *(float(kind == one) for one in _TYPES),
        *(
            float(asked == one and made.kind == unit)
            for one in ("steps", "command", "named", "quantity")
            for unit in ("item", "row", "code")
        ),
        *(float(kind == "why" and bool(GIVES_REASON.search(made.text))), float(kind == "define" and _defines(made))),
        *_lacks(made, idf, dated),
        *(float(question.answer_type.strict and made.fits == 0), 1 / max(len(idf), 1)),
    )


def _lacks(made: Candidate, idf: Mapping[str, float], dated: frozenset[str]) -> tuple[float, float, float]:
    """How much of the question stands nowhere near, in idf: all of it, the rarest term of it; and not in the unit."""
    lacking = [value for term, value in idf.items() if term not in made.around]
    own = sum(value for term, value in idf.items() if term not in made.terms | dated)
    return sum(lacking) / 10, max(lacking, default=0.0) / 10, own / 10


def _defines(made: Candidate) -> bool:
    """Whether it says right at its beginning what something is."""
    found = _IS.match(made.text)
    return bool(found) or made.text.rstrip().endswith(":")


def _date_terms(article: Article) -> frozenset[str]:
    """An article of the time that is asked about need not say the date that it bears."""
    return terms_of(f"{article.published.day} {article.published:%B %Y}") if article.published else frozenset()


assert set(_TYPES) <= set(KINDS)
