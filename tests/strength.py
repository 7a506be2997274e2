"""How strong the check is: true sentences, the same sentences falsified, and how many of each it stops.

    python -m tests.strength FOLDER [FOLDER …]     folders of articles; the project's own corpus if none is named

True sentences are derived from the sentences of the articles by rewording that changes no fact; questions and addresses
are left out, for neither is ever shown. Falsified ones cite a wrong but similar sentence, carry another number, carry
another name, or deny what is said. Each goes through the check twice: with the quoted sentence alone, which is the bare
decision, and with the cited chunk and its two neighbours, where it looks for more, as it does for readers. All of it is
deterministic.
"""

import math
import random
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.compare.figures import numbers
from bot.compare.propernames import known_names, names
from bot.model.check import Offered, Scales, check
from bot.model.parse import Claim, Quoted
from ingest.articles.article import Article, read_article
from ingest.articles.corpus import list_corpus
from ingest.embed.embedder import Embedder
from ingest.embed.minilm import MiniLM
from ingest.split import split
from ingest.terms import STOP_WORDS, terms

_REWORDED = {
    "said": "stated", "large": "big", "began": "started", "about": "around", "also": "as well", "however": "though",
    "during": "in the course of", "because": "since", "many": "numerous", "often": "frequently", "used": "employed",
    "main": "principal", "became": "turned into", "show": "demonstrate", "received": "got", "built": "constructed",
    "area": "region", "various": "several", "created": "made", "important": "significant", "allow": "permit",
    "purchase": "acquisition", "afraid": "fearful", "help": "assist", "needed": "required", "ended": "finished",
}  # fmt: skip
DIGIT_WORDS = {"two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "ten": "10"}
_LEADING = re.compile(r"((?:In|On|At|During|After|Since|By|Under) [^,]{3,40}), ((?!and|or)[^,]+(?:, [^,]+)?)\.$")
_SPEECH = re.compile(r"(\"[^\"]*\"|“[^“”]*”)")
_AUXILIARY = re.compile(r"\b(is|are|was|were|has|have|had|can|could|will|would|should|may|might|must)\b(?! not)")
_PAST = re.compile(r"\b(?!(?:need|inde|spe|proce|suc|exce|fe|bre|se)ed\b)([a-z]{3,})ed\b(?= [a-z])")
# An aside that denies something is part of what is said.
_ASIDE = re.compile(r"\s*\((?![^()]*\b(?:no|not|without|never|nor)\b)[^()]*\)")
_WORD_NUMBER = re.compile(r"(?<![\w-])(?:" + "|".join(DIGIT_WORDS) + r")(?![\w-])")


@dataclass(frozen=True)
class Pair:
    """A true sentence and the words of the article that carry it."""

    sentence: str
    cited: str


_NOT_SHOWN = re.compile(r"\?$|@|www\.|https?:|\w\.(?:com|org|net|co\.uk|us)\b")
Around = Mapping[str, tuple[Offered, ...]]
"""For each sentence the chunk it stands in, as the first passage, and the chunks before and after."""


def read_sentences(folder: Path) -> dict[str, tuple[Offered, ...]]:
    """Returns the sentences of all articles of a folder long enough to claim something, with what is around."""
    found: dict[str, tuple[Offered, ...]] = {}
    for id_, path in list_corpus(folder).files:
        for passages in _neighbours(read_article(path, id_)):
            for start, end in passages[0].sentences:
                text = " ".join(passages[0].between(start, end).split())
                if 8 <= len(text.split()) <= 60 and not _NOT_SHOWN.search(text):
                    found.setdefault(text, passages)
    return found


def alone(around: "Around") -> dict[str, tuple[Offered, ...]]:
    """Returns the sentences with nothing around them but their article's title."""
    bare: dict[str, tuple[Offered, ...]] = {}
    for sentence, (passage, *_) in around.items():
        for start, end in passage.sentences:
            if " ".join(passage.between(start, end).split()) == sentence:
                text = passage.between(start, end)
                bare[sentence] = (Offered(1, passage.article, start, text, ((start, end),)),)
    return bare


def _neighbours(article: Article) -> Iterator[tuple[Offered, ...]]:
    chunks = split(article)
    for i, chunk in enumerate(chunks):
        near = (chunk, *chunks[max(i - 1, 0) : i], *chunks[i + 1 : i + 2])
        yield tuple(Offered(n, article, one.start, one.text, one.sentences) for n, one in enumerate(near, 1))


def derive(sentences: Sequence[str]) -> tuple[Pair, ...]:
    """Returns one true pair for each sentence: reworded where a rule applies, else word for word."""
    pairs = [Pair(reword(sentence), sentence) for sentence in sentences]
    return tuple(pair for pair in pairs if pair.sentence)


def reword(sentence: str) -> str:
    """Says the same in other words: what led comes last, asides are left out, words and numbers are written anew.

    What stands between quotation marks is left as it is: other words would not be what was said.
    """
    if sentence.count('"') % 2 or sentence.count("“") != sentence.count("”"):
        return sentence
    pieces = _SPEECH.split(sentence)
    said = "".join(piece if i % 2 else _reworded(piece) for i, piece in enumerate(pieces)).strip()
    leads = len(pieces) == 1 and _LEADING.fullmatch(said)
    return f"{_capital(leads[2])} {leads[1][0].lower()}{leads[1][1:]}." if leads else said


def _reworded(said: str) -> str:
    said = _ASIDE.sub("", said)
    for word, other in _REWORDED.items():
        said = re.sub(rf"\b{word}\b", other, said)
    said = _WORD_NUMBER.sub(lambda m: DIGIT_WORDS[m[0]], said)
    return re.sub(r" per ?cent\b", "%", said)


def swap_number(pair: Pair, rng: random.Random) -> str | None:
    """Returns the sentence with one number changed to another that its quote lacks."""
    digits = list(re.finditer(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-])", pair.sentence))
    if not digits:
        return None
    match = rng.choice(digits)
    there = {number.bare for number in numbers(pair.cited)}
    value = float(match[0].replace(",", ""))
    for other in (value + rng.choice((1, 2, 3, 5, 10, 100)) for _ in range(20)):
        if other not in there:
            written = f"{other:,.0f}" if "," in match[0] else f"{other:g}"
            return pair.sentence[: match.start()] + written + pair.sentence[match.end() :]
    return None


def swap_name(pair: Pair, rng: random.Random, pool: Sequence[str]) -> str | None:
    """Returns the sentence with one name changed to another name of the same articles, often of the same quote."""
    mine = [name for name in names(pair.sentence) if not any(map(str.isdigit, name))]
    if not mine:
        return None
    name = rng.choice(mine)
    near = [other for other in names(pair.cited) if _differs(other, name)]
    far = [other for other in pool if _differs(other, name)]
    other = rng.choice(near) if near and rng.random() < 0.3 else rng.choice(far)
    return re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", other, pair.sentence)


def negate(pair: Pair) -> str | None:
    """Returns the sentence with its first verb denied, or with its denial left out."""
    if re.search(r"\b(?:not|never)\b ?", pair.sentence):
        return re.sub(r"\b(?:not|never)\b ?", "", pair.sentence, count=1)
    if re.search(r"\b(?:no|nor|neither|without|n['’]t|cannot)\b|n['’]t\b", pair.sentence):
        return None
    if _AUXILIARY.search(pair.sentence):
        return _AUXILIARY.sub(r"\1 not", pair.sentence, count=1)
    said, count = _PAST.subn(r"did not \1", pair.sentence, count=1)
    return said if count else None


def most_similar(pair: Pair, others: Sequence[tuple[str, frozenset[str]]], idf: Callable[[str], float]) -> str:
    """Returns the other sentence that shares the most, by idf, with the pair's."""
    mine = frozenset(terms(pair.sentence)) - STOP_WORDS
    return max(
        (other for other in others if other[0] != pair.cited),
        key=lambda other: sum(map(idf, mine & other[1])) / (1 + sum(map(idf, other[1])) ** 0.5),
    )[0]


def measure(pairs: Sequence[Pair], around: Around, embedder: Embedder) -> dict[str, tuple[int, int]]:
    """Returns (stopped, tried) for the true sentences and for each way of falsifying them."""
    sentences = tuple(around)
    held = [(sentence, frozenset(terms(sentence)) - STOP_WORDS) for sentence in sentences]
    counts = Counter(term for _, found in held for term in found)
    idf = {term: math.log1p((len(held) - n + 0.5) / (n + 0.5)) for term, n in counts.items()}
    highest = max(idf.values())
    scales = Scales(lambda term: idf.get(term, highest), _cosines(embedder), known_names(sentences))
    pool = sorted({name for sentence in sentences for name in names(sentence) if not any(map(str.isdigit, name))})
    tallies: dict[str, list[bool]] = {}
    for i, pair in enumerate(pairs):
        for kind, sentence, cited in _variants(pair, random.Random(i), pool, held, scales.idf):
            tallies.setdefault(kind, []).append(
                not _passes(Claim(sentence, (Quoted(1, cited),)), around[cited], scales=scales, right=pair.cited)
            )
    return {kind: (sum(stopped), len(stopped)) for kind, stopped in tallies.items()}


def _passes(claim: Claim, passages: Sequence[Offered], *, scales: Scales, right: str) -> bool:
    """Whether the claim is shown; one that cites a wrong sentence and is shown with the right one is put right."""
    verdict = check(claim, passages, scales, shown=len(passages))
    quotes = [" ".join(citation.quote.split()) for citation in verdict.citations]
    put_right = claim.quotes[0].text != right and any(right in quote for quote in quotes)
    return verdict.outcome != "failed" and not put_right


def _variants(
    pair: Pair,
    rng: random.Random,
    pool: Sequence[str],
    held: Sequence[tuple[str, frozenset[str]]],
    idf: Callable[[str], float],
) -> Iterator[tuple[str, str, str]]:
    yield "true", pair.sentence, pair.cited
    yield "wrong passage", pair.sentence, most_similar(pair, held, idf)
    falsified: Mapping[str, str | None] = {
        "number swap": swap_number(pair, rng),
        "entity swap": swap_name(pair, rng, pool),
        "negation": negate(pair),
    }
    for kind, sentence in falsified.items():
        if sentence is not None and sentence != pair.sentence:
            yield kind, sentence, pair.cited


def _cosines(embedder: Embedder) -> Callable[[str, str], float]:
    def likeness(one: str, other: str) -> float:
        vectors = embedder.embed([one, other])
        return float(vectors[0] @ vectors[1])

    return likeness


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _differs(one: str, other: str) -> bool:
    return one.lower() not in other.lower() and other.lower() not in one.lower()


def main(folders: Sequence[str]) -> None:
    """Prints the table for the folders: stopped with the quote alone, and with what is around it."""
    around = {s: near for folder in folders or ["corpus"] for s, near in read_sentences(Path(folder)).items()}
    pairs, embedder = derive(tuple(around)), MiniLM()
    bare, whole = measure(pairs, alone(around), embedder), measure(pairs, around, embedder)
    for kind, columns in ((kind, (bare[kind], whole[kind])) for kind in bare):
        cells = (f"{stopped:5} of {tried:5} {100 * stopped / tried:5.1f} %" for stopped, tried in columns)
        print(f"{kind:15}", "   ".join(cells))


if __name__ == "__main__":
    main(sys.argv[1:])
