import dataclasses

import pytest

from bot.answer import Answer
from eval.cases import Case, Evidence
from eval.run import judge
from eval.wording import holds, token_f1
from tests.eval_fixtures import BUILT, HIGH, OTHER, TEXTS, TROUT, answer, case

RIGHTING = dataclasses.replace(case("premise", HIGH), answerable=False)
WITHOUT_FACTS = dataclasses.replace(case("a", HIGH), facts=())

STEPS = case("a", HIGH, BUILT, TROUT, facts=[["99 metres"], ["built"], ["trout"]], type_="steps")
EITHER = ((Evidence("dam.txt", HIGH), Evidence("other.txt", HIGH)),)
BOTH = ((Evidence("dam.txt", HIGH),), (Evidence("other.txt", HIGH),))


@pytest.mark.parametrize(
    ("one", "given", "passed"),
    [
        (case("a", HIGH), answer(HIGH), True),
        (case("a", HIGH), answer(BUILT, HIGH), True),
        (case("a", HIGH), answer(BUILT), False),
        (case("a", HIGH), answer(HIGH, article=OTHER), False),
        (case("a", HIGH), answer(), False),
        (case("a", HIGH), answer("The dam is 99 metres wide."), False),
        (case("a"), answer(), True),
        (case("a"), answer(HIGH), False),
        (RIGHTING, answer(), True),
        (RIGHTING, answer(HIGH), True),
        (RIGHTING, answer(BUILT), False),
        (WITHOUT_FACTS, answer(HIGH), True),
        (WITHOUT_FACTS, answer(BUILT), False),
        (dataclasses.replace(WITHOUT_FACTS, evidence=((Evidence("dam.txt"),),)), answer(BUILT), True),
        (dataclasses.replace(case("a", HIGH), evidence=EITHER), answer(HIGH), True),
        (dataclasses.replace(case("a", HIGH), evidence=BOTH), answer(HIGH), False),
        (dataclasses.replace(WITHOUT_FACTS, evidence=EITHER), answer(HIGH), True),
        (case("a", HIGH, BUILT, facts=()), answer(HIGH), False),
        (case("a", HIGH, BUILT, facts=()), answer(HIGH, BUILT), True),
        (dataclasses.replace(case("a", HIGH), must_not=("1931",)), answer(HIGH), True),
        (dataclasses.replace(case("a", HIGH), must_not=("1931",)), answer(HIGH, BUILT), False),
    ],
    ids=[
        "held", "held among more", "no fact", "other article", "refused", "no quote", "refused rightly", "answered",
        "premise refused", "premise set right", "premise not set right", "the evidence itself", "other words of it",
        "anywhere in the article", "either article", "one of both articles", "either quote", "one of both quotes",
        "both quotes", "nothing forbidden", "forbidden",
    ],
)  # fmt: skip
def test_a_case_passes_if_the_answer_is_right_cited_and_valid(one: Case, given: Answer, passed: bool) -> None:
    assert judge(one, given, TEXTS).passed is passed


@pytest.mark.parametrize(
    ("facts", "held"),
    [
        ([["99 metres"]], True),
        ([["99 METRES high"]], True),
        ([["99-metres"]], True),
        ([["98 metres", "99 metres"]], True),
        ([["99 metres"], ["dam"]], True),
        ([["99 metres"], ["1931"]], False),
        ([["9 metres"]], False),
        ([["99 metre"]], False),
    ],
)
def test_every_fact_must_be_held_in_one_of_its_spellings_as_whole_words(facts: list[list[str]], held: bool) -> None:
    assert judge(case("a", HIGH, facts=facts), answer(HIGH), TEXTS).holds is held


@pytest.mark.parametrize(
    ("quotes", "passed"), [((HIGH, BUILT, TROUT), True), ((HIGH, TROUT, BUILT), False), ((HIGH, BUILT), False)]
)
def test_steps_must_stand_in_their_order(quotes: tuple[str, ...], passed: bool) -> None:
    assert judge(STEPS, answer(*quotes), TEXTS).passed is passed


def test_a_marker_is_no_word_of_the_answer() -> None:
    assert judge(case("a", HIGH, facts=[["high it was"]]), answer(HIGH, BUILT), TEXTS).holds


@pytest.mark.parametrize(
    ("one", "given", "why"),
    [
        (case("a", HIGH), answer(HIGH), "passed"),
        (case("a"), answer(), "refused, as it should be"),
        (case("a", HIGH), answer(), "refused"),
        (case("a", HIGH), answer(BUILT), "the answer does not say '99 metres'"),
        (case("a", HIGH, facts=[["9 m"], ["8"]]), answer(HIGH), "the answer does not say '9 m' and 1 more"),
        (case("a", HIGH), answer(HIGH, article=OTHER), "dam.txt is not cited"),
        (WITHOUT_FACTS, answer(HIGH, article=OTHER), "dam.txt is not cited"),
        (WITHOUT_FACTS, answer(BUILT), "dam.txt is cited, but not where it says 'The dam is 99 metres high.'"),
        (STEPS, answer(HIGH, TROUT, BUILT), "the steps are not in their order"),
        (case("a", HIGH), answer(BUILT, article=OTHER), "the answer does not say '99 metres'; dam.txt is not cited"),
        (
            case("a", HIGH),
            answer("The dam is 99 metres wide."),
            "a citation is not valid: the quote of [1] does not stand in dam.txt",
        ),
        (case("a"), answer(HIGH), "answered, though the articles do not say it"),
        (RIGHTING, answer(BUILT), "answered, though the articles do not say it; the answer does not say '99 metres'"),
        (
            dataclasses.replace(case("a", HIGH), must_not=("99",)),
            answer(HIGH),
            "the answer says '99', which it must not",
        ),
    ],
)
def test_an_outcome_says_why(one: Case, given: Answer, why: str) -> None:
    assert judge(one, given, TEXTS).reason == why


@pytest.mark.parametrize(
    ("text", "words", "stand"),
    [
        ("It costs €49.", "49", True),
        ("It costs 490.", "49", False),
        ("Ö-Bahn", "ö bahn", True),
        ("a b c", "a c", False),
    ],
)
def test_words_stand_whole_and_together(text: str, words: str, stand: bool) -> None:
    assert holds(text, words) is stand


def test_token_f1_is_that_worked_by_hand() -> None:
    # Five words against two that are both among them: precision 2/5, recall 1, and 2 * 0.4 * 1 / 1.4.
    assert token_f1("The dam is 99 metres.", ["99 metres"]) == pytest.approx(4 / 7)
    assert token_f1("The dam is 99 metres.", ["trout", "the dam is 99 metres"]) == 1
    assert token_f1("trout", ["99 metres"]) == token_f1("trout", []) == 0
