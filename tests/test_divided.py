"""Words that print divides are whole again, and hyphens of their own stay: told by the rest of the document."""

import pytest

from ingest.articles.formats.wrapped import divisions_of

DIVIDES = ("The har-", "bour was dredged in au-", "tumn, when few ferries sail.")


def joined(*lines: str, of: tuple[str, ...] = DIVIDES) -> str:
    return divisions_of((*of, *lines)).joined(lines)


def test_a_divided_word_is_whole_where_the_document_divides_words() -> None:
    assert joined("They met the engi-", "neer at noon.") == "They met the engineer at noon."


def test_a_word_that_stands_elsewhere_tells_how_it_is_written() -> None:
    assert joined("A lock-", "keeper.", "Each lockkeeper of the town rows.").startswith("A lockkeeper.")
    assert joined("A lock-", "keeper.", "Each lock-keeper of the town rows.").startswith("A lock-keeper.")
    assert joined("An end-", "to-end test.", "It is peer-to-peer and end-to-end.").startswith("An end-to-end test.")


def test_two_words_of_the_document_keep_their_hyphen() -> None:
    assert joined("A tide-", "driven mill.", "The tide has driven it.").startswith("A tide-driven mill.")


@pytest.mark.parametrize(
    ("end", "begin"),
    [
        ("state-of-the-", "art"),
        ("HQ-", "22"),
        ("https://docs.port-", "ellery.example/a"),
        ("EU-", "wide"),
        ("well-", "kept"),
    ],
)
def test_what_is_no_division_keeps_its_hyphen_without_a_space(end: str, begin: str) -> None:
    assert joined(f"It is {end}", f"{begin} today and the day after.") == f"It is {end}{begin} today and the day after."


def test_a_document_that_divides_no_words_keeps_every_hyphen() -> None:
    plain = ("A quay-side", "crane.", "The quay-", "side crane is a low-", "cost crane, and cost is low.")
    assert joined("The silt-", "free basin.", of=plain) == "The silt-free basin."


def test_a_hyphen_that_stands_for_a_word_or_alone_has_a_space_behind_it() -> None:
    assert joined("The short-", "and long-term plans.") == "The short- and long-term plans."
    assert joined("Ferries -", "trams.") == "Ferries - trams."


def test_a_name_of_code_is_whole_only_if_it_stands_elsewhere() -> None:
    assert joined("Call MAX_-", "DEPTH now.", "MAX_DEPTH is nine.").startswith("Call MAX_DEPTH now.")
    assert joined("Call lock.ha-", "rbour() now.") == "Call lock.ha-rbour() now."
