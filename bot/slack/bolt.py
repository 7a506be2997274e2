"""The Bolt app: which listener hears what. Knows Bolt; decides nothing.

Bolt acknowledges an event when its listener has ended (`process_before_response`), not before.
"""

import logging
import re
from collections.abc import Callable, Coroutine
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import BotError
from bot.slack import views
from bot.slack.access import Access
from bot.slack.app import Listeners
from bot.slack.render import Json
from bot.slack.trace import trace

_log = logging.getLogger("footnote.slack")
_ANY = re.compile(".*")


def build_app(client: AsyncWebClient, listeners: Listeners, *, access: Access, signing_secret: str) -> AsyncApp:
    """Returns the Bolt app with all listeners; everything that arrives is acknowledged."""

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None,
            team_id=access.team,
            bot_token=client.token,
            bot_id=access.bot_id,
            bot_user_id=access.bot_user,
        )

    quiet = logging.getLogger("footnote.slack.bolt")
    quiet.setLevel(logging.CRITICAL)  # Bolt logs whole requests
    app = AsyncApp(
        client=client,
        signing_secret=signing_secret,
        authorize=authorize,
        process_before_response=True,
        logger=quiet,
        name="footnote bolt",  # Bolt resets the level of the logger of this name
    )
    _register(app, listeners)
    return app


def _register(app: AsyncApp, listeners: Listeners) -> None:
    clicks = listeners.clicks
    app.event("app_mention")(listeners.hear)
    app.event("message")(listeners.hear)
    app.event("app_home_opened")(listeners.opened)
    app.event("agent_session_stopped")(listeners.session_stopped)
    app.event(_ANY)(_ignore)
    app.command("/ask")(listeners.command)
    app.shortcut("ask_about_message")(listeners.shortcut)
    app.view(views.ASK)(listeners.ask_form)
    for register, name, act in (
        (app.view, views.REASON, clicks.reason),
        (app.view, views.SETTINGS, clicks.settings),
        (app.action, "answer_feedback", clicks.feedback),
        (app.action, "answer_delete", clicks.delete),
        (app.action, re.compile(r"show_quote_\d+"), clicks.show_quote),
    ):
        register(name)(_acknowledged(listeners, act))
    for register_any in (app.action, app.view, app.shortcut, app.command):
        register_any(_ANY)(_acknowledge)
    app.error(_log_error)


def _acknowledged(
    listeners: Listeners, act: Callable[[Json], Coroutine[None, None, None]]
) -> Callable[..., Coroutine[Any, Any, None]]:
    async def listener(ack: AsyncAck, body: Json) -> None:
        await ack()
        listeners.spawn(listeners.click(act, body))

    return listener


async def _ignore() -> None:
    """An event that is not for us: acknowledged, so that it is not delivered again."""


async def _acknowledge(ack: AsyncAck) -> None:
    await ack()


async def _log_error(error: Exception) -> None:
    _log.error("%s", error if isinstance(error, BotError) else trace(error))
