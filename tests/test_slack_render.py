"""What stands below an answer, as values in and values out."""

import dataclasses
import datetime

import pytest

from bot.slack.escape import JOINER, marker, safe
from bot.slack.render import age, closing, notification, quote_view
from tests.slack_fixtures import HUNGARY, TRAVEL, answered, refused

TODAY = datetime.date(2026, 11, 21)


def test_the_sources_say_number_title_date_age_and_site_with_a_warning_for_old_ones() -> None:
    blocks = closing(answered("why?"), id_="abc", asker="U1", today=TODAY, stale_days=365)
    lines = ["".join(e["text"] for e in line["elements"]).replace(JOINER, "") for line in blocks[0]["elements"]]
    assert lines == [
        "Sources",
        "[1] Leave & holidays · 1 September 2026 · 2 months old · docs.example.com",
        "[2] Travel · 2 January 2020 · 6 years old · docs.example.com ⚠️ may be outdated",
    ]
    assert [block["type"] for block in blocks] == ["rich_text", "actions", "context_actions"]


def test_citations_of_one_article_share_a_line() -> None:
    answer = answered("why?", ["One.", "Two."], [HUNGARY])
    lines = closing(answer, id_="abc", asker="U1", today=TODAY, stale_days=365)[0]["elements"]
    assert len(lines) == 2
    assert [e["text"] for e in lines[1]["elements"][:4]] == ["[1]", " ", "[2]", " "]


def test_an_article_without_an_address_or_date_is_named_by_its_path() -> None:
    article = dataclasses.replace(TRAVEL, url=None, published=None)
    lines = closing(answered("?", ["One."], [article]), id_="a", asker="U1", today=TODAY, stale_days=9)[0]["elements"]
    shown = "".join(e["text"] for e in lines[1]["elements"]).replace(JOINER, "")
    assert shown == "[1] Travel · no date · policy/travel.md"
    assert not any(e["type"] == "link" for e in lines[1]["elements"])


def test_what_a_reader_should_know_of_an_answer_stands_below_its_sources() -> None:
    answer = dataclasses.replace(answered("why?"), notice="The language model is away; this is quoted.")
    blocks = closing(answer, id_="abc", asker="U1", today=TODAY, stale_days=365)
    assert [e["text"] for b in blocks if b["type"] == "context" for e in b["elements"]] == [answer.notice]


def test_small_talk_has_nothing_below_it_and_a_refusal_has_no_sources() -> None:
    courtesy = dataclasses.replace(refused(""), nearest=())
    assert closing(courtesy, id_="a", asker="U1", today=TODAY, stale_days=9) == []
    assert [b["type"] for b in closing(refused(""), id_="a", asker="U1", today=TODAY, stale_days=9)] == [
        "rich_text",
        "context",
        "context_actions",
    ]


@pytest.mark.parametrize(
    ("published", "words"),
    [
        ((2026, 11, 21), "from today"),
        ((2026, 11, 20), "1 day old"),
        ((2026, 11, 1), "2 weeks old"),
        ((2025, 11, 21), "1 year old"),
        ((2027, 1, 1), "dated in the future"),
    ],
)
def test_an_age_is_said_in_words(published: tuple[int, int, int], words: str) -> None:
    assert age(datetime.date(*published), TODAY) == words


def test_a_notification_is_the_first_sentence_without_markers_and_safe() -> None:
    shown = f"{safe('Dr. Ana <!here> said 30 days.')} {marker(1, 'https://a.example/x')} And more. {marker(2, None)}"
    assert notification(shown) == "Dr. Ana &lt;!here&gt; said 30 days."


def test_a_quote_is_shown_amid_the_passages_around_it() -> None:
    texts = ("The ferry runs.", "It is old.\nIt is slow.", "It is loved.")
    starts = (0, 16, 39)
    passages = [{"article_id": "a", "start": at, "text": text} for at, text in zip(starts, texts, strict=True)]
    far = {"article_id": "a", "start": 90, "text": "A train runs."}
    quote = "It is old.\nIt is slow.\nIt is loved."
    cited = {"number": 1, "article_id": "a", "title": "T", "url": None, "published": None, "quote": quote}
    view = quote_view({"citations": [cited | {"start": 16, "end": 51}], "passages": [far, *passages[::-1]]}, 1)
    shown = [element["text"] for element in view["blocks"][1]["elements"][0]["elements"]]
    assert shown == ["The ferry runs. ", quote]
