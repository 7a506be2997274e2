"""Whether Slack lets the bot in: its tokens and their scopes. Knows the first calls, none of the later ones."""

from collections.abc import Awaitable
from contextlib import AsyncExitStack
from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.errors import SlackMisconfigured, SlackUnsure
from bot.slack.calls import NO_ANSWER, remedy_of
from bot.slack.settings import SlackSettings

SCOPES = (
    "app_mentions:read",
    "assistant:write",
    "channels:history",
    "chat:write",
    "commands",
    "groups:history",
    "im:history",
    "mpim:history",
    "users:read",
)


@dataclass(frozen=True)
class Access:
    """Who the bot is and where, and the scopes it was granted; empty if Slack does not tell."""

    team: str
    bot_user: str
    bot_id: str
    workspace: str
    granted: frozenset[str]

    @property
    def missing(self) -> tuple[str, ...]:
        """The scopes that the bot needs and was not granted, as far as Slack tells."""
        return tuple(scope for scope in SCOPES if self.granted and scope not in self.granted)


async def open_client(settings: SlackSettings, stack: AsyncExitStack) -> AsyncWebClient:
    """Returns one client over one session; nothing is repeated below us, no proxy is taken from the environment."""
    timeout = aiohttp.ClientTimeout(total=settings.slack_call_seconds)
    session = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
    url = settings.slack_api_url.rstrip("/") + "/"
    client = AsyncWebClient(token=settings.bot_token, base_url=url, session=session, retry_handlers=[])
    client.proxy = settings.slack_proxy
    return client


async def identify(client: AsyncWebClient) -> Access:
    """Asks Slack who we are and what we may do.

    Raises SlackMisconfigured: it does not accept the bot's token; SlackUnsure: it does not answer.
    """
    told = await _accepted("auth.test", client.auth_test(), token="SLACK_BOT_TOKEN")
    headers = {name.lower(): value for name, value in told.headers.items()}
    granted = {scope.strip() for scope in str(headers.get("x-oauth-scopes", "")).split(",")} - {""}
    team = str(told["team_id"])
    return Access(
        team, str(told["user_id"]), str(told.get("bot_id") or ""), str(told.get("team") or team), frozenset(granted)
    )


async def socket_address(client: AsyncWebClient, app_token: str) -> str:
    """Asks for the address of a socket for events; it is good for one connection, soon.

    Raises SlackMisconfigured: Slack does not accept the app-level token; SlackUnsure: it does not answer.
    """
    call = client.apps_connections_open(app_token=app_token)
    remedy = "make an app-level token with connections:write"
    return str((await _accepted("apps.connections.open", call, token="SLACK_APP_TOKEN", remedy=remedy))["url"])


async def _accepted(
    method: str, call: Awaitable[AsyncSlackResponse], *, token: str, remedy: str = ""
) -> AsyncSlackResponse:
    try:
        return await call
    except SlackApiError as error:
        code = str(error.response.get("error"))
        raise SlackMisconfigured(f"Slack does not accept {token}: {code}", remedy or remedy_of(code)) from None
    except NO_ANSWER as error:
        why = f"{type(error).__name__}; check the network and FOOTNOTE_SLACK_API_URL"
        raise SlackUnsure(method, why) from None
