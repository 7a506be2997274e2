"""What a question asks for: its terms, names and numbers, and the kind of thing that answers. Knows English wording."""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.question.answer_type import AnswerType, answer_type_of
from bot.question.names import Name, names_in
from bot.question.period import Period, period_of
from bot.question.spelling import correct
from bot.question.wording import essence
from ingest.embed.embedder import Language
from ingest.index.open_index import Index
from ingest.terms import words_of_terms

# Questions beyond this length are cut: nobody asks that much, and a pasted file must not stall the bot.
MAX_CHARACTERS = 4000


@dataclass(frozen=True)
class Question:
    """A question made ready for the search.

    `text` stands alone and is spelled as the articles are; `terms` maps what to look for to its weight: its idf, which
    is the highest there is for terms that no article holds, less for words that are common everywhere, for in few
    articles every word is rare; `names` are its names and figures; `answer_type` is what kind of thing answers it;
    `period` is the time it speaks of, None if it speaks of none.
    """

    text: str
    terms: Mapping[str, float]
    names: tuple[Name, ...]
    answer_type: AnswerType
    period: Period | None


def understand(text: str, index: Index, language: Language, *, today: datetime.date) -> Question:
    """Reads a standalone question with the words of the articles in mind; `today` is its day."""
    put = text[:MAX_CHARACTERS]
    text = correct(essence(put), index, language)
    kind = answer_type_of(text)
    if kind.kind == "other":  # what was cut off as mere wording may have said it
        kind = replace(kind, kind=answer_type_of(put).kind) if answer_type_of(put).kind == "about" else kind
    weights = {
        term: index.inverse_frequency(term) * _rarity(word, language) for term, word in words_of_terms(text).items()
    }
    period = period_of(text, today=today, newest=index.newest)
    return Question(text, weights, names_in(text), kind, period)


def _rarity(word: str, language: Language) -> float:
    """How seldom a word is used anywhere, from 0 to 1; a figure always tells."""
    return 1.0 if any(map(str.isdigit, word)) else language.rarity(word) ** 2
