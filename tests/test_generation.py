from pathlib import Path

import pytest

from ingest.errors import IndexBroken, IndexNotFound
from ingest.index import generation


def publish(home: Path) -> str:
    building = generation.building_folder(home)
    (building / "part").write_text("x")
    return generation.publish(home, building)


def test_nothing_is_published_in_a_new_home(tmp_path: Path) -> None:
    assert generation.current(tmp_path / "missing") is None
    assert generation.generations(tmp_path) == ()


def test_each_published_generation_has_the_next_name_and_is_pointed_to(tmp_path: Path) -> None:
    assert [publish(tmp_path), publish(tmp_path)] == ["000001", "000002"]
    assert generation.current(tmp_path) == "000002"
    assert (generation.folder_of(tmp_path, "000001") / "part").read_text() == "x"


def test_what_is_being_built_is_no_generation_yet(tmp_path: Path) -> None:
    building = generation.building_folder(tmp_path)
    assert generation.name_of(building) == "000001"
    assert (generation.generations(tmp_path), generation.current(tmp_path)) == ((), None)


def test_rolling_back_points_to_the_one_before_until_there_is_none(tmp_path: Path) -> None:
    for _ in range(3):
        publish(tmp_path)
    assert generation.roll_back(tmp_path) == ("000003", "000002")
    assert generation.roll_back(tmp_path) == ("000002", "000001")
    with pytest.raises(IndexNotFound, match="no older generation"):
        generation.roll_back(tmp_path)
    assert generation.current(tmp_path) == "000001"


def test_after_a_rollback_and_an_ingest_going_back_leads_past_what_was_gone_back_from(tmp_path: Path) -> None:
    for _ in range(3):
        publish(tmp_path)
    generation.roll_back(tmp_path)
    publish(tmp_path)
    assert generation.roll_back(tmp_path) == ("000004", "000002")
    assert generation.roll_back(tmp_path) == ("000002", "000001")


def test_however_far_was_gone_back_that_is_kept_when_something_new_is_published(tmp_path: Path) -> None:
    for _ in range(3):
        publish(tmp_path)
    for _ in range(2):
        generation.roll_back(tmp_path)
    publish(tmp_path)
    generation.discard_old(tmp_path)
    assert generation.generations(tmp_path) == ("000001", "000004")


def test_in_a_home_of_an_earlier_version_going_back_leads_to_the_next_older_one(tmp_path: Path) -> None:
    for _ in range(2):
        (generation.folder_of(tmp_path, publish(tmp_path)) / "BEFORE").unlink()
    assert generation.roll_back(tmp_path) == ("000002", "000001")


def test_after_a_rollback_the_next_generation_does_not_take_a_used_name(tmp_path: Path) -> None:
    publish(tmp_path)
    publish(tmp_path)
    generation.roll_back(tmp_path)
    assert publish(tmp_path) == "000003"


def test_what_an_interrupted_ingest_left_is_discarded_and_nothing_else(tmp_path: Path) -> None:
    publish(tmp_path)
    generation.building_folder(tmp_path)
    generation.discard_unfinished(tmp_path)
    assert [path.name for path in (tmp_path / "generations").iterdir()] == ["000001"]


def test_a_generation_named_but_never_published_is_discarded(tmp_path: Path) -> None:
    generation.building_folder(tmp_path).rename(tmp_path / "generations" / "000001")
    generation.discard_unfinished(tmp_path)
    assert generation.generations(tmp_path) == ()


def test_the_one_in_use_and_the_two_before_it_are_kept(tmp_path: Path) -> None:
    for _ in range(5):
        publish(tmp_path)
    generation.discard_old(tmp_path)
    assert generation.generations(tmp_path) == ("000003", "000004", "000005")


def test_a_damaged_pointer_points_to_nothing_and_costs_no_generation(tmp_path: Path) -> None:
    publish(tmp_path)
    (tmp_path / "CURRENT").write_bytes(b"\xff\0")
    assert generation.current(tmp_path) is None
    generation.discard_unfinished(tmp_path)
    assert generation.generations(tmp_path) == ("000001",)


def test_a_pointer_that_cannot_be_read_names_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").mkdir()
    with pytest.raises(IndexBroken, match="mend its permissions"):
        generation.current(tmp_path)


def test_a_digest_depends_on_the_parts_and_their_borders() -> None:
    assert generation.digest(["ab", "c"]) == generation.digest(["ab", "c"])
    assert len({generation.digest(parts) for parts in (["ab", "c"], ["a", "bc"], ["c", "ab"], [])}) == 4
