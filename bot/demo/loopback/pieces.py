"""A message or a view taken apart into what is shown, block by block.

Knows where each block keeps its texts, links, images and mentions, and in which syntax. Judges nothing: `reading.py`
makes of the pieces what a person reads, `oracle.py` what they would do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from bot.demo.loopback.world import Message

Json = dict[str, Any]
Kind = Literal["plain", "mrkdwn", "markdown", "user", "broadcast", "usergroup", "channel", "link", "image", "break"]


@dataclass(frozen=True)
class Piece:
    """One stretch: its text, and what it points to (a user id, a url, a range)."""

    kind: Kind
    text: str = ""
    target: str = ""


BREAK = Piece("break", "\n")


def of_message(message: Message) -> Iterator[Piece]:
    """Yield what a conversation shows of a message: its blocks, or its text when it has none."""
    if message.blocks:
        yield from of_blocks(message.blocks)
    elif message.text:
        yield Piece("mrkdwn" if message.mrkdwn else "plain", message.text)
        yield BREAK
    for attachment in message.attachments:
        yield from _attachment(attachment)


def of_blocks(blocks: Sequence[Json]) -> Iterator[Piece]:
    """Yield the pieces of blocks in their order."""
    for block in blocks:
        yield from _block(block)
        yield BREAK


def _block(block: Json) -> Iterator[Piece]:
    match block["type"]:
        case "markdown":
            yield Piece("markdown", block["text"])
        case "rich_text":
            yield from _rich(block["elements"])
        case "table":
            yield from _table(block["rows"])
        case "image":
            yield from _image(block)
        case "task_card":
            yield from _task(block)
        case "plan":
            yield Piece("plain", block["title"])
            for task in block.get("tasks", ()):
                yield BREAK
                yield from _task(task)
        case "video":
            yield from (
                Piece("link", block["title"]["text"], block["video_url"]),
                Piece("image", "", block["thumbnail_url"]),
            )
        case _:
            yield from _fields(block)


def _fields(block: Json) -> Iterator[Piece]:
    for name in ("title", "subtitle", "text", "body", "label", "hint"):
        yield from _text(block.get(name))
    for found in block.get("fields") or ():
        yield BREAK
        yield from _text(found)
    for name in ("hero_image", "icon", "accessory", "element"):
        yield from _element(block.get(name))
    for element in (*(block.get("elements") or ()), *(block.get("actions") or ())):
        yield from _element(element)
        yield Piece("plain", " ")


def _text(found: Any) -> Iterator[Piece]:
    if isinstance(found, dict) and found.get("text"):
        yield Piece("mrkdwn" if found["type"] == "mrkdwn" else "plain", found["text"])
    elif isinstance(found, str):
        yield Piece("plain", found)


def _element(element: Any) -> Iterator[Piece]:
    if not isinstance(element, dict):
        return
    match element["type"]:
        case "mrkdwn" | "plain_text":
            yield from _text(element)
        case "image":
            yield from _image(element)
        case "button" | "icon_button":
            label = element["text"]["text"]
            yield Piece("link", f"[{label}]", element["url"]) if element.get("url") else Piece("plain", f"[{label}]")
        case "feedback_buttons":
            for side in ("positive_button", "negative_button"):
                yield Piece("plain", f"[{element[side]['text']['text']}]")
        case "card":
            yield from _fields(element)
        case _:
            for option in element.get("options") or ():
                yield from _text(option["text"])
                yield Piece("plain", " ")
                if option.get("url"):
                    yield Piece("link", "", option["url"])


def _image(found: Json) -> Iterator[Piece]:
    yield from _text(found.get("title"))
    yield Piece("image", found.get("alt_text", ""), found.get("image_url", ""))


def _task(task: Json) -> Iterator[Piece]:
    yield Piece("plain", task["title"])
    for name in ("details", "output"):
        found = task.get(name)
        if found:
            yield BREAK
            yield from _rich(found["elements"]) if isinstance(found, dict) else iter((Piece("markdown", found),))
    for source in task.get("sources") or ():
        yield BREAK
        yield Piece("link", source["text"], source["url"])


def _table(rows: Sequence[Sequence[Json]]) -> Iterator[Piece]:
    for row in rows:
        for cell in row:
            if cell["type"] == "rich_text":
                yield from _rich(cell["elements"])
            else:
                yield Piece("plain", str(cell.get("text", cell.get("value", ""))))
            yield Piece("plain", "\t")
        yield BREAK


def _rich(elements: Sequence[Json]) -> Iterator[Piece]:
    for element in elements:
        match element["type"]:
            case "rich_text_section" | "rich_text_list" | "rich_text_quote" | "rich_text_preformatted":
                yield from _rich(element["elements"])
                yield BREAK
            case "text" | "date" | "color" | "emoji":
                shown = next(str(element[name]) for name in ("text", "fallback", "value", "name") if name in element)
                yield Piece("plain", shown)
            case "link":
                yield Piece("link", str(element.get("text", element["url"])), element["url"])
            case "user" | "channel" | "usergroup":
                yield Piece(element["type"], "", element[f"{element['type']}_id"])
            case "broadcast":
                yield Piece("broadcast", "", element["range"])


def _attachment(attachment: Json) -> Iterator[Piece]:
    for name in ("pretext", "author_name", "title", "text", "fallback", "footer"):
        if attachment.get(name):
            yield Piece("mrkdwn", str(attachment[name]))
            yield BREAK
    for field in attachment.get("fields") or ():
        yield Piece("mrkdwn", f"{field.get('title', '')} {field.get('value', '')}")
    for name in ("title_link", "author_link", "from_url"):
        if attachment.get(name):
            yield Piece("link", "", attachment[name])
    for name in ("image_url", "thumb_url", "author_icon", "footer_icon"):
        if attachment.get(name):
            yield Piece("image", "", attachment[name])
    yield from of_blocks(attachment.get("blocks") or ())
