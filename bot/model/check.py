"""The check: whether what a model wrote stands in what it cites. Pure decisions; knows nothing of models or networks.

In order: the passage exists, the quote stands in it, the numbers and names of the sentence stand in the quote, its
words and its sense are covered. A sentence whose quote lacks something is tried with what stands around the quote and
on the other passages, one that contradicts its quote is not; the caller may have it repaired or drops it. The measured
strength of each step is in the README.
"""

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from bot.answer import Citation
from bot.compare.dates import mixed_date
from bot.compare.figures import missing_numbers
from bot.compare.locate import locate
from bot.compare.measures import other_measure, without_units
from bot.compare.moods import other_mood
from bot.compare.opposites import other_manner, other_side, other_time, says_opposite
from bot.compare.propernames import missing_names, splices
from bot.compare.roles import turns_round
from bot.compare.twists import changes_negation, swaps
from bot.compare.verbs import is_past
from bot.compare.words import altered_speech, mixes_alphabets
from bot.injection import is_order
from bot.model.parse import Claim, Quoted
from ingest.articles.article import Article
from ingest.sentences import Span
from ingest.terms import STOP_WORDS, terms

MOST_CITATIONS = 3
# Measured on perturbed sentences; see the table in the README.
COVERAGE, COSINE, CLAUSE, RELATED = 0.5, 0.45, 0.2, 0.15
_CANDIDATES = 6
# A quote that lacks something may find it in the sentences around; what it contradicts, no other words make true.
_LACKING = ("the quote lacks", "too few", "a part", "its sense")
_CLAUSE = re.compile(
    r"[;:—–]\s+|,\s+(?=(?:and|but|which|while|whereas|so|because|although)\b)|(?<!\s)\s++(?:but|while|whereas)\s+"
)
_TAIL = re.compile(r"\s(?:and|then|after|before|while|by)\s+(?=([a-z]+)\b)")
_LEAST_CLAUSE = 3
_LINK = re.compile(
    r"https?:|www\.|\]\(|!\[|<[^\s>]|[\w.+-]@[\w-]|(?<!\w)@\w|[\w-]\.[a-z]{2,}/"
    r"|(?<![a-z0-9-])[0-9-]*+[a-z][a-z0-9-]+(?:\.[a-z0-9-]+){0,20}\.[a-z]{2,}\b"
    r"|[\w-]\.(?:com|net|org|io|example|test|dev|app|info|ru|cn|xyz)\b|javascript:|data:|[{}`]|\":|\*\*|[\u200b-\u200f\u202a-\u202e\u2060-\u2064]",
    re.IGNORECASE,
)


# Each returns what the sentence says otherwise than the quote, or None.
_DIFFERS = (mixed_date, says_opposite, other_side, other_time, other_manner, other_mood, altered_speech)


@dataclass(frozen=True)
class Offered:
    """A passage as the model may cite it: `start` and `sentences` are offsets in the article's text."""

    number: int
    article: Article
    start: int
    text: str
    sentences: tuple[Span, ...]

    def between(self, start: int, end: int) -> str:
        """Returns the passage's text between two offsets in the article's text."""
        return self.text[start - self.start : end - self.start]


@dataclass(frozen=True)
class Scales:
    """How words and sense are weighed: a term's idf, the cosine of two texts, and words known to be names (folded)."""

    idf: Callable[[str], float]
    likeness: Callable[[str, str], float]
    known: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Verdict:
    """What became of a claim; citations are numbered 0, for the answer numbers them. A failed one says why."""

    claim: Claim
    outcome: Literal["kept", "recited", "failed"]
    citations: tuple[Citation, ...]
    reason: str


