"""What answers a message of a conversation that says too little to be read, "Why?", "And a canoe?", or is overheard.

It is mostly answered near what it leans on, and not by what has been said already. Knows units and what was said.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.question.answer_type import AnswerType
from bot.question.followup import Before
from bot.quote.candidates import GIVES_REASON, Candidate
from bot.quote.ranker import CLOSER_LOOK, NOTHING, Ranked, weighed
from bot.quote.talk import plain
from bot.quote.things import fitness
from ingest.embed.embedder import Language
from ingest.terms import terms

# In log odds: what a unit gains in the section of what was said last, more as what follows it, and what it loses if it
# was said itself.
_NEAR, _NEXT, _SAID = 2.0, 1.5, 2.0
# How alike the words of a message must be to some words of a unit, in the mean, to be met by it. Of follow-ups that can
# be answered and of others: .5 to .9 against .0 to .25.
_MET = 0.4
# So many words of what introduces a unit are read with it.
_LEAD_WORDS = 24
_ALSO = re.compile(r"\b(?:also|others?|another|second(?:ly)?|further|both)\b", re.IGNORECASE)


def going_on(ranked: Ranked, kind: AnswerType, before: Before, language: Language) -> Ranked:
    """Returns what was found for a message that leans, in the light of what was answered before it.

    Only what meets the message's own words is left. What was said comes last, unless it holds what is asked for now.
    """
    looked = ranked.units[:CLOSER_LOOK]
    said = _said(looked, before.answers)
    last = _last(looked, before.answers) or looked[:1]  # a model says it in its own words
    old = [unit for unit in said if before.more or not _holds(unit, kind, before.own)]
    once = [unit for unit in old if before.more and not _ALSO.search(unit.text)]
    scored = [
        (replace(unit, score=unit.score + _nearness(unit, last) - _SAID * (unit in old)), unit in old)
        for unit in _met(looked, kind, before, language)
        if unit not in once
    ]
    if not scored:
        return replace(ranked, odds=NOTHING)
    is_new = not max(scored, key=lambda one: one[0].score)[1]
    left = [unit for unit, is_old in scored if not (is_new and is_old)]
    best = tuple(sorted(left, key=lambda unit: -unit.score))
    return weighed(best, best[0].score, searched=ranked.searched)


def _met(units: Sequence[Candidate], kind: AnswerType, before: Before, language: Language) -> list[Candidate]:
    if before.names:
        told = [unit for unit in units if not before.own.isdisjoint(unit.held)]
        return told or [unit for unit in units if not before.own.isdisjoint(unit.headed)]
    if before.own:
        return _alike(before.text, before.own, units, language)
    return [unit for unit in units if not kind.is_typed or _holds(unit, kind, before.own)]


def _alike(text: str, own: frozenset[str], units: Sequence[Candidate], language: Language) -> list[Candidate]:
    """The units by which the words of a text that are of its `own` terms are met, in the mean; where none is, all.

    Every word is compared with every word of the unit, each in its own surroundings, and keeps its best match (late
    interaction: ColBERT, arXiv 2004.12832).
    """
    (words, asked), *said = language.word_vectors([text, *map(_in_its_place, units)])
    telling = [i for i, word in enumerate(words) if not own.isdisjoint(terms(word))]
    if not telling:
        return [*units]
    alike = [(asked[telling] @ vectors.T).max(axis=1, initial=-1.0).mean() for _, vectors in said]
    return [unit for unit, likeness in zip(units, alike, strict=True) if likeness >= _MET]


def _in_its_place(unit: Candidate) -> str:
    """A unit that leans on what stands before it is read together with it."""
    if unit.leans and unit.before:
        return f"{unit.before} {unit.text}"
    lead = unit.lead.split()[-_LEAD_WORDS:]
    return f"{' '.join(lead)} {unit.text}" if lead else unit.text


def _last(units: Sequence[Candidate], answers: Sequence[str]) -> list[Candidate]:
    """What was said last of the units, by the latest answer that said any."""
    return next(filter(None, (_said(units, [answer]) for answer in answers)), [])


def _said(units: Sequence[Candidate], answers: Sequence[str]) -> list[Candidate]:
    told = [f" {plain(answer)} " for answer in answers]
    return [unit for unit in units if any(f" {plain(unit.text)} " in answer for answer in told)]


def _holds(unit: Candidate, kind: AnswerType, own: frozenset[str]) -> bool:
    """Whether a unit holds what the message itself asks for: its own words, or without any that kind of thing."""
    if own:
        return own <= unit.headed
    if kind.kind == "why":
        return bool(GIVES_REASON.search(unit.text))
    return kind.is_typed and fitness(kind, unit.text) > 0


def _nearness(unit: Candidate, last: Sequence[Candidate]) -> float:
    here = [one for one in last if one.article.id == unit.article.id and one.chunk.path == unit.chunk.path]
    follows = any(one.chunk.id == unit.chunk.id and unit.position == one.position + 1 for one in here)
    return _NEAR * bool(here) + _NEXT * follows
