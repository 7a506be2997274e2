"""A first set of cases, drafted from the articles by rule: questions that headings, rows, sentences and dates answer.

Knows how many to take of which rule, and what no article answers; asks nothing, and proves little: what was made by
rule is easier than what people ask.
"""

import itertools
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from eval.cases import Case
from eval.draft_rules import Drafted, drafted_of, made
from eval.wording import id_of, plain
from ingest.articles.article import Article

# A name that stands before a value in more articles is a form's, and is asked for no oftener.
_SAME_NAME = 2
# Nobody's articles, unless they name it.
_ELSEWHERE = (
    "What is the melting point of tungsten?",
    "Who composed the opera Rusalka?",
    "How many moons does Uranus have?",
    "Which river flows through Ljubljana?",
    "How is gouache different from watercolour?",
    "When was the sextant invented?",
    "What do axolotls eat?",
    "Who was the first empress of Brazil?",
    "How long does a marathon take on a pogo stick?",
    "Which clef does the bassoon read?",
    "How deep is Lake Titicaca?",
    "What is the offside rule in bandy?",
)
_STRANGERS = ("Vellmar", "Quendale", "Ostrik", "Brennoch", "Tallowmere", "Ysgard")


def draft(articles: Mapping[str, Article], *, most: int) -> tuple[Case, ...]:
    """Returns at most so many cases, taken in turn from all rules and articles; about a third is unanswerable."""
    every = [case for id_ in sorted(articles) for case in drafted_of(articles[id_])]
    rules = _grouped(_told_apart(_varied(every), articles), lambda case: case.tags[0])
    answerable = _unique(_in_turn([_in_turn(list(_grouped(cases, _article).values())) for cases in rules.values()]))
    near = _near(rules.get("row", ()), articles)
    unanswerable = _unique(_in_turn([[*near], [*_elsewhere(articles)]]))
    kept = answerable[: max(most * 2 // 3, most - len(unanswerable))]
    return (*kept, *unanswerable[: min(most - len(kept), (len(kept) + 1) // 2)])


def _grouped(cases: Iterable[Case], key: Callable[[Case], str]) -> dict[str, list[Case]]:
    found = defaultdict[str, list[Case]](list)
    for case in cases:
        found[key(case)].append(case)
    return found


def _article(case: Case) -> str:
    return case.evidence[0][0].article_id


def _elsewhere(articles: Mapping[str, Article]) -> Drafted:
    """What no team's articles are about, unless these are."""
    said = " ".join(f" {plain(article.text)} " for article in articles.values())
    for question in _ELSEWHERE:
        rarest = max(plain(question).split(), key=len)
        if rarest not in said:
            yield made(question, "offcorpus", "elsewhere")


def _near(rows: Sequence[Case], articles: Mapping[str, Article]) -> Drafted:
    """A column that a table has, of a name that no article has."""
    said = " ".join(f" {plain(article.text)} " for article in articles.values())
    strangers = (name for name in _STRANGERS if plain(name) not in said)
    for case, name in zip(rows, strangers, strict=False):
        question = f"{case.question.rpartition(' of ')[0]} of {name}?"
        yield made(question, "nearmiss", "near")


def _told_apart(cases: Sequence[Case], articles: Mapping[str, Article]) -> Drafted:
    """The cases, with the title of the article in a question that another article answers in other words."""
    places = defaultdict[str, set[object]](set)
    for case in cases:
        places[case.id].add(case.evidence)
    for case in cases:
        title = articles[_article(case)].title
        if len(places[case.id]) > 1 and title not in case.question:
            question = f"{case.question.rstrip('?')} in “{title}”?"
            yield replace(case, id=id_of(question), question=question)
        else:
            yield case


def _unique(cases: Iterable[Case]) -> tuple[Case, ...]:
    """The first case of every id: two headings with the same name make questions that nobody could tell apart."""
    groups = _grouped(cases, lambda case: case.id).values()
    return tuple(found[0] for found in groups if len({case.evidence for case in found}) == 1)


def _varied(cases: Sequence[Case]) -> list[Case]:
    """The cases without those that ask for the value of the same name in ever more articles."""
    counted, kept = Counter[str](), list[Case]()
    for case in cases:
        counted[case.question] += "value" in case.tags
        kept += [case] if counted[case.question] <= _SAME_NAME else []
    return kept


def _in_turn(groups: Sequence[Sequence[Case]]) -> tuple[Case, ...]:
    """The first of every group, then the second of every group, and so on."""
    rows = itertools.zip_longest(*groups)
    return tuple(case for row in rows for case in row if case is not None)
