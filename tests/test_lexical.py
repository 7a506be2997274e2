from pathlib import Path

import pytest

from ingest.errors import IndexBroken, PublishFailed
from ingest.index.lexical import MAX_TERMS, Lexical, write_lexical

TEXTS = ["bridg open bridg", "bridg cost", "eel climb ramp", "", "observatori telescop"]


@pytest.fixture
def lexical(tmp_path: Path) -> Lexical:
    write_lexical(tmp_path, TEXTS)
    return Lexical(tmp_path)


def test_texts_that_hold_a_term_are_found_the_fullest_first(lexical: Lexical) -> None:
    assert list(lexical.search({"bridg": 1.0}, 10)) == [0, 1]
    assert list(lexical.search({"bridg": 1.0, "cost": 1.0}, 10)) == [1, 0]


def test_a_weight_scales_the_share_of_its_term(lexical: Lexical) -> None:
    full, half = lexical.search({"eel": 1.0}, 10)[2], lexical.search({"eel": 0.5}, 10)[2]
    assert half == pytest.approx(full / 2)
    assert lexical.search({"eel": 0.0}, 10) == {}


def test_the_limit_holds_and_equal_scores_come_in_the_order_of_the_rows(tmp_path: Path) -> None:
    write_lexical(tmp_path, ["same"] * 5)
    assert list(Lexical(tmp_path).search({"same": 1.0}, 3)) == [0, 1, 2]


@pytest.mark.parametrize("weights", [{}, {"unknown": 1.0}, {"": 1.0}, {'"foo: (bar': 1.0}, {"a b": 1.0}, {"*": 1.0}])
def test_what_no_text_holds_finds_nothing_and_is_never_syntax(lexical: Lexical, weights: dict[str, float]) -> None:
    assert lexical.search(weights, 10) == {}


def test_of_a_very_long_question_the_rarest_terms_count(tmp_path: Path) -> None:
    often = [f"often{i:03d}" for i in range(MAX_TERMS + 10)]
    text = " ".join(often)
    write_lexical(tmp_path, [text, text, f"rare {text}"])
    assert next(iter(Lexical(tmp_path).search(dict.fromkeys([*often, "rare"], 1.0), 3))) == 2


def test_frequency_counts_texts_not_occurrences(lexical: Lexical) -> None:
    assert (lexical.frequency("bridg"), lexical.frequency("none"), lexical.texts) == (2, 0, 5)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("birdg", "bridg"),
        ("brigd", "bridg"),
        ("telesocpe", "telescop"),
        ("obsrvatri", "observatori"),
        ("ramb", None),
        ("xridg", None),
        ("bxxdg", None),
        ("br1dg", None),
        ("", None),
    ],
)
def test_a_mistyped_long_term_means_what_was_meant(lexical: Lexical, typed: str, meant: str | None) -> None:
    assert lexical.similar(typed) == meant


def test_of_several_near_terms_the_nearest_and_then_the_most_frequent_is_meant(tmp_path: Path) -> None:
    write_lexical(tmp_path, ["marlon marlon", "marlow harlow", "marlow", "marlop", "marlowes"])
    assert Lexical(tmp_path).similar("marlox") == "marlow"
    assert Lexical(tmp_path).similar("marlowesx") == "marlowes"


def test_writing_again_replaces_what_was_there(tmp_path: Path) -> None:
    write_lexical(tmp_path, ["old", "old"])
    write_lexical(tmp_path, ["new"])
    assert (Lexical(tmp_path).frequency("old"), Lexical(tmp_path).texts) == (0, 1)


def test_a_missing_or_damaged_index_is_broken(tmp_path: Path) -> None:
    with pytest.raises(IndexBroken, match="cannot be opened"):
        Lexical(tmp_path / "missing")
    write_lexical(tmp_path, TEXTS)
    (tmp_path / "meta.json").write_text("{")
    with pytest.raises(IndexBroken, match="cannot be opened"):
        Lexical(tmp_path)


def test_a_folder_that_cannot_be_written_names_its_remedy() -> None:
    with pytest.raises(PublishFailed, match="Free some space"):
        write_lexical(Path("/dev/null/lexical"), TEXTS)
