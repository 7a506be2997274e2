import pytest

from ingest.errors import MassDelete
from ingest.plan import Plan, check_removals, make_plan


def test_each_article_is_added_changed_kept_or_removed_by_its_hash() -> None:
    found = {"new": "1", "touched": "2", "same": "3"}
    known = {"touched": "1", "same": "3", "gone": "4"}
    assert make_plan(found, known) == Plan(add=("new",), change=("touched",), keep=("same",), remove=("gone",))


def test_a_plan_is_in_the_order_of_the_ids() -> None:
    assert make_plan({"b": "1", "a": "1", "c": "1"}, {}).add == ("a", "b", "c")


def test_what_cannot_be_read_is_neither_added_nor_changed() -> None:
    plan = Plan(add=("a", "b"), change=("c", "d"), keep=("e",), remove=("f",))
    assert plan.without({"a", "d"}) == Plan(add=("b",), change=("c",), keep=("e",), remove=("f",))


@pytest.mark.parametrize(
    ("kept", "removed", "refused"),
    [(0, 10, False), (0, 11, True), (100, 20, False), (44, 11, False), (43, 11, True)],
)
def test_more_than_ten_and_a_fifth_vanishing_at_once_is_refused(kept: int, removed: int, refused: bool) -> None:
    plan = Plan((), (), tuple(map(str, range(kept))), tuple(map(str, range(removed))))
    if refused:
        with pytest.raises(MassDelete, match="--allow-mass-delete"):
            check_removals(plan)
    else:
        check_removals(plan)
