"""What is quoted as a whole, one test a rule; the articles are written as people write them."""

import pytest

from bot.quote.stretch import Stretch
from bot.quote.widen import MOST_BLOCKS
from ingest.articles.article import Article
from tests.asking_fixtures import quotes_of, widened_from
from tests.reading_fixtures import article_of

HOW, WHICH, IS = "How do I reset the pump?", "Which lamp is it?", "Is it red?"
RESET = article_of("""# The pump

Do it in spring. To reset the pump:

1. Close the valves.
   - the red one
   - the blue one
2. Run this:

   ```bash
   pump reset
   ```

3. Open the valves.

Then wait.
""")
LAMPS = article_of("""# Lamps

| Lamp | Hours |
|------|-------|
| hall | 10 |
| yard | 20 |
| gate | 30 |
| shed | 40 |
| barn | 50 |
| byre | 60 |
| loft | 70 |
| well | 80 |
| mill | 90 |
""")


def widened(article: Article, text: str, asked: str, *also: str) -> list[str]:
    return quotes_of(widened_from(article, text, asked, also=also))


WHOLE = (
    "To reset the pump:\n\n1. Close the valves.\n• the red one\n• the blue one\n2. Run this:\npump reset\n"
    "3. Open the valves."
)


@pytest.mark.parametrize("text", ["Close the valves", "the blue one", "pump reset", "Open the valves", "To reset"])
def test_a_procedure_comes_whole_with_its_lead_in_nested_items_and_the_code_between(text: str) -> None:
    assert widened(RESET, text, HOW) == [WHOLE]


def test_what_stands_behind_a_list_is_not_of_it() -> None:
    assert widened(RESET, "Then wait", HOW) == ["Then wait."]


def test_a_list_comes_whole_where_several_of_its_items_answer_or_several_things_are_asked_for() -> None:
    assert widened(RESET, "Open the valves", IS, "the red one", "the blue one") == [WHOLE]
    assert widened(RESET, "Open the valves", "Which lamps are red?") == [WHOLE]


def test_a_long_list_is_cut_and_what_is_left_out_is_counted() -> None:
    items = "\n".join(f"{i}. Turn wheel {i}." for i in range(1, MOST_BLOCKS + 6))
    (stretch,) = widened_from(article_of(f"To reset the pump:\n\n{items}"), "Turn wheel 2", HOW)
    assert stretch.quote.endswith(f"{MOST_BLOCKS - 1}. Turn wheel {MOST_BLOCKS - 1}.")
    assert stretch.left_out == 6


def test_an_item_beyond_the_cut_comes_with_the_lead_in_of_its_list_instead() -> None:
    items = "\n".join(f"{i}. Turn wheel {i}." for i in range(1, 41))
    found = widened(article_of(f"To reset the pump:\n\n{items}"), "Turn wheel 40", HOW)
    assert found == ["To reset the pump:", "40. Turn wheel 40."]


def test_an_item_alone_brings_the_chain_of_what_it_leans_on() -> None:
    article = article_of("Keep these:\n\n- keys\n  - of brass\n  - of steel\n- lamps")
    assert widened(article, "of steel", IS) == ["Keep these:\n\n• keys", "of steel"]
    assert widened(article, "lamps", IS) == ["Keep these:", "lamps"]


def test_an_item_brings_what_is_inside_it() -> None:
    article = article_of("- keys\n  - of brass\n  - of steel\n- lamps")
    assert widened(article, "keys", IS) == ["keys\n• of brass\n• of steel"]


def test_the_lead_in_of_an_item_is_the_last_sentence_of_what_stands_above() -> None:
    article = article_of("It is old. Mind the wheel. These are red:\n\n- keys\n- lamps")
    assert widened(article, "lamps", IS)[0] == "Mind the wheel. These are red:"


def test_a_row_comes_with_the_header_of_its_table() -> None:
    header, row = widened_from(LAMPS, "gate", WHICH)
    assert (header.quote, row.quote) == ("Lamp | Hours", "gate | 30")


def test_a_row_beneath_its_header_is_one_stretch_with_it() -> None:
    assert widened(LAMPS, "hall", WHICH) == ["Lamp | Hours\nhall | 10"]


def test_the_row_that_answers_is_never_given_up_for_one_that_answers_nearly_as_well() -> None:
    assert widened(LAMPS, "gate", WHICH, "hall") == ["Lamp | Hours", "gate | 30"]


