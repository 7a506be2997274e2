"""What a sentence may not make of a quote, each on the smallest pair: stopped where a fact changes, else passed."""

import datetime

import pytest

from bot.compare.arithmetic import follows
from bot.compare.dates import Date, dates, other_date, without_dates
from bot.compare.facts import Evidence, find_fault
from bot.compare.figures import missing_numbers, numbers, vague_figure
from bot.compare.measures import amounts, other_measure, without_units
from bot.compare.words import likeness

TUESDAY = datetime.date(2025, 11, 11)


def pairs(table: str) -> list[tuple[str, str]]:
    """One pair a line, the sentence and the quote with a bar between them."""
    rows = (line.split(" | ") for line in table.strip().splitlines())
    return [(sentence.strip(), quote.strip()) for sentence, quote in rows]


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
        ("Serbia bought 18 million missiles.", "Serbia bought 18 missiles for 5 million euros.", True),
        ("GDP grew by 5 percent.", "GDP changed by -5 percent.", True),
        ("Three reasons stand out.", "It has several reasons", False),
        ("Both did, for two reasons.", "They did, for cost and for speed", False),
        ("Two planes landed.", "six transport planes landed", True),
        ("They met 3 times.", "They met.", True),
    ],
)
def test_a_number_is_missing_only_if_the_text_holds_it_in_no_form(sentence: str, text: str, misses: bool) -> None:
    assert bool(missing_numbers(sentence, text)) is misses


@pytest.mark.parametrize(
    ("sentence", "quote"),
    pairs(
        """
        It is 412 kilometres long. | It is 412 metres long.
        It cost 96 million dollars. | It cost 96 million euros.
        It cost $96 million. | It cost €96 million.
        It cost A$96 million. | It cost US$96 million.
        It rose by 2 percent. | It rose by 2 percentage points.
        The army has 40 percent of the tanks. | The army has 40 tanks.
        The army has 40 tanks. | The army has 40 percent of the tanks.
        It is 5 square miles large. | It is 5 miles long.
        It makes 5 GW. | It makes 5 megawatts.
        It lasted two months. | It lasted two weeks.
        It was 20 °C. | It was 20 degrees Fahrenheit.
        It began at 3 p.m. | It began at 3 am.
        It fell in 480. | It fell in 480 BC.
        """
    ),
)
def test_a_number_that_measures_something_else_is_found(sentence: str, quote: str) -> None:
    assert other_measure(sentence, quote)


@pytest.mark.parametrize(
    ("sentence", "quote"),
    pairs(
        """
        It is 412 m long. | The bridge, 412 metres long, opened.
        It cost EUR 96m. | It cost 96 million euros.
        It cost $96 million. | It cost 96 million US dollars.
        It cost between 5 and 10 million euros. | It cost from €5 million to €10 million.
        It opened in 2019. | It opened in 2019 and 50 percent of it burnt.
        He is 40 years old. | The minister, 40, resigned.
        The 40-year-old resigned. | He is 40 years old.
        It began at 3 pm. | It began at 3 p.m.
        It weighs five pounds. | It weighs 5 lb.
        It ran at 30 km/h. | It ran at 30 kilometers per hour.
        """
    ),
)
def test_a_number_that_measures_the_same_passes(sentence: str, quote: str) -> None:
    assert other_measure(sentence, quote) is None


def test_the_codes_of_units_are_no_names() -> None:
    assert without_units("It paid EUR 96m for 5 MW in 480 BC then.") == "It paid 96m for 5 in 480 then."


@pytest.mark.parametrize(
    ("sentence", "quote", "said"),
    [
        ("They left on 12 May 2012.", "12 planes left on 22 May 2012.", False),
        ("They left in May 2013.", "They left on 22 May 2012, more in June 2013.", False),
        ("They left on May 22, 2012.", "They left on 22 May 2012.", True),
        ("It rained on 10 May.", "It rained from 5 to 12 May.", True),
        ("It rained on 13 May.", "It rained from 5 to 12 May.", False),
        ("As of November 2025 it is open.", "It is open.", True),
        ("On 11 November 2025 it was open.", "It is open.", True),
        ("In December 2025 it was open.", "It is open.", False),
        ("On 8 November 2025 it opened.", "It opened on Saturday.", True),
        ("On 9 November 2025 it opened.", "It opened on Saturday.", False),
        ("It opened on 10 November.", "It opened yesterday.", True),
        ("In October it opened.", "It opened last month.", True),
        ("On 3 October it opened.", "It opened last month.", False),
        ("It opened in November 2023.", "It opened two years ago.", False),
    ],
)
def test_a_date_is_said_by_the_quote_or_told_from_the_day_of_its_report(sentence: str, quote: str, said: bool) -> None:
    assert (other_date(sentence, quote, [TUESDAY]) is None) is said


@pytest.mark.parametrize(
    ("sentence", "quote", "published", "said"),
    [
        ("It opened on 14 March 2025.", "It opened on 14 March.", [TUESDAY], True),
        ("It opens on 14 March 2026.", "It opens on 14 March.", [TUESDAY], True),
        ("It opened on 14 March 2024.", "It opened on 14 March.", [TUESDAY], False),
        ("It opened in December 2024.", "It opened last December.", [TUESDAY], True),
        ("It opened on 14 March 2024.", "It opened on 14 March.", [], False),
        ("It opened on 14 March 2024.", "In 2024 they hurried: it opened on 14 March.", [], True),
        ("It opened on 14 March 2024.", "It opened in March 2024.", [TUESDAY], False),
    ],
)
def test_no_date_is_more_exact_than_the_quote_and_its_report(
    sentence: str, quote: str, published: list[datetime.date], said: bool
) -> None:
    assert (other_date(sentence, quote, published) is None) is said


