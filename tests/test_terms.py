import pytest

from ingest.terms import fold, question_terms, terms


@pytest.mark.parametrize(
    "spellings",
    [
        ("U.N.", "UN", "un"),
        ("Belgrade's", "Belgrades", "Belgrade’s", "BELGRADE"),
        ("Vučić", "Vucic", "vučic\u0301"),
        ("1,500", "1500"),
        ("Łódź", "lodz"),
        ("straße", "STRASSE"),
        ("the Y-20s", "the Y-20", "the Y‑20", "the Y–20"),
        ("running", "runs"),
        ("the 1990s", "the 1990"),
        ("ﬁre", "fire"),
    ],
)
def test_what_is_written_in_several_ways_becomes_the_same_terms(spellings: tuple[str, ...]) -> None:
    assert {tuple(terms(text)) for text in spellings} == {tuple(terms(spellings[0]))}
    assert terms(spellings[0])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HQ-22", ["hq", "22", "hq22"]),
        ("HQ22", ["hq", "22", "hq22"]),
        ("air-defence", ["air", "defenc", "airdef"]),
        ("1,500 or 3.5", ["1500", "or", "3.5"]),
        ("東京都", ["東京", "京都"]),
        ("don't", ["do"]),
        ("?! … –", []),
        ("", []),
    ],
)
def test_a_compound_yields_its_parts_and_the_whole(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_a_question_keeps_each_telling_term_once_and_in_order() -> None:
    assert question_terms("Which bridges did the port open, and which bridge is the port's?") == [
        "bridg",
        "port",
        "open",
    ]


@pytest.mark.parametrize("text", ["", "??!", "who is it?", "AND OR NOT"])
def test_a_question_of_nothing_but_function_words_has_no_terms(text: str) -> None:
    assert question_terms(text) == []


def test_search_syntax_is_only_words() -> None:
    assert question_terms('"foo: (bar^2 -baz*') == ["foo", "bar", "2", "baz"]


def test_pasted_data_without_spaces_is_no_term() -> None:
    assert terms("x" * 101 + " and " + "z" * 100) == ["and", "z" * 100]
    assert all(len(term) <= 100 for term in terms("https://a.example/" + "long-" * 50))


def test_folding_takes_away_case_accents_and_compatibility_forms() -> None:
    assert fold("Đoković ① ＡＢ") == "dokovic 1 ab"
