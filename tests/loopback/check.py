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
