"""What a question asks for: its words as the articles spell them, terms, names and numbers, and the kind of thing
that answers. Knows English wording.
"""

import datetime
import re
import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.compare.dates import Period
from bot.question.answer_type import AnswerType, answer_type_of
from bot.question.names import Name, names_in
from bot.question.period import period_of
from ingest.embed.embedder import Language
from ingest.index.open_index import Index
from ingest.terms import STOP_WORDS, fold, terms, words_of_terms

# Questions beyond this length are cut: nobody asks that much, and a pasted file must not stall the bot.
MAX_CHARACTERS = 4000
_ARTICLES = r"(?:all |both )?(?:the|these|your) (?:articles?|texts?|reports?|stor(?:y|ies)|corpus)"
_ABOUT_ARTICLES = re.compile(
    rf"\b(?:(?:what|how) (?:do|does|did) (?:we|you|{_ARTICLES})"
    r" (?:know|say|tell (?:us|me)|report|write|mention|describe|think) ?(?:about|of|on)?"
    rf"|(?:(?:that|is|are|was|were) )*(?:mentioned|described|named|reported) (?:in|across|by) {_ARTICLES}"
    rf"|(?:according to|from|in|across|based on) {_ARTICLES}"
    r"|(?:news|information|info)(?= (?:about|on|regarding)\b))\b",
    re.IGNORECASE,
)
_POLITE = re.compile(
    r"^(?:(?:hi|hey|hello|ok|okay|so|well|please|quick question)[,:!.]? )*"
    r"(?:(?:can|could|would) (?:you|someone|anyone|u) (?:please )?"
    r"(?:(?:tell me|explain|say|check|remind me)\b|(?=list|name))"
    r"|(?:please )?tell me|do you (?:happen to )?know|i(?:'d| would) like to know|i want to know|i was wondering"
    r"|any idea|does anyone know|please)[,:]? *",
    re.IGNORECASE,
)
# However it is put, what is asked is what there is to say about a thing.
_TOLD = r"(?:said|written|known|reported|mentioned|stated)"
_OPEN = re.compile(
    rf"^(?:what(?:['’]s| is| was| has been)?(?: there)? {_TOLD}(?: here| there)? (?:about|of|on)"
    rf"|(?:(?:is|was) there |do (?:you|we) have |have (?:you|we)(?: got)? |got )?"
    r"(?:any|some)(?:thing| ?info(?:rmation)?| news| details?| articles?| words?)"
    rf"(?: (?:{_TOLD}|new|more|else))? (?:about|on|of|regarding|concerning)"
    rf"|(?:what )?(?:do|does|did) (?:{_ARTICLES}|(?:any|the|our) (?:articles?|docs|documents?|documentation|handbook))"
    r" (?:say|mention|tell(?: us| me)?|know|report|write)(?: (?:anything|something))? (?:about|of|on))\b",
    re.IGNORECASE,
)
# What kind of thing is asked for is said by the thing; and that it should be listed says nothing of it.
_KIND_OF = re.compile(r"\b(what|which) (?:kind|sort|type)s? of (?:an? |the )?", re.IGNORECASE)
_LISTS = re.compile(r"^(?:list|name|enumerate|give me|show me)(?: me)?(?: all)?(?: of)?(?: the)? ", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")
_LONG = 5
# A number may be filled up with zeros to so many digits.
_PADDED = range(2, 6)
# By the place in a vocabulary that is ordered by frequency: among the four thousand commonest words.
_COMMON = 0.8


@dataclass(frozen=True)
class Question:
    """A question made ready for the search.

    `text` stands alone and is spelled as the articles are; `terms` maps what to look for to its weight: its idf, which
    is the highest there is for terms that no article holds, less for words that are common everywhere, for in few
    articles every word is rare; `names` are its names and figures, `unknown` those that stand nowhere in the articles,
    titles and tables included; `answer_type` is what kind of thing answers it; `period` is the time it speaks of, None
    if it speaks of none.
    """

    text: str
    terms: Mapping[str, float]
    names: tuple[Name, ...]
    unknown: tuple[Name, ...]
    answer_type: AnswerType
    period: Period | None


def understand(text: str, index: Index, language: Language, *, today: datetime.date) -> Question:
    """Reads a standalone question with the words of the articles in mind; `today` is its day."""
    text = correct(essence(text[:MAX_CHARACTERS]), index, language)
    weights = {
        term: index.inverse_frequency(term) * _rarity(word, language)
        for term, word in words_of_terms(_LISTS.sub("", text)).items()
    }
    period = period_of(text, today=today, newest=index.newest)
    names = names_in(text)
    unknown = tuple(name for name in names if not _is_known(name, index))
    return Question(text, weights, names, unknown, answer_type_of(text), period)


def _is_known(name: Name, index: Index) -> bool:
    """Whether the articles hold a name, a number perhaps as "0417", or are of the year that it is."""
    if index.knows(name.whole) or all(map(index.knows, name.parts)):
        return True
    if not name.whole.isdecimal():
        return False
    if any(index.knows(name.whole.zfill(digits)) for digits in _PADDED):
        return True
    return any(one.published and str(one.published.year) == name.whole for one in index.articles)


def _rarity(word: str, language: Language) -> float:
    """How seldom a word is used anywhere, from 0 to 1; a figure always tells."""
    return 1.0 if any(map(str.isdigit, word)) else language.rarity(word) ** 2


def essence(question: str) -> str:
    """Returns the question without courtesies and without talk about the articles themselves, if anything is left."""
    text = _ABOUT_ARTICLES.sub(" ", _OPEN.sub("about", _POLITE.sub("", question)))
    text = re.sub(r"(?<![ ,])[ ,]{1,3}(?=[?!.]{1,5}$)", "", " ".join(_KIND_OF.sub(r"\1 ", text).split()))
    return text if len(re.findall(r"\w+", text)) > 1 or not re.search(r"\w \w", question) else question


def correct(text: str, index: Index, language: Language) -> str:
    """Returns the question with each word that nobody knows replaced by the one that was most likely meant.

    A word stays if the articles hold it in any inflection, if it is common English, or if nothing is near. A long one
    becomes the nearest word of the articles, else a small one of English, as "teh", where fingers slipped inside it.
    """

    def replacement(match: re.Match[str]) -> str:
        word = fold(match[0])
        if word in STOP_WORDS or language.rarity(word) < 1 or any(map(index.knows, terms(word))):
            return match[0]
        similar = index.similar_word(word) if len(word) >= _LONG else None
        if similar is None and match[0].islower():
            similar = min(
                (one for one in _slips(word) if language.rarity(one) < _COMMON), key=language.rarity, default=None
            )
        return (similar.capitalize() if match[0][0].isupper() else similar) if similar else match[0]

    return _WORD.sub(replacement, text)


def _slips(word: str) -> Iterator[str]:
    """What may have been meant: two letters in each other's place, one too many or too few inside, the wrong doubled.

    Of another letter in its place nothing is made: short words that differ by that are words of their own.
    """
    for i in range(len(word) - 1):
        yield word[:i] + word[i + 1] + word[i] + word[i + 2 :]
        if i:
            yield word[:i] + word[i + 1 :]
            yield from (word[:i] + letter + word[i:] for letter in (*string.ascii_lowercase, word[i]))
            yield word[:i] + word[i - 1] + word[i + 1 :]
    yield from (word[:-1] + letter + word[-1] for letter in string.ascii_lowercase)
