"""What is found for a question: for quoting, for a model to read, and for what a model says is missing.

Knows the order of the steps from a question to weighed units; chooses no answer.
"""

import contextlib
import datetime
import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from bot.question.followup import Before
from bot.question.understand import Question, understand
from bot.quote.candidates import LABELLED, Candidate, candidates
from bot.quote.ranker import Ranked, ranked
from bot.quote.talk import Leaning, quoted_last, talked
from bot.quote.thread import going_on
from bot.retrieve import Found, is_within, retrieve
from ingest.embed.embedder import Embedder, Language, Vectors
from ingest.errors import EmbedderUnavailable
from ingest.index.open_index import Index

# The log odds from which the articles are taken to answer.
THRESHOLD = -1.12
# So many chunks of the article that was quoted last are looked at for a message that leans.
_NEAR, _BESIDE = 16, 2
# A model reads more than the quoting answerer looks at: so many chunks, and of one article, and of all articles.
_READ, _READ_PER_ARTICLE, _NEWEST, _EVERY = 40, 12, 8, 24
_ASKS_FOR_NEWEST = re.compile(
    r"\b(?:latest|newest|most recent(?:ly)?|recent(?:ly)?|lately|news|what(?:[’']s| is) new|up to date)\b",
    re.I,
)
_ASKS_FOR_ALL = re.compile(
    r"\b(?:take-?aways?|overview|overall|in general|main (?:points?|themes?|findings?|topics?)|key (?:points?|facts?)"
    r"|articles|documents|reports|texts|pieces|everything|consistent|contradict\w*|disagree\w*)\b",
    re.I,
)


@dataclass(frozen=True)
class Seen:
    """What was found for one question: chunks, and their units in the order in which they seem to answer.

    `vector` is the question's; None: the search by meaning was down, and all was found by words alone.
    """

    found: tuple[Found, ...]
    ranked: Ranked
    vector: Vectors | None

    @property
    def answers(self) -> bool:
        """Tells whether the articles seem to answer."""
        return self.ranked.odds >= THRESHOLD

    def without_answer(self) -> "Seen":
        """Returns the same as what is near the question, and yet answers nothing."""
        return replace(self, ranked=replace(self.ranked, odds=min(self.ranked.odds, THRESHOLD - 0.1)))


