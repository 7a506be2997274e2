"""How well statements are carried by what they cite, after ALCE (Gao et al. 2023, section 3). Pure functions.

Whether some quotes carry a statement is decided by a function that comes in.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Carries = Callable[[Sequence[str], str], bool]
"""Tells whether some quotes, together, carry a statement."""


@dataclass(frozen=True)
class Statement:
    """A sentence of an answer and the quotes that its markers name."""

    text: str
    quotes: tuple[str, ...]


def citation_recall(statements: Sequence[Statement], carries: Carries) -> float | None:
    """Returns the share of statements that cite and are carried by what they cite; None of none."""
    return _mean([_is_carried(one, carries) for one in statements])


def citation_precision(statements: Sequence[Statement], carries: Carries) -> float | None:
    """Returns the share of citations that are of use; None of none.

    One is if its statement is carried and the citation alone carries it, or the statement is not carried without it.
    """
    return _mean([_is_of_use(one, i, carries) for one in statements for i in range(len(one.quotes))])


def _is_carried(statement: Statement, carries: Carries) -> bool:
    return bool(statement.quotes) and carries(statement.quotes, statement.text)


def _is_of_use(statement: Statement, at: int, carries: Carries) -> bool:
    if not _is_carried(statement, carries):
        return False
    others = statement.quotes[:at] + statement.quotes[at + 1 :]
    return carries([statement.quotes[at]], statement.text) or not (others and carries(others, statement.text))


def _mean(values: Sequence[bool]) -> float | None:
    return sum(values) / len(values) if values else None
