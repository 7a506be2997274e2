"""The loopback's Web API is as strict as Slack's: methods, arguments, tokens, scopes, membership, rates."""

from __future__ import annotations

import inspect
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.loopback.slack import LoopbackSlack
from bot.demo.loopback.spec import METHODS
from tests.loopback_apps import client, error_of, in_slack

Json = dict[str, Any]


def test_every_argument_of_the_sdk_is_known_to_the_table() -> None:
    for name, method in METHODS.items():
        function = getattr(AsyncWebClient, name.replace(".", "_"), None)
        if function is None:
            continue
        parameters = inspect.signature(function).parameters.values()
        names = {p.name for p in parameters if p.kind is p.KEYWORD_ONLY} - {"app_token", "test_error"}
        assert names <= set(method.accepts), name


def test_every_method_of_the_table_is_carried_out() -> None:
    assert set(METHODS) == set(LoopbackSlack().site.handlers)


def test_an_unknown_method_is_refused_and_fails_the_test() -> None:
    async def run(slack: LoopbackSlack) -> None:
        assert await error_of(client(slack).api_call("chat.shout", json={})) == "unknown_method"

    with pytest.raises(AssertionError, match=r"unknown method chat\.shout"):
        in_slack(run)


@pytest.mark.parametrize(
    ("method", "given", "says"),
    [
        ("chat.postMessage", {"text": "x"}, "missing required field: channel"),
        ("chat.postMessage", {"channel": "general", "text": "x"}, "is not the id of a conversation"),
        ("chat.postMessage", {"channel": "C1", "text": 5}, "must be a string"),
        ("chat.postMessage", {"channel": "C1", "text": "x", "thread_ts": "17"}, "is not a message ts"),
        ("chat.postMessage", {"channel": "C1", "text": "x", "colour": "red"}, "unknown argument colour"),
        ("chat.postMessage", {"channel": "C1", "text": "x", "unfurl_links": "maybe"}, "not a boolean"),
        ("users.info", {"user": "Ana"}, "is not the id of a user"),
    ],
)
def test_a_wrong_argument_is_refused_with_its_name(method: str, given: Json, says: str) -> None:
    async def run(slack: LoopbackSlack) -> None:
        with pytest.raises(SlackApiError) as refused:
            await client(slack).api_call(method, json=given)
        assert refused.value.response["error"] == "invalid_arguments"
        assert says in refused.value.response["response_metadata"]["messages"][0]
        assert slack.journal.violations

    in_slack(run, strict=False)


def test_query_form_and_json_bodies_are_read_alike() -> None:
    async def run(slack: LoopbackSlack) -> None:
        blocks = '[{"type":"divider"}]'
        api = client(slack)
        await api.api_call("chat.postMessage", params={"channel": "C1", "text": "query", "blocks": blocks})
        await api.api_call("chat.postMessage", data={"channel": "C1", "text": "form", "blocks": blocks})
        await api.api_call("chat.postMessage", json={"channel": "C1", "text": "json", "blocks": [{"type": "divider"}]})
        posted = slack.world.said_in("C1")
        assert [said.text for said in posted] == ["query", "form", "json"]
        assert {said.blocks[0]["type"] for said in posted} == {"divider"}

    in_slack(run)


def test_tokens_are_checked_for_life_kind_and_scope() -> None:
    async def run(slack: LoopbackSlack) -> None:
        assert await error_of(client(slack, token="xoxb-wrong").auth_test()) == "invalid_auth"
        assert await error_of(client(slack, token=slack.app_token).users_info(user="U1")) == "not_allowed_token_type"
        assert (await client(slack).auth_test())["user_id"] == "UBOT"
        slack.site.tokens[slack.bot_token].scopes -= {"users:read"}
        with pytest.raises(SlackApiError) as refused:
            await client(slack).users_info(user="U1")
        assert refused.value.response["error"] == "missing_scope"
        assert refused.value.response["needed"] == "users:read"
        assert "chat:write" in refused.value.response["provided"]
        slack.site.tokens[slack.bot_token].dead = "token_revoked"
        assert await error_of(client(slack).auth_test()) == "token_revoked"

    in_slack(run)


def test_a_call_without_a_token_is_not_authed_and_one_in_the_body_is_a_breach() -> None:
    async def run(slack: LoopbackSlack) -> None:
        async with aiohttp.ClientSession() as session:
            async with session.post(slack.api_url + "auth.test") as response:
                assert (await response.json())["error"] == "not_authed"
            async with session.post(slack.api_url + "auth.test", data={"token": slack.bot_token}) as response:
                assert (await response.json())["ok"]
        assert "a token in the arguments" in slack.journal.violations[0]
        assert all(slack.bot_token not in str(call.args) for call in slack.journal.calls)

    in_slack(run, strict=False)