def check(
    claim: Claim,
    offered: Sequence[Offered],
    scales: Scales,
    *,
    shown: int,
    question: str | None = None,
    orders: bool = False,
) -> Verdict:
    """Decides on one claim: kept with its own citations, with another's, or failed with the reason.

    The model was shown the first `shown` of the passages; the others may only be found by the check itself.
    A sentence that has nothing to do with the `question` fails, where one is given; `orders` tells that it asks for
    instructions, so that quoting one is no fault.
    """
    unfit = _unfit(claim.text, orders=orders) or _beside(claim.text, question, scales)
    if unfit:
        return Verdict(claim, "failed", (), unfit)
    by_number = {one.number: one for one in offered[:shown]}
    found = [cited for quote in claim.quotes for cited in _cited(quote, claim, by_number, scales)]
    own = _allowed(tuple(dict.fromkeys(found)), orders=orders)
    against = _why(claim.text, own, scales) if own else None
    if against and not against.startswith(_LACKING):
        return Verdict(claim, "failed", (), against)
    carried = _fewest(claim.text, own, scales) or next(
        (wider for wider in _wider(own, by_number) if _why(claim.text, wider, scales) is None), ()
    )
    if carried:
        return Verdict(claim, "kept", carried, "")
    for candidate in _others(claim.text, offered, scales):
        allowed = _allowed((candidate,), orders=orders)
        if allowed and _why(claim.text, allowed, scales) is None:
            return Verdict(claim, "recited", allowed, "")
    reason = against if own else _why_nothing(claim, by_number, gives_orders=bool(found))
    return Verdict(claim, "failed", (), reason or "it needs too many footnotes")


def why_not(sentence: str, cited: Sequence[str], scales: Scales, *, titles: Sequence[str] = ()) -> str | None:
    """Returns why the cited texts do not carry the sentence, or None if they do.

    A name may also stand in a title, which a footnote shows: articles call what they are about "it".
    """
    text = " ".join(cited)
    strange = mixes_alphabets(sentence)
    if strange and strange not in text:
        return f"it mixes the letters of two alphabets in {strange}"
    numbers = missing_numbers(sentence, text)
    if numbers:
        return f"the quote lacks the number {numbers[0].value:.10g}"
    measure = other_measure(sentence, text)
    if measure:
        return f"the quote does not say {measure}"
    named = " ".join((text, *titles))
    names = missing_names(without_units(sentence), named, scales.known)
    if names:
        return f"the quote lacks the name {names[0]}"
    if changes_negation(sentence, text):
        return "the sentence and the quote disagree on a negation"
    if swaps(sentence, text, titles=titles) or splices(sentence, named) or turns_round(sentence, text):
        return "the sentence puts another name or number in the quote's place"
    other = next(filter(None, (differs(sentence, text) for differs in _DIFFERS)), None)
    if other:
        return f"the quote does not say “{other}” that way"
    held = _held(text)
    if covered(sentence, held, scales) < COVERAGE:
        return "too few of its words stand in the quote"
    clauses = [clause for clause in _CLAUSE.split(sentence) if len(_content(clause)) >= _LEAST_CLAUSE]
    loose = len(clauses) > 1 and any(covered(clause, held, scales) < CLAUSE for clause in clauses)
    if loose or any(len(_content(tail)) > 1 and not _content(tail) & held for tail in _tails(sentence)):
        return "a part of it does not stand in the quote"
    if max(scales.likeness(sentence, part) for part in dict.fromkeys((*cited, text))) < COSINE:
        return "its sense is not that of the quote"
    return None


def covered(sentence: str, held: frozenset[str], scales: Scales) -> float:
    """Returns the share, by idf, of the sentence's content terms that are held; 1 for a sentence without any."""
    weights = {term: scales.idf(term) for term in _content(sentence)}
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in held) / total if total else 1.0


def _tails(sentence: str) -> Iterator[str]:
    """What a sentence goes on with after its first deed: "… and stole the money", "… after killing a child"."""
    for match in _TAIL.finditer(sentence):
        if is_past(match[1]) or match[1].endswith("ing"):
            yield sentence[match.end() :]


@lru_cache(maxsize=4096)
def _held(text: str) -> frozenset[str]:
    return frozenset(terms(text))


def _content(text: str) -> frozenset[str]:
    return _held(text) - STOP_WORDS


def _unfit(text: str, *, orders: bool) -> str | None:
    """What no sentence of an answer may be, whatever it cites."""
    if _LINK.search(text):
        return "it holds a link, a mention or markup"
    if not orders and is_order(text):
        return "it gives orders"
    if text.rstrip().endswith("?"):
        return "it is a question"
    return None


def _beside(text: str, question: str | None, scales: Scales) -> str | None:
    if question is None or _content(text) & _content(question) or scales.likeness(text, question) >= RELATED:
        return None
    return "it has nothing to do with the question"


