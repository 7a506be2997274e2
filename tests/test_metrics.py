import dataclasses

import pytest

from bot.answer import Answer
from eval.cases import Case
from eval.metrics import judge, paired_interval, retrieval, share, totals
from tests.eval_fixtures import BUILT, HIGH, OTHER, TEXTS, TROUT, answer, case


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
    ],
    ids=["held", "held among more", "no fact", "other article", "refused", "no quote", "refused rightly", "answered"],
)
def test_a_case_passes_if_the_answer_is_right_cited_and_valid(one: Case, given: Answer, passed: bool) -> None:
    assert judge(one, given, TEXTS).passed is passed


@pytest.mark.parametrize(
    ("facts", "holds"),
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
def test_every_fact_must_be_held_in_one_of_its_spellings_as_whole_words(facts: list[list[str]], holds: bool) -> None:
    assert judge(case("a", HIGH, facts=facts), answer(HIGH), TEXTS).holds is holds


def test_an_outcome_says_why_a_case_failed() -> None:
    wrong = judge(case("a", HIGH), dataclasses.replace(answer(HIGH), citations=()), TEXTS)
    assert (wrong.answered, wrong.holds, wrong.cited, wrong.valid, wrong.passed) == (True, True, False, False, False)


def test_recall_and_rank_are_those_worked_by_hand() -> None:
    cases = [case("first", HIGH), case("third", BUILT), case("none", TROUT), case("off")]
    answers = [
        answer(passages=(HIGH, BUILT)),
        answer(passages=(HIGH, TROUT, BUILT)),
        answer(passages=(HIGH, BUILT)),
        answer(passages=(HIGH,)),
    ]
    # Ranks 1, 3 and never, of three answerable cases: 1/3 at once, 2/3 among five, (1 + 1/3 + 0) / 3.
    assert retrieval(cases, answers) == pytest.approx({"recall@1": 1 / 3, "recall@5": 2 / 3, "mrr": 4 / 9})


def test_a_sixth_passage_is_beyond_the_first_five() -> None:
    found = retrieval([case("sixth", TROUT)], [answer(passages=[HIGH] * 5 + [TROUT])])
    assert found == pytest.approx({"recall@1": 0, "recall@5": 0, "mrr": 1 / 6})


def test_half_of_the_evidence_is_half_the_recall() -> None:
    found = retrieval([case("both", HIGH, TROUT)], [answer(passages=(HIGH, BUILT))])
    assert found == pytest.approx({"recall@1": 0.5, "recall@5": 0.5, "mrr": 1})


def test_a_case_for_which_nothing_was_found_counts_as_missed() -> None:
    found = retrieval([case("found", HIGH), case("empty", HIGH)], [answer(passages=(HIGH,)), answer()])
    assert found == pytest.approx({"recall@1": 0.5, "recall@5": 0.5, "mrr": 0.5})


def test_totals_are_shares_and_milliseconds() -> None:
    cases = [case("right", HIGH), case("wrong", HIGH), case("silent", HIGH), case("off"), case("made up")]
    answers = [
        answer(HIGH, ms=10),
        answer(BUILT, ms=50),
        answer(ms=20),
        answer(ms=40),
        answer("The dam is pink.", ms=30),
    ]
    outcomes = [judge(one, given, TEXTS) for one, given in zip(cases, answers, strict=True)]
    found = totals(cases, answers, outcomes)
    assert {name: round(value, 3) for name, value in found.items() if name not in ("recall@1", "recall@5", "mrr")} == {
        "answered": 0.667,
        "holds the fact": 0.333,
        "holds it, right article cited": 0.333,
        "refused": 0.5,
        "citations valid": 0.8,
        "median ms": 30,
        "p95 ms": 50,
    }


def test_a_set_of_unanswerable_cases_has_totals_too() -> None:
    one = case("off")
    assert totals([one], [answer()], [judge(one, answer(), TEXTS)])["refused"] == 1


@pytest.mark.parametrize(("values", "expected"), [([True, False, False, True], 0.5), ([False], 0), ([], 1)])
def test_a_share_is_that_of_true_values(values: list[bool], expected: float) -> None:
    assert share(values) == expected


def test_the_interval_holds_the_mean_difference() -> None:
    low, mean, high = paired_interval([True] * 30 + [False] * 10, [True] * 10 + [False] * 30)
    assert mean == 0.5
    # The difference is 1 for half of 40 questions: the standard error is 0.5 / 40 ** 0.5 = 0.079.
    assert [low, high] == pytest.approx([0.5 - 1.96 * 0.079, 0.5 + 1.96 * 0.079], abs=0.02)


def test_ways_that_agree_everywhere_do_not_differ() -> None:
    assert paired_interval([True, False, True], [True, False, True]) == (0, 0, 0)
    assert paired_interval([], []) == (0, 0, 0)