def test_where_several_things_are_asked_for_the_rows_that_answer_come_at_most_three() -> None:
    asked = "Which lamps are lit?"
    assert widened(LAMPS, "gate", asked, "yard") == ["Lamp | Hours", "yard | 20\ngate | 30"]
    assert widened(LAMPS, "gate", asked, "well", "hall", "mill", "yard") == [
        "Lamp | Hours\nhall | 10\nyard | 20\ngate | 30"
    ]


def test_a_small_table_comes_whole_where_several_of_its_rows_answer() -> None:
    small = article_of("| Lamp | Hours |\n|---|---|\n| hall | 10 |\n| yard | 20 |\n| gate | 30 |")
    assert widened(small, "gate", WHICH, "hall", "yard") == [small.text]
    assert widened(small, "gate", "Which lamps are lit?") == [small.text]
    assert widened(small, "Lamp", WHICH) == [small.text]


def test_code_comes_with_the_sentence_that_introduces_it() -> None:
    article = article_of("It is old. To see the state, run:\n\n```\npump state\n```\n\nIt is quick.")
    assert widened(article, "pump state", "Which command shows it?") == ["To see the state, run:\n\npump state"]


def test_code_that_nothing_introduces_comes_alone_and_of_long_code_the_part_that_answers() -> None:
    assert widened(article_of("# A\n\n```\nrun\n```\n\nIt is old."), "run", IS) == ["run"]
    part = "\n".join(f"wheel_{i} = {i}" for i in range(90))
    article = article_of(f"Do this:\n\n```\n{part}\n\nlast = 1\n{part}\n```")
    assert widened(article, "last = 1", IS) == [f"last = 1\n{part}"]


STEPS = (
    "# Pumps\n\nPumps are old.\n\n## Flush\n\nOpen the pump\n\n```\npump open\n```\n\n"
    "Set the rate\n\n```\npump rate 3\n```\n\nNow it can be flushed\n\n```\npump flush\n```\n\n## After\n\nDry it.\n"
)


@pytest.mark.parametrize("found", ["pump open", "Set the rate", "pump flush"])
def test_steps_without_numbers_come_whole_with_their_code(found: str) -> None:
    (quote,) = widened(article_of(STEPS), found, HOW)
    assert quote.startswith("Open the pump")
    assert quote.endswith("pump flush")


def test_of_steps_without_numbers_one_is_enough_where_no_procedure_is_asked_for() -> None:
    assert widened(article_of(STEPS), "pump rate 3", "What is the rate?") == ["Set the rate\n\npump rate 3"]


def test_a_sentence_that_leans_brings_the_one_before() -> None:
    article = article_of("Tom made it. The bridge is new. It is red. This pleased all.")
    assert widened(article, "It is red", IS) == ["The bridge is new. It is red."]
    assert widened(article, "This pleased", IS) == ["The bridge is new. It is red. This pleased all."]
    assert widened(article, "The bridge", IS) == ["The bridge is new."]


def test_a_first_sentence_that_leans_brings_the_last_of_the_paragraph_above_of_the_same_section() -> None:
    assert widened(article_of("Tom came. He left.\n\nIt is red."), "It is red", IS) == ["He left.\n\nIt is red."]
    assert widened(article_of("Tom came.\n\n## Colour\n\nIt is red."), "It is red", IS) == ["It is red."]


def test_a_sentence_that_ends_with_a_colon_brings_what_follows() -> None:
    assert widened(article_of("Mind this:\n\nThe lid is hot."), "Mind this", IS) == ["Mind this:\n\nThe lid is hot."]
    assert widened(article_of("Mind this:\n\n## Lids\n\nThey are hot."), "Mind this", IS) == ["Mind this:"]


@pytest.mark.parametrize("said", ["It is late for several reasons.", "Mind the following rules.", "These are red:"])
def test_a_sentence_that_promises_a_list_brings_it(said: str) -> None:
    article = article_of(f"{said}\n\n- rain\n- clay")
    assert widened(article, said, "Why is it late?") == [f"{said}\n\n• rain\n• clay"]


def test_a_sentence_before_a_list_brings_it_only_where_it_is_wanted() -> None:
    article = article_of("The pump is late.\n\n- rain\n- clay")
    assert widened(article, "The pump", IS) == ["The pump is late."]
    assert widened(article, "The pump", HOW) == ["The pump is late.\n\n• rain\n• clay"]


def test_a_stretch_holds_the_places_within_it_in_its_own_article() -> None:
    stretch = Stretch(RESET, 10, 20, 0, 0)
    assert stretch.holds(RESET.id, 10, 20)
    assert not stretch.holds(RESET.id, 9, 20)
    assert not stretch.holds("b.md", 12, 15)
