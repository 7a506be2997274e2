"""The published articles as the Slack app wants them. Knows generations and the search; nothing of Slack's protocol.

Words that were not put to the bot are answered only if they have to do with the articles. Measured on follow-ups that
people put to assistants, and on what people wrote to each other in Slack (eval/RESULTS.md).
"""

import dataclasses
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.answer import Answer, Part, uncited
from bot.ask import answering, ask
from bot.means import Means, Pinned
from bot.question.followup import needs_context
from bot.question.smalltalk import small_talk
from bot.request import Overheard, Request
from bot.responder import Responder, responder
from bot.retrieve import is_within
from bot.slack.views import Knowledge, knowledge_of
from ingest.articles.article import Article
from ingest.terms import question_terms

_NOWHERE = "I answer here only from {folders}, and no articles are there at the moment. /ask settings changes that."
_PARTLY = "There are no articles at the moment in {folders}, from which I also answer here."
_SURE = 0.406  # the confidence from which an answer is said to those who did not ask for it
_RELATED = 0.209  # the confidence from which words have to do with an article that the thread was about
_NOT_FOREIGN = 0.128  # below it, words are about something else, whatever was asked before them
_LIKELY = 0.232  # what is asked of "it" is asked of what the thread is about, also where the articles do not say it
_PRONOUN = re.compile(r"\b(?:it|its|they|their|them|he|him|his|she|her)\b", re.IGNORECASE)
_CLOSEST = 3
# What may be asked about anything, "What happened next?", "Tell me more.", "Is there an example?", as terms.
_OF_ANYTHING = frozenset(
    term
    for word in """example examples happen happened happens next mean means meant reason reasons source sources detail
    details difference different differ compare exactly case true real really tell say said explain elaborate summarise
    summarize describe show list know else story background context part parts come came go goes work works help one
    ones first second third last other others another kind sort type types thing things way ways long short specific
    specifically article articles okay ok wow cool thanks hm hmm oh great yes right hey ah well""".split()
    for term in question_terms(word)
)
_TELL_ME = re.compile(r"\b(?:tell me|tell us|explain|summari[sz]e|elaborate|say more|more details?)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Opened:
    """What the app answers with, and what it says of the articles."""

    responder: Responder
    knowledge: Callable[[], Knowledge]


def opened(home: Path, pinned: Pinned) -> Opened:
    """Returns what answers from whatever is published, each answer from one generation; it counts what it cites."""

    def knowledge() -> Knowledge:
        with pinned() as means:
            return knowledge_of(means.index.articles, created=means.index.manifest.created)

    return Opened(responder(home, pinned, _within_scope), knowledge)


def _within_scope(request: Request, means: Means) -> Iterator[Part | Answer]:
    """What is responded, and what of the scope leads nowhere: a folder may be gone since it was chosen."""
    if request.overheard and not _is_for_articles(request, request.overheard, means):
        yield _nothing(request, means)
        return
    gone = [folder for folder in request.scope if not _has_any(folder, means.index.articles)]
    if gone and len(gone) == len(request.scope) and not small_talk(request.text):
        said = uncited(_NOWHERE.format(folders=_named(gone)))
        yield said
        yield _nothing(request, means, said)
        return
    for item in answering(dataclasses.replace(request, overheard=None), means):
        if gone and isinstance(item, Answer):
            notices = (item.notice, _PARTLY.format(folders=_named(gone)))
            item = dataclasses.replace(item, notice=" ".join(filter(None, notices)))
        yield item


def _nothing(request: Request, means: Means, *parts: Part) -> Answer:
    return Answer(request.text, parts, (), (), "quote", 0.0, means.index.manifest.generation, {"total": 0.0})


def _has_any(folder: str, articles: Sequence[Article]) -> bool:
    return any(is_within((folder,), article.id) for article in articles)


def _named(folders: Sequence[str]) -> str:
    return ", ".join(f"“{folder}”" for folder in folders)


def _is_for_articles(request: Request, heard: Overheard, means: Means) -> bool:
    """Tells whether to answer: if the articles answer the words as they stand, or the words stay with what was asked.

    Those who asked before may leave unsaid what they speak of.
    """
    if _goes_on(heard):
        return True
    alone = _answer(request, means, with_history=False)
    if _is_sure(alone) or (alone.confidence >= _RELATED and _stays_with(heard, alone)):
        return True
    if not (heard.by_asker and heard.question and needs_context(heard.question)):
        return False
    if alone.confidence < _NOT_FOREIGN:
        return False
    after = _answer(request, means, with_history=True)
    likely = _is_sure(after) or (after.confidence >= _LIKELY and bool(_PRONOUN.search(heard.question)))
    return likely and _stays_with(heard, after)


def _is_sure(answer: Answer) -> bool:
    return answer.answered and answer.confidence >= _SURE


def _goes_on(heard: Overheard) -> bool:
    """Whether somebody who asked asks on: to be told more, or without a subject that the articles might not know."""
    if not (heard.by_asker and heard.question):
        return False
    return bool(_TELL_ME.search(heard.question)) or _OF_ANYTHING.issuperset(question_terms(heard.question))


def _answer(request: Request, means: Means, *, with_history: bool) -> Answer:
    """What can be quoted for the words; the model is not asked."""
    history = request.history if with_history else ()
    return ask(dataclasses.replace(request, history=history), dataclasses.replace(means, writer=None))


def _stays_with(heard: Overheard, answer: Answer) -> bool:
    """Whether the answer is from, or comes closest to, what the thread was about."""
    closest = [c.article.id for c in answer.citations] or [article.id for article in answer.nearest]
    return not heard.about.isdisjoint(closest[:_CLOSEST])
