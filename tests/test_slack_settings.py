"""The bot's settings, the settings of a channel, the manifest and the home tab, as values in and values out."""

import datetime
import json
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SlackMisconfigured
from bot.slack import run, views
from bot.slack.access import SCOPES
from bot.slack.records.threads import ChannelRules
from bot.slack.settings import SlackSettings, check
from bot.slack.views import knowledge_of
from ingest.settings import read_settings
from tests.slack_fixtures import HUNGARY, TRAVEL


def test_what_was_entered_in_the_settings_is_read_back() -> None:
    before, folders = ChannelRules("questions", ("policy",)), ["policy", "news"]
    form = views.settings_form({"channel": "C1"}, before, folders)
    state = {
        "answers": {"answers": {"selected_option": {"value": "questions"}}},
        "folders": {"folders": {"selected_options": [{"value": "news"}]}},
        "editors": {"editors": {"selected_option": {"value": "listed"}}},
        "listed": {"listed": {"selected_users": ["U2"]}},
    }
    view = form | {"state": {"values": state}}
    assert views.place_of(view) == {"channel": "C1"}
    entered = views.read_settings_form(view, editor="U1", before=before, folders=folders)
    assert entered == ChannelRules("questions", ("news",), "listed", ("U2", "U1"))


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
