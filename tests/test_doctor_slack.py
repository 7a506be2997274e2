import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.demo.loopback.faults import no_answer
from bot.demo.loopback.site import BOT_SCOPES
from bot.demo.loopback.slack import LoopbackSlack
from bot.doctor import count_findings
from bot.errors import InboxUnavailable, SlackMisconfigured
from bot.slack.access import SCOPES, Access
from bot.slack.doctor import judge_access, judge_state, slack_findings, state_findings
from bot.slack.records.database import Look, Records, look
from bot.slack.settings import SlackSettings
from ingest.doctor.finding import Finding
from tests.slack_fixtures import settings_for


def found_in(
    prepare: Callable[[LoopbackSlack], object] = lambda slack: None, **changes: object
) -> tuple[tuple[Finding, ...], LoopbackSlack]:
    """What the doctor finds in a loopback Slack that has been prepared, with these settings."""

    async def whole() -> tuple[tuple[Finding, ...], LoopbackSlack]:
        async with LoopbackSlack() as slack:
            prepare(slack)
            return await asyncio.to_thread(slack_findings, settings_for(slack, **changes)), slack

    return asyncio.run(whole())


def test_slack_is_asked_who_we_are_and_for_a_socket_and_for_nothing_else() -> None:
    found, slack = found_in()
    assert [finding.state for finding in found] == ["well", "well"]
    assert "with every scope that it needs" in found[0].text
    assert [call.method for call in slack.journal.calls] == ["auth.test", "apps.connections.open"]


def test_missing_scopes_are_named() -> None:
    def take_away(slack: LoopbackSlack) -> None:
        slack.site.tokens[slack.bot_token].scopes = BOT_SCOPES - {"im:history", "users:read"}

    found, _ = found_in(take_away)
    assert [finding.state for finding in found] == ["well", "wrong", "well"]
    assert found[1].text == "missing scopes: im:history, users:read"


def test_a_wrong_app_token_is_wrong_though_the_bot_is_known() -> None:
    found, _ = found_in(app_token="xapp-wrong")
    assert [finding.state for finding in found] == ["well", "wrong"]
    assert found[1].text == "Slack does not accept SLACK_APP_TOKEN: invalid_auth"


def test_a_wrong_bot_token_is_wrong() -> None:
    with pytest.raises(SlackMisconfigured, match="SLACK_BOT_TOKEN: invalid_auth"):
        found_in(bot_token="xoxb-wrong")


def test_over_http_no_socket_is_asked_for() -> None:
    found, slack = found_in(slack_mode="http", slack_http_port=3001)
    assert "to 127.0.0.1:3001; the signing secret is set" in found[1].text
    assert [call.method for call in slack.journal.calls] == ["auth.test"]


@pytest.mark.parametrize("method", ["auth.test", "apps.connections.open"])
def test_a_slack_that_hangs_is_given_up(method: str) -> None:
    found, _ = found_in(lambda slack: slack.faults.next(method, fault=no_answer(), times=9), slack_call_seconds=0.2)
    assert found[-1].state == "failed"
    assert "check the network" in found[-1].remedy


def test_without_tokens_slack_is_not_asked() -> None:
    assert [finding.state for finding in slack_findings(SlackSettings())] == ["off"]
    with pytest.raises(SlackMisconfigured, match="SLACK_APP_TOKEN"):
        slack_findings(SlackSettings(bot_token="xoxb-1"))


def test_a_slack_that_does_not_tell_the_scopes_is_believed() -> None:
    told = judge_access(Access("T1", "U1", "B1", "Acme", frozenset()))
    assert [finding.text for finding in told] == ["the bot is U1 in Acme (T1); Slack does not tell its scopes"]
    assert Access("T1", "U1", "B1", "Acme", frozenset(SCOPES)).missing == ()


def test_the_state_is_opened_without_a_trace(tmp_path: Path) -> None:
    assert [finding.state for finding in state_findings(SlackSettings(), tmp_path)] == ["off"]
    Records(f"sqlite:///{tmp_path / 'slack.sqlite'}").close()
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    (finding,) = state_findings(SlackSettings(), tmp_path)
    assert (finding.state, "with all its tables" in finding.text) == ("well", True)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_a_state_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "slack.sqlite").write_bytes(b"nonsense" * 1000)
    with pytest.raises(InboxUnavailable, match="cannot be opened"):
        state_findings(SlackSettings(), tmp_path)


def test_a_server_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    url = f"postgresql+psycopg://me:pa55@/name?host={tmp_path}"
    with pytest.raises(InboxUnavailable) as caught:
        state_findings(SlackSettings(database_url=url), tmp_path)
    assert "pa55" not in str(caught.value)


def test_a_file_that_is_not_there_yet_is_not_made(tmp_path: Path) -> None:
    assert look(f"sqlite:///{tmp_path / 'new.sqlite'}") is None
    assert list(tmp_path.iterdir()) == []
    assert judge_state(None).state == "well"


def test_missing_tables_are_wrong_only_where_they_cannot_be_made() -> None:
    assert judge_state(Look("PostgreSQL 15", ("slack_question",), can_make=True)).state == "well"
    assert judge_state(Look("PostgreSQL 15", ("slack_question",), can_make=False)).state == "wrong"


def test_a_damaged_file_of_counts_is_named_with_what_to_do(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "budget.sqlite")) as file:
        file.execute("CREATE TABLE spent (day TEXT)")
    assert count_findings(tmp_path) == ()
    (tmp_path / "cited.sqlite").write_bytes(b"nonsense" * 1000)
    (finding,) = count_findings(tmp_path)
    assert (finding.state, "remove it" in finding.remedy) == ("failed", True)