@pytest.mark.parametrize(
    ("channel", "error"),
    [("C2", "not_in_channel"), ("G3", "channel_not_found"), ("C4", "is_archived"), ("C99", "channel_not_found")],
)
def test_the_app_speaks_only_where_it_is(channel: str, error: str) -> None:
    async def run(slack: LoopbackSlack) -> None:
        assert await error_of(client(slack).chat_postMessage(channel=channel, text="x")) == error

    in_slack(run)


def test_an_ephemeral_message_is_seen_by_one_person_and_cannot_be_changed() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api = client(slack)
        posted = await api.chat_postEphemeral(channel="C1", user="U1", text="only you")
        assert [said.text for said in slack.user("U1").sees("C1")] == ["only you"]
        assert slack.user("U2").sees("C1") == ()
        assert await error_of(api.chat_update(channel="C1", ts=posted["message_ts"], text="x")) == "message_not_found"
        assert await error_of(api.chat_postEphemeral(channel="C1", user="U9", text="x")) == "user_not_in_channel"

    in_slack(run)


def test_an_update_with_text_alone_removes_the_blocks_and_one_with_blocks_shows_no_edit() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api = client(slack)
        divider = [{"type": "divider"}]
        posted = await api.chat_postMessage(channel="C1", text="a", blocks=divider)
        updated = await api.chat_update(channel="C1", ts=posted["ts"], text="b", blocks=divider)
        assert "edited" not in updated["message"]
        updated = await api.chat_update(channel="C1", ts=posted["ts"], text="c")
        assert "blocks" not in updated["message"]
        assert "edited" in updated["message"]
        assert await error_of(api.chat_update(channel="C1", ts=posted["ts"], text="é" * 2001)) == "msg_too_long"

    in_slack(run)


def test_the_app_changes_and_deletes_only_its_own_messages() -> None:
    async def run(slack: LoopbackSlack) -> None:
        said = slack.user("U1").says("C1", "mine")
        assert await error_of(client(slack).chat_update(channel="C1", ts=said.ts, text="x")) == "cant_update_message"
        assert await error_of(client(slack).chat_delete(channel="C1", ts=said.ts)) == "cant_delete_message"

    in_slack(run)


def test_a_reply_to_a_reply_is_a_breach() -> None:
    async def run(slack: LoopbackSlack) -> None:
        root = slack.user("U1").says("C1", "root")
        reply = slack.user("U1").says("C1", "reply", thread=root.ts)
        await client(slack).chat_postMessage(channel="C1", text="x", thread_ts=reply.ts)
        assert "is a reply, not the root" in slack.journal.violations[0]

    in_slack(run, strict=False)


def test_threads_are_read_in_pages_and_only_with_the_scope_of_their_kind() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api = client(slack)
        root = slack.user("U1").says("C1", "0")
        for number in range(1, 5):
            slack.user("U2").says("C1", str(number), thread=root.ts)
        first = await api.conversations_replies(channel="C1", ts=root.ts, limit=3)
        cursor = first["response_metadata"]["next_cursor"]
        second = await api.conversations_replies(channel="C1", ts=root.ts, limit=3, cursor=cursor)
        assert [said["text"] for said in [*first["messages"], *second["messages"]]] == ["0", "1", "2", "3", "4"]
        assert first["messages"][0]["reply_count"] == 4
        slack.site.tokens[slack.bot_token].scopes -= {"channels:history"}
        assert await error_of(api.conversations_replies(channel="C1", ts=root.ts)) == "missing_scope"

    in_slack(run)


def test_strangers_guests_and_shared_channels_are_told_apart() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api = client(slack)
        assert (await api.users_info(user="U9"))["user"]["is_stranger"]
        assert (await api.users_info(user="U3"))["user"]["is_restricted"]
        assert (await api.users_info(user="U4"))["user"]["is_ultra_restricted"]
        assert (await api.conversations_info(channel="C3"))["channel"]["is_ext_shared"]
        told = slack.user("U9").says("C3", "<@UBOT> hi").deliveries[0]
        assert told.payload["is_ext_shared_channel"]
        assert (told.payload["team_id"], told.event["user_team"]) == ("T1", "T9")

    in_slack(run)


