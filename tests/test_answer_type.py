import pytest

from bot.question.demand import demand_of


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How much did the bridge cost?", "money"),
        ("What is the budget?", "money"),
        ("What percentage of the eels survived?", "percent"),
        ("What share of the exports goes to Vareš?", "percent"),
        ("What time does the train leave?", "clock"),
        ("How many sleeping cars did Nordvia buy?", "count"),
        ("How heavy is the mirror?", "weight"),
        ("How fast is the tram?", "speed"),
        ("How far is Vareš?", "length"),
        ("How long is the bridge?", "span"),
        ("How old is the mayor?", "age"),
        ("When was it opened?", "when"),
        ("Tell me, when did it open?", "when"),
        ("Which year did it open?", "when"),
        ("Where is the weir?", "where"),
        ("At which airport did they land?", "where"),
        ("Who cut the ribbon?", "who"),
        ("Which combat drones does Serbia have?", "named"),
        ("Why did the mayor come?", "other"),
        ("How much rain fell?", "other"),
        ("The bridge opened when the mayor came, did it not?", "other"),
        ("", "other"),
    ],
)
def test_a_question_asks_for_one_kind_of_thing(question: str, kind: str) -> None:
    assert demand_of(question).kind == kind


@pytest.mark.parametrize(
    ("question", "head"),
    [
        ("How many sleeping cars did Nordvia buy?", "car"),
        ("How many people of Port Ellery came?", "peopl"),
        ("Which combat drones does Serbia have?", "drone"),
        ("List the missiles China has provided", "missil"),
        ("Which model of drone was it?", "drone"),
        ("What did the council promise?", None),
        ("Who cut the ribbon?", None),
    ],
)
def test_the_head_is_the_noun_that_is_asked_for(question: str, head: str | None) -> None:
    assert demand_of(question).head == head


@pytest.mark.parametrize(
    ("question", "strict"),
    [
        ("How much did the bridge cost?", True),
        ("When was it opened?", True),
        ("Name a drone", True),
        ("Which drones does Serbia have?", False),
        ("Where is the weir?", False),
        ("Who cut the ribbon?", False),
        ("Why did it open?", False),
    ],
)
def test_only_things_that_are_surely_recognised_are_demanded_strictly(question: str, strict: bool) -> None:
    assert demand_of(question).strict is strict


@pytest.mark.parametrize(
    ("question", "several"), [("Which drones were sold?", True), ("Which drone was sold?", False), ("Why?", False)]
)
def test_a_plural_asks_for_several(question: str, several: bool) -> None:
    assert demand_of(question).several is several
