"""What the Slack app decides and shows, as values in and values out."""

import dataclasses
import datetime
import json
import random
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SlackMisconfigured
from bot.responder import parts_of
from bot.slack import forms, run
from bot.slack.access import SCOPES
from bot.slack.escape import JOINER, plain_text, quote_address, ready, safe, unlinked, web_address
from bot.slack.home import knowledge_of
from bot.slack.incoming import Message, read_message
from bot.slack.pages import cut, fits, pages
from bot.slack.policy import ChannelRules, Rules, Thread, intent_of, may_edit, refusal, standing_of
from bot.slack.render import age, closing, notification
from bot.slack.settings import SlackSettings, check
from bot.slack.trace import Redacting, trace
from ingest.settings import read_settings
from tests.slack_fixtures import HUNGARY, TRAVEL, answered, refused

TODAY = datetime.date(2026, 11, 21)
LINKS = {1: "https://x.example/a", 2: None}


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("<@UBOT> how many?", "how many?"),
        ("<@UBOT|bot> is <@U2|marko> off?", "is @marko off?"),
        ("see <https://a.example/x|the page> or <https://a.example>", "see the page or https://a.example"),
        ("<#C1|general> and <#C2>", "#general and #C2"),
        ("<!here> <!subteam^S1|@team> <!date^1^{date}|today>", "@here @team today"),
        ("R&amp;D &lt;b&gt; &amp;lt;", "R&D <b> &lt;"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("", ""),
    ],
)
def test_a_message_is_read_as_its_author_saw_it(sent: str, seen: str) -> None:
    assert plain_text(sent, bot_user="UBOT") == seen


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("Six planes landed. [1]", "Six planes landed. [[1]](https://x.example/a)"),
        ("So it was. [2]", f"So it was. {JOINER}[2]"),
        ("Invented. [99]", f"Invented. {JOINER}"),
        ("in 2.5 hours, e.g. by train", "in 2.5 hours, e.g. by train"),
    ],
)
def test_an_answer_is_escaped_once_and_only_known_markers_link(text: str, shown: str) -> None:
    assert safe(text, LINKS) == shown


def test_what_looks_like_a_link_is_shown_and_broken() -> None:
    shown = unlinked("https://evil.example.net/x and [a](b) and me@evil.example")
    assert shown.replace(JOINER, "") == "https://evil.example.net/x and [a](b) and me@evil.example"
    assert "://e" not in shown
    assert "](" not in shown
    assert "e.n" not in shown


def test_a_text_in_pieces_is_as_safe_as_the_whole() -> None:
    text = "See http://a.example/x?[1]. Wow![1] [a](http://b.example) <!channel> [99](c.example) @here [2] end [1]"
    draw = random.Random(3)
    for _ in range(300):
        held, shown, position = "", "", 0
        while position < len(text):
            size = draw.randint(1, 9)
            held, position = held + text[position : position + size], position + size
            whole = ready(held)
            shown, held = shown + safe(held[:whole], LINKS), held[whole:]
        shown += safe(held, LINKS)
        assert shown.replace(JOINER, "") == safe(text, LINKS).replace(JOINER, "")
        assert "<" not in shown
        assert all(piece.startswith("https://x.example/a)") for piece in shown.split("](")[1:])
        assert "![" not in shown


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://A.example/x y(z)", "https://a.example/x%20y%28z%29"),
        ("http://a.example:8080/?q=1#top", "http://a.example:8080/?q=1#top"),
        ("https://münchen.example/ü", "https://xn--mnchen-3ya.example/%C3%BC"),
        ("javascript:alert(1)", None),
        ("ftp://a.example", None),
        ("https://user@a.example/", None),
        ("not a url", None),
        (None, None),
        ("https://a.example/" + "x" * 3000, None),
    ],
)
def test_only_an_ordinary_web_address_is_linked(url: str | None, address: str | None) -> None:
    assert web_address(url) == address


def test_the_address_of_a_quote_leads_to_its_words() -> None:
    assert quote_address("https://a.example/x", "30 days, well-earned") == (
        "https://a.example/x#:~:text=30%20days%2C%20well%2Dearned"
    )
    long = " ".join(f"word{i}" for i in range(60))
    assert quote_address("https://a.example/x#y", long) == (
        "https://a.example/x#y:~:text=word0%20word1%20word2%20word3%20word4%20word5,"
        "word54%20word55%20word56%20word57%20word58%20word59"
    )


def test_a_page_is_cut_on_a_paragraph_and_never_exceeds_its_bytes() -> None:
    text = "\n\n".join("文字 " * 20 for _ in range(50))
    found = pages(text, 500)
    assert "".join(found) == text
    assert all(fits(page, 500) for page in found)
    assert all(page.endswith("\n\n") for page in found[:-1])


