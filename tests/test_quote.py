from bot.answer import Citation
from bot.quote.quote import CLOSER_LOOK, choose, cite, strength, strongest
from tests.asking_fixtures import BRIDGE, EELS, TRAIN, question, sentence, texts_of

COST = "How much did the bridge cost?"
DRONES = "Which drones did Serbia buy?"


def test_strength_adds_up_what_speaks_for_a_sentence() -> None:
    one = sentence("It cost 212 million euros.", "harbour", alignment=0.5, cosine=0.4, fits=1)
    assert round(strength(one), 6) == 0.7  # 0.5 aligned, 0.25 of 0.4, 0.1 for what fits


def test_a_sentence_without_the_thing_asked_for_is_weaker() -> None:
    fitting = sentence("It cost 212 euros.", COST, alignment=0.5)
    other = sentence("It cost a lot.", COST, alignment=0.5)
    assert round(strength(fitting) - strength(other), 6) == 0.3


def test_only_the_few_strongest_get_a_closer_look() -> None:
    many = [sentence(f"Bridge {i}.", alignment=i / 10, place=i) for i in range(10)]
    looked_at = strongest(many)
    assert len(looked_at) == CLOSER_LOOK
    assert looked_at[0].text == "Bridge 9."


def test_of_equals_the_one_that_stands_first_is_stronger() -> None:
    later, first = sentence("Trams came.", place=5), sentence("Eels came.", place=2)
    assert strongest([later, first]) == (first, later)


def test_one_sentence_that_answers_is_enough() -> None:
    best = sentence("The bridge cost 212 million euros.", COST, alignment=0.9)
    weak = sentence("The council met.", COST, alignment=0.4, place=2, fits=1)
    assert choose(question(COST), [weak, best], [weak, best]) == (best,)


def test_an_equally_strong_sentence_is_added_in_reading_order() -> None:
    later = sentence("The bridge cost 212 million euros.", COST, alignment=0.90, place=5)
    earlier = sentence("Its price tag of 30 euros surprised all.", COST, alignment=1.25, place=2)
    assert texts_of(choose(question(COST), [later, earlier], [])) == [earlier.text, later.text]


def test_what_says_the_same_again_is_left_out() -> None:
    one = sentence("The bridge cost 212 million euros.", COST, alignment=0.9)
    again = sentence("The bridge cost 212 million euros then.", COST, alignment=0.9, article=TRAIN, place=9)
    assert choose(question(COST), [one, again], []) == (one,)


def test_three_sentences_are_the_most() -> None:
    words = ("trams cost", "piers cost", "lanes cost", "ramps cost")
    same = [sentence(f"{word.title()} 9 euros", COST, alignment=0.9, place=i) for i, word in enumerate(words, 1)]
    assert len(choose(question(COST), same, same)) == 3


def test_nothing_is_chosen_from_nothing() -> None:
    assert choose(question(COST), [], []) == ()


def test_a_sentence_that_leans_brings_the_one_before() -> None:
    first = sentence("The bridge opened.", COST, alignment=0.1, place=1)
    leaning = sentence("It cost 212 million euros.", COST, alignment=0.9, place=2, before="The bridge opened.")
    assert texts_of(choose(question(COST), [leaning], [first, leaning])) == [first.text, leaning.text]


def test_the_sentence_before_is_not_crowded_out_by_others() -> None:
    first = sentence("Anna Roth opened the tunnel.", COST, place=1)
    leaning = sentence("It cost 212 million euros.", COST, alignment=0.95, place=2, before=first.text)
    others = [sentence(f"{i} million euros it cost in {i}0 towns.", COST, alignment=0.92, place=10 * i) for i in (4, 7)]
    assert first.text in texts_of(choose(question(COST), [leaning, *others], [first, leaning, *others]))


def test_a_sentence_that_promises_reasons_brings_what_follows() -> None:
    why = "Why was the bridge late?"
    promise = sentence("The bridge was late for several reasons.", why, alignment=0.9, place=1)
    clay = sentence("The clay is soft.", why, alignment=0.1, place=2)
    rain = sentence("Rain fell for months.", why, alignment=0.1, place=3)
    assert choose(question(why), [promise], [rain, clay, promise]) == (promise, clay, rain)


def test_where_names_are_asked_for_another_article_adds_its_own() -> None:
    one = sentence("Serbia bought CH-95 drones.", DRONES, alignment=0.9)
    other = sentence("Belgrade showed its Pegaz drones.", DRONES, alignment=0.6, article=EELS, place=9)
    unnamed = sentence("Serbia wants to buy drones of its own.", DRONES, alignment=0.7, article=TRAIN, place=5)
    assert choose(question(DRONES), [one, other, unnamed], []) == (one, other)


def test_where_one_name_is_asked_for_one_is_enough() -> None:
    asked = "Which drone did Serbia buy?"
    one = sentence("Serbia bought the CH-95 drone.", asked, alignment=0.9)
    other = sentence("Belgrade showed its Pegaz drone.", asked, alignment=0.8, article=EELS, place=9)
    assert choose(question(asked), [one, other], []) == (one,)


def test_articles_come_in_the_order_of_their_strongest_sentence() -> None:
    strong = sentence("Serbia bought CH-95 drones.", DRONES, alignment=0.9, article=TRAIN, place=9)
    weaker = sentence("Belgrade showed its Pegaz drones.", DRONES, alignment=0.8, article=BRIDGE, place=1)
    assert choose(question(DRONES), [weaker, strong], []) == (strong, weaker)


def test_each_quote_has_its_marker_and_its_citation() -> None:
    text, citations = cite([sentence("It opened.", place=1), sentence("It\n cost  much.", place=2, article=TRAIN)])
    assert text == "It opened. [1] It cost much. [2]"
    assert citations == (
        Citation(1, BRIDGE, "It opened.", 100, 110),
        Citation(2, TRAIN, "It\n cost  much.", 200, 215),
    )


def test_numbers_in_brackets_of_an_article_are_no_markers_of_an_answer() -> None:
    text, citations = cite([sentence("The dam [3] is high.[4]", place=1)])
    assert text == "The dam is high. [1]"
    assert citations == (Citation(1, BRIDGE, "The dam [3] is high.[4]", 100, 123),)
