import datetime
from dataclasses import replace

import pytest

from bot.question.period import Period
from bot.quote.evidence import covered, gather
from bot.quote.refuse import missing_names
from tests.asking_fixtures import BRIDGE, TRAIN, found, question, sentence, texts_of

FEBRUARY = Period(datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))
LONG = question("how long is the bridge")


def test_every_sentence_stands_at_its_offsets_in_the_article() -> None:
    text = "The bridge is long. It cost much."
    gathered = gather(LONG, [found(text, start=50)])
    assert texts_of(gathered) == ["The bridge is long.", "It cost much."]
    assert [text[one.start - 50 : one.end - 50] for one in gathered] == texts_of(gathered)


def test_sentences_come_by_article_in_reading_order_whatever_was_found_first() -> None:
    last = found("The train runs.", row=7, article=TRAIN, article_row=1)
    gathered = gather(LONG, [last, found("Then it rained.", row=1, start=90), found("It opened.", row=0)])
    assert texts_of(gathered) == ["It opened.", "Then it rained.", "The train runs."]


def test_neighbours_are_known_across_chunks() -> None:
    first, second = found("The bridge opened.", row=4), found("It is long.", row=5, start=30)
    one, other = gather(LONG, [second, first])
    assert (one.before, other.before) == ("", "The bridge opened.")
    assert "bridg" in other.around
    assert other.leans


def test_what_was_not_retrieved_stands_between() -> None:
    first, third = found("The bridge opened.", row=4), found("It is long.", row=6, start=99)
    one, other = gather(LONG, [first, third])
    assert (other.before, other.leans) == ("", False)
    assert other.place - one.place > 1


def test_the_article_before_is_no_neighbour() -> None:
    last, first = found("The bridge opened.", row=4), found("It is long.", row=5, article=TRAIN, article_row=1)
    assert [one.before for one in gather(LONG, [last, first])] == ["", ""]


def test_headings_links_and_tables_are_not_quotable_but_stand_where_they_stand() -> None:
    text = "It opened.\n## The bridge\nIt is long.\nhttps://a.example/b\n| a | b |\n<!-- no -->\nIt cost much."
    gathered = gather(LONG, [found(text)])
    assert texts_of(gathered) == ["It opened.", "It is long.", "It cost much."]
    assert [one.place for one in gathered] == [1, 3, 7]


def test_each_sentence_carries_what_speaks_for_it() -> None:
    one, other = gather(question("how long is the harbour bridge"), [found("A bridge rose. It is 640 metres long.")])
    assert (round(one.coverage, 3), round(other.coverage, 3), round(other.nearby, 3)) == (0.333, 0.333, 0.667)
    assert (one.cosine, other.cosine, other.passage) == (0.1, 0.2, 0.75)
    assert (one.fits, other.fits) == (0, 1)


def test_coverage_weighs_the_terms_by_idf() -> None:
    assert covered(frozenset({"bridge", "tram"}), {"bridge": 1.0, "long": 3.0}) == 0.25


def test_a_question_without_terms_is_covered_by_nothing() -> None:
    assert covered(frozenset({"bridge"}), {}) == 0
    assert gather(question("What is it?"), []) == ()


def test_an_article_of_the_time_asked_about_need_not_say_its_date() -> None:
    asked = replace(question("What did the bridge cost in February 2026?"), period=FEBRUARY)
    (dated,) = gather(asked, [found("The bridge cost 2 million.", article=BRIDGE)])
    (undated,) = gather(asked, [found("The bridge cost 2 million.", article=TRAIN)])
    assert (dated.timely, undated.timely) == (1, 0)
    assert dated.coverage > undated.coverage
    assert missing_names(asked, [dated]) == ()
    assert [name.text for name in missing_names(asked, [undated])] == ["February", "2026"]


@pytest.mark.parametrize(
    ("text", "asks"),
    [("Who built it?", True), ("“Who built it?”", True), ("It asks who built it.", False), ("Why? For love.", False)],
)
def test_a_sentence_that_is_a_question_asks(text: str, asks: bool) -> None:
    assert sentence(text).asks is asks
