"""Whether blocks may be posted. (First version: counts only.)"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from . import limits
from .errors import Refused

Json = dict[str, Any]


def blocks_of_message(blocks: Sequence[Json]) -> None:
    """Refuse blocks that Slack would not take in a message."""
    if len(blocks) > limits.MESSAGE_BLOCKS or any(not isinstance(block.get("type"), str) for block in blocks):
        raise Refused("invalid_blocks")


def view_content(content: Json, *, kind: str) -> None:
    """Refuse a view that Slack would not show as this kind."""
    if content.get("type") != kind or not isinstance(content.get("blocks"), list):
        raise Refused("invalid_arguments")