def test_a_cut_inside_a_fence_closes_and_opens_it() -> None:
    text = "```python\n" + "print(1)\n" * 50 + "```\n"
    head, tail = cut(text, limit=200)
    assert head.endswith("\n```")
    assert tail.startswith("```python\nprint")
    assert all(page.count("```") == 2 for page in pages(text, 200))


def test_a_cut_splits_no_link_and_nothing_that_is_shown_already() -> None:
    text = "x" * 150 + "[[1]](https://a.example/" + "y" * 100 + ")"
    assert cut(text, limit=200)[0] == "x" * 150
    assert len(cut("word " * 100, kept=120, limit=200)[0]) >= 120


EVENT = {"type": "message", "channel_type": "channel", "channel": "C1", "ts": "1.0", "user": "U1", "text": "hi"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"subtype": "channel_join"}, "subtype channel_join"),
        ({"subtype": "message_changed"}, "subtype message_changed"),
        ({"bot_id": "B1"}, "not a person"),
        ({"user": None}, "not a person"),
        ({"user": "USLACKBOT"}, "not a person"),
        ({"user": "UBOT"}, "not a person"),
        ({"edited": {"user": "U1"}}, "edited"),
        ({"ts": None}, "incomplete"),
    ],
)
def test_what_is_no_message_of_a_person_is_ignored(changes: dict[str, Any], reason: str) -> None:
    assert read_message(EVENT | changes, team="T1", bot_user="UBOT") == reason


def test_a_message_without_text_is_read() -> None:
    message = read_message(EVENT | {"text": None, "subtype": "file_share"}, team="T1", bot_user="UBOT")
    assert isinstance(message, Message)
    assert message.text == ""


def said(text: str, *, kind: str = "channel", user: str = "U1", thread: bool = False) -> Message:
    mentioned = "<@UBOT>" in text
    return Message("C1", kind, "2.0", "1.0" if thread else None, user, "T1", text, mentioned, False)  # type: ignore[arg-type]


OURS = Thread(("U1",))


@pytest.mark.parametrize(
    ("message", "channel", "thread", "intent"),
    [
        (said("<@UBOT> why?"), ChannelRules(), None, "ask"),
        (said("<@UBOT>"), ChannelRules(), None, "help"),
        (said("<@UBOT> " + "x" * 4001), ChannelRules(), None, "too long"),
        (said("why?"), ChannelRules(), None, "ignore"),
        (said("why?"), ChannelRules("questions"), None, "ask"),
        (said("<@U2> why?"), ChannelRules("questions"), None, "ignore"),
        (said("why."), ChannelRules("questions"), None, "ignore"),
        (said("why", kind="im"), ChannelRules(), None, "ask"),
        (said("why?", kind="mpim"), ChannelRules("questions"), None, "ignore"),
        (said("and then?", thread=True), ChannelRules(), OURS, "ask"),
        (said("and then?", thread=True, user="U2"), ChannelRules(), OURS, "ask"),
        (said("tell me more", thread=True), ChannelRules(), OURS, "ask"),
        (said("tell me more", thread=True, user="U2"), ChannelRules(), OURS, "ignore"),
        (said("I see it differently", thread=True), ChannelRules(), OURS, "ignore"),
        (said("thanks!", thread=True), ChannelRules(), OURS, "ignore"),
        (said("<@U2> right?", thread=True), ChannelRules(), OURS, "ignore"),
        (said("and then?", thread=True), ChannelRules(), Thread(("U1",), chatter=True), "ignore"),
        (said("and then?", thread=True), ChannelRules(), Thread(("U1",), stopped=True), "ignore"),
        (said("<@UBOT> and?", thread=True), ChannelRules(), Thread(("U1",), stopped=True), "ask"),
        (said("and then?", thread=True), ChannelRules(), None, "ignore"),
        (said("stop", thread=True), ChannelRules(), OURS, "stop"),
        (said("stop", thread=True, user="U2"), ChannelRules(), OURS, "ignore"),
        (said("<@UBOT> please stop!", thread=True, user="U2"), ChannelRules(), OURS, "stop"),
    ],
)
def test_the_bot_knows_when_it_is_meant(
    message: Message, channel: ChannelRules, thread: Thread | None, intent: str
) -> None:
    assert intent_of(message, bot_user="UBOT", channel=channel, thread=thread) == intent


@pytest.mark.parametrize(
    ("profile", "actor_team", "standing"),
    [
        ({"team_id": "T1"}, "T1", "member"),
        ({"team_id": "T1", "is_restricted": True}, "T1", "guest"),
        ({"is_ultra_restricted": True}, "T1", "guest"),
        ({"is_stranger": True}, "T1", "stranger"),
        ({"team_id": "T9"}, "T1", "stranger"),
        (None, "T9", "stranger"),
        (None, "T1", "unknown"),
    ],
)
def test_a_profile_says_how_a_person_stands(profile: dict[str, Any] | None, actor_team: str, standing: str) -> None:
    assert standing_of(profile, actor_team=actor_team, team="T1") == standing


