"""The embedded answerer: the best units, widened to what their authors meant, are quoted. Writes nothing itself."""

import re
from collections.abc import Container, Iterable, Sequence

from bot.answer import Citation, Part
from bot.conflict import Kind as Disagreement
from bot.conflict import opposing
from bot.injection import asks_for_orders, without_orders
from bot.question.answer_type import DENIES, Kind
from bot.question.document import is_kind_of_document
from bot.question.names import is_mentioned
from bot.question.understand import Question
from bot.quote.another import speaks_of_another
from bot.quote.candidates import LABELLED, Candidate, terms_of
from bot.quote.shape import shown
from bot.quote.stretch import Stretch
from bot.quote.widen import widened
from ingest.index.open_index import Index
from ingest.sentences import sentence_spans

MOST = 3
Answering = tuple[Stretch, ...]
"""One answer: the stretches that show it, what introduces it first."""
# How much less likely than the best a further unit may be (natural logarithm) to be shown beside it, and to belong to
# the list or table that is shown whole; measured in eval/RESULTS.md.
_FURTHER, _FURTHER_OF_SEVERAL, _TOGETHER = 2.1, 3.6, 2.2
# And how much less what names the thing asked for may be, if it is to be shown instead of what does not.
_FITTING = 1.0
# And what names one more of the things that are asked for, in an article from which nothing is shown.
_NAMED_ELSEWHERE = 6.0
_SAME = 0.6
_WHICH = re.compile(
    r"^(?:list|name) |\b(?:which|what) (?!(?:is|are|was|were|do|does|did|has|have|had)\b)\w", re.IGNORECASE
)
# A term of the question tells one thing from another if it weighs so much of what the most telling one does.
_TELLING = 0.8
# So much of a question, by the weight of its terms, names the list that it is about.
_NAMED = 0.5
# What answers such a question does so for some and not for others; and such a one by what reads as it was written.
_EITHER_OR: frozenset[Kind] = frozenset({"named", "who", "where", "when"})
_TOLD_IN_ORDER: frozenset[Kind] = frozenset({"about", "define", "steps", "why", "command"})


def choose(question: Question, units: Sequence[Candidate], index: Index) -> tuple[Answering, ...]:
    """Returns at most MOST answers; fewer is better.

    `units` come in the order of their scores, and so do the answers, but where many are asked for, or what there is to
    say: then those of one article come in reading order, the best article first.
    """
    kind, several = question.answer_type.kind, question.answer_type.several
    margin = _FURTHER_OF_SEVERAL if several or kind in ("about", "define") else _FURTHER
    left = _left(question, units, margin)
    chosen: list[tuple[Candidate, Answering]] = []
    for unit in left:
        if len(chosen) == MOST:
            break
        if unit.score < left[0].score - (_NAMED_ELSEWHERE if _is_one_more(unit, chosen, question) else margin):
            continue
        if any(_shows(stretches, unit) for _, stretches in chosen) or any(_alike(unit, other) for other, _ in chosen):
            continue
        if unit.asks or any(is_off(unit, left[0], question) for is_off in (_is_of_another, _is_beside, _is_contrary)):
            continue
        stretches = _widened(unit, left, question, index)
        if not asks_for_orders(question.text) and any(map(_gives_orders, stretches)):
            stretches = _quoted(unit, index)
            if any(map(_gives_orders, stretches)):
                continue
        chosen = [one for one in chosen if not any(_within(one[1][-1], stretch) for stretch in stretches)]
        chosen.append((unit, stretches))
    in_order = several or kind in _TOLD_IN_ORDER
    return _in_reading_order(chosen) if in_order else tuple(stretches for _, stretches in chosen)


def _left(question: Question, units: Sequence[Candidate], margin: float) -> list[Candidate]:
    """The units without those that others of about their score make needless, in the order in which they are chosen."""
    if not units:
        return []
    agreeing = _agreeing(question, units, least=units[0].score - margin)
    return _named_first(question, _fitting(question, agreeing, least=units[0].score - _FITTING))


def _is_one_more(unit: Candidate, chosen: Sequence[tuple[Candidate, Answering]], question: Question) -> bool:
    """Whether it names one more of what is asked for, of the same year and place, in an article not shown yet."""
    if question.answer_type.kind != "named" or not question.answer_type.several or unit.fits < 1:
        return False
    told = chosen[0][0].held if chosen else frozenset[str]()
    same = (is_mentioned(name, unit.around) for name in question.names if is_mentioned(name, told))
    return all(unit.article.id != other.article.id for other, _ in chosen) and all(same)