def _cited(quote: Quoted, claim: Claim, by_number: Mapping[int, Offered], scales: Scales) -> Iterator[Citation]:
    """The whole sentences in which the quoted words stand; for a bare number the sentence that fits the claim best."""
    one = by_number.get(quote.number)
    if one is None:
        return
    if quote.text:
        for start, end in locate(quote.text, one.text):
            citation = _whole(one, one.start + start, one.start + end)
            if citation:
                yield citation
        return
    ranked = sorted(one.sentences, key=lambda span: -covered(claim.text, _held(one.between(*span)), scales))
    yield from filter(None, [_joined(one, ranked[:1])])


def _whole(one: Offered, start: int, end: int) -> Citation | None:
    """The stretch grown to whole sentences; None if that takes too many, or what stands there may not be cited."""
    touched = [span for span in one.sentences if span[0] < end and span[1] > start]
    return _joined(one, touched) if len(touched) <= MOST_CITATIONS else None


def _joined(one: Offered, spans: Sequence[Span]) -> Citation | None:
    """The citation from the first to the last of the sentences, if nothing but white space is between them."""
    gaps = [one.between(before[1], after[0]) for before, after in itertools.pairwise(spans)]
    if not spans or any(gap.strip() for gap in gaps):
        return None
    start, end = spans[0][0], spans[-1][1]
    return Citation(0, one.article, one.between(start, end), start, end)


def _why(sentence: str, citations: Sequence[Citation], scales: Scales) -> str | None:
    articles = tuple(dict.fromkeys(citation.article for citation in citations))
    titles = [article.title for article in articles]
    quotes = [citation.quote for citation in citations]
    return why_not(_undated(sentence, articles), quotes, scales, titles=titles)


def _undated(sentence: str, articles: Sequence[Article]) -> str:
    """The sentence without "as of" and the date of a cited article, which the footnote shows and no quote need hold."""
    for published in filter(None, (article.published for article in articles)):
        day, month = published.day, f"{published:%B}"
        dates = f"{day} {month} {published.year}|{month} {day},? {published.year}|{published.isoformat()}"
        sentence = re.sub(rf"\s*[(,]?\s*\bas of (?:{dates})\)?,?", "", sentence, flags=re.IGNORECASE)
    return sentence


def _allowed(citations: tuple[Citation, ...], *, orders: bool) -> tuple[Citation, ...]:
    return tuple(citation for citation in citations if orders or not is_order(citation.quote))


def _fewest(sentence: str, citations: tuple[Citation, ...], scales: Scales) -> tuple[Citation, ...]:
    """The citations less every one that the sentence does not need; nothing if all together do not carry it."""
    if not citations or _why(sentence, citations, scales) is not None:
        return ()
    for citation in reversed(citations):
        fewer = tuple(other for other in citations if other is not citation)
        if fewer and _why(sentence, fewer, scales) is None:
            citations = fewer
    return citations if len(citations) <= MOST_CITATIONS else ()


def _wider(citations: Sequence[Citation], by_number: Mapping[int, Offered]) -> Iterator[tuple[Citation, ...]]:
    """A single citation together with up to two sentences before it, or one after: what "he" or "it" refers to."""
    if len(citations) != 1:
        return
    (citation,) = citations
    for one in by_number.values():
        inside = [i for i, (a, b) in enumerate(one.sentences) if citation.start <= a and b <= citation.end]
        if one.article.id != citation.article.id or not inside:
            continue
        first, last = inside[0], inside[-1]
        starts_and_ends = ((max(first - 1, 0), last + 1), (first, last + 2), (max(first - 2, 0), last + 1))
        wider = [one.sentences[a:b] for a, b in starts_and_ends if b - a <= MOST_CITATIONS]
        yield from ((found,) for spans in wider if (found := _joined(one, spans)) is not None)


def _others(sentence: str, offered: Sequence[Offered], scales: Scales) -> Iterator[Citation]:
    """The sentences of all passages that cover the sentence best, best first."""
    spans = [(one, span) for one in offered for span in one.sentences]
    ranked = sorted(spans, key=lambda at: -covered(sentence, _held(at[0].between(*at[1])), scales))
    for one, span in ranked[:_CANDIDATES]:
        yield from filter(None, [_joined(one, [span])])


def _why_nothing(claim: Claim, by_number: Mapping[int, Offered], *, gives_orders: bool) -> str:
    if gives_orders:
        return "the cited sentence gives orders"
    if not claim.quotes:
        return "it cites nothing"
    if all(quote.number not in by_number for quote in claim.quotes):
        return "it cites a passage that was not given"
    return "its quote does not stand in the passage"
