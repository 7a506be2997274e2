"""The groups that a case belongs to, by what it asks for and where its answer stands. Knows cases and articles."""

import datetime
from collections.abc import Iterator, Mapping

from eval.cases import Case, Evidence
from ingest.articles.article import Article
from ingest.articles.blocks import block_at

# Upper bounds in days and in words, and what is below them.
_AGES = ((31, "under a month"), (366, "under a year"), (5 * 366, "under five years"))
_LENGTHS = ((300, "under 300 words"), (1_000, "under 1,000 words"), (5_000, "under 5,000 words"))


def slices_of(case: Case, articles: Mapping[str, Article], *, today: datetime.date) -> tuple[str, ...]:
    """Returns the names of the groups, each as "what: which", in one order."""
    return tuple(dict.fromkeys(_slices(case, articles, today)))


def _slices(case: Case, articles: Mapping[str, Article], today: datetime.date) -> Iterator[str]:
    yield f"type: {case.type}"
    yield f"answerable: {'yes' if case.answerable else 'no'}"
    if case.history:
        yield "conversation: yes"
    for tag in case.tags:
        yield f"tag: {tag}"
    if not case.evidence:
        return
    first = [group[0] for group in case.evidence]
    count = len({evidence.article_id for evidence in first})
    yield f"articles: {count if count < 3 else '3 or more'}"
    for evidence in first:
        article = articles.get(evidence.article_id)
        if article is not None:
            yield f"block: {_kind(evidence, article)}"
            yield f"age: {_age(article, today)}"
            yield f"length: {_below(len(article.text.split()), _LENGTHS, '5,000 words or more')}"


def _kind(evidence: Evidence, article: Article) -> str:
    if not evidence.quote:
        return "whole article"
    block = block_at(article.blocks, article.text.find(evidence.quote))
    return block.kind if block else "paragraph"


def _age(article: Article, today: datetime.date) -> str:
    if article.published is None:
        return "undated"
    return _below((today - article.published).days, _AGES, "five years or more")


def _below(value: int, bounds: tuple[tuple[int, str], ...], otherwise: str) -> str:
    return next((name for bound, name in bounds if value < bound), otherwise)
