import pytest

from bot.question.names import Name, is_mentioned, names_in
from ingest.terms import terms


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Did Serbia buy the HQ-22 from China?", ["Serbia", "HQ-22", "China"]),
        ("Is Petra Šimić in Vareš?", ["Petra", "Šimić", "Vareš"]),
        ("did the tram cost 30 million?", ["30"]),
        ("Is IBM Dr. or Mr. then?", ["IBM"]),
        ("how long is the bridge?", []),
        ("", []),
    ],
)
def test_capitals_codes_and_figures_are_names(question: str, names: list[str]) -> None:
    assert [name.text for name in names_in(question)] == names


@pytest.mark.parametrize("question", ["Bridges cost what?", "It opened. Trams came? Then what?", "“Trams came”?"])
def test_a_capital_that_opens_a_sentence_is_no_name(question: str) -> None:
    assert names_in(question) == ()


def test_a_name_that_is_said_twice_is_listed_once() -> None:
    assert names_in("does the Y-20 follow the Y-20?") == (Name("Y-20", "y20", ("y", "20")),)


def test_of_a_compound_only_the_parts_that_name_something_count() -> None:
    assert names_in("which Chinese-made planes?") == (Name("Chinese-made", "chinesemad", ("chines",)),)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("HQ-22", "the HQ22 systems"),
        ("HQ-22", "the HQ-22 systems"),
        ("Serbia", "a Serbian analyst"),
        ("Serbia", "the Serbs said"),
        ("France", "French jets"),
        ("USA", "American officials"),
        ("Vučić", "President Vucic"),
        ("Chinese-made", "made in China"),
    ],
)
def test_another_form_of_a_name_mentions_it(name: str, text: str) -> None:
    (asked,) = names_in(f"is {name} there")
    assert is_mentioned(asked, set(terms(text)))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("HQ-22", "the HQ-17 systems"),
        ("Serbia", "Siberian winters"),
        ("Iran", "Iraqi troops"),
        ("2019", "in 2020"),
    ],
)
def test_another_name_does_not_mention_it(name: str, text: str) -> None:
    (asked,) = names_in(f"is {name} there")
    assert not is_mentioned(asked, set(terms(text)))