def test_dates_years_and_weekdays_that_are_said_are_no_figures_and_no_names() -> None:
    said = without_dates("In 2024, on Monday, 11 November 2025, 5 men came.", "Last year, and yesterday.", [TUESDAY])
    assert said.split() == ["In", ",", "on", ",", ",", "5", "men", "came."]


def test_a_month_that_may_be_a_verb_has_a_capital_and_a_range_holds_its_days() -> None:
    assert dates("12 may have died, and 7 march on") == ()
    assert {date.day for date in dates("July 9-11, 2020")} == {9, 10, 11}
    assert dates("2020-07-09") == (Date(2020, 7, 9),)


@pytest.mark.parametrize(
    ("sentence", "text", "does"),
    [
        ("It rose by 43, to 214.", "It was 171 and is 214.", True),
        ("That is 25 % more.", "It rose from 80 to 100.", True),
        ("In all 31 people came.", "12 people came, then 19 people.", True),
        ("It opened 3 days later.", "From 3 May 2024 to 6 May 2024.", True),
        ("It was rebuilt 5 years later.", "It burnt in 2019 and was rebuilt in 2024.", True),
        ("It has 1.5 times as many.", "One has 30, the other 20.", True),
        ("It cost 5 million euros more.", "It cost 12 million euros instead of 7 million euros.", True),
        ("It cost 5 million euros.", "It cost 12 million euros instead of 7 million euros.", False),
        ("Then 230 men fled.", "Half of the 460 men fled.", True),
        ("Then 230 men fled.", "Many of the 460 men fled.", False),
        ("It rose by 44.", "It was 171 and is 214.", False),
        ("Over 8 million people live there.", "It has 7,482,500 inhabitants.", False),
        ("Nearly 30,000 finished.", "Of them 29,500 finished.", False),
        ("About 55,000 live there.", "It had 51,200, then 58,900 inhabitants.", False),
        ("It began in 1970.", "It began in 1979.", False),
        ("It took 5 days longer.", "It cost 12 euros and took 7 days.", False),
        ("It rose by 12 percent.", "It was 8 percent and is 20 percent.", False),
        ("It rose by 12 percentage points.", "It was 8 percent and is 20 percent.", True),
        ("Some 166 men had the flu.", "They saw 2,767 men, of whom 6% had the flu.", True),
        ("Some 176 men had the flu.", "They saw 2,767 men, of whom 6% had the flu.", False),
        ("It is 166 years old.", "They saw 2,767 men, of whom 6% had the flu.", False),
    ],
)
def test_a_figure_may_follow_from_figures_where_the_sentence_says_how(sentence: str, text: str, does: bool) -> None:
    assert follows(amounts(sentence)[0], sentence, text) is does


@pytest.mark.parametrize(
    "sentence", ["Half of them fled.", "Hundreds fled.", "Millions fled.", "Their number doubled."]
)
def test_a_vague_figure_needs_a_figure(sentence: str) -> None:
    assert vague_figure(sentence, "In 2019 some of them fled.") is not None
    assert vague_figure(sentence, "Some of them fled from 1000 to 2100.") is not None  # years, no figures
    assert vague_figure(sentence, "Of 460 men 230 fled.") is None
    assert vague_figure(sentence, sentence.upper()) is None


@pytest.mark.parametrize("text", ["A single man came.", "One man came.", "1 man came."])
def test_one_is_said_by_a_word_too(text: str) -> None:
    assert missing_numbers("Only 1 man came.", text) == ()


def test_half_a_deed_is_no_figure() -> None:
    assert vague_figure("He only half confirmed it.", "He confirmed it without confirming it.") is None


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("The Harlow bridge is 412 metres long.", None),
        ("The bridge is 512 metres long.", "figure"),
        ("The bridge is 412 feet long.", "unit"),
        ("The Senn bridge is 412 metres long.", "name"),
        ("In December 2025 the bridge was 412 metres long.", "date"),
        ("In November 2025 the bridge was 412 metres long.", None),
    ],
)
def test_a_fault_is_named_by_its_rule_and_titles_and_dates_count_as_said(sentence: str, rule: str | None) -> None:
    evidence = Evidence(("The bridge is 412 metres long.",), ("A bridge for Harlow",), (TUESDAY,))
    fault = find_fault(sentence, evidence)
    assert (fault.rule if fault else None) == rule


@pytest.mark.parametrize(
    ("sentence", "alike"),
    [
        ("The mill of Tarn grinds eleven new sacks a day.", "same"),
        ("Moreover, a day the mill of Tarn grinds eleven new sacks.", "same"),
        ("Grinds eleven new sacks a day the mill of Tarn.", "same"),
        ("The mill of Tarn grinds eleven sacks a day.", "near"),
        ("The mill of Tarn grinds eleven new sacks.", "other"),
        ("The mill of Tarn may grind eleven new sacks a day.", "other"),
        ("The mill of Hone grinds eleven new sacks a day.", "other"),
    ],
)
def test_words_are_the_quote_s_own_only_whole_and_in_order(sentence: str, alike: str) -> None:
    assert likeness(sentence, ["The mill of Tarn grinds eleven new sacks a day."]) == alike


@pytest.mark.parametrize(
    ("sentence", "quote"),
    pairs(
        """
        It opened in May. | It never opened in May.
        The client in Europe is Serbia. | The client in Europe may be Serbia.
        China sold arms to Serbia. | Serbia sold arms to China.
        He met the president. | He met the former president.
        It is the main client. | It is the main client in Europe.
        """
    ),
)
def test_what_says_something_else_is_not_in_the_quote_s_words(sentence: str, quote: str) -> None:
    assert likeness(sentence, [quote]) == "other"
