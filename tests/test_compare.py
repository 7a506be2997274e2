"""What a sentence may not make of a quote, each on the smallest pair: stopped where it changes, passed where not."""

import pytest
from bot.compare.moods import other_mood
from bot.compare.opposites import other_manner, other_side, other_time, says_opposite
from bot.compare.roles import turns_round
from bot.compare.twists import changes_negation, swaps
from bot.compare.verbs import base, is_past

from bot.compare.dates import dates, mixed_date
from bot.compare.figures import missing_numbers
from bot.compare.measures import amounts, other_measure, without_units
from bot.compare.propernames import missing_names
from bot.compare.words import altered_speech, mixes_alphabets


def pairs(table: str) -> list[tuple[str, str]]:
    """One pair a line, the sentence and the quote with a bar between them."""
    rows = (line.split(" | ") for line in table.strip().splitlines())
    return [(sentence.strip(), quote.strip()) for sentence, quote in rows]


@pytest.mark.parametrize(
    ("sentence", "quote"),
    pairs(
        """
        It is 412 kilometres long. | It is 412 metres long.
        It cost 96 million dollars. | It cost 96 million euros.
        It cost $96 million. | It cost €96 million.
        It cost A$96 million. | It cost US$96 million.
        It rose by 2 percent. | It rose by 2 percentage points.
        It rose by 2 pp. | It rose by 2 %.
        The army has 40 percent of the tanks. | The army has 40 tanks.
        The army has 40 tanks. | The army has 40 percent of the tanks.
        It is 5 square miles large. | It is 5 miles long.
        It makes 5 GW. | It makes 5 megawatts.
        It lasted two months. | It lasted two weeks.
        It was 20 °C. | It was 20 degrees Fahrenheit.
        It began at 3 p.m. | It began at 3 am.
        It fell in 480. | It fell in 480 BC.
        More than 3,000 came. | 3,000 came.
        Fewer than 3,000 came. | More than 3,000 came.
        At most 40 died. | At least 40 died.
        At least 40 died. | Up to 40 died.
        Exactly 40 died. | About 40 died.
        40 people died. | Almost 40 people died.
        40 people or more died. | 40 people died.
        Half of them agreed. | A quarter of them agreed.
        It doubled in 2020. | It tripled in 2020.
        Prices rose in half of the towns. | Prices rose in 50 of the towns.
        Prices doubled in the towns. | Prices rose in 2 of the towns.
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
        It rose 40 % last year. | It rose between 40 and 50 percent.
        It opened in 2019. | It opened in 2019 and 50 percent of it burnt.
        He is 40 years old. | The minister, 40, resigned.
        The 40-year-old resigned. | He is 40 years old.
        At least 40 died. | No fewer than 40 died.
        Over 3,000 came. | More than 3,000 came.
        Nearly 40 died. | Almost 40 died.
        About 40 died. | Some 40 died.
        It has a range of 170 km. | It hits targets up to 170 km away.
        It began at 3 pm. | It began at 3 p.m.
        Half of them agreed. | 50 percent of them agreed.
        It is from the eighteenth century. | It is from the 18th century.
        They paid a dollar. | They paid one dollar.
        It doubled. | It rose by 100 percent.
        It is twice as long. | It is two times as long.
        It took half an hour. | It took 30 minutes.
        It was built over five years. | It was built in five years.
        It lasted more than five years. | It lasted over five years.
        """
    ),
)
def test_a_number_that_measures_the_same_passes(sentence: str, quote: str) -> None:
    assert other_measure(sentence, quote) is None


