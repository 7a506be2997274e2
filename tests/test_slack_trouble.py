"""What goes wrong is said plainly, and never with a secret in it. The real bot before the loopback Slack."""

import asyncio
import logging
from pathlib import Path

import pytest

from bot.demo.loopback import faults as wrong
from bot.demo.loopback.site import BOT_SCOPES
from bot.demo.loopback.slack import LoopbackSlack
from bot.errors import AnotherBot, SlackMisconfigured
from tests.slack_fixtures import Script, Stage, advance_until_settled, answered, bot_in, play

FIRST = "Everyone has 30 days of leave. [1]"


def test_an_error_before_the_first_word_is_said_plainly(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        asked = stage.slack.user("U1").says("C1", "<@UBOT> how many days?")
        await stage.settled()
        text = stage.text("C1", asked.ts)
        assert "Something went wrong on my side (reference " in text
        assert "secret detail" not in text
        assert stage.states() == {"failed": 1}

    play(tmp_path, scene, script=Script(fails={0: ValueError("secret detail")}))


def test_an_error_in_the_middle_keeps_what_was_said_with_its_sources(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        asked = stage.slack.user("U1").says("C1", "<@UBOT> how many days?")
        await stage.settled()
        text = stage.text("C1", asked.ts)
        assert FIRST in text
        assert "The answer was cut short (reference " in text
        assert "Leave & holidays" in text
        assert "Travel" not in text
        assert len(stage.replies("C1", asked.ts)) == 1

    play(tmp_path, scene, script=Script(fails={1: ValueError("secret detail")}))


def test_an_answer_that_takes_too_long_is_given_up_in_words(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.script.hold(0)
        asked = stage.slack.user("U1").says("C1", "<@UBOT> how many days?")
        await stage.slack.until(lambda: stage.script.asked)
        await advance_until_settled(stage)
        assert "That took too long" in stage.text("C1", asked.ts)

    play(tmp_path, scene, slack_answer_seconds=30)


@pytest.mark.parametrize(
    ("tokens", "remedy"),
    [
        ({"bot_token": "xoxb-wrong"}, "SLACK_BOT_TOKEN: invalid_auth; set SLACK_BOT_TOKEN to the Bot User OAuth Token"),
        ({"app_token": "xapp-wrong"}, "SLACK_APP_TOKEN: invalid_auth; make an app-level token with connections:write"),
    ],
)
def test_a_bad_token_ends_the_start_with_the_remedy(tmp_path: Path, tokens: dict[str, str], remedy: str) -> None:
    async def whole() -> None:
        async with LoopbackSlack() as slack, bot_in(slack, tmp_path, Script(), **tokens):  # type: ignore[arg-type]
            raise AssertionError("it started")

    with pytest.raises(SlackMisconfigured, match=remedy):
        asyncio.run(whole())


def test_two_bots_do_not_share_one_sqlite(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        with pytest.raises(AnotherBot, match="one PostgreSQL with FOOTNOTE_DATABASE_URL"):
            async with bot_in(stage.slack, tmp_path, Script()):
                raise AssertionError("it started")

    play(tmp_path, scene)


def test_missing_scopes_are_named_in_the_log_at_the_start(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def whole() -> None:
        async with LoopbackSlack() as slack:
            token = slack.site.tokens[slack.bot_token]
            token.scopes = BOT_SCOPES - {"im:history", "users:read"}
            async with bot_in(slack, tmp_path, Script()):
                pass

    with caplog.at_level(logging.WARNING):
        asyncio.run(whole())
    assert "missing scopes: im:history, users:read; add them under OAuth & Permissions" in caplog.text


def test_being_thrown_out_of_the_channel_is_logged_with_the_fix(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(stage: Stage) -> None:
        for method in ("chat.startStream", "chat.postMessage"):
            stage.slack.faults.next(method, fault=wrong.refused("not_in_channel"))
        stage.slack.user("U1").says("C1", "<@UBOT> how many days?")
        await stage.settled()
        assert stage.states() == {"failed": 1}

    play(tmp_path, scene)
    assert "invite the bot to the channel with /invite" in caplog.text


def test_neither_tokens_nor_questions_nor_answers_are_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def scene(stage: Stage) -> None:
        stage.slack.faults.next("chat.appendStream", "chat.stopStream", fault=wrong.lost_response())
        stage.slack.user("U1").says("C1", "<@UBOT> canary question?")
        stage.slack.user("U1").runs("/ask", "canary command", channel="C1")
        await stage.settled(2)

    with caplog.at_level(logging.INFO):
        play(tmp_path, scene, script=Script(answer=lambda q: answered(q, ["canary answer."])))
    assert "question" in caplog.text
    assert "canary" not in caplog.text
    assert "xoxb" not in caplog.text
    assert "xapp" not in caplog.text
