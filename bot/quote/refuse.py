"""What is said when the articles do not answer. Knows names and titles; the ranker decides whether they answer."""

from collections.abc import Sequence

from bot.injection import is_order
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


def refusal(missing: Sequence[Name], articles: Sequence[Article]) -> str:
    """Returns what is said when the articles do not answer."""
    names = ", ".join(name.text for name in missing)
    first = f"The articles do not mention {names}." if missing else "The articles do not answer this."
    return " ".join(filter(None, (first, name_nearest(articles))))


def name_nearest(articles: Sequence[Article]) -> str:
    """Returns the sentence with which a refusal ends: the titles that come closest; nothing if there are none.

    A file that begins with an order to machines is given that as its title, and is named by its path instead.
    """
    titles = (article.id if is_order(article.title) else article.title for article in articles)
    return f"The nearest: {'; '.join(f'“{title}”' for title in titles)}." if articles else ""


def _is_known(name: Name, index: Index) -> bool:
    return index.knows(name.whole) or all(map(index.knows, name.parts))
