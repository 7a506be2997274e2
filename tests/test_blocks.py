from ingest.articles.blocks import (
    Block,
    Link,
    as_json,
    block_at,
    from_json,
    links_as_json,
    links_from_json,
    with_paths,
)

TEXT = "The pump\n\nCosts\n\nTwo euros.\n\nSpare parts\n\n• a seal"
BLOCKS = (
    Block("heading", 0, 8, level=1),
    Block("heading", 10, 15, level=2),
    Block("paragraph", 17, 27, page=3),
    Block("heading", 29, 40, level=2),
    Block("item", 42, 50, level=1, label="•", group=4, leans_on=3),
)


def paths(title: str | None) -> list[tuple[str, ...]]:
    return [block.path for block in with_paths(TEXT, BLOCKS, title=title)]


def test_a_block_stands_under_the_headings_above_it() -> None:
    assert paths(None) == [(), ("The pump",), ("The pump", "Costs"), ("The pump",), ("The pump", "Spare parts")]


def test_the_heading_that_is_the_title_stands_above_nothing() -> None:
    assert paths("the PUMP") == [(), (), ("Costs",), (), ("Spare parts",)]
    assert with_paths(TEXT, BLOCKS, title="The pump")[0].level == 0


def test_only_the_first_heading_that_repeats_the_title_is_it() -> None:
    twice = (BLOCKS[0], Block("heading", 0, 8, level=2), BLOCKS[2])
    assert [block.level for block in with_paths(TEXT, twice, title="The pump")] == [0, 2, 0]


def test_a_deeper_heading_ends_with_the_next_one_above_it() -> None:
    blocks = (Block("heading", 0, 8, level=3), Block("heading", 10, 15, level=2), BLOCKS[2])
    assert with_paths(TEXT, blocks)[2].path == ("Costs",)


def test_the_nearest_heading_is_the_last_of_the_path() -> None:
    found = with_paths(TEXT, BLOCKS)
    assert (found[0].heading, found[2].heading) == (None, "Costs")


def test_an_offset_lies_in_the_last_block_that_has_begun() -> None:
    assert [block_at(BLOCKS, at) for at in (0, 9, 10, 49)] == [BLOCKS[0], BLOCKS[0], BLOCKS[1], BLOCKS[4]]
    assert block_at((BLOCKS[2],), 3) is None


def test_blocks_survive_being_stored_with_their_paths_found_anew() -> None:
    found = with_paths(TEXT, BLOCKS, title="The pump")
    assert from_json(as_json(found), TEXT, title="The pump") == found


def test_links_survive_being_stored() -> None:
    links = (Link(3, 7, "https://a.example/“x”"),)
    assert links_from_json(links_as_json(links)) == links
