"""The Slack app, end to end: the real bot against the loopback Slack. The names are what is claimed."""

from pathlib import Path

import pytest

from tests.slack_fixtures import Stage, play

BOTH = pytest.mark.parametrize("transport", ["socket", "http"])


@BOTH
def test_a_mention_gets_a_streamed_answer_in_its_thread(tmp_path: Path, transport: str) -> None:
    async def scene(stage: Stage) -> None:
        asked = stage.slack.user("U1").says("C1", "<@UBOT> how many days of leave?")
        await stage.settled()
        (reply,) = stage.replies("C1", asked.ts)
        assert reply.streamed
        assert not reply.streaming
        assert "Everyone has 30 days of leave. [1]" in stage.text("C1", asked.ts)
        (start,) = stage.slack.journal.of("chat.startStream")
        assert (start.args["recipient_user_id"], start.args["recipient_team_id"]) == ("U1", "T1")
        assert stage.calls("chat.stopStream") == 1
        assert stage.slack.deliveries.slowest() < 1

    play(tmp_path, scene, transport=transport)
