import pytest

from bot.quote.refuse import logit, missing_names, nearest, probability, refusal
from tests.asking_fixtures import BRIDGE, EELS, TRAIN, question, sentence

COST = "how much did the bridge cost?"


def test_even_odds_are_a_half() -> None:
    assert [round(probability(odds), 4) for odds in (0, 2, -2)] == [0.5, 0.8808, 0.1192]


def test_without_sentences_there_is_no_answer() -> None:
    assert probability(logit(question(COST), [])) < 1e-6


def test_the_log_odds_add_up_what_speaks_for_the_best_sentence() -> None:
    one = sentence("The bridge cost 212 euros.", COST, alignment=0.9, weakest=0.8, cosine=0.6)
    # -7.8 + 4 * 0.9 + 1.3 * 0.8 + 2.75 * 0.6 + 1.8 * 1 + 2.6 + 2.2 * 0.5
    assert logit(question(COST), [one]) == pytest.approx(3.99)


def test_weak_sentences_beside_it_take_nothing_from_the_best() -> None:
    one = sentence("The bridge cost 212 euros.", COST, alignment=0.9)
    weak = sentence("The council met.", COST, alignment=0.1, place=2)
    assert logit(question(COST), [weak, one]) == logit(question(COST), [one])


def test_a_sentence_without_the_amount_that_was_asked_for_is_hardly_an_answer() -> None:
    one = sentence("The bridge cost 212 euros.", COST, alignment=0.9)
    other = sentence("The bridge cost a lot.", COST, alignment=0.9)
    assert logit(question(COST), [one]) - logit(question(COST), [other]) == pytest.approx(6.6)


def test_a_name_that_nothing_mentions_speaks_against_an_answer() -> None:
    asked, said = "did Hartwell build it?", "The builder was paid."
    unnamed = sentence(said, asked, alignment=0.9)
    named = sentence(said, asked, alignment=0.9, before="It was Hartwell.")
    assert logit(question(asked), [named]) - logit(question(asked), [unnamed]) == pytest.approx(3.8)


def test_missing_names_are_those_in_no_sentence_neighbour_or_title() -> None:
    asked = question("did Hartwell, Nordvia or Okafor see Harbour and Jena?")
    told = [sentence("Hartwell came.", before="Nordvia left."), sentence("So it was.", article=BRIDGE)]
    assert [name.text for name in missing_names(asked, told)] == ["Okafor", "Jena"]


def test_the_nearest_articles_come_strongest_first_and_once() -> None:
    told = [
        sentence("Eels.", article=EELS, alignment=0.2),
        sentence("Trains.", article=TRAIN, alignment=0.9),
        sentence("Trains again.", article=TRAIN, alignment=0.1),
    ]
    assert nearest(told) == (TRAIN, EELS)


def test_a_refusal_names_what_is_missing_and_what_is_near() -> None:
    missing = missing_names(question("did Hartwell see Jena?"), [])
    assert refusal(missing, (BRIDGE, TRAIN)) == (
        "The articles do not mention Hartwell, Jena. The nearest: “The harbour bridge”; “The night train”."
    )


def test_a_refusal_without_anything_near_is_one_sentence() -> None:
    assert refusal((), ()) == "The articles do not answer this."
