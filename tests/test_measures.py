from collections.abc import Sequence

import pytest

from eval.measures import (
    Bin,
    area_under_roc,
    by_rank,
    calibration,
    calibration_error,
    citation_precision,
    citation_recall,
    finding,
    in_budget,
    paired_interval,
    percentile,
    risk_coverage,
    share,
)
from tests.eval_fixtures import BUILT, HIGH, TROUT, answer, case


def test_recall_rank_and_gain_are_those_worked_by_hand() -> None:
    cases = [case("first", HIGH), case("third", BUILT), case("none", TROUT), case("off")]
    answers = [
        answer(passages=(HIGH, BUILT)),
        answer(passages=(HIGH, TROUT, BUILT)),
        answer(passages=(HIGH, BUILT)),
        answer(passages=(HIGH,)),
    ]
    first, third, none, off = map(finding, cases, answers)
    names = ("recall@1", "recall@5", "mrr", "ndcg@10")
    # Found at rank 3, the gain is 1 / log2(3 + 1) of the best, which is 1 / log2(2).
    assert [first[name] for name in names] == [1, 1, 1, 1]
    assert [third[name] for name in names] == pytest.approx([0, 1, 1 / 3, 0.5])
    assert ([none[name] for name in names], off) == ([0, 0, 0, 0], {})


def test_half_of_the_evidence_is_half_the_recall() -> None:
    found = finding(case("both", HIGH, TROUT), answer(passages=(HIGH, BUILT)))
    # One of two found at once: DCG 1 of an ideal 1 + 1 / log2(3).
    assert (found["recall@5"], found["mrr"], found["ndcg@10"]) == pytest.approx((0.5, 1, 1 / (1 + 0.63093)))


def test_a_sixth_passage_is_beyond_the_first_five() -> None:
    found = finding(case("sixth", TROUT), answer(passages=[HIGH] * 5 + [TROUT]))
    assert (found["recall@5"], found["recall@10"], found["mrr"]) == pytest.approx((0, 1, 1 / 6))


def test_gain_and_recall_stop_at_their_depths_and_count_what_is_not_found() -> None:
    # Wanted are four; found at 2, 4 and 11. DCG@10 is 1 / log2(3) + 1 / log2(5); ideal: 1 + 0.63093 + 0.5 + 0.43068.
    found = by_rank({2, 4, 11}, wanted=4)
    assert [found[f"recall@{depth}"] for depth in (1, 5, 10)] == [0, 0.5, 0.5]
    assert (found["mrr"], found["ndcg@10"]) == pytest.approx((0.5, (0.63093 + 0.43068) / 2.56161), abs=1e-5)


def test_no_more_than_ten_can_be_gained_in_ten_ranks() -> None:
    assert by_rank(set(range(1, 11)), wanted=12)["ndcg@10"] == 1


def test_evidence_counts_as_far_as_a_budget_of_characters_reaches() -> None:
    found = in_budget(case("a", HIGH, TROUT), answer(passages=(HIGH, BUILT * 60, TROUT)))
    # 27 + 1,261 characters before the last passage: one of two within 1,000, both within 3,000.
    assert found == {"evidence@1000": 0.5, "evidence@3000": 1.0}


def words(quotes: Sequence[str], text: str) -> bool:
    """A statement is carried if each of its words is in one of the quotes."""
    return set(text.split()) <= set(" ".join(quotes).split())


def test_citation_recall_is_the_share_of_statements_that_their_quotes_carry() -> None:
    made = [("a b", ("a", "b c")), ("a d", ("a", "b")), ("a", ()), ("c", ("c",))]
    assert citation_recall(made, words) == 0.5


def test_a_citation_is_of_use_if_it_carries_alone_or_is_missed() -> None:
    made = [
        ("a b", ("a", "b", "z")),  # z is not missed: 2 of 3
        ("a", ("a", "a b")),  # each carries alone: 2 of 2
        ("q", ("a",)),  # not carried: 0 of 1
    ]
    assert citation_precision(made, words) == pytest.approx(4 / 6)


def test_without_statements_there_is_nothing_to_measure() -> None:
    assert (citation_recall([], words), citation_precision([("a", ())], words)) == (None, None)


def test_calibration_is_that_worked_by_hand() -> None:
    bins = calibration([0.05, 0.15, 0.15, 0.95, 1.0], [False, False, True, True, True])
    assert bins == (Bin(1, 0.05, 0.0), Bin(2, 0.15, 0.5), Bin(2, 0.975, 1.0))
    # 1/5 * 0.05 + 2/5 * 0.35 + 2/5 * 0.025
    assert calibration_error(bins) == pytest.approx(0.16)
    assert calibration_error(()) == 0


def test_risk_grows_with_coverage_and_ties_come_in_together() -> None:
    points = risk_coverage([0.9, 0.8, 0.8, 0.1], [False, True, False, True])
    assert points == ((0.25, 0.0), (0.75, 1 / 3), (1.0, 0.5))


def test_confidence_tells_as_often_as_pairs_are_in_order() -> None:
    # Of 2 * 2 pairs two are in order, one is tied and one is not.
    assert area_under_roc([0.9, 0.5, 0.5, 0.7], [True, True, False, False]) == pytest.approx(2.5 / 4)
    assert area_under_roc([0.9], [True]) is None


def test_two_clusters_have_an_interval_that_can_be_counted() -> None:
    # Of the four ways to draw two clusters, one has no difference, two have half of it and one has all.
    low, mean, high = paired_interval([1, 1, 0, 0], [0, 0, 0, 0], clusters=["a", "a", "b", "b"])
    assert (low, mean, high) == (0.0, 0.5, 1.0)


def test_questions_of_one_cluster_are_drawn_together() -> None:
    assert paired_interval([1, 0], [0, 0], clusters=["a", "a"]) == (0.5, 0.5, 0.5)


def test_the_interval_holds_the_mean_difference() -> None:
    low, mean, high = paired_interval([True] * 30 + [False] * 10, [True] * 10 + [False] * 30)
    assert mean == 0.5
    # The difference is 1 for half of 40 questions: the standard error is 0.5 / 40 ** 0.5 = 0.079.
    assert [low, high] == pytest.approx([0.5 - 1.96 * 0.079, 0.5 + 1.96 * 0.079], abs=0.02)


def test_ways_that_agree_everywhere_do_not_differ() -> None:
    assert paired_interval([True, False, True], [True, False, True]) == (0, 0, 0)
    assert paired_interval([], []) == (0, 0, 0)


@pytest.mark.parametrize(("values", "expected"), [([True, False, False, True], 0.5), ([False], 0), ([], 1)])
def test_a_share_is_that_of_true_values(values: list[bool], expected: float) -> None:
    assert share(values) == expected


@pytest.mark.parametrize(("part", "value"), [(0.5, 30), (0.95, 50), (0.0, 10)])
def test_a_percentile_is_one_of_the_values(part: float, value: float) -> None:
    assert percentile([50, 10, 40, 20, 30], part) == value
    assert percentile([], part) == 0
