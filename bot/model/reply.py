"""What passes between the client and whoever asks it: messages out, text and how it ended back. Plain values."""

from collections.abc import Mapping
from dataclasses import dataclass

Message = Mapping[str, str]
"""A role and a content, as chat endpoints take them."""


@dataclass(frozen=True)
class Finish:
    """How a reply ended, and what it cost; `whole` is false where it was cut at a limit."""

    whole: bool
    tokens_read: int
    tokens_written: int
