"""How one case went: what its answer does and does not do, and whether that passes. Knows one case and one answer."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.answer import Answer, faults
from eval.cases import Case
from eval.wording import holds, place, said

# Of these the facts have to stand in the answer in their order.
_ORDERED = ("steps",)


@dataclass(frozen=True)
class Outcome:
    """How one case went. `passed` is what the gate looks at; the rest says why.

    An answerable case passes if the answer holds every fact, none of what it must not say, cites an article that has
    the evidence (without facts: the evidence itself), and keeps every promise of `bot.answer.faults`. An unanswerable
    one passes if it is refused without citations, or if the answer holds the facts that set it right.
    """

    id: str
    type: str
    answerable: bool
    answered: bool
    holds: bool
    cited: bool
    clean: bool
    valid: bool
    passed: bool

    @property
    def reason(self) -> str:
        """Why it failed, in words; what it did if it passed."""
        if not self.valid:
            return "a citation is not valid"
        if self.passed:
            return "passed" if self.answered else "refused, as it should be"
        if not self.clean:
            return "the answer says what it must not"
        if not self.answerable:
            return "answered, though the articles do not say it"
        if not self.answered:
            return "refused"
        return "the right article is not cited" if self.holds else "the answer lacks a fact"


def judge(case: Case, answer: Answer, texts: Mapping[str, str]) -> Outcome:
    """Holds one answer against its case; `texts` are the articles' by id."""
    text, valid = said(answer.text), not faults(answer, texts)
    held = answer.answered and facts_held(case, text) == len(case.facts) and _ordered(case, text)
    cited = _cites(case, answer, texts)
    clean = not (answer.answered and any(holds(text, words) for words in case.must_not))
    right = held and cited and clean
    refused_rightly = not case.answerable and not answer.answered
    return Outcome(
        id=case.id,
        type=case.type,
        answerable=case.answerable,
        answered=answer.answered,
        holds=held and (case.answerable or bool(case.facts)),
        cited=cited,
        clean=clean,
        valid=valid,
        passed=valid and (refused_rightly or (right and (case.answerable or bool(case.facts)))),
    )


def facts_held(case: Case, text: str) -> int:
    """Returns how many of the facts the text says, in any of their spellings."""
    return sum(any(holds(text, spelling) for spelling in fact) for fact in case.facts)


def _ordered(case: Case, text: str) -> bool:
    if case.type not in _ORDERED:
        return True
    at = -1
    for fact in case.facts:
        # The earliest spelling that comes after the fact before it.
        places = [found for spelling in fact if (found := place(text, spelling)) > at]
        if not places:
            return False
        at = min(places)
    return True


def _cites(case: Case, answer: Answer, texts: Mapping[str, str]) -> bool:
    if not case.evidence:  # nobody knows yet which article will answer
        return case.answerable and bool(answer.citations)
    return _cites_article(case, answer) if case.facts else _cites_evidence(case, answer, texts)


def _cites_article(case: Case, answer: Answer) -> bool:
    right = {evidence.article_id for evidence in case.quotes}
    return any(citation.article.id in right for citation in answer.citations)


def _cites_evidence(case: Case, answer: Answer, texts: Mapping[str, str]) -> bool:
    """Whether a citation overlaps with a quote of the evidence, or is of an article that is evidence as a whole."""
    for evidence in case.quotes:
        start = texts.get(evidence.article_id, "").find(evidence.quote) if evidence.quote else 0
        end = start + len(evidence.quote) if evidence.quote else len(texts.get(evidence.article_id, ""))
        for citation in answer.citations:
            if citation.article.id == evidence.article_id and citation.start < end and citation.end > start:
                return True
    return False