@pytest.mark.parametrize(
    ("sentence", "quote", "lacks"),
    [
        ("Serbia bought 18 million missiles.", "Serbia bought 18 missiles for 5 million euros.", True),
        ("GDP grew by 5 percent.", "GDP changed by -5 percent.", True),
        ("It cost 5 million.", "It cost between 5 and 10 million.", False),
        ("It cost 5 million.", "It cost 5, 6 or 10 million.", False),
        ("It cost 5 to 10 million.", "It cost 5 million to 10 million.", False),
        ("GDP fell by 5 percent.", "GDP changed by -5 percent.", False),
        ("It was -5 degrees.", "It was minus 5 degrees.", False),
    ],
)
def test_a_number_is_there_only_with_its_scale_and_sign(sentence: str, quote: str, lacks: bool) -> None:
    assert bool(missing_numbers(sentence, quote)) is lacks


def test_a_range_lends_its_first_number_the_unit_of_its_second() -> None:
    first, second = amounts("between about 40 and nearly 50 kg")
    assert (first.unit, first.unit_after, first.bound) == (None, "kg", "about")
    assert (second.unit, second.bound) == ("kg", "less")


def test_the_codes_of_units_are_no_names() -> None:
    assert without_units("It paid EUR 96m for 5 MW in 480 BC.") == "It paid 96m for 5 in 480."


@pytest.mark.parametrize(
    ("sentence", "quote"),
    pairs(
        """
        Prices rose by 5 percent. | Prices fell by 5 percent.
        They are higher than in 2019. | They are lower than in 2019.
        It opened before the war. | It opened after the war.
        The minister accepted it. | The minister rejected it.
        The senate passed the bill. | The senate blocked the bill.
        It is the largest buyer. | It is the smallest buyer.
        All countries bought it. | Some countries bought it.
        Few members agreed. | Many members agreed.
        It was sold illegally. | It was sold legally.
        It is possible that it rains. | It is impossible that it rains.
        """
    ),
)
def test_a_word_for_its_opposite_is_found_either_way(sentence: str, quote: str) -> None:
    assert says_opposite(sentence, quote)
    assert says_opposite(quote, sentence)


@pytest.mark.parametrize(
    ("sentence", "quote"),
    pairs(
        """
        Prices did not rise. | Prices fell.
        The fall in prices made fears rise. | Prices fell.
        Prices rose. | Prices increased after they had fallen.
        The import went on. | The port went on.
        It underwent an inspection. | It went.
        Truman won the 1948 election against Dewey. | Truman defeated Dewey in the 1948 election.
        All five towns agreed. | Several towns agreed, five in number.
        Most of them agreed. | Some 80 percent of them agreed.
        He left the country. | The country of human rights, he said, was not his.
        It is open to talks. | It is close to talks.
        """
    ),
)
def test_other_words_for_the_same_are_no_opposites(sentence: str, quote: str) -> None:
    assert says_opposite(sentence, quote) is None


@pytest.mark.parametrize(
    ("sentence", "quote"),
    pairs(
        """
        Serbia bought 18 missiles. | Serbia may buy 18 missiles.
        Serbia bought 18 missiles. | Serbia plans to buy 18 missiles.
        Serbia bought 18 missiles. | Serbia was considering buying 18 missiles.
        Serbia bought 18 missiles. | Serbia denied that it bought 18 missiles.
        Serbia bought 18 missiles. | Serbia refused to buy 18 missiles.
        Serbia bought 18 missiles. | If Serbia bought 18 missiles, it would be punished.
        Serbia bought 18 missiles. | That Serbia bought 18 missiles is false.
        Serbia will buy 18 missiles. | Serbia bought 18 missiles.
        Serbia avoided buying missiles. | Serbia was buying missiles.
        China invaded Taiwan, the report said. | China may invade Taiwan, the report said.
        The court sentenced Smith on 3 May. | The court will sentence Smith on 3 May, prosecutors said.
        Serbia refused to buy 18 missiles. | Serbia bought 18 missiles in May 2025.
        Serbia refused to buy missiles. | Serbia bought missiles on May 3.
        According to it, Serbia bought missiles. | According to it, Serbia plans to buy missiles.
        The minister signed the treaty. | The minister was urged to sign the treaty.
        The minister signed the treaty. | The minister agreed to sign the treaty.
        The minister signed the treaty. | The minister has yet to sign the treaty.
        The minister signed the treaty. | They feared the minister would sign the treaty.
        The minister signed the treaty. | It is a myth that the minister signed the treaty.
        """
    ),
)
def test_what_is_only_planned_or_denied_is_not_done(sentence: str, quote: str) -> None:
    assert other_mood(sentence, quote)