def _widened(unit: Candidate, units: Sequence[Candidate], question: Question, index: Index) -> Answering:
    """A unit with what its author meant to go with it, the other units that are about as good among that."""
    best = units[0]
    others = {
        other.chunk.units[other.position].block
        for other in units
        if other.article.id == unit.article.id and other.score >= best.score - _TOGETHER
        if not _is_of_another(other, best, question)
    }
    kind, several = question.answer_type.kind, question.answer_type.several or _is_of_what_is_asked(unit, question)
    article = index.read_article(unit.found.stored.article_row)
    return widened(article, unit.chunk.units[unit.position], kind=kind, several=several, others=others)


def _named_first(question: Question, units: Sequence[Candidate]) -> list[Candidate]:
    """Items and rows without a name or figure of the question come after one beside them that holds it.

    What the title and the headings say is said of all of them.
    """
    lines = {place: unit for place, unit in enumerate(units) if unit.kind in ("item", "row")}
    figures = {term for term in question.terms if any(map(str.isdigit, term))}
    names = [name for name in question.names if not is_kind_of_document(name.text)]
    numbered = {(unit.chunk.id, term) for unit in lines.values() for term in figures & unit.terms - _above(unit)}

    def is_told(unit: Candidate) -> bool:
        here = {term for term in figures if (unit.chunk.id, term) in numbered}
        return here <= unit.terms and all(is_mentioned(name, unit.held | _above(unit)) for name in names)

    told = [place for place, unit in lines.items() if (names or numbered) and is_told(unit)]
    first = {lines[place].chunk.id: place for place in reversed(told)}
    after = {
        place: first[unit.chunk.id] + 0.5
        for place, unit in lines.items()
        if unit.chunk.id in first and place not in told
    }
    return [units[place] for place in sorted(range(len(units)), key=lambda place: max(place, after.get(place, 0)))]


def _above(unit: Candidate) -> frozenset[str]:
    return terms_of(" ".join((unit.article.title, *unit.chunk.path)))


def _fitting(question: Question, units: Sequence[Candidate], *, least: float) -> list[Candidate]:
    """Drops sentences without the thing asked for, "which system", where one of at least that score names it.

    One that denies what the question affirms, or the other way round, names what is not asked for.
    """
    asked = question.answer_type.strict or (question.answer_type.kind == "named" and _WHICH.search(question.text))
    denies = bool(DENIES.search(question.text))
    named = any(
        unit.fits == 1 and unit.kind == "paragraph" and unit.score >= least and bool(DENIES.search(unit.text)) == denies
        for unit in units
    )
    return [unit for unit in units if not (asked and named and unit.fits < 1 and unit.kind == "paragraph")]


def _agreeing(question: Question, units: Sequence[Candidate], *, least: float) -> list[Candidate]:
    """Drops items and rows under a heading that denies what the question affirms, or the other way round.

    Only where something of at least that score stands under a heading that says the same as the question.
    """
    asked = bool(DENIES.search(question.text))
    headed = [(unit, " ".join(unit.chunk.path[-1:])) for unit in units if unit.kind in ("item", "row")]
    said = [(unit, text) for unit, text in headed if not question.terms.keys().isdisjoint(terms_of(text))]
    contrary = [unit for unit, text in said if bool(DENIES.search(text)) != asked]
    agrees = any(unit.score >= least and unit not in contrary for unit, _ in said)
    return [unit for unit in units if not (agrees and unit in contrary)]


def _is_of_another(unit: Candidate, best: Candidate, question: Question) -> bool:
    """Whether an item or row beside the best one speaks of another thing of the same kind: "L2" beside "L5"."""
    if unit.kind not in ("item", "row") or unit.chunk.id != best.chunk.id:
        return False
    met = {term: weight for term, weight in question.terms.items() if term in best.held}
    telling = {term for term, weight in met.items() if weight >= _TELLING * max(met.values())}
    # A figure that the best one bears is no mere part of what introduces them both.
    return any(
        term not in (unit.terms if term in best.terms and any(map(str.isdigit, term)) else unit.held)
        for term in telling
    )


def _is_contrary(unit: Candidate, best: Candidate, question: Question) -> bool:
    """Whether it affirms what the question and the best one deny: "not at home" and "abroad".

    What denies is shown beside what affirms: it may be the exception.
    """
    asked = question.answer_type.kind in _EITHER_OR and DENIES.search(question.text)
    return bool(asked and DENIES.search(best.text) and not DENIES.search(unit.text))


def _is_beside(unit: Candidate, best: Candidate, question: Question) -> bool:
    """Whether it is a fact above the first heading that nobody asked for: "Status: open" beside what is proposed."""
    fact = LABELLED.fullmatch(unit.text.strip())
    if fact is None or unit.chunk.path or not best.chunk.path:
        return False
    return question.terms.keys().isdisjoint(terms_of(fact[1])) and not (question.answer_type.strict and unit.fits)


