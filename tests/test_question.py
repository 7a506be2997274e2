import datetime

from bot.compare.dates import Period
from bot.question.understand import MAX_CHARACTERS, Question, understand
from ingest.index.open_index import Index
from tests.asking_fixtures import ASKED
from tests.conftest import HashEmbedder


def read(text: str, index: Index) -> Question:
    return understand(text, index, HashEmbedder(), today=ASKED)


def test_a_question_is_read_in_the_words_of_the_articles(index: Index) -> None:
    question = read("Can you tell me how long the Marlow Brigde was in 2025?", index)
    assert question.text == "how long the Marlow Bridge was in 2025?"
    assert [name.text for name in question.names] == ["Marlow", "Bridge", "2025"]
    assert question.period == Period(datetime.date(2025, 1, 1), datetime.date(2025, 12, 31))


def test_the_terms_are_what_tells_with_its_idf(index: Index) -> None:
    terms = read("Which eels crossed the bridge with quokkas?", index).terms
    assert list(terms) == ["eel", "cross", "bridg", "quokka"]
    assert terms["quokka"] == max(terms.values()) > terms["bridg"] > 0


def test_the_answer_type_is_read_without_the_courtesies(index: Index) -> None:
    assert read("Please tell me who cut the ribbon", index).answer_type.kind == "who"


def test_an_open_question_stays_open_when_its_courtesies_are_cut(index: Index) -> None:
    put = read("What do the articles say about the eels that climb the ramp of wet brushes?", index)
    assert put.answer_type.kind == "about"
    assert "articles" not in put.text


def test_a_pasted_file_is_cut(index: Index) -> None:
    assert len(read("bridge " * 10_000, index).text) <= MAX_CHARACTERS


class KnowsBridges(HashEmbedder):
    """A language in which "bridge" is as common as a word can be."""

    def rarity(self, word: str) -> float:
        return 0.0 if word == "bridge" else 1.0


def test_a_word_that_is_common_everywhere_tells_nothing(index: Index) -> None:
    question = understand("Which eels crossed the bridge?", index, KnowsBridges(), today=datetime.date(2026, 3, 9))
    assert question.terms["bridg"] == 0 < question.terms["eel"]
