"""What a judge says, read strictly, and how far it agrees with what the cases say. Pure functions over replies."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_SCORE = re.compile(r"\s*\**([1-5](?:\.\d+)?)\**\s*(?:/\s*5\s*)?(?:\n|\Z)")
_WORD = re.compile(r"[^\w\s]{0,3}(yes|no)[^\w\s]{0,3}\Z", re.IGNORECASE)
_HIGHEST = 5.0


@dataclass(frozen=True)
class Agreement:
    """How often a judge and the cases say the same, of how many; `kappa` leaves out what chance explains."""

    same: int
    of: int
    kappa: float | None


def read_score(reply: str) -> tuple[float | None, str]:
    """Returns the score from 1 to 5 that stands alone in the first line, and the whole reply; None for nonsense."""
    found = _SCORE.match(reply)
    score = float(found[1]) if found else None
    return (score if score is not None and score <= _HIGHEST else None), reply


def read_word(reply: str) -> bool | None:
    """Returns what a reply of one word says; None if it is more, less or something else."""
    found = _WORD.match(reply.strip())
    return found[1].lower() == "yes" if found else None


def agreement(judged: Sequence[bool | None], known: Sequence[bool]) -> Agreement:
    """Returns the agreement over what the judge gave an opinion on (Cohen 1960)."""
    pairs = [(said, true) for said, true in zip(judged, known, strict=True) if said is not None]
    same = sum(said == true for said, true in pairs)
    if not pairs:
        return Agreement(0, 0, None)
    said, true = (sum(one[i] for one in pairs) / len(pairs) for i in (0, 1))
    by_chance = said * true + (1 - said) * (1 - true)
    kappa = (same / len(pairs) - by_chance) / (1 - by_chance) if by_chance < 1 else None
    return Agreement(same, len(pairs), kappa)