def test_a_method_closes_after_its_tier_and_opens_with_time() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api = client(slack)
        root = slack.user("U1").says(slack.user("U1").dm(), "hi")
        for _ in range(20):
            await api.chat_startStream(channel=root.channel, thread_ts=root.ts)
        with pytest.raises(SlackApiError) as refused:
            await api.chat_startStream(channel=root.channel, thread_ts=root.ts)
        assert refused.value.response.status_code == 429
        assert refused.value.response.headers["Retry-After"] == "60"
        assert await error_of(api.chat_startStream(channel=root.channel, thread_ts=root.ts)) == "ratelimited"
        assert [call.too_early for call in slack.journal.of("chat.startStream")][-2:] == [False, True]
        await slack.clock.advance(60)
        await api.chat_startStream(channel=root.channel, thread_ts=root.ts)

    in_slack(run)


def test_posting_has_a_burst_for_each_channel_and_then_one_a_second() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api = client(slack)
        for _ in range(20):
            await api.chat_postMessage(channel="C1", text="x")
        assert await error_of(api.chat_postMessage(channel="C1", text="x")) == "ratelimited"
        await api.chat_postMessage(channel="G1", text="another channel")
        await slack.clock.advance(1)
        await api.chat_postMessage(channel="C1", text="x")

    in_slack(run)


def test_a_token_in_any_text_is_a_breach() -> None:
    async def run(slack: LoopbackSlack) -> None:
        await client(slack).chat_postMessage(channel="C1", text=f"my token is {slack.app_token}")
        assert "a token in the arguments" in slack.journal.violations[0]

    in_slack(run, strict=False)


def test_another_look_needs_its_own_scope() -> None:
    async def run(slack: LoopbackSlack) -> None:
        post = client(slack).chat_postMessage
        assert await error_of(post(channel="C1", text="x", username="Someone")) == "missing_scope"
        slack.site.tokens[slack.bot_token].scopes |= {"chat:write.customize"}
        assert (await post(channel="C1", text="x", username="Someone"))["ok"]

    in_slack(run)


@pytest.mark.filterwarnings("ignore:The top-level")
def test_a_message_needs_text_of_one_kind() -> None:
    async def run(slack: LoopbackSlack) -> None:
        post, update = client(slack).chat_postMessage, client(slack).chat_update
        assert await error_of(post(channel="C1", text="")) == "no_text"
        assert await error_of(post(channel="C1", text="a", markdown_text="b")) == "markdown_text_conflict"
        assert await error_of(post(channel="C1", markdown_text="x" * 12_001)) == "msg_too_long"
        posted = await post(channel="C1", markdown_text="**a**")
        assert posted["message"]["blocks"][0]["type"] == "markdown"
        assert (
            await error_of(update(channel="C1", ts=posted["ts"], text="a", markdown_text="b"))
            == "markdown_text_conflict"
        )

    in_slack(run, strict=False)


def test_the_history_of_a_channel_is_read_by_members_only_and_by_its_own_cursors() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api = client(slack)
        assert await error_of(api.conversations_history(channel="C2")) == "not_in_channel"
        assert await error_of(api.conversations_history(channel="G3")) == "channel_not_found"
        assert await error_of(api.conversations_history(channel="C1", cursor="page2")) == "invalid_cursor"
        slack.user("U1").says("C1", "first")
        slack.user("U1").says("C1", "second")
        found = await api.conversations_history(channel="C1", limit=1)
        assert ([said["text"] for said in found["messages"]], found["has_more"]) == (["second"], True)

    in_slack(run)


def test_a_reply_in_a_thread_that_was_deleted_is_noted_and_one_in_none_is_a_breach() -> None:
    async def run(slack: LoopbackSlack) -> None:
        asked = slack.user("U1").says("C1", "hi")
        slack.user("U1").deletes(asked)
        await client(slack).chat_postMessage(channel="C1", text="late", thread_ts=asked.ts)
        assert "which was deleted" in slack.site.warnings[0]
        assert slack.journal.violations == []
        await client(slack).chat_postMessage(channel="C1", text="lost", thread_ts="1700000000.000000")
        assert "is no message of C1" in slack.journal.violations[0]

    in_slack(run, strict=False)


@pytest.mark.filterwarnings("ignore:The top-level")
def test_blocks_without_text_are_noted_for_the_notification_they_lack() -> None:
    async def run(slack: LoopbackSlack) -> None:
        posted = await client(slack).chat_postMessage(channel="C1", blocks=[{"type": "divider"}])
        assert posted["warning"] == "missing_text_in_message"
        assert "notification says nothing" in slack.site.warnings[0]

    in_slack(run)
