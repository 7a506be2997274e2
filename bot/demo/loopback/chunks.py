"""The chunks of a stream: which are valid, and how a message grows by them.

Knows the four kinds of chunk. Knows nothing of who sent them when.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from bot.demo.loopback import limits
from bot.demo.loopback.check import blocks_of_message
from bot.demo.loopback.errors import Refused
from bot.demo.loopback.world import Message

Json = dict[str, Any]
TASK_STATUSES = ("pending", "in_progress", "complete", "error")
FIELDS = {
    "markdown_text": {"text"},
    "task_update": {"id", "title", "status", "details", "output", "sources"},
    "plan_update": {"title"},
    "blocks": {"blocks"},
}


def checked(chunks: Sequence[Json]) -> Sequence[Json]:
    """Return the chunks if Slack would take them; refuse them otherwise."""
    for chunk in chunks:
        kind = chunk.get("type")
        if kind not in FIELDS or set(chunk) - FIELDS[kind] - {"type"}:
            raise _invalid(f"unknown chunk or field: {chunk}")
        _check_one(chunk)
    return chunks


def grown(message: Message, *, by: Sequence[Json]) -> Message:
    """Return the message with the chunks added: text joins the text before it, a task replaces itself."""
    blocks = list(message.blocks)
    for chunk in by:
        match chunk["type"]:
            case "markdown_text":
                _add_text(blocks, chunk["text"])
            case "task_update":
                _add_task(blocks, chunk)
            case "plan_update":
                blocks[:] = [block for block in blocks if block["type"] != "plan"]
                blocks.insert(0, {"type": "plan", "title": chunk["title"]})
            case "blocks":
                blocks.extend(chunk["blocks"])
    text = "".join(block["text"] for block in blocks if block["type"] == "markdown")
    return replace(message, blocks=tuple(blocks), text=text)


def _check_one(chunk: Json) -> None:
    match chunk["type"]:
        case "markdown_text":
            if not isinstance(chunk.get("text"), str):
                raise _invalid("markdown_text without text")
            if len(chunk["text"]) > limits.MARKDOWN_TEXT:
                raise Refused("msg_too_long")
        case "plan_update":
            if not isinstance(chunk.get("title"), str):
                raise _invalid("plan_update without title")
        case "task_update":
            _check_task(chunk)
        case "blocks":
            if not isinstance(chunk.get("blocks"), list) or len(chunk["blocks"]) > limits.STREAM_BLOCKS:
                raise _invalid("blocks chunk without blocks, or with too many")
            blocks_of_message(chunk["blocks"])


def _check_task(chunk: Json) -> None:
    if not isinstance(chunk.get("id"), str) or not isinstance(chunk.get("title"), str):
        raise _invalid("task_update needs id and title")
    if chunk.get("status") not in TASK_STATUSES:
        raise _invalid(f"task status {chunk.get('status')!r}")
    longest = max(len(chunk.get("details") or ""), len(chunk.get("output") or ""))
    if len(chunk["title"]) > limits.TASK_TITLE or longest > limits.TASK_DETAILS:
        raise _invalid("task title, details or output too long")
    sources = chunk.get("sources") or []
    if len(sources) > limits.TASK_SOURCES:
        raise _invalid("too many sources")
    for source in sources:
        if source.get("type") != "url" or not source.get("url") or not isinstance(source.get("text"), str):
            raise _invalid(f"a source is {{type: url, url, text}}: {source}")


def _add_text(blocks: list[Json], text: str) -> None:
    if blocks and blocks[-1]["type"] == "markdown":
        blocks[-1] = {**blocks[-1], "text": blocks[-1]["text"] + text}
    elif text:
        blocks.append({"type": "markdown", "text": text})


def _add_task(blocks: list[Json], chunk: Json) -> None:
    fields = {name: value for name, value in chunk.items() if name not in ("type", "id") and value is not None}
    for at, block in enumerate(blocks):
        if block["type"] == "task_card" and block["task_id"] == chunk["id"]:
            details = {"details": block.get("details", "") + fields["details"]} if "details" in fields else {}
            blocks[at] = {**block, **fields, **details}
            return
    blocks.append({"type": "task_card", "task_id": chunk["id"], **fields})


def _invalid(what: str) -> Refused:
    return Refused("invalid_chunks", response_metadata={"messages": [f"[ERROR] {what}"]})