@pytest.mark.parametrize(
    ("sentence", "quote"),
    pairs(
        """
        Serbia bought 18 missiles. | Serbia has bought 18 missiles and will buy tanks.
        Serbia plans to buy missiles. | Serbia will buy missiles.
        The summit takes place in May. | The summit will take place in May.
        He became king. | He would later become king.
        The radar is used there. | The radar may be used there.
        Serbia refused to buy it. | Serbia did not buy it.
        Serbia bought missiles, it said. | Serbia bought missiles in May, it said.
        They called it weak and signed it. | It was weak, yet signed by all.
        It signed what it was asked. | It was asked about it and signed it.
        """
    ),
)
def test_what_is_told_in_the_same_mood_passes(sentence: str, quote: str) -> None:
    assert other_mood(sentence, quote) is None


@pytest.mark.parametrize(
    ("sentence", "quote", "turned"),
    [
        ("Kosovo invaded Serbia.", "Serbia invaded Kosovo.", True),
        ("Peter Miller killed Anna Jones.", "Peter Miller was killed by Anna Jones.", True),
        ("China bought missiles from Serbia.", "China sold missiles to Serbia.", True),
        ("France is larger than Spain.", "Spain is larger than France.", True),
        ("Serbia bought missiles from China.", "China sold missiles to Serbia.", False),
        ("Anna Jones was killed by Peter Miller.", "Peter Miller killed Anna Jones.", False),
        ("China met Serbia.", "Serbia met China.", False),
    ],
)
def test_names_that_change_places_around_a_verb_are_found(sentence: str, quote: str, turned: bool) -> None:
    assert turns_round(sentence, quote) is turned


@pytest.mark.parametrize(
    ("sentence", "quote", "changed"),
    [
        ("It did not fail.", "It failed.", True),
        ("It is not unable to read.", "It is unable to read.", True),
        ("It abandoned its plan then.", "It never abandoned its plan then.", True),
        ("The president was shot.", "The president was allegedly shot.", True),
        ("It doesn't show up.", "It doesn't show up here.", False),
        ("It did not accept it.", "It refused it.", False),
        ("He did not accept it.", "He declined it.", False),
        ("He was not convicted.", "He was acquitted.", False),
        ("This does not mean that they are not used.", "This doesn't mean that they aren't used.", False),
    ],
)
def test_a_denial_of_a_denial_is_a_change(sentence: str, quote: str, changed: bool) -> None:
    assert changes_negation(sentence, quote) is changed


def test_each_sentence_of_a_quote_denies_for_itself() -> None:
    quote = "Serbia bought 18 missiles. Hungary did not buy any drones."
    assert changes_negation("Hungary bought drones.", quote)
    assert changes_negation("Serbia did not buy 18 missiles.", quote)
    assert not changes_negation("Serbia bought 18 missiles.", quote)
    assert not changes_negation("Hungary did not buy drones.", quote)


def test_a_name_of_the_title_stands_for_it_but_not_for_another_name() -> None:
    titles = ["China arms Serbia"]
    quote = "The United States warned Belgrade about it in 2020."
    assert swaps("The United States warned China about it in 2020.", quote, titles=titles)
    assert not swaps("The United States warned Belgrade about Serbia in 2020.", quote, titles=titles)


def test_days_and_months_are_not_mixed() -> None:
    quote = "12 planes left on 22 May 2012, and in June 2013 more of them did."
    assert mixed_date("They left on 12 May 2012.", quote) == "12 May 2012"
    assert mixed_date("They left in May 2013.", quote) == "May 2013"
    assert mixed_date("They left on May 22, 2012, and in June.", quote) is None
    assert [date.year for date in dates("It may fall in June 2013")] == [2013]


