"""Is the Slack app set up as it should be: tokens, scopes, the database? Asks Slack who we are; says nothing there."""

import asyncio
import dataclasses
from contextlib import AsyncExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import SlackMisconfigured, SlackUnsure
from bot.slack.settings import SlackSettings, check
from ingest.doctor.finding import Finding, finding_of

if TYPE_CHECKING:
    from bot.slack.access import Access
    from bot.slack.records.database import Look

_SLACK, _DATABASE = "Slack", "bot's state"
_CALL_S = 10.0


def slack_findings(settings: SlackSettings) -> tuple[Finding, ...]:
    """Asks Slack whether it accepts the tokens, and compares the scopes.

    Raises SlackMisconfigured: a token is missing or not accepted.
    """
    if not (settings.bot_token or settings.app_token or settings.signing_secret):
        return (Finding(_SLACK, "off", "not set up (SLACK_BOT_TOKEN)"),)
    usable = check(settings)
    bounded = dataclasses.replace(usable, slack_call_seconds=min(usable.slack_call_seconds, _CALL_S))
    return asyncio.run(_ask_slack(bounded))


async def _ask_slack(settings: SlackSettings) -> tuple[Finding, ...]:
    from bot.slack.access import identify, open_client, socket_address  # here, for Slack's library takes its time

    async with AsyncExitStack() as stack:
        client = await open_client(settings, stack)
        try:
            found = judge_access(await identify(client))
        except SlackUnsure:
            return (_no_answer(settings),)
        if settings.slack_mode == "http":
            where = f"{settings.slack_http_host}:{settings.slack_http_port}"
            return (*found, Finding(_SLACK, "well", f"events come over HTTP, to {where}; the signing secret is set"))
        try:
            await socket_address(client, str(settings.app_token))
        except SlackUnsure:
            return (*found, _no_answer(settings))
        except SlackMisconfigured as error:
            return (*found, finding_of(_SLACK, error))
        return (*found, Finding(_SLACK, "well", "Socket Mode: the app-level token opens a connection"))


def _no_answer(settings: SlackSettings) -> Finding:
    remedy = "check the network, FOOTNOTE_SLACK_API_URL and FOOTNOTE_SLACK_PROXY"
    return Finding(_SLACK, "failed", f"no answer from {settings.slack_api_url}", remedy)


def judge_access(access: "Access") -> tuple[Finding, ...]:
    """Returns who the bot is, and which of the scopes that it needs it was not granted."""
    known = f"the bot is {access.bot_user} in {access.workspace} ({access.team})"
    if not access.granted:
        return (Finding(_SLACK, "well", f"{known}; Slack does not tell its scopes"),)
    if not access.missing:
        return (Finding(_SLACK, "well", f"{known}, with every scope that it needs"),)
    missing = f"missing scopes: {', '.join(access.missing)}"
    remedy = "add them under OAuth & Permissions (manifest.json has them all) and install the app again"
    if "users:read" in access.missing:
        remedy += "; without users:read nobody can be told to be a guest, and settings cannot be changed"
    return Finding(_SLACK, "well", known), Finding(_SLACK, "wrong", missing, remedy)


def state_findings(settings: SlackSettings, home: Path) -> tuple[Finding, ...]:
    """Opens what the bot remembers in, for a moment. Raises InboxUnavailable: it cannot be opened."""
    own = home / "slack.sqlite"
    if not settings.database_url and not own.is_file():
        return (Finding(_DATABASE, "off", f"nothing yet; the Slack app keeps it in {own}"),)
    from bot.slack.records.database import look  # here, for SQLAlchemy takes its time

    return (judge_state(look(settings.database_url or f"sqlite:///{own}")),)


def judge_state(seen: "Look | None") -> Finding:
    """Returns whether the bot can remember what it is asked."""
    if seen is None:
        return Finding(_DATABASE, "well", "the SQLite file is not there yet; the first start makes it")
    if not seen.missing:
        return Finding(_DATABASE, "well", f"{seen.server} opens, with all its tables")
    if not seen.can_make:
        text = f"{seen.server} lacks tables ({', '.join(seen.missing)}), and this user may not make them"
        return Finding(_DATABASE, "wrong", text, "run there: GRANT CREATE ON SCHEMA public TO the user")
    return Finding(_DATABASE, "well", f"{seen.server} opens; the first start makes its tables")
