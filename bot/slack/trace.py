"""What a log may hold: where something broke, never the words of a question, never a token."""

import logging
import re
import traceback

_SECRETS = re.compile(
    r"(?:xox[abeprs]|xapp)-[\w.-]+|sk-[\w-]{8,}|(?i:bearer )\S+|//[^/\s:@]*:[^/\s@]+@|hooks\.slack\.com/\S+"
)


def trace(error: BaseException) -> str:
    """Returns the kind of an error and the lines that led to it, without its message, which may quote a question."""
    lines = traceback.extract_tb(error.__traceback__)
    return " <- ".join(
        [type(error).__name__, *(f"{f.filename.rpartition('/')[2]}:{f.lineno}" for f in reversed(lines))]
    )


class Redacting(logging.Filter):
    """Takes tokens and passwords out of every line."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrites the line; never drops it."""
        record.msg, record.args = _SECRETS.sub("(redacted)", record.getMessage()), ()
        record.exc_info = record.exc_text = None
        return True
