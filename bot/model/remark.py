"""What a model says is missing, as a reader may be told it. Knows what may stand in such a remark; searches through a
function.

It cites nothing, so it may bring in nothing: no figure and no name that the question or the passages do not hold.
"""

from collections.abc import Callable, Sequence

from bot.compare.facts import Evidence, find_fault
from bot.injection import is_order
from bot.model.check import unfit
from bot.retrieve import Found

_LONGEST = 200


def remark(missing: str, question: str, found: Sequence[Found], answers: Callable[[str], bool]) -> str | None:
    """Returns the remark that something was not found, if it is fit to be shown and a search for it finds nothing."""
    missing = missing.strip(" .")
    texts = (question, *(one.stored.chunk.text for one in found))
    bad = not missing or len(missing) > _LONGEST or unfit(missing, orders=False) or is_order(missing)
    if bad or find_fault(missing, Evidence(texts)) or answers(missing):
        return None
    return f"Not found in the articles: {missing}."
