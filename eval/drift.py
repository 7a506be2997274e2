"""Evidence that vanished or moved since the cases were written, and where it stands now. Pure; knows no files."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from eval.cases import Case, Evidence
from eval.places import find_quote, nearest


@dataclass(frozen=True)
class Drift:
    """Evidence of a case that does not stand any more, and what stands there or elsewhere instead; None: nothing.

    `near` is then the sentence that shares most words with it, for a person to look at; it may say something else.
    """

    case: Case
    old: Evidence
    new: Evidence | None
    near: Evidence | None = None


def drift(cases: Sequence[Case], texts: Mapping[str, str]) -> tuple[Drift, ...]:
    """Returns what has moved or vanished, in the order of the cases."""
    return tuple(_drift(cases, texts))


def with_new_places(cases: Sequence[Case], drifts: Sequence[Drift]) -> tuple[Case, ...]:
    """Returns the cases with what is known of the new places; what has vanished stays as it is."""
    moved = {(one.case.id, one.old): one.new for one in drifts if one.new}
    return tuple(
        dataclasses.replace(
            case,
            evidence=tuple(tuple(moved.get((case.id, one)) or one for one in group) for group in case.evidence),
        )
        for case in cases
    )


def _drift(cases: Sequence[Case], texts: Mapping[str, str]) -> Iterator[Drift]:
    for case in cases:
        for one in dict.fromkeys(case.quotes):
            if one.article_id in texts and one.quote in texts[one.article_id]:
                continue
            new = find_quote(one.quote, texts, first=one.article_id) if one.quote else None
            yield Drift(case, one, new, None if new else nearest(one, texts))
