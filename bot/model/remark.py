"""What a model says is missing, as a reader may be told it. Knows what may stand in such a remark; searches through a
function.

It cites nothing, so it may bring in nothing: no figure and no name that the question or the passages do not hold.
"""

from collections.abc import Callable, Iterable, Sequence

from bot.answer import Citation
from bot.compare.facts import Evidence, find_fault
from bot.model.check import unfit
from bot.offered import Offered
from bot.quote.candidates import Candidate

_LONGEST = 200


def remark(
    missing: str, question: str, offered: Sequence[Offered], answers: Callable[[str], Iterable[Candidate]]
) -> str | None:
    """Returns the remark that something was not found, if it is fit to be shown and a search for it finds nothing.

    What it finds in passages that the model has read is nothing, for there the model did not see it.
    """
    missing = missing.strip(" .")
    texts = (question, *(one.text for one in offered))
    bad = not missing or len(missing) > _LONGEST or unfit(missing, orders=False)
    if bad or find_fault(missing, Evidence(texts)):
        return None
    places = (Citation(0, one.article, one.text, one.start, one.end) for one in answers(missing))
    if any(not any(one.holds(place) for one in offered) for place in places):
        return None
    return f"Not found in the articles: {missing}."
