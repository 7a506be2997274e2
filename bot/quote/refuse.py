"""What is said when the articles do not answer. Knows names; the ranker decides whether they answer."""

from collections.abc import Sequence

from bot.question.names import Name, is_mentioned
from bot.question.understand import Question
from bot.quote.candidates import Candidate
from ingest.articles.article import Article

NEAREST = 3


def missing_names(question: Question, units: Sequence[Candidate]) -> tuple[Name, ...]:
    """Returns the names and figures of the question that no article mentions, in another form either."""
    held = frozenset().union(*(unit.around for unit in units if question.unknown))
    return tuple(name for name in question.unknown if not is_mentioned(name, held))


def nearest(units: Sequence[Candidate]) -> tuple[Article, ...]:
    """Returns the articles that come closest, best first."""
    articles = {unit.article.id: unit.article for unit in units}
    return tuple(articles.values())[:NEAREST]


def refusal(missing: Sequence[Name]) -> str:
    """Returns what is said when the articles do not answer."""
    names = ", ".join(name.text for name in missing)
    return f"The articles do not mention {names}." if missing else "The articles do not answer this."
