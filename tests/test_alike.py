"""Articles that say the same, or nearly."""

import random

import pytest

from ingest.alike import Alike, alike, likeness, same, signature

TEXT = "one two three four five six seven eight nine ten"


def words(seed: int, count: int = 400) -> list[str]:
    return [f"w{number}" for number in random.Random(seed).choices(range(5000), k=count)]


def pairs(texts: dict[str, str], least: float = 0.7) -> tuple[Alike, ...]:
    return alike({id_: signature(text) for id_, text in texts.items()}, texts.__getitem__, {}, least=least)[0]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (TEXT, TEXT, 1.0),
        (TEXT, TEXT.upper() + "!", 1.0),
        ("one two three four five six", "one two three four five seven", 1 / 3),
        ("one two three", "one two three", 1.0),
        ("one two three", "one two four", 0.0),
        ("", "", 1.0),
        (TEXT, "", 0.0),
    ],
)
def test_likeness_is_the_share_of_common_runs_of_five(first: str, second: str, expected: float) -> None:
    assert likeness(first, second) == pytest.approx(expected)


def test_the_same_words_are_one_group_whatever_the_layout() -> None:
    texts = {"a": TEXT, "b": "something else", "c": TEXT.replace(" ", "\n") + "."}
    assert same({id_: signature(text) for id_, text in texts.items()}) == (("a", "c"),)


def test_a_reworked_article_is_found_and_strangers_are_not() -> None:
    texts = {f"{seed}.md": " ".join(words(seed)) for seed in range(40)}
    texts["copy.md"] = " ".join([*words(7)[:390], "and", "some", "new", "words"])
    found = pairs(texts)
    assert [(pair.first, pair.second) for pair in found] == [("7.md", "copy.md")]
    assert 0.9 < found[0].likeness < 1


def test_articles_that_are_the_same_are_not_reported_twice() -> None:
    text = " ".join(words(1))
    assert pairs({"a": text, "b": text}) == ()
    assert len(pairs({"a": text, "b": text, "c": text + " end"})) == 1


def test_banding_misses_hardly_any_pair_that_is_alike() -> None:
    texts = {}
    for seed in range(100):
        texts[f"{seed}a"] = " ".join(words(seed))
        texts[f"{seed}b"] = " ".join([*words(seed)[: 400 - 50], *words(seed + 1000, 50)])  # likeness 0.77
    assert len(pairs(texts, least=0.7)) >= 99
