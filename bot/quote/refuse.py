"""What is said when the articles do not answer. Knows names; the ranker decides whether they answer."""

from collections.abc import Sequence

from bot.question.names import Name, is_mentioned
from bot.question.understand import Question
from bot.quote.candidates import Candidate
from ingest.articles.article import Article
from ingest.index.open_index import Index

NEAREST = 3


def missing_names(question: Question, units: Sequence[Candidate], index: Index) -> tuple[Name, ...]:
    """Returns the names and figures of the question that stand nowhere in the articles, titles and tables included."""
    held = frozenset().union(*(unit.around for unit in units))
    return tuple(name for name in question.names if not is_mentioned(name, held) and not _is_known(name, index))


def nearest(units: Sequence[Candidate]) -> tuple[Article, ...]:
    """Returns the articles that come closest, best first."""
    articles = {unit.article.id: unit.article for unit in units}
    return tuple(articles.values())[:NEAREST]


def refusal(missing: Sequence[Name]) -> str:
    """Returns what is said when the articles do not answer."""
    names = ", ".join(name.text for name in missing)
    return f"The articles do not mention {names}." if missing else "The articles do not answer this."


def _is_known(name: Name, index: Index) -> bool:
    return index.knows(name.whole) or all(map(index.knows, name.parts))
