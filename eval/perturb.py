"""Pairs made by rule from articles: true sentences, and the same falsified, each in one known way.

True sentences are those of the articles in words that change no fact; questions and addresses are left out, for neither
is ever shown. Falsified ones cite a wrong but similar sentence, carry another number, another unit or another name,
deny what is said, or say the opposite of a word. All of it is deterministic; what was made by rule proves little.
"""

import math
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.compare.figures import numbers
from bot.compare.propernames import names
from ingest.articles.article import Article
from ingest.articles.corpus import list_corpus
from ingest.articles.make import read_article
from ingest.errors import UnreadableArticle
from ingest.sentences import sentence_spans
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
_ASIDE = re.compile(r"(?<!\s)\s*+\((?![^()]*\b(?:no|not|without|never|nor)\b)[^()]*\)")
_WORD_NUMBER = re.compile(r"(?<![\w-])(?:" + "|".join(DIGIT_WORDS) + r")(?![\w-])")


@dataclass(frozen=True)
class Pair:
    """A true sentence and the words of the article that carry it."""

    sentence: str
    cited: str


_NOT_SHOWN = re.compile(r"\?$|@|www\.|https?:|\w\.(?:com|org|net|co\.uk|us)\b")
_UNITS = {
    "metres": "kilometres", "kilometres": "metres", "kilometers": "miles", "miles": "kilometers", "euros": "dollars",
    "dollars": "euros", "percent": "percentage points", "days": "weeks", "weeks": "months", "months": "weeks",
    "years": "months", "hours": "minutes", "minutes": "hours", "tonnes": "kilograms", "kilograms": "tonnes",
}  # fmt: skip
_OPPOSITES = {
    "rose": "fell", "fell": "rose", "more": "fewer", "before": "after", "after": "before", "increased": "decreased",
    "first": "last", "largest": "smallest", "highest": "lowest", "won": "lost", "north": "south", "south": "north",
    "accepted": "rejected", "approved": "rejected", "opened": "closed", "support": "oppose", "always": "never",
    "began": "ended", "early": "late", "better": "worse", "higher": "lower", "larger": "smaller", "many": "few",
}  # fmt: skip


def readable(
    folder: Path, unread: Callable[[str, UnreadableArticle], object] = lambda id_, why: None
) -> Iterator[Article]:
    """Yields the articles of a folder that can be read; `unread` hears of each that cannot."""
    for id_, path in list_corpus(folder).files:
        try:
            yield read_article(path, id_)
        except UnreadableArticle as error:
            unread(id_, error)


def perturbed(folder: Path) -> Iterator[tuple[str, str, str, Article]]:
    """Yields the kind, the sentence, the words it cites, and their article, for every variant of every sentence.

    There is one true pair for each sentence that is long enough to claim something: reworded where a rule applies.
    """
    articles: dict[str, Article] = {}
    for article in readable(folder):
        for start, end in sentence_spans(article.text):
            text = " ".join(article.text[start:end].split())
            if 8 <= len(text.split()) <= 60 and not _NOT_SHOWN.search(text):
                articles.setdefault(text, article)
    held = [(sentence, frozenset(terms(sentence)) - STOP_WORDS) for sentence in articles]
    counts = Counter(term for _, found in held for term in found)
    idf = {term: math.log1p((len(held) - n + 0.5) / (n + 0.5)) for term, n in counts.items()}
    pool = sorted({name for sentence in articles for name in names(sentence) if not any(map(str.isdigit, name))})
    pairs = (Pair(said, sentence) for sentence in articles if (said := reword(sentence)))
    for i, pair in enumerate(pairs):
        wrong, article = most_similar(pair, held, idf), articles[pair.cited]
        yield "true", pair.sentence, pair.cited, article
        yield "a wrong passage", pair.sentence, wrong, articles[wrong]
        for kind, sentence in _falsified(pair, random.Random(i), pool).items():
            if sentence is not None and sentence != pair.sentence:
                yield kind, sentence, pair.cited, article


def reword(sentence: str) -> str:
    """Says the same in other words: what led comes last, asides are left out, words and numbers are written anew.

    What stands between quotation marks is left as it is: other words would not be what was said.
    """
    if sentence.count('"') % 2 or sentence.count("“") != sentence.count("”"):
        return sentence
    pieces = _SPEECH.split(sentence)
    said = "".join(piece if i % 2 else _reworded(piece) for i, piece in enumerate(pieces)).strip()
    leads = len(pieces) == 1 and _LEADING.fullmatch(said)
    return f"{leads[2][:1].upper()}{leads[2][1:]} {leads[1][0].lower()}{leads[1][1:]}." if leads else said


def _reworded(said: str) -> str:
    said = _ASIDE.sub("", said)
    for word, other in _REWORDED.items():
        said = re.sub(rf"\b{word}\b", other, said)
    said = _WORD_NUMBER.sub(lambda m: DIGIT_WORDS[m[0]], said)
    return re.sub(r" per ?cent\b", "%", said)


def swap_number(pair: Pair, rng: random.Random) -> str | None:
    """Returns the sentence with one number changed to another that its quote lacks."""
    digits = list(re.finditer(r"(?<![\w.,-])\d+(?:,\d+)*(?:\.\d+)?(?![\w-]|[.,]\d)", pair.sentence))
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


def most_similar(pair: Pair, others: Sequence[tuple[str, frozenset[str]]], idf: Mapping[str, float]) -> str:
    """Returns the other sentence that shares the most, by idf, with the pair's."""
    mine, highest = frozenset(terms(pair.sentence)) - STOP_WORDS, max(idf.values(), default=1.0)

    def weight(words: frozenset[str]) -> float:
        return sum(idf.get(word, highest) for word in words)

    alike = {text: weight(mine & words) / (1 + weight(words) ** 0.5) for text, words in others if text != pair.cited}
    return max(alike, key=lambda text: alike[text])


def _falsified(pair: Pair, rng: random.Random, pool: Sequence[str]) -> Mapping[str, str | None]:
    return {
        "another number": swap_number(pair, rng),
        "another name": swap_name(pair, rng, pool),
        "a denial": negate(pair),
        "another unit": _replaced(pair, _UNITS, r"(?<=\d )"),
        "an opposite": _replaced(pair, _OPPOSITES, ""),
    }


def _replaced(pair: Pair, others: Mapping[str, str], before: str) -> str | None:
    """The sentence with the first of some words replaced by its other."""
    found = re.search(rf"{before}\b(?:{'|'.join(others)})\b", pair.sentence)
    return pair.sentence[: found.start()] + others[found[0]] + pair.sentence[found.end() :] if found else None


def _differs(one: str, other: str) -> bool:
    return one.lower() not in other.lower() and other.lower() not in one.lower()
