import pytest

from bot.question.understand import correct
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index
from tests.conftest import HashEmbedder


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("how long is the brigde?", "how long is the bridge?"),
        ("Who is Korhonnen?", "Who is Korhonen?"),
        ("which LOCOMOTIVS?", "which Locomotives?"),
        ("the obsrvatory, the telescpe", "the observatory, the telescope"),
    ],
)
def test_a_mistyped_word_becomes_the_word_of_the_articles(
    question: str, meant: str, index: Index, embedder: HashEmbedder
) -> None:
    assert correct(question, index, embedder) == meant


@pytest.mark.parametrize(
    "question",
    ["the bridges opening", "is it log?", "Zanzibar quokkas", "what about which should", "HQ-22 tran", "", "¿…?"],
)
def test_known_short_and_strange_words_stay(question: str, index: Index, embedder: HashEmbedder) -> None:
    assert correct(question, index, embedder) == question


def test_a_common_english_word_stays_though_the_articles_hold_one_like_it(index: Index, model: MiniLM) -> None:
    assert index.similar_word("bride") == "bridge"
    assert correct("who is the bride?", index, model) == "who is the bride?"


def test_a_slip_in_a_small_word_is_mended_and_a_small_name_stays(index: Index, model: MiniLM) -> None:
    assert correct("wich bridge did teh town kepp?", index, model) == "which bridge did the town keep?"
    assert correct("do we use vite, redis and kubo?", index, model) == "do we use vite, redis and kubo?"


def test_an_unknown_word_is_corrected_with_the_real_vocabulary_too(index: Index, model: MiniLM) -> None:
    assert correct("the Marlwo brigde", index, model) == "the Marlow bridge"
