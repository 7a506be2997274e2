"""Cases, answers and runs of an evaluation, built from literals: three sentences of one article about a dam."""

import dataclasses
import datetime
from collections.abc import Mapping, Sequence

from bot.answer import Answer, Citation, Part, Passage, uncited
from bot.shapes import Line
from eval.cases import Case, Evidence
from eval.prints import Prints
from eval.run import Run, evaluate
from ingest.articles.article import Article

TEXT = "The dam is 99 metres high. It was built in 1931. Its lake holds trout."
DAY = datetime.date(2026, 3, 9)
DAM = Article("dam.txt", "The dam", None, DAY, None, TEXT)
OTHER = Article("other.txt", "Another", None, None, None, TEXT)
ARTICLES: Mapping[str, Article] = {"dam.txt": DAM, "other.txt": OTHER}
TEXTS: Mapping[str, str] = {"dam.txt": TEXT, "other.txt": TEXT}
HIGH, BUILT, TROUT = "The dam is 99 metres high.", "It was built in 1931.", "Its lake holds trout."
PRINTS = Prints("corpus", "index", "cases", "settings", "quote", "code")


def case(id_: str, *quotes: str, facts: Sequence[Sequence[str]] = (("99 metres",),), type_: str = "direct") -> Case:
    """A case with these quotes of the dam as its evidence; without any it is unanswerable."""
    evidence = tuple((Evidence("dam.txt", quote),) for quote in quotes)
    return Case(id_, f"{id_}?", type_, bool(quotes), tuple(map(tuple, facts)) if quotes else (), evidence)


def answer(*quotes: str, article: Article = DAM, passages: Sequence[str] = (), ms: float = 1.0) -> Answer:
    """An answer with these quotes, from these passages of the dam; without quotes it is a refusal."""
    citations = tuple(
        Citation(i, article, quote, TEXT.find(quote), TEXT.find(quote) + len(quote))
        for i, quote in enumerate(quotes, 1)
    )
    return Answer(
        question="?",
        parts=tuple(Part((Line(one.quote),), (one,), gap=" ") for one in citations)
        or (uncited("The articles do not answer this."),),
        passages=tuple(Passage(DAM, TEXT.find(text), TEXT.find(text) + len(text), text, 1.0) for text in passages),
        nearest=(),
        answerer="quote",
        confidence=0.5,
        generation="000001",
        timings_ms={"retrieve": ms / 2, "answer": ms / 2, "total": ms},
    )


def sure(given: Answer, confidence: float) -> Answer:
    """The answer with another confidence."""
    return dataclasses.replace(given, confidence=confidence)


def run_of(answers: Mapping[Case, Answer], prints: Prints = PRINTS) -> Run:
    """The run in which the cases got these answers."""
    return evaluate(tuple(answers), lambda one, _: answers[one], ARTICLES, prints=prints)
