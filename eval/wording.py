"""When words count as said, case, punctuation and markup aside, and where they stand in the articles, or nearly.

Whole words only. Knows quotes and texts; knows no files.
"""

import functools
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bot.answer import MARKER
from bot.compare.locate import locate
from eval.cases import Case, Evidence
from ingest.sentences import sentence_spans

_LONGEST_ID = 100
# An answer of so many words speaks for itself; a shorter one may stand anywhere, and needs words of its question.
_LONG = 6
# Shorter words are of every question.
_SHORTEST = 4
# So many sentences may say the same as well as each other.
_ALIKE = 3


def plain(text: str) -> str:
    """Returns the words of a text in lower case, one space between them."""
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())


# The words of an article, which many rows look into.
_words = functools.lru_cache(maxsize=20_000)(plain)


def holds(text: str, words: str) -> bool:
    """Tells whether the words stand in the text, one after the other, as whole words."""
    return place(text, words) >= 0


def lacking(case: Case, text: str) -> tuple[tuple[str, ...], ...]:
    """Returns the facts of a case that the text does not say, in any of their spellings."""
    return tuple(fact for fact in case.facts if not any(holds(text, spelling) for spelling in fact))


def place(text: str, words: str) -> int:
    """Returns where in the plain text the words begin, or -1."""
    return f" {plain(text)} ".find(f" {plain(words)} ")


def id_of(question: str) -> str:
    """Returns an id that speaks: the words of a question."""
    return "-".join(plain(question).split())[:_LONGEST_ID].strip("-") or "question"


def said(text: str) -> str:
    """Returns an answer's text without its markers."""
    return MARKER.sub("", text)


def token_f1(text: str, answers: Iterable[str]) -> float:
    """Returns the best F1 of the text's words against any of the answers' (Rajpurkar et al. 2016, section 6.1)."""
    return max((_f1(plain(text).split(), plain(answer).split()) for answer in answers), default=0.0)


def _f1(ours: list[str], theirs: list[str]) -> float:
    same = sum((Counter(ours) & Counter(theirs)).values())
    return 2 * same / (len(ours) + len(theirs)) if same else 0.0


def find_quote(quote: str, texts: Mapping[str, str], *, first: str | None = None) -> Evidence | None:
    """Returns what stands in an article for a quote: the same words, else nearly the same with the same figures.

    `first` is the article to look into before all others, where it stood.
    """
    order = sorted(texts, key=lambda id_: id_ != first)
    for id_ in order:
        if quote in texts[id_]:
            return Evidence(id_, quote)
    for nearly in (False, True):
        for id_ in order:
            spans = locate(quote, texts[id_], nearly=nearly)
            if len(spans) == 1:
                return Evidence(id_, texts[id_][slice(*spans[0])])
    return None


def evidence_of(article: str | None, quote: str | None, texts: Mapping[str, str]) -> Evidence | None:
    """Returns what stands for a quote, in the article if one is named; without a quote all of it; None of neither.

    Raises ValueError: there is no such article, or the quote does not stand there; with the remedy.
    """
    if article and article not in texts:
        raise ValueError(f"there is no article {article!r}; write its path inside the corpus")
    if not quote:
        return Evidence(article) if article else None
    found = find_quote(quote, {article: texts[article]} if article else texts)
    if found is None:
        where = article or "any article"
        raise ValueError(f"the quote {quote[:60]!r} does not stand in {where}; copy it from: footnote show")
    return found


def nearest(gone: Evidence, texts: Mapping[str, str]) -> Evidence | None:
    """Returns the sentence that shares most with words that stand nowhere: of their article, or of all without it."""
    wanted = _long_words(gone.quote)
    inside = {gone.article_id: texts[gone.article_id]} if gone.article_id in texts else texts
    sentences = (Evidence(id_, text[start:end]) for id_, text in inside.items() for start, end in sentence_spans(text))
    best, share = None, 0.0
    for one in sentences:
        words = _long_words(one.quote)
        # Dice, as a long sentence holds some word of any.
        if wanted & words and (found := 2 * len(wanted & words) / (len(wanted) + len(words))) > share:
            best, share = one, found
    return best


def find_answer(ways: Sequence[str], question: str, texts: Mapping[str, str]) -> tuple[Evidence, ...]:
    """Returns the sentence that answers a question in one of these ways; several where they do as well as each other.

    None if none shares a word with the question, or if too many do: then only a person knows which is meant.
    """
    asked = _long_words(question)
    found: dict[Evidence, int] = {}
    for id_, text in texts.items():
        for way in (way for way in ways if f" {plain(way)} " in f" {_words(text)} "):
            for start, end in sentence_spans(text):
                if holds(text[start:end], way):
                    shared = len(asked & set(plain(text[start:end]).split()))
                    found[Evidence(id_, text[start:end])] = shared or int(len(way.split()) >= _LONG)
    most = max(found.values(), default=0)
    best = tuple(one for one, shared in found.items() if most and shared == most)
    nearly = [one for way in ways if len(way.split()) >= _LONG and (one := find_quote(way, texts))]
    return best if 0 < len(best) <= _ALIKE else tuple(nearly[:1])


def _long_words(text: str) -> set[str]:
    return {word for word in plain(text).split() if len(word) >= _SHORTEST}
