import pytest
from bot.compare.twists import changes_negation, swaps

from bot.compare.figures import missing_numbers, numbers
from bot.compare.propernames import missing_names, names, splices


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1,500 men and $1.5 million", [1500, 1_500_000]),
        ("twenty-one ships, two hundred and five men", [21, 205]),
        ("the 18th century, third place", [18, 3]),
        ("HQ-22 and Y-20s", []),
        ("2020-21", [2020, 2021]),
        ("one of them", []),
        ("12.5% of 3bn", [12.5, 3_000_000_000]),
    ],
)
def test_numbers_are_read_however_they_are_written(text: str, values: list[float]) -> None:
    assert [number.value for number in numbers(text)] == values


@pytest.mark.parametrize(
    ("sentence", "text", "misses"),
    [
        ("Six planes landed.", "6 planes landed", False),
        ("It cost 1.5 million.", "It cost 1,500,000", False),
        ("From 5 million to 10 million.", "between 5 and 10 million", False),
        ("First, two landed.", "two landed", False),
        ("Second, in 2000 it fell.", "Second, in 1999 it fell", True),
        ("Seven planes landed.", "Six planes landed", True),
        ("It cost 5 billion.", "It cost 5 million", True),
        ("In 1999 it fell.", "In 2000 it fell", True),
    ],
)
def test_a_number_is_missing_only_if_the_text_holds_it_in_no_form(sentence: str, text: str, misses: bool) -> None:
    assert bool(missing_numbers(sentence, text)) is misses


@pytest.mark.parametrize(
    ("sentence", "text", "missing"),
    [
        ("The Serbian army has the HQ22.", "Serbia’s army has the HQ-22", ()),
        ("The UN met in Nov. 2020.", "The United Nations met in November 2020", ()),
        ("The European Union met.", "The EU met", ()),
        ("It flew over Austria.", "It flew over Australia", ("Austria",)),
        ("It has the HQ-22.", "It has the FK-3", ("HQ-22",)),
        ("Germany received it.", "Serbia received it", ("Germany",)),
        ("Officials received it.", "Ministers received it", ()),
    ],
)
def test_a_name_is_missing_only_if_the_text_holds_it_in_no_form(
    sentence: str, text: str, missing: tuple[str, ...]
) -> None:
    assert missing_names(sentence, text) == missing


def test_a_capital_at_the_start_alone_makes_no_name() -> None:
    assert names("Planes from China landed. Experts watched.") == ("China",)


@pytest.mark.parametrize(
    ("sentence", "text", "swapped"),
    [
        ("Serbia sold arms to China.", "China sold arms to Serbia.", True),
        ("6 missiles and 18 planes landed.", "18 missiles and 6 planes landed.", True),
        ("It flew over Turkey and Bulgaria on Monday.", "It flew over Bulgaria and Turkey on Monday.", False),
        ("China sold many arms to Serbia.", "China sold arms to Serbia.", False),
    ],
)
def test_a_fact_in_another_s_place_is_a_swap(sentence: str, text: str, swapped: bool) -> None:
    assert swaps(sentence, text) is swapped


def test_a_name_made_of_two_people_is_a_splice() -> None:
    text = "Peter Smith met the minister, and much later in the evening so did Anna Miller."
    assert splices("Peter Miller met the minister.", text)
    assert not splices("Anna Miller met the minister.", text)


@pytest.mark.parametrize(
    ("sentence", "text", "changed"),
    [
        ("China does interfere in its politics.", "China does not interfere in its politics.", True),
        ("Serbia did not receive planes.", "Serbia received planes.", True),
        ("Serbia did not accept the offer.", "Serbia refused the offer.", False),
        ("It never opened.", "It did not open.", False),
        ("It opened in May.", "It opened in May, though it was not finished.", False),
    ],
)
def test_a_denial_put_in_or_left_out_is_a_change(sentence: str, text: str, changed: bool) -> None:
    assert changes_negation(sentence, text) is changed