def test_who_cannot_be_checked_is_not_answered() -> None:
    sentence = refusal(Rules(), user="U1", channel="C1", actor_team="T1", standing="unknown")
    assert sentence
    assert "ask again in a minute" in sentence


def test_settings_may_be_kept_to_a_few_and_admins() -> None:
    rules = ChannelRules(editors="listed", listed=("U1",))
    assert may_edit(rules, user="U1", is_admin=False)
    assert not may_edit(rules, user="U2", is_admin=False)
    assert may_edit(rules, user="U2", is_admin=True)


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
    assert notification("Dr. Ana <!here> said 30 days. [1] And more. [2]") == "Dr. Ana &lt;!here&gt; said 30 days."


def test_the_parts_of_an_answer_are_its_sentences_and_join_to_its_text() -> None:
    answer = answered("why?", ["One thing.", "Another, with [3] in it."])
    parts = tuple(parts_of(answer))
    assert "".join(part.text for part in parts) == answer.text
    assert [c.number for c in parts[0].citations] == [1]


def test_what_was_entered_in_the_settings_is_read_back() -> None:
    form = forms.settings_form("C1", ChannelRules("questions", ("policy",)), ["policy", "news"])
    state = {
        "answers": {"answers": {"selected_option": {"value": "questions"}}},
        "folders": {"folders": {"selected_options": [{"value": "news"}]}},
        "editors": {"editors": {"selected_option": {"value": "listed"}}},
        "listed": {"listed": {"selected_users": ["U2"]}},
    }
    view = form | {"state": {"values": state}}
    assert forms.place_of(view) == {"channel": "C1"}
    assert forms.read_settings_form(view, editor="U1") == ChannelRules("questions", ("news",), "listed", ("U2", "U1"))


def test_the_home_tab_knows_the_newest_article_and_the_folders() -> None:
    found = knowledge_of([HUNGARY, TRAVEL], created="2026-11-20T10:00:00")
    assert (found.articles, found.newest, found.folders) == (2, datetime.date(2026, 9, 1), ("policy",))
    assert found.titles == ("Leave & holidays", "Travel")


def test_the_manifest_asks_for_exactly_the_scopes_that_are_used() -> None:
    manifest = json.loads((Path(run.__file__).parent / "manifest.json").read_text(encoding="utf-8"))
    assert tuple(manifest["oauth_config"]["scopes"]["bot"]) == SCOPES
    assert "agent_view" in manifest["features"]
    assert len(manifest["features"]["agent_view"]["agent_description"]) <= 300
    assert len(manifest["display_information"]["description"]) <= 140


def test_settings_are_read_by_their_usual_names() -> None:
    values = {
        "SLACK_BOT_TOKEN": "xoxb-1",
        "FOOTNOTE_SLACK_API_URL": "http://127.0.0.1:1/api/",
        "FOOTNOTE_SLACK_USERS": "U1, U2",
    }
    settings = read_settings(SlackSettings, values)
    assert (settings.bot_token, settings.slack_api_url, settings.slack_users) == (
        "xoxb-1",
        "http://127.0.0.1:1/api/",
        ("U1", "U2"),
    )


def test_a_trace_tells_where_and_not_what() -> None:
    with pytest.raises(ValueError, match="the question") as raised:
        raise ValueError("the question")
    assert trace(raised.value).startswith("ValueError <- test_slack_pure.py:")
    assert "the question" not in trace(raised.value)


def test_tokens_and_passwords_are_taken_out_of_logs() -> None:
    import logging

    record = logging.LogRecord("x", 20, "f", 1, "%s", ("xoxb-1-2 xapp-9 postgresql://me:secret@h/d Bearer abc",), None)
    Redacting().filter(record)
    assert record.getMessage() == "(redacted) (redacted) postgresql:(redacted)h/d (redacted)"


@pytest.mark.parametrize(
    ("changes", "remedy"),
    [
        ({}, "set SLACK_BOT_TOKEN to the Bot User OAuth Token"),
        ({"bot_token": "xapp-1"}, "must start with xoxb-"),
        ({"bot_token": "xoxb-1"}, "set SLACK_APP_TOKEN to an app-level token"),
        ({"bot_token": "xoxb-1", "slack_mode": "http"}, "set SLACK_SIGNING_SECRET"),
    ],
)
def test_a_missing_token_is_named_with_where_to_get_it(changes: dict[str, Any], remedy: str) -> None:
    with pytest.raises(SlackMisconfigured, match=remedy):
        check(SlackSettings(**changes))
