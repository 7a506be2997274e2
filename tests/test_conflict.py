import datetime
from dataclasses import replace

import pytest

from bot.answer import Citation
from bot.conflict import asks_for_present, disagree, is_newer, newest_first, show_dates, that_matter, with_opposing
from ingest.articles.article import Article
from tests.asking_fixtures import BRIDGE, TRAIN, sentence, texts_of

MAY, JUNE = datetime.date(2024, 5, 1), datetime.date(2024, 6, 1)


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        ("The town of Harlow had 51,200 inhabitants.", "Harlow, the town, had 58,900 inhabitants.", "numbers"),
        ("The storm killed 12 people in Harlow town.", "The storm killed fourteen people in Harlow.", "numbers"),
        ("The Harlow bridge was opened in 2019.", "The Harlow bridge was opened in 2021.", "dates"),
        ("The council approved the Harlow bridge plan.", "The council rejected the Harlow bridge plan.", "states"),
        ("The Harlow mill is open to visitors.", "The Harlow mill is not open to visitors.", "states"),
        ("The town of Harlow had 51,200 inhabitants.", "The town of Harlow had 51,200 inhabitants in all.", None),
        ("The town of Harlow had 51,200 inhabitants.", "The town of Harlow built 12 schools.", None),
        ("The storm killed 12 people in Harlow.", "A fire in Senn hurt 14 people last week.", None),
    ],
)
def test_sentences_disagree_only_about_the_same_thing(one: str, other: str, kind: str | None) -> None:
    assert disagree(one, other, lambda term: 1.0) == kind
    assert disagree(other, one, lambda term: 1.0) == kind


@pytest.mark.parametrize(
    ("days", "kind"),
    [
        ((MAY, JUNE), "numbers"),
        ((MAY, None), "numbers"),
        ((MAY, datetime.date(2025, 5, 1)), None),
    ],
)
def test_reports_of_different_times_do_not_disagree_on_a_number(
    days: tuple[datetime.date | None, datetime.date | None], kind: str | None
) -> None:
    sentences = ("The town of Harlow had 51,200 inhabitants.", "Harlow, the town, had 58,900 inhabitants.")
    assert disagree(*sentences, lambda term: 1.0, days=days) == kind


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The deaths in Harlow fell to 171, from 214 deaths last year.", "The deaths in Harlow rose to 214 deaths."),
        ("The harvest of 2022 came to 4 million tonnes.", "The harvest of 2023 came to 5 million tonnes."),
        ("The Harlow bridge opened in 2019.", "Sweden joined the talks on the Harlow bridge after the vote of 2021."),
    ],
)
def test_an_earlier_figure_another_year_or_another_thing_is_no_disagreement(one: str, other: str) -> None:
    assert disagree(one, other, lambda term: 1.0) is None
    assert disagree(other, one, lambda term: 1.0) is None


def test_an_unknown_date_is_older_than_any() -> None:
    assert is_newer(MAY, None)
    assert not is_newer(None, MAY)
    assert is_newer(JUNE, MAY)
    assert not is_newer(MAY, JUNE)


def test_dates_stand_before_the_markers_they_belong_to_and_only_once() -> None:
    known = Citation(1, Article("a", "A", None, MAY, None, ""), "q", 0, 1)
    undated = Citation(2, Article("b", "B", None, None, None, ""), "q", 0, 1)
    shown = show_dates("It is open. [1] It is shut. [2]", (known, undated), {1, 2})
    assert shown == "It is open (reported 1 May 2024). [1] It is shut. [2]"
    assert show_dates(shown, (known, undated), {1, 2}) == shown


@pytest.mark.parametrize("question", ["Who is the current mayor?", "What is the latest on it?", "Is it still shut?"])
def test_questions_about_the_present_are_told(question: str) -> None:
    assert asks_for_present(question)
    assert not asks_for_present("When did the bridge open?")


def test_what_disagrees_is_shown_once_however_closely_it_was_looked_at() -> None:
    new = sentence("The bridge over the Tann costs 57 million euros.", article=BRIDGE, place=1, alignment=0.9)
    old = sentence("The bridge over the Tann costs 42 million euros.", article=TRAIN, place=2, alignment=0.8)
    gathered = [replace(new, alignment=0.0), replace(old, alignment=0.0)]
    shown, disputed = with_opposing([old, new], gathered, lambda term: 1.0)
    assert texts_of(shown) == [new.text, old.text]
    assert disputed == {0, 1}


def test_the_newest_comes_first_and_one_article_stays_in_order() -> None:
    old, first, second = (
        sentence(text, article=a) for text, a in (("Old.", TRAIN), ("One.", BRIDGE), ("Two.", BRIDGE))
    )
    assert texts_of(newest_first([old, first, second])) == ["One.", "Two.", "Old."]


def test_another_price_is_no_matter_to_one_who_asks_when_it_opens() -> None:
    new = sentence("The bridge over the Tann costs 57 million euros.", article=BRIDGE, place=1)
    old = sentence("The bridge over the Tann costs 42 million euros.", article=TRAIN, place=2)
    shown = [with_opposing([old], [new], lambda term: 1.0, kinds=that_matter(kind))[0] for kind in ("when", "money")]
    assert [len(each) for each in shown] == [1, 2]