def test_a_range_of_days_holds_each_of_its_days() -> None:
    assert {date.day for date in dates("from 5 to 8 May")} == {5, 6, 7, 8}
    assert {date.day for date in dates("July 9-11, 2020")} == {9, 10, 11}
    assert {date.day for date in dates("18 and 19 May")} == {18, 19}
    assert mixed_date("It rained on 10 May.", "It rained from 5 to 12 May.") is None
    assert mixed_date("It rained on 13 May.", "It rained from 5 to 12 May.") == "13 May"


def test_a_month_that_may_be_a_verb_has_a_capital() -> None:
    assert dates("12 may have died, and 7 march on") == ()
    assert [date.day for date in dates("on 12 May, and on 7 march 2020")] == [12]


def test_times_told_from_today_have_to_be_the_quote_s() -> None:
    assert other_time("They landed yesterday.", "They landed last week.") == "yesterday"
    assert other_time("Last week they landed.", "They landed last week.") is None


def test_for_and_against_are_sides() -> None:
    assert other_side("They voted against the bill.", "They voted for the bill.") == "against"
    assert other_side("They voted for the bill.", "They voted in favour of the bill.") is None


def test_a_noun_or_adjective_in_ly_is_no_manner() -> None:
    assert other_manner("The deadly rally was costly and held jointly.", "It was held.") is None


def test_how_it_was_done_has_to_be_said() -> None:
    assert other_manner("He secretly opened it.", "He opened it.") == "secretly"
    assert other_manner("He secretly opened it, reportedly.", "He opened it in secret.") is None


def test_what_stands_between_quotation_marks_was_said_so() -> None:
    quote = "“We were helped by all,” said Jones."
    assert altered_speech("“We were betrayed by all,” said Jones.", quote)
    assert altered_speech('Jones said: "we were helped".', quote) is None


@pytest.mark.parametrize("marks", ["„“", "‚‘", "«»", "‘’", "''", "“”"])
def test_speech_is_speech_between_marks_of_any_kind(marks: str) -> None:
    quote = "“We were helped by all,” said Jones."
    assert altered_speech(f"{marks[0]}We were betrayed by all{marks[1]}, said Jones.", quote)
    assert altered_speech(f"{marks[0]}We were helped by all{marks[1]}, said Jones.", quote) is None


def test_a_mark_without_its_partner_holds_all_on_its_side() -> None:
    quote = "“We were helped by all. We thank them,” said Jones."
    assert altered_speech("“We were betrayed by all, said Jones.", quote) == "“"
    assert altered_speech("“We were helped by all.", quote) is None
    assert altered_speech("We thank them,” said Jones.", quote) is None


def test_an_apostrophe_is_no_quotation_mark() -> None:
    assert altered_speech("The players' and the fans' union and the '90s and the players' band agreed.", "No.") is None


def test_letters_that_only_look_alike_are_found() -> None:
    assert mixes_alphabets("It came from \u0421hina.") == "\u0421hina"
    assert mixes_alphabets("It weighs 5 \u00b5g or 5\u03bcg.") is None
    assert mixes_alphabets("It came from China and \u0421\u0440\u0431\u0438\u0458\u0430.") is None


@pytest.mark.parametrize(("name", "other"), [("HQ-9", "HQ-22"), ("Öcalan", "Erdoğan"), ("Łódź", "Gdańsk")])
def test_another_code_or_accented_name_is_missing(name: str, other: str) -> None:
    assert missing_names(f"They saw {name}.", f"They saw {other}.") == (name,)


def test_forms_of_a_verb_are_one_word() -> None:
    assert base("bought") == base("buys") == base("buying") != base("built")
    assert is_past("supplied")
    assert is_past("bought")
    assert not is_past("buy")
