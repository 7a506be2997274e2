"""How one case went: what its answer does and does not do, and whether that passes. Knows one case and one answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.answer import Answer, faults
from eval.cases import Case, Evidence
from eval.wording import holds, place, said

# Of these the facts have to stand in the answer in their order.
_ORDERED = ("steps",)
# So much is told of what is wrong, and of a quote.
_TOLD, _SHOWN = 2, 60


@dataclass(frozen=True)
class Outcome:
    """How one case went. `passed` is what the gate looks at; `reason` says why in words, the rest one by one.

    An answerable case passes if the answer holds every fact, none of what it must not say, cites of each evidence one
    of its articles (without facts: the evidence itself), and keeps every promise of `bot.answer.faults`. An
    unanswerable one passes if it is refused without citations, or if the answer holds the facts that set it right.
    """

    answered: bool
    holds: bool
    valid: bool
    passed: bool
    reason: str


def judge(case: Case, answer: Answer, texts: Mapping[str, str]) -> Outcome:
    """Holds one answer against its case; `texts` are the articles' by id."""
    text, broken = said(answer.text), faults(answer, texts)
    lacks = _lacks(case, text) if answer.answered else "refused"
    uncited = _uncited(case, answer, texts)
    forbidden = [words for words in case.must_not if answer.answered and holds(text, words)]
    may_answer = case.answerable or bool(case.facts)
    refused_rightly = not case.answerable and not answer.answered
    wrong = (
        *(f"a citation is not valid: {fault}" for fault in broken),
        *(f"the answer says {words!r}, which it must not" for words in forbidden),
        *(["answered, though the articles do not say it"] if answer.answered and not case.answerable else ()),
        *filter(None, (lacks, uncited)),
    )
    right = may_answer and not (lacks or uncited or forbidden)
    passed = not broken and (refused_rightly or right)
    return Outcome(
        answered=answer.answered,
        holds=not lacks and may_answer,
        valid=not broken,
        passed=passed,
        # Of a refusal nothing is expected any more.
        reason=("refused, as it should be" if refused_rightly else "passed")
        if passed
        else "; ".join(wrong[: _TOLD if answer.answered else 1]),
    )


def facts_held(case: Case, text: str) -> int:
    """Returns how many of the facts the text says, in any of their spellings."""
    return sum(any(holds(text, spelling) for spelling in fact) for fact in case.facts)


def _lacks(case: Case, text: str) -> str:
    """What the text does not say, in words; nothing if it says every fact, and steps in their order."""
    lacking = [fact[0] for fact in case.facts if not any(holds(text, spelling) for spelling in fact)]
    if lacking:
        more = f" and {len(lacking) - 1} more" if len(lacking) > 1 else ""
        return f"the answer does not say {lacking[0]!r}{more}"
    return "" if case.type not in _ORDERED or _ordered(case, text) else "the steps are not in their order"


def _ordered(case: Case, text: str) -> bool:
    at = -1
    for fact in case.facts:
        # The earliest spelling that comes after the fact before it.
        places = [found for spelling in fact if (found := place(text, spelling)) > at]
        if not places:
            return False
        at = min(places)
    return True


def _uncited(case: Case, answer: Answer, texts: Mapping[str, str]) -> str:
    """Of the evidence what is not cited, in words; where nobody knows yet which article will answer, any will do."""
    if not case.evidence:
        return "" if answer.citations or not case.answerable else "no article is cited"
    for group in case.evidence:
        if not any(_is_cited(one, answer, texts, whole=bool(case.facts)) for one in group):
            first = group[0]
            near = any(_is_cited(one, answer, texts, whole=True) for one in group)
            what = f"is cited, but not where it says {first.quote[:_SHOWN]!r}" if near else "is not cited"
            return f"{first.article_id} {what}"
    return ""


def _is_cited(one: Evidence, answer: Answer, texts: Mapping[str, str], *, whole: bool) -> bool:
    """Whether a citation is of the article, and if not the whole of it is meant, overlaps with the quote."""
    start = texts.get(one.article_id, "").find(one.quote)
    return any(
        citation.article.id == one.article_id
        and (whole or not one.quote or (citation.start < start + len(one.quote) and start < citation.end))
        for citation in answer.citations
    )
