from ingest.articles.formats.pieces import Piece, with_lists_joined

CODE, PROSE = Piece("code", "make all"), Piece("paragraph", "Wait a minute.")


def item(label: str, group: int, level: int = 1) -> Piece:
    return Piece("item", "step", level=level, label=label, group=group)


def groups(*pieces: Piece) -> list[int]:
    return [piece.group for piece in with_lists_joined(pieces)]


def test_a_numbered_list_goes_on_behind_code_with_the_next_number() -> None:
    assert groups(item("1.", 1), CODE, item("2.", 2), PROSE, item("3.", 3)) == [1] * 5


def test_what_stands_between_two_steps_is_of_the_first() -> None:
    between = with_lists_joined((item("1.", 1), CODE, item("2.", 2)))[1]
    assert (between.kind, between.level, between.group) == ("code", 1, 1)


def test_a_list_that_begins_anew_is_another() -> None:
    assert groups(item("1.", 1), item("2.", 1), PROSE, item("1.", 2)) == [1, 1, 0, 2]


def test_a_heading_ends_a_list() -> None:
    assert groups(item("1.", 1), Piece("heading", "Next", level=2), item("2.", 2)) == [1, 0, 2]


def test_much_text_between_ends_a_list() -> None:
    assert groups(item("1.", 1), Piece("paragraph", "word " * 300), item("2.", 2)) == [1, 0, 2]


def test_numbers_of_another_kind_do_not_go_on() -> None:
    assert groups(item("1.", 1), item("2)", 2)) == [1, 2]
    assert groups(item("2.1", 1), item("3.2", 2)) == [1, 2]


def test_letters_and_numbers_with_parts_go_on() -> None:
    assert groups(item("a)", 1), CODE, item("b)", 2)) == [1, 1, 1]
    assert groups(item("2.1", 1), PROSE, item("2.2", 2)) == [1, 1, 1]


def test_lists_of_one_item_each_are_one_list() -> None:
    assert groups(item("•", 1), item("•", 2), item("☑", 3), item("☐", 4)) == [1, 1, 1, 1]


def test_bullets_between_two_steps_are_below_the_first() -> None:
    joined = with_lists_joined((item("1.", 1), item("•", 2), item("•", 2), item("2.", 3)))
    assert [(piece.group, piece.level) for piece in joined] == [(1, 1), (1, 2), (1, 2), (1, 1)]


def test_a_list_that_stands_deeper_is_of_the_item_before_it() -> None:
    assert groups(item("1.", 1), item("a.", 2, level=2), item("2.", 3)) == [1, 1, 1]


def test_bullets_with_text_between_are_two_lists() -> None:
    assert groups(item("•", 1), PROSE, item("•", 2)) == [1, 0, 2]