@dataclass(frozen=True)
class Search:
    """One generation of the articles, and what compares texts and words in it; `scope` names folders, () means all.

    What is `overheard`, and not put to the bot, has to meet the words of the articles, whatever a reader makes of it.
    """

    index: Index
    embedder: Embedder
    language: Language
    today: datetime.date
    scope: tuple[str, ...] = ()
    overheard: bool = False

    def look(self, question: Question) -> Seen:
        """Finds what the question is answered from: by sense and words, or by words alone where the embedder fails."""
        (vector,) = self._vectors(question)
        found = retrieve(question, self.index, vector, scope=self.scope)
        seen = Seen(found, self._ranked(question, found), vector if vector.any() else None)
        return seen if seen.answers else self._in_tables(question, seen)

    def go_on(self, question: Question, before: Before) -> Seen:
        """Finds what a message that leans is answered from, `question` being the message with what it leaves out."""
        if before.says_little or self.overheard:
            seen = self.look(question)
            now = replace(seen, ranked=going_on(seen.ranked, question.answer_type, before, self.language))
            return now if now.answers else seen.without_answer()
        leaning, found = self.leaning(question, before)
        ranked = talked(leaning, found, self.language, searched=self.index.manifest.chunks)
        return Seen(found, ranked, leaning.vectors[0] if leaning.vectors.any() else None)

    def leaning(self, question: Question, before: Before) -> tuple[Leaning, tuple[Found, ...]]:
        """Returns a message that leans, and the chunks that may answer it.

        Beside what is found for the question, the article that was quoted last is searched for the message alone, and
        the chunks beside the quote are looked at.
        """
        alone = understand(before.text, self.index, self.language, today=self.today)
        vectors = self._vectors(question, alone)
        found = retrieve(question, self.index, vectors[0], scope=self.scope)
        last = quoted_last(before.answers, self.index, self.scope)
        if last:
            beside = range(last[0].row - _BESIDE, last[0].row + _BESIDE + 1)
            here = (last[0].article,)
            near = retrieve(alone, self.index, vectors[1], scope=here, also=beside, keep=_NEAR, per_article=_NEAR)
            known = {one.stored.row for one in found}
            found += tuple(one for one in near if one.stored.row not in known)
        return Leaning(question, alone, vectors, before, last), found

    def _vectors(self, *questions: Question) -> Vectors:
        """The questions' vectors, shape (questions, dimensions); zeros, where words alone count, if there are none."""
        with contextlib.suppress(EmbedderUnavailable):
            return self.embedder.embed([question.text for question in questions])
        return np.zeros((len(questions), self.index.manifest.dimensions), dtype=np.float32)

    def _in_tables(self, question: Question, seen: Seen) -> Seen:
        """What a row answers that does not call the thing by its kind: the amount beside a ticket is its price.

        A line with a label is as good as a row: “Saturdays: 9 to 12” says when something is open.
        """
        said = question.answer_type.said
        bare = replace(question, terms={term: weight for term, weight in question.terms.items() if term not in said})
        if not said or not bare.terms or not seen.ranked.units:
            return seen
        again = replace(seen, ranked=self._ranked(bare, seen.found))
        best = again.ranked.units[0]
        is_row = best.kind == "row" or bool(LABELLED.fullmatch(best.text))
        return again if again.answers and is_row and best.fits == 1 else seen

    def read(self, question: Question, seen: Seen) -> tuple[Found, ...]:
        """Returns what a model is to read, the most telling first: more of the same, and broadly where that is asked.

        A question for what is newest gets the newest articles, one for all of them a passage of each.
        """
        if seen.vector is None:
            return seen.found
        find = partial(retrieve, question, self.index, seen.vector)
        broad: list[Sequence[Found]] = []
        if _ASKS_FOR_NEWEST.search(question.text):
            newest = find(scope=self._newest(), keep=_READ, per_article=2)
            broad.append(sorted(newest, key=_day, reverse=True))
        if _ASKS_FOR_ALL.search(question.text):
            broad.append(find(scope=self.scope, keep=_EVERY, per_article=1))
        more = find(scope=self.scope, keep=_READ, per_article=_READ_PER_ARTICLE)
        return tuple(_in_turn(*broad, (*seen.found, *more)))

    def answers(self, text: str) -> tuple[Candidate, ...]:
        """Returns the units that seem to answer some other text, if the articles seem to answer it at all."""
        seen = self.look(understand(text, self.index, self.language, today=self.today))
        return seen.ranked.units if seen.answers else ()

    def _ranked(self, question: Question, found: Sequence[Found]) -> Ranked:
        searched = self.index.manifest.chunks
        return ranked(question, candidates(question, found), self.language, searched=searched)

    def _newest(self) -> tuple[str, ...]:
        """The newest articles of the scope; none that has no date."""
        inside = [one for one in self.index.articles if not self.scope or is_within(self.scope, one.id)]
        dated = [(one.published, one.id) for one in inside if one.published]
        return tuple(id_ for _, id_ in sorted(dated, key=lambda one: one[0], reverse=True)[:_NEWEST])


def _day(one: Found) -> datetime.date:
    return one.article.published or datetime.date.min


def _in_turn(*lists: Iterable[Found]) -> Iterator[Found]:
    """One of each list in turn, each chunk once."""
    seen: set[int] = set()
    for one in itertools.chain.from_iterable(itertools.zip_longest(*lists)):
        if one is not None and one.stored.row not in seen:
            seen.add(one.stored.row)
            yield one
