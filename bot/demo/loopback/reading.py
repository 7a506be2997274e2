"""What a person reads: a message or a view as plain text, its links and its buttons.

Knows how each syntax is shown. Knows nothing of effects.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.demo.loopback.elements import elements
from bot.demo.loopback.oracle import MARKDOWN_LINK
from bot.demo.loopback.pieces import Piece, of_blocks, of_message
from bot.demo.loopback.text import ENTITY, entities, unescaped
from bot.demo.loopback.world import Message, World

Json = dict[str, Any]


@dataclass(frozen=True)
class Shown:
    """One message or view before a person's eyes; a link is (label, url), a button (action_id, value, label)."""

    author: str
    text: str
    links: tuple[tuple[str, str], ...]
    buttons: tuple[tuple[str, str, str], ...]


def shown(world: World, message: Message) -> Shown:
    """Return what a person sees of a message."""
    author = world.users[message.user].name if message.user in world.users else message.user
    return _shown(world, tuple(of_message(message)), author=message.username or author, blocks=message.blocks)


def shown_view(world: World, blocks: Sequence[Json]) -> Shown:
    """Return what a person sees of a modal or a Home tab."""
    return _shown(world, tuple(of_blocks(blocks)), author="", blocks=blocks)


def _shown(world: World, pieces: Iterable[Piece], *, author: str, blocks: Sequence[Json]) -> Shown:
    kept = tuple(pieces)
    text = "".join(_read(world, piece) for piece in kept)
    links = tuple(link for piece in kept for link in _links(piece))
    return Shown(author, re.sub(r"\n{3,}", "\n\n", text).strip(), links, tuple(_buttons(blocks)))


def _read(world: World, piece: Piece) -> str:
    match piece.kind:
        case "mrkdwn":
            return _resolved(world, piece.text)
        case "markdown":
            return _resolved(world, MARKDOWN_LINK.sub(r"\2", piece.text))
        case "user":
            return f"@{_name(world, piece.target)}"
        case "broadcast" | "usergroup":
            return f"@{piece.target}"
        case "channel":
            return f"#{_channel(world, piece.target)}"
    return piece.text


def _resolved(world: World, text: str) -> str:
    found = iter(entities(text))

    def replaced(match: re.Match[str]) -> str:
        entity = next(found)
        match entity.kind:
            case "user":
                return f"@{_name(world, entity.target)}"
            case "channel":
                return f"#{_channel(world, entity.target)}"
            case "broadcast" | "usergroup":
                return f"@{entity.label or entity.target}"
        return entity.label or entity.target

    return unescaped(ENTITY.sub(replaced, text))


def _links(piece: Piece) -> Iterable[tuple[str, str]]:
    if piece.kind == "link":
        yield piece.text, piece.target
    if piece.kind in ("mrkdwn", "markdown"):
        for entity in entities(piece.text):
            if entity.kind == "link":
                yield unescaped(entity.label or entity.target), unescaped(entity.target)
    if piece.kind == "markdown":
        for _, label, target in MARKDOWN_LINK.findall(piece.text):
            yield unescaped(label), unescaped(target)


def _buttons(blocks: Sequence[Json]) -> Iterable[tuple[str, str, str]]:
    for element in elements(blocks):
        if element.type == "feedback_buttons":
            for side in ("positive_button", "negative_button"):
                button = element.json[side]
                yield element.action_id, button["value"], button["text"]["text"]
        elif "button" in element.type:
            yield element.action_id, str(element.json.get("value", "")), element.json["text"]["text"]


def _name(world: World, user_id: str) -> str:
    known = world.users.get(user_id.partition("|")[0])
    return known.name if known else user_id


def _channel(world: World, channel_id: str) -> str:
    known = world.channels.get(channel_id.partition("|")[0])
    return known.name if known else channel_id
