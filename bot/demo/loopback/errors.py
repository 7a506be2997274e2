"""What the loopback refuses. Knows Slack's error words; knows nothing of who asked.

LoopbackError
├── Refused      a Web API call is answered with ok: false
└── NotThere     the test asked for something that is not in the world (a message, a button, a view)
"""

from __future__ import annotations

from typing import Any


class LoopbackError(Exception):
    """Anything the loopback refuses."""


class Refused(LoopbackError):
    """A call that Slack would answer with `ok: false`; `detail` joins the answer."""

    def __init__(self, error: str, **detail: Any) -> None:
        super().__init__(error)
        self.error = error
        self.detail = detail


class NotThere(LoopbackError, LookupError):
    """What a person would have to see before acting on it is not there."""
