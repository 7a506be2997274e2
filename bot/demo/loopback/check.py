"""Whether Slack would take blocks, attachments and views, and the errors with which it refuses.

Knows every block of the notes, on which surface it may stand, and what holds for all blocks of one message or view
together. Knows nothing of the calls that carry them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from bot.demo.loopback import limits
from bot.demo.loopback.composition import ANYTHING, ID, IMAGE, RICH_TEXT, RICH_TEXT_ELEMENT, URL_SOURCE, plain, text
from bot.demo.loopback.controls import BUTTON, CONTEXT_ACTIONS, IN_ACTIONS, IN_INPUT, IN_SECTION
from bot.demo.loopback.elements import elements
from bot.demo.loopback.errors import Refused
from bot.demo.loopback.schema import Check, boolean, choice, integer, listing, record, string, typed, url

Json = dict[str, Any]
Surface = Literal["message", "modal", "home"]

_BLOCK = {"block_id": ID}
_IMAGE_FIELDS = {
    "image_url": url(limits.IMAGE_URL),
    "slack_file": record({}, {"id": ID, "url": url()}),
    "title": plain(limits.ALT_TEXT),
}
_CELL = typed(
    {
        "raw_text": record({"text": string(shortest=0)}),
        "raw_number": record({"value": ANYTHING}, {"text": string()}),
        "rich_text": RICH_TEXT,
    }
)
_COLUMN = record({}, {"align": choice("left", "center", "right"), "is_wrapped": boolean})
_TASK = record(
    {"task_id": ID, "title": string(limits.TASK_TITLE)},
    {
        **_BLOCK,
        "status": choice("pending", "in_progress", "complete", "error"),
        "details": RICH_TEXT,
        "output": RICH_TEXT,
        "sources": listing(URL_SOURCE, longest=limits.TASK_SOURCES, shortest=0),
    },
)
_CARD = record(
    {},
    {
        **_BLOCK,
        "hero_image": IMAGE,
        "icon": IMAGE,
        "title": text(limits.CARD_TITLE),
        "subtitle": text(limits.CARD_TITLE),
        "body": text(limits.CARD_BODY),
        "actions": listing(typed({"button": BUTTON}), longest=limits.CARD_ACTIONS),
    },
)
EVERYWHERE: dict[str, Check] = {
    "section": record(
        {},
        {
            **_BLOCK,
            "text": text(limits.SECTION_TEXT),
            "fields": listing(text(limits.SECTION_FIELD_TEXT), longest=limits.SECTION_FIELDS),
            "accessory": typed(IN_SECTION),
            "expand": boolean,
        },
    ),
    "divider": record({}, _BLOCK),
    "header": record({"text": plain(limits.HEADER_TEXT)}, {**_BLOCK, "level": integer(1, 4)}),
    "image": record({"alt_text": string(limits.ALT_TEXT)}, {**_BLOCK, **_IMAGE_FIELDS}),
    "context": record(
        {
            "elements": listing(
                typed(
                    {
                        "image": IMAGE,
                        "mrkdwn": text(limits.CONTEXT_TEXT),
                        "plain_text": text(limits.CONTEXT_TEXT),
                    }
                ),
                longest=limits.CONTEXT_ELEMENTS,
            )
        },
        _BLOCK,
    ),
    "actions": record({"elements": listing(typed(IN_ACTIONS), longest=limits.ACTIONS_ELEMENTS)}, _BLOCK),
    "input": record(
        {"label": plain(limits.INPUT_LABEL), "element": typed(IN_INPUT)},
        {**_BLOCK, "hint": plain(limits.INPUT_LABEL), "optional": boolean, "dispatch_action": boolean},
    ),
    "rich_text": record({"elements": listing(RICH_TEXT_ELEMENT, longest=limits.RICH_TEXT_ELEMENTS)}, _BLOCK),
    "alert": record(
        {"text": text(limits.SECTION_TEXT)},
        {**_BLOCK, "level": choice("default", "info", "warning", "error", "success")},
    ),
    "video": record(
        {"alt_text": string(), "title": plain(200), "thumbnail_url": url(), "video_url": url()},
        {**_BLOCK, "author_name": string(50), "description": plain(200), "provider_name": string(), "title_url": url()},
    ),
}
IN_MESSAGES: dict[str, Check] = {
    "markdown": record({"text": string(limits.MARKDOWN_TEXT)}, _BLOCK),
    "context_actions": record(
        {"elements": listing(typed(CONTEXT_ACTIONS), longest=limits.CONTEXT_ACTIONS_ELEMENTS)}, _BLOCK
    ),
    "table": record(
        {
            "rows": listing(
                listing(_CELL, longest=limits.TABLE_COLUMNS),
                longest=limits.TABLE_ROWS,
            )
        },
        {**_BLOCK, "column_settings": listing(_COLUMN, longest=limits.TABLE_COLUMNS)},
    ),
    "task_card": _TASK,
    "plan": record(
        {"title": string()}, {**_BLOCK, "tasks": listing(typed({"task_card": _TASK}), longest=limits.MESSAGE_BLOCKS)}
    ),
    "card": _CARD,
    "carousel": record({"elements": listing(typed({"card": _CARD}), longest=limits.CAROUSEL_CARDS)}, _BLOCK),
    "file": record({"external_id": string(), "source": choice("remote")}, _BLOCK),
}
SURFACES: Mapping[Surface, Check] = {
    "message": listing(typed({**EVERYWHERE, **IN_MESSAGES}), longest=limits.MESSAGE_BLOCKS, shortest=0),
    "modal": listing(typed(EVERYWHERE), longest=limits.MODAL_BLOCKS, shortest=0),
    "home": listing(typed(EVERYWHERE), longest=limits.MODAL_BLOCKS, shortest=0),
}
_VIEW = {
    "blocks": ANYTHING,
    "private_metadata": string(limits.PRIVATE_METADATA, shortest=0),
    "callback_id": string(limits.ID_LENGTH, shortest=0),
    "external_id": string(limits.ID_LENGTH),
}
VIEWS: Mapping[str, Check] = {
    "home": record({"blocks": ANYTHING}, _VIEW),
    "modal": record(
        {"title": plain(limits.VIEW_TITLE), "blocks": ANYTHING},
        {
            **_VIEW,
            "submit": plain(limits.VIEW_TITLE),
            "close": plain(limits.VIEW_TITLE),
            "clear_on_close": boolean,
            "notify_on_close": boolean,
            "submit_disabled": boolean,
        },
    ),
}


def blocks_of_message(blocks: Sequence[Json]) -> None:
    """Refuse blocks that Slack would not take in a message."""
    problems = tuple(problems_of(blocks, surface="message"))
    if problems:
        raise Refused("invalid_blocks", response_metadata={"messages": [f"[ERROR] {problem}" for problem in problems]})
    if sum(len(block["text"]) for block in blocks if block["type"] == "markdown") > limits.MARKDOWN_BLOCKS_TOTAL:
        raise Refused("msg_blocks_too_long")


def view_content(content: Json, *, kind: str) -> None:
    """Refuse a view that Slack would not show as this kind."""
    surface: Surface = "home" if kind == "home" else "modal"
    problems = [] if content.get("type") == kind else [f"the view has to be a {kind} [/view/type]"]
    problems += VIEWS[kind](content, "/view")
    if not problems:
        problems += problems_of(content["blocks"], surface=surface)
        if kind == "modal" and any(block["type"] == "input" for block in content["blocks"]) and "submit" not in content:
            problems.append("missing required field: submit [/view]")
    if problems:
        messages = [f"[ERROR] {problem}" for problem in problems]
        raise Refused("invalid_arguments", response_metadata={"messages": messages})


def problems_of(blocks: Any, *, surface: Surface) -> Iterator[str]:
    """Yield what is wrong with the blocks on that surface; nothing for good ones."""
    shape = tuple(SURFACES[surface](blocks, "/blocks"))
    yield from shape
    if not shape:
        for number, block in enumerate(blocks):
            yield from _of_one(block, f"/blocks/{number}")
        yield from _of_all(blocks)


def _of_one(block: Json, at: str) -> Iterator[str]:
    match block["type"]:
        case "section" if not (block.get("text") or block.get("fields")):
            yield f"missing required field: text or fields [{at}]"
        case "image" if not (block.get("image_url") or block.get("slack_file")):
            yield f"missing required field: image_url or slack_file [{at}]"
        case "table" if len({len(row) for row in block["rows"]}) > 1:
            yield f"rows of different length [{at}]"
        case "card" if not any(block.get(name) for name in ("hero_image", "title", "actions", "body")):
            yield f"one of hero_image, title, actions, body is required [{at}]"
    for element in elements([block]):
        both = bool(element.json.get("options")) == bool(element.json.get("option_groups"))
        if element.type.endswith("static_select") and both:
            yield f"either options or option_groups [{at}]"
    ids = [element.action_id for element in elements([block])]
    for action_id in sorted({one for one in ids if ids.count(one) > 1}):
        yield f"action_id {action_id} already exists in this block [{at}]"


def _of_all(blocks: Sequence[Json]) -> Iterator[str]:
    ids = [block["block_id"] for block in blocks if "block_id" in block]
    for block_id in sorted({one for one in ids if ids.count(one) > 1}):
        yield f"block_id {block_id} already exists [/blocks]"
    if sum(block["type"] == "table" for block in blocks) > limits.TABLES_IN_MESSAGE:
        yield "only one table in a message [/blocks]"
