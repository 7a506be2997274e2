"""A case that is written in a conversation: what is typed wrong is asked again, and what is kept is what was meant."""

from collections.abc import Iterator, Sequence

import pytest

from bot.answer import Answer
from eval.add import converse
from eval.cases import Case, Evidence
from tests.eval_fixtures import BUILT, HIGH, TEXTS, answer

TWO, NONE = answer(HIGH, BUILT), answer()
HIGH_, BUILT_ = Evidence("dam.txt", HIGH), Evidence("dam.txt", BUILT)


class Talk:
    """Somebody who types these lines, and what was said to them."""

    def __init__(self, typed: Sequence[str]) -> None:
        self._typed: Iterator[str] = iter(typed)
        self.told: list[str] = []

    def about(self, given: Answer) -> Case | None:
        return converse(
            lambda question: given,
            TEXTS,
            known={"how old is the dam": "age"},
            say=self.told.append,
            hear=lambda _: next(self._typed),
        )


def kept(given: Answer, *typed: str) -> Case:
    found = Talk(typed).about(given)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("chosen", "evidence"),
    [
        (["1"], ((HIGH_,),)),
        (["1 2"], ((HIGH_,), (BUILT_,))),
        (["2, 1"], ((BUILT_,), (HIGH_,))),
        (["1|2"], ((HIGH_, BUILT_),)),
        (["1 | 2"], ((HIGH_, BUILT_),)),
        ([""], ((HIGH_,), (BUILT_,))),
        (["7", "1"], ((HIGH_,),)),
        (["0", "1|3", "one", "2"], ((BUILT_,),)),
    ],
)
def test_quotes_are_chosen_together_or_instead_of_each_other_and_no_others(
    chosen: list[str], evidence: tuple[tuple[Evidence, ...], ...]
) -> None:
    assert kept(TWO, "How high?", "y", *chosen, "", "", "y").evidence == evidence


def test_a_question_that_is_a_case_already_is_told_and_asked_anew() -> None:
    talk = Talk(["How OLD is the dam", "How high?", "n", "", ""])
    found = talk.about(NONE)
    assert found is not None
    assert (found.question, found.answerable) == ("How high?", False)
    assert talk.told[0] == "  age asks that already; change its line in the file, or ask something else"


def test_neither_yes_nor_no_is_asked_again() -> None:
    assert kept(NONE, "Who?", "maybe", "", "y", "").answerable is False


def test_a_type_that_is_no_word_is_asked_again() -> None:
    assert kept(NONE, "Who?", "y", "near miss", "typo!", "nearmiss").type == "nearmiss"


def test_a_fact_is_asked_for_until_the_quotes_say_it() -> None:
    assert kept(TWO, "How high?", "y", "1", "", "98 metres", "99 metres|99 m; dam").facts == (
        ("99 metres", "99 m"),
        ("dam",),
    )


def test_that_no_fact_is_held_has_to_be_meant() -> None:
    assert kept(TWO, "How high?", "y", "1", "", "", "n", "99 metres").facts == (("99 metres",),)
    assert kept(TWO, "How high?", "y", "1", "", " ", "y").facts == ()


def test_words_that_no_article_says_are_asked_again() -> None:
    assert kept(TWO, "How high?", "n", "It is 98 metres.", "…", HIGH, "", "99 metres").evidence == ((HIGH_,),)
