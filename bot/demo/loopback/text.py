"""Slack's text: escaping, entities, and the rich_text of a typed message.

Knows `&amp;`, `<@U1>`, `<!here>`, `<#C1|name>` and `<url|label>`. Knows nothing of blocks or of who reads them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Literal

Json = dict[str, Any]
EntityKind = Literal["user", "channel", "broadcast", "usergroup", "link", "date", "other"]

ENTITY = re.compile(r"<([^<>\n]*)>")
LOOSE = re.compile(r"(?:&(?!(?:amp|lt|gt);)|[<>]).{0,20}", re.DOTALL)
BROADCASTS = ("channel", "here", "everyone", "group")


@dataclass(frozen=True)
class Entity:
    """One `<…>` of a text: what kind, what it points to, what it is labelled, and where it stands."""

    kind: EntityKind
    target: str
    label: str
    start: int
    end: int


def escaped(text: str) -> str:
    """Return the text with the three characters that Slack wants escaped."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescaped(text: str) -> str:
    """Return the text as a person reads it."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def badly_escaped(text: str) -> str:
    """Return the first stretch of a mrkdwn text that should have been escaped, or nothing: a `<` that opens no entity,
    an `&` that begins no escape, a `>` that closes nothing (at the start of a line it is a quotation)."""
    found = LOOSE.search(re.sub(r"^(?:>>>|>)", "", ENTITY.sub("", text), flags=re.MULTILINE))
    stray = next((e for e in entities(text) if e.kind == "other"), None)
    if stray is not None:
        return text[stray.start : stray.end]
    return found.group() if found else ""


def entities(text: str) -> tuple[Entity, ...]:
    """Return the entities of a text in order."""
    return tuple(_entity(found) for found in ENTITY.finditer(text))


def rich_text(text: str) -> list[Json]:
    """Return the elements of the rich_text block that Slack makes of a typed message."""
    parts: list[Json] = []
    at = 0
    for entity in entities(text):
        parts += _plain(text[at : entity.start])
        parts.append(_element(entity))
        at = entity.end
    parts += _plain(text[at:])
    return [{"type": "rich_text_section", "elements": parts}]


def _entity(found: re.Match[str]) -> Entity:
    inner, _, label = found.group(1).partition("|")
    kind, target = _kind(inner)
    return Entity(kind, target, label, found.start(), found.end())


def _kind(inner: str) -> tuple[EntityKind, str]:
    if inner.startswith("@"):
        return "user", inner[1:]
    if inner.startswith("#"):
        return "channel", inner[1:]
    if inner.startswith("!subteam^"):
        return "usergroup", inner.removeprefix("!subteam^")
    if inner.startswith("!date^"):
        return "date", inner
    if inner.startswith("!"):
        return ("broadcast" if inner[1:] in BROADCASTS else "other"), inner[1:]
    return ("link" if re.match(r"[a-z][a-z0-9+.-]*:", inner, re.IGNORECASE) else "other"), inner


def _plain(text: str) -> list[Json]:
    return [{"type": "text", "text": unescaped(text)}] if text else []


def _element(entity: Entity) -> Json:
    match entity.kind:
        case "user":
            return {"type": "user", "user_id": entity.target}
        case "channel":
            return {"type": "channel", "channel_id": entity.target}
        case "usergroup":
            return {"type": "usergroup", "usergroup_id": entity.target}
        case "broadcast":
            return {"type": "broadcast", "range": entity.target}
        case "link":
            return {
                "type": "link",
                "url": unescaped(entity.target),
                **({"text": unescaped(entity.label)} if entity.label else {}),
            }
    return {"type": "text", "text": f"<{entity.target}>"}
