"""The loopback's Block Kit validator takes what Slack takes and names what it does not."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.models import blocks as sdk

from bot.demo.loopback import limits
from bot.demo.loopback.check import EVERYWHERE, IN_MESSAGES, problems_of, view_content
from bot.demo.loopback.errors import Refused
from bot.demo.loopback.slack import LoopbackSlack
from tests.loopback_apps import client, in_slack

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def button(**fields: Any) -> Json:
    return {"type": "button", "text": plain("Go"), "action_id": "go", **fields}


def vote(**fields: Any) -> Json:
    side = {"text": plain("Good"), "value": "up"}
    return {"type": "feedback_buttons", "action_id": "vote", "positive_button": side, "negative_button": side, **fields}


PICTURE: Json = {"type": "image", "alt_text": "x", "image_url": "https://a.example/x"}
GOOD: tuple[Json, ...] = (
    {"type": "section", "text": mrkdwn("*x*"), "accessory": button(value="1")},
    {"type": "section", "fields": [mrkdwn("a"), plain("b")]},
    {"type": "divider"},
    {"type": "header", "text": plain("Title")},
    {"type": "image", "alt_text": "a map", "image_url": "https://a.example/m.png"},
    {
        "type": "context",
        "elements": [mrkdwn("a"), {"type": "image", "alt_text": "x", "image_url": "https://a.example/x"}],
    },
    {"type": "actions", "elements": [button(), {"type": "users_select", "action_id": "who"}]},
    {
        "type": "context_actions",
        "elements": [vote(), {"type": "icon_button", "icon": "trash", "text": plain("Delete")}],
    },
    {"type": "markdown", "text": "**x**"},
    {"type": "alert", "text": mrkdwn("old"), "level": "warning"},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]]},
    {"type": "task_card", "task_id": "1", "title": "Searched", "status": "complete"},
    {"type": "card", "title": mrkdwn("x"), "actions": [button()]},
    {
        "type": "rich_text",
        "elements": [
            {
                "type": "rich_text_list",
                "style": "ordered",
                "elements": [
                    {
                        "type": "rich_text_section",
                        "elements": [
                            {"type": "link", "url": "https://a.example", "text": "A", "style": {"bold": True}}
                        ],
                    }
                ],
            }
        ],
    },
    {
        "type": "input",
        "label": plain("Folders"),
        "optional": True,
        "element": {
            "type": "multi_static_select",
            "action_id": "folders",
            "options": [{"text": plain("news"), "value": "news"}],
        },
    },
)


@pytest.mark.parametrize("block", GOOD, ids=lambda block: block["type"])
def test_good_blocks_are_taken_by_the_loopback_and_by_the_sdk(block: Json) -> None:
    assert list(problems_of([block], surface="message")) == []
    parsed = sdk.Block.parse(block)
    assert parsed is not None
    parsed.validate_json()


@pytest.mark.parametrize(
    ("block", "problem"),
    [
        ({"type": "sections"}, "unsupported type: sections"),
        ({"text": "x"}, "unsupported type: None"),
        ({"type": "section"}, "text or fields"),
        ({"type": "section", "text": mrkdwn("x" * 3001)}, "less than 3001 characters"),
        ({"type": "section", "text": mrkdwn("")}, "more than 0 characters"),
        ({"type": "section", "text": {"type": "markdown", "text": "x"}}, "unsupported type: markdown"),
        ({"type": "section", "text": mrkdwn("x"), "color": "red"}, "invalid additional property: color"),
        ({"type": "section", "fields": [plain("x")] * 11}, "no more than 10 items"),
        ({"type": "section", "text": mrkdwn("x"), "accessory": vote()}, "unsupported type: feedback_buttons"),
        ({"type": "header", "text": mrkdwn("x")}, "unsupported type: mrkdwn"),
        ({"type": "header", "text": plain("x" * 151)}, "less than 151 characters"),
        ({"type": "context", "elements": [mrkdwn("x")] * 11}, "no more than 10 items"),
        ({"type": "context", "elements": [button()]}, "unsupported type: button"),
        ({"type": "actions", "elements": [button(action_id=str(n)) for n in range(26)]}, "no more than 25 items"),
        ({"type": "actions", "elements": [button(), button()]}, "action_id go already exists"),
        ({"type": "actions", "elements": [button(text=plain("x" * 76))]}, "less than 76 characters"),
        ({"type": "actions", "elements": [button(value="x" * 2001)]}, "less than 2001 characters"),
        ({"type": "actions", "elements": [button(url="javascript:alert(1)")]}, "must match"),
        ({"type": "context_actions", "elements": [vote(action_id=str(n)) for n in range(6)]}, "no more than 5 items"),
        ({"type": "context_actions", "elements": [vote(positive_button={"text": plain("x")})]}, "field: value"),
        (
            {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "bin", "text": plain("x")}]},
            "must be one of trash",
        ),
        ({"type": "markdown", "text": "x" * 12_001}, "less than 12001 characters"),
        ({"type": "image", "alt_text": "x"}, "image_url or slack_file"),
        ({"type": "table", "rows": [[{"type": "raw_text", "text": "a"}] * 21]}, "no more than 20 items"),
        (
            {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text"}]}]},
            "field: text",
        ),
        ({"type": "divider", "block_id": "x" * 256}, "less than 256 characters"),
    ],
)
def test_a_bad_block_is_refused_with_what_is_wrong(block: Json, problem: str) -> None:
    assert any(problem in found for found in problems_of([block], surface="message"))


def test_blocks_are_checked_together_too() -> None:
    same = {"type": "divider", "block_id": "a"}
    table = {"type": "table", "rows": [[{"type": "raw_text", "text": "a"}]]}
    assert list(problems_of([same, same], surface="message")) == ["block_id a already exists [/blocks]"]
    assert list(problems_of([table, table], surface="message")) == ["only one table in a message [/blocks]"]
    assert list(problems_of([{"type": "divider"}] * 51, surface="message")) == [
        "no more than 50 items allowed [/blocks]"
    ]
    assert list(problems_of([{"type": "divider"}] * 100, surface="modal")) == []


def test_markdown_and_feedback_stand_in_messages_only() -> None:
    for block in ({"type": "markdown", "text": "x"}, {"type": "context_actions", "elements": [vote()]}):
        assert list(problems_of([block], surface="message")) == []
        assert any("unsupported type" in problem for problem in problems_of([block], surface="modal"))


def test_every_block_of_the_sdk_is_known_but_calls_containers_and_auth_providers() -> None:
    kinds: list[Any] = sdk.Block.__subclasses__()
    known = {kind.type for kind in kinds if isinstance(getattr(kind, "type", None), str)}
    assert known - set(EVERYWHERE) - set(IN_MESSAGES) == {"call", "container", "auth_provider"}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"title": plain("x" * 25)}, "less than 25 characters"),
        ({"private_metadata": "x" * 3001}, "less than 3001 characters"),
        ({"callback_id": "x" * 256}, "less than 256 characters"),
        ({"type": "home"}, "has to be a modal"),
        ({"blocks": [{"type": "markdown", "text": "x"}]}, "unsupported type: markdown"),
        ({"submit": None}, "must be an object"),
        ({"colour": "red"}, "invalid additional property: colour"),
    ],
)
def test_a_bad_view_is_refused_with_what_is_wrong(change: Json, problem: str) -> None:
    view = {"type": "modal", "title": plain("Why?"), "submit": plain("Send"), "blocks": [{"type": "divider"}]}
    view_content(view, kind="modal")
    with pytest.raises(Refused) as refused:
        view_content(view | change, kind="modal")
    assert problem in str(refused.value.detail)


def test_a_modal_with_inputs_needs_a_submit_button() -> None:
    field = {"type": "input", "label": plain("x"), "element": {"type": "plain_text_input", "action_id": "a"}}
    with pytest.raises(Refused, match="invalid_arguments"):
        view_content({"type": "modal", "title": plain("Why?"), "blocks": [field]}, kind="modal")


def test_a_refusal_reaches_the_client_with_the_place_of_the_mistake() -> None:
    async def run(slack: LoopbackSlack) -> None:
        with pytest.raises(SlackApiError) as refused:
            await client(slack).chat_postMessage(channel="C1", text="x", blocks=[{"type": "header", "text": plain("")}])
        assert refused.value.response["error"] == "invalid_blocks"
        assert "/blocks/0/text/text" in refused.value.response["response_metadata"]["messages"][0]

    in_slack(run, strict=False)


def test_two_long_markdown_blocks_are_too_long_together() -> None:
    async def run(slack: LoopbackSlack) -> None:
        two = [{"type": "markdown", "text": "x" * 7_000}] * 2
        with pytest.raises(SlackApiError, match="msg_blocks_too_long"):
            await client(slack).chat_postMessage(channel="C1", text="x", blocks=two)

    in_slack(run, strict=False)


def test_every_number_is_marked_and_the_claims_can_be_listed() -> None:
    numbers = {name: value for name, value in vars(limits).items() if name.isupper() and not isinstance(value, tuple)}
    assert all(isinstance(value, limits.Limit) and value.says for value in numbers.values())
    assert {"STREAM_BYTES", "STREAM_SECONDS", "MARKDOWN_BLOCKS_TOTAL", "POST_BURST"} <= set(limits.claims())
    assert limits.MARKDOWN_TEXT.evidence == "documented"