def _is_of_what_is_asked(unit: Candidate, question: Question) -> bool:
    """Whether it is an item of the very list that is asked for: its heading or lead-in says all that it meets."""
    if unit.kind != "item":
        return False
    above = terms_of(f"{' '.join(unit.chunk.path[-1:])} {unit.lead}")
    met = {term: weight for term, weight in question.terms.items() if term in unit.terms | above}
    return bool(met) and met.keys() <= above and sum(met.values()) >= _NAMED * sum(question.terms.values())


def beside(
    question: Question,
    answers: Sequence[Answering],
    units: Sequence[Candidate],
    index: Index,
    *,
    kinds: Container[Disagreement],
) -> tuple[tuple[Answering, ...], frozenset[str]]:
    """Returns the answers, next to each what another article says against it, the newer first.

    The second value holds the ids of the articles that disagree, so that their dates can be shown.
    """
    shown: list[Answering] = []
    disputed: set[str] = set()
    for answer in answers:
        last = answer[-1]
        if any(_within(last, other[-1]) for other in shown):
            continue
        said = Citation(0, last.article, last.quote, last.start, last.end)
        against = opposing([said], units, index.inverse_frequency, kinds=kinds)
        while against and speaks_of_another(question, against):
            units = [unit for unit in units if unit is not against]
            against = opposing([said], units, index.inverse_frequency, kinds=kinds)
        other = _quoted(against, index) if against else ()
        if against is None or any(map(_gives_orders, other)):
            shown.append(answer)
            continue
        disputed |= {last.article.id, against.article.id}
        shown += [each for each in newest_first((answer, other)) if each not in shown]
    return tuple(shown), frozenset(disputed)


def newest_first(answers: Iterable[Answering]) -> tuple[Answering, ...]:
    """Returns the answers by the age of their articles, the newest first; those of one article stay in order."""
    return tuple(sorted(answers, key=_age))


def cite(answers: Iterable[Answering], *, dated: Container[str] = ()) -> tuple[Part, ...]:
    """Returns the answers as parts whose citations are numbered in their order.

    What is quoted from the articles `dated` (ids) bears the days of their reports.
    """
    parts: list[Part] = []
    number = 1
    for stretches in answers:
        made = _numbered(number, stretches)
        number += len(made)
        parts += shown(stretches, made, dated=stretches[0].article.id in dated)
    return tuple(parts)


def _numbered(first: int, stretches: Sequence[Stretch]) -> list[Citation]:
    """Returns a citation for each stretch, numbered from the first on."""
    return [Citation(first + i, one.article, one.quote, one.start, one.end) for i, one in enumerate(stretches)]


def _quoted(unit: Candidate, index: Index) -> Answering:
    """A unit as it stands, alone."""
    article, block = index.read_article(unit.found.stored.article_row), unit.chunk.units[unit.position].block
    return (Stretch(article, unit.start, unit.end, block, block),)


def _gives_orders(stretch: Stretch) -> bool:
    """Whether it holds an order to a machine, or what stands behind one in its line, wherever the order itself is."""
    for block in stretch.article.blocks[stretch.first : stretch.last + 1]:
        spans = sentence_spans(stretch.article.text[block.start : block.end])
        kept = without_orders(stretch.article.text[block.start : block.end], spans)
        gone = [(block.start + start, block.start + end) for start, end in spans if (start, end) not in kept]
        if any(start < stretch.end and stretch.start < end for start, end in gone):
            return True
    return False


def _age(answer: Answering) -> int:
    published = answer[-1].article.published
    return -published.toordinal() if published else 0


def _shows(stretches: Sequence[Stretch], unit: Candidate) -> bool:
    return any(stretch.holds(unit.article.id, unit.start, unit.end) for stretch in stretches)


def _within(one: Stretch, other: Stretch) -> bool:
    return other.holds(one.article.id, one.start, one.end)


def _alike(one: Candidate, other: Candidate) -> bool:
    union = one.terms | other.terms
    return not union or len(one.terms & other.terms) / len(union) > _SAME


def _in_reading_order(chosen: Sequence[tuple[Candidate, Answering]]) -> tuple[Answering, ...]:
    """Articles in the order of their best unit, what is of one article as it stands in it."""
    order = list(dict.fromkeys(unit.article.id for unit, _ in chosen))
    return tuple(
        stretches for _, stretches in sorted(chosen, key=lambda one: (order.index(one[0].article.id), one[1][-1].start))
    )
