import pytest

from bot.question.answer_type import answer_type_of
from bot.quote.things import fitness


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How much did it cost?", "It cost 212 million euros."),
        ("How much did it cost?", "Cyclists cross free of charge."),
        ("What percentage was lost?", "Half of them were."),
        ("How much is a day ticket?", "It is 64 kroner."),
        ("How often is it washed?", "It is washed twice a week."),
        ("How often is it washed?", "It is washed every six hours."),
        ("When is it shut?", "It is shut when the river is high."),
        ("Since when?", "It has run since 1987."),
        ("What time does it leave?", "It leaves at 21:40."),
        ("How many sleeping cars did it buy?", "It bought eleven used sleeping cars."),
        ("How many planes flew?", "Six aircraft flew."),
        ("How heavy is it?", "It weighs 3 tons."),
        ("How fast is it?", "It does 90 km/h."),
        ("How far is it?", "The town is 12 km away."),
        ("How long is it?", "It is 640 metres long."),
        ("How old is it?", "It is nine years old."),
        ("When did it open?", "It opened on Saturday."),
        ("Where was it polished?", "It was polished in Jena."),
        ("Who built it?", "The builder was Hartwell & Sons."),
        ("Why was it built?", "Because."),
    ],
)
def test_a_sentence_with_the_thing_that_was_asked_for_fits(question: str, text: str) -> None:
    assert fitness(answer_type_of(question), text) == 1


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How much did it cost?", "It was expensive."),
        ("How often is it washed?", "It is washed by hand."),
        ("What time does it leave?", "It leaves early."),
        ("How many sleeping cars did it buy?", "It bought sleeping cars, and 49 berths."),
        ("How long is it?", "It is very long."),
        ("How heavy is it?", "It is 640 metres long."),
        ("Who built it?", "It was built by hand."),
        ("When did it start?", "Proposal: harbour/plans#1210"),
        ("When did it start?", "It is described in HB-1210."),
    ],
)
def test_a_sentence_without_the_thing_does_not_fit(question: str, text: str) -> None:
    assert fitness(answer_type_of(question), text) == 0


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("How many H-6 planes flew?", "H-6 planes flew over."),
        ("How many planes flew?", "HQ-22 aircraft flew."),
        ("How many planes flew?", "In 2019 planes flew."),
    ],
)
def test_figures_of_names_and_years_count_nothing(question: str, text: str) -> None:
    assert fitness(answer_type_of(question), text) == 0


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("When did it open in 2019?", "It opened in 2019."),
        ("Where in Jena is it?", "It lies in Jena."),
        ("Who besides Hartwell built it?", "The builder was Hartwell."),
    ],
)
def test_what_the_question_itself_said_is_no_answer_to_it(question: str, text: str) -> None:
    assert fitness(answer_type_of(question), text) == 0


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("It bought CH-95 drones.", 1.0),
        ("It bought drones.", 0.5),
        ("It bought Chinese drones.", 0.5),
        ("Nordvia flew, and drones came.", 0.5),
        ("It was sold.", 0.5),
    ],
)
def test_where_a_name_is_asked_for_it_must_stand_before_the_noun(text: str, fits: float) -> None:
    assert fitness(answer_type_of("Which drones did China sell?"), text) == fits
