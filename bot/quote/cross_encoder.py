"""What a cross-encoder is given to read of each unit, and what it says of them. Knows units; decides nothing."""

import re
from collections.abc import Sequence

import numpy as np

from bot.question.names import is_mentioned, names_in
from bot.question.understand import Question
from bot.quote.another import named_in
from bot.quote.candidates import Candidate, terms_of
from ingest.embed.embedder import Language, Reading, Vectors
from ingest.sentences import sentence_spans
from ingest.terms import fold

# So many of the best units are read that come so near the best, by the scores that they have already.
READ, _NEAR = 7, 3.0
# Units whose vectors are this alike say much the same.
_MUCH_THE_SAME = 0.75
# What begins with a name speaks of that.
_SUBJECT = re.compile(r"[A-Z]\w+ (?:is|was|has|had|will|can|does|did)\b")
# Of a longer message only the questions are read: the reader keeps few words of it.
_WORDS = 24


def read(
    question: Question, units: Sequence[Candidate], scores: Vectors, among: Sequence[Candidate], language: Language
) -> Vectors:
    """Returns the log odds of each unit that it answers, shape (len(units),), given the scores that they have already.

    `among` are all units that were found. Those that are not read are taken to be like the least of the others.
    """
    best = np.argsort(-scores, kind="stable")[:READ]
    best = best[scores[best] >= scores[best[0]] - _NEAR]
    found = language.read(_asking(question.text), [as_read(question, units[i], among) for i in best])
    said = np.full(len(units), found.min())
    for i in best:
        says_more = [other == i or _says_less(units[other], units[i], question) for other in best]
        said[i] = found[says_more].max()
    return said


def as_read(question: Question, unit: Candidate, among: Sequence[Candidate]) -> Reading:
    """Returns a unit as it is read: what stands above it, what introduces it, and itself.

    "The bridge cost 212 million" is read with the sentence before it; if it is asked of the Marlow Bridge, with the
    last one that names this, unless another bridge was named since, or that before speaks of something else.
    """
    above = f"{unit.article.title} > {' > '.join(unit.chunk.path)}"
    before = unit.lead or unit.before
    here = terms_of(f"{above} {before} {unit.text}")
    lacking = [name for name in question.names if not is_mentioned(name, here)]
    if lacking and not (unit.lead or unit.leans):
        earlier = [one for one in among if one.article.id == unit.article.id and one.start < unit.start]
        naming = [one for one in earlier if all(is_mentioned(name, one.terms) for name in lacking)]
        speaks_on = not (_SUBJECT.match(before) or names_in(before)) or _says_its_kind(question, unit, earlier)
        before = max(naming, key=lambda one: one.start).text if naming and speaks_on else before
    return above, before, unit.text


def _says_its_kind(question: Question, unit: Candidate, earlier: Sequence[Candidate]) -> bool:
    """Whether a unit says the kind of what is asked about, and nothing else of that kind was named since."""
    kinds = [asked for asked in named_in(question.text) if not asked.by_figure and asked.kind in fold(unit.text)]
    told = [*(one.text for one in sorted(earlier, key=lambda one: one.start)), unit.before]
    names = {named.kind: named.name for text in told for named in named_in(text)}
    return any(names.get(asked.kind) == asked.name for asked in kinds)


def _asking(text: str) -> str:
    """A message, of a long one the questions in it, if there are any."""
    if len(text.split()) <= _WORDS:
        return text
    asked = [text[start:end] for start, end in sentence_spans(text) if text[start:end].rstrip(" \"”’')").endswith("?")]
    return " ".join(asked) or text


def _says_less(one: Candidate, other: Candidate, question: Question) -> bool:
    """Whether a unit says much the same as another, but less of the question: "brown bins" beside "green bins".

    Words that mean much the same are what the reader confuses.
    """
    asked = question.terms.keys()
    if not asked & one.terms < asked & other.terms:
        return False
    vector, beside = (unit.found.unit_vectors[unit.position] for unit in (one, other))
    return float(vector @ beside) >= _MUCH_THE_SAME
