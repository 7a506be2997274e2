"""What of an error and of a token reaches the log."""

import pytest

from bot.slack.trace import Redacting, trace


def test_a_trace_tells_where_and_not_what() -> None:
    with pytest.raises(ValueError, match="the question") as raised:
        raise ValueError("the question")
    assert trace(raised.value).startswith("ValueError <- test_slack_trace.py:")
    assert "the question" not in trace(raised.value)


def test_tokens_and_passwords_are_taken_out_of_logs() -> None:
    import logging

    record = logging.LogRecord("x", 20, "f", 1, "%s", ("xoxb-1-2 xapp-9 postgresql://me:secret@h/d Bearer abc",), None)
    Redacting().filter(record)
    assert record.getMessage() == "(redacted) (redacted) postgresql:(redacted)h/d (redacted)"
