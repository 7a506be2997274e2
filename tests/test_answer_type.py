import pytest

from bot.question.answer_type import answer_type_of


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
        ("Since when?", "when"),
        ("How early must I come?", "when"),
        ("How often is it cleaned?", "often"),
        ("How much is it?", "money"),
        ("What does a day ticket for the ferry cost?", "money"),
        ("Tell me, when did it open?", "when"),
        ("Which year did it open?", "when"),
        ("Where is the weir?", "where"),
        ("At which airport did they land?", "where"),
        ("Who cut the ribbon?", "who"),
        ("Which combat drones does Serbia have?", "named"),
        ("Which flag turns the cache off?", "command"),
        ("What is the command to flush the queue?", "command"),
        ("How do I reset the pump?", "steps"),
        ("How is the filter cleaned?", "steps"),
        ("Walk me through the process for a refund", "steps"),
        ("walk me through a visit at the weir", "steps"),
        ("The pump page went off. What do I do?", "steps"),
        ("Why did the mayor come?", "why"),
        ("How come it was late?", "why"),
        ("What is the reason for the delay?", "why"),
        ("What is said about the ferry?", "about"),
        ("Tell me about the FT-8C.", "about"),
        ("anything on the CH-95 in the articles", "about"),
        ("Rafale?", "about"),
        ("the night train", "about"),
        ("What is a weir?", "define"),
        ("What does SLA mean?", "define"),
        ("Is the mill open?", "yesno"),
        ("It is late, but can we swim?", "yesno"),
        ("The bridge opened when the mayor came, did it not?", "yesno"),
        ("How does it work?", "other"),
        ("How much rain fell?", "other"),
        ("", "other"),
    ],
)
def test_a_question_asks_for_one_kind_of_thing(question: str, kind: str) -> None:
    assert answer_type_of(question).kind == kind


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
        ("Which lamps burn?", "lamp"),
        ("Which team members work remotely?", "member"),
        ("Which rules apply to guests?", "rule"),
        ("How many sales figures are there?", "figur"),
    ],
)
def test_the_head_is_the_noun_that_is_asked_for(question: str, head: str | None) -> None:
    assert answer_type_of(question).head == head


@pytest.mark.parametrize(
    ("question", "strict"),
    [
        ("How much did the bridge cost?", True),
        ("When was it opened?", True),
        ("Name a drone", True),
        ("Which drones does Serbia have?", False),
        ("How do I reset the pump?", False),
        ("Is the mill open?", False),
        ("Where is the weir?", False),
        ("Who cut the ribbon?", False),
        ("Why did it open?", False),
    ],
)
def test_only_things_that_are_surely_recognised_are_demanded_strictly(question: str, strict: bool) -> None:
    assert answer_type_of(question).strict is strict


@pytest.mark.parametrize(
    ("question", "several"),
    [
        ("Which drones were sold?", True),
        ("What are the rules of the pool?", True),
        ("Which people came?", True),
        ("Which drone was sold?", False),
        ("Which bus was late?", False),
        ("Why?", False),
    ],
)
def test_a_plural_asks_for_several(question: str, several: bool) -> None:
    assert answer_type_of(question).several is several
