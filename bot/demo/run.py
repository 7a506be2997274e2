"""`footnote demo-slack`: the loopback Slack with a page to use it by hand, and the real app behind it.

Knows how the two are started and ended together. The page is in `bot/demo/routes.py`, the app in
`bot/slack/run.py`, unmodified: it connects over Socket Mode as it would to Slack.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import signal
import webbrowser
from pathlib import Path

from bot.demo.loopback.clock import Clock
from bot.demo.loopback.slack import LoopbackSlack
from bot.demo.routes import Page
from bot.errors import SlackMisconfigured
from bot.slack.opened import Opened
from bot.slack.run import keep_what_is_loaded, running
from bot.slack.settings import SlackSettings

RECORDS = "demo-slack"
"""The folder in the data folder where the app keeps its questions and feedback, apart from those of a real Slack."""


def run_demo(home: Path, app: Opened, *, port: int, opens_browser: bool) -> int:
    """Serve the page until SIGINT or SIGTERM.

    Raises:
        SlackMisconfigured: the port is taken.
        AnotherBot: another demonstration runs over the same data folder.
    """
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(message)s")
    return asyncio.run(_run(home, app, port=port, opens_browser=opens_browser))


async def _run(home: Path, app: Opened, *, port: int, opens_browser: bool) -> int:
    told = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, told.set)
    page = Page()
    slack = page.slack = LoopbackSlack(clock=Clock(flows=True), routes=page.routes)
    await _start(slack, port)
    records = home / RECORDS
    records.mkdir(exist_ok=True)
    settings = SlackSettings(bot_token=slack.bot_token, app_token=slack.app_token, slack_api_url=slack.api_url)
    try:
        async with running(settings, home=records, responder=app.responder, knowledge=app.knowledge):
            keep_what_is_loaded()
            await slack.until(lambda: slack.sockets.open)
            print(f"A Slack to try Footnote in: {slack.url}/  (Ctrl-C ends it)", flush=True)
            if opens_browser:
                await asyncio.to_thread(webbrowser.open, f"{slack.url}/")
            await told.wait()
    finally:
        await slack.stop()
    return 0


async def _start(slack: LoopbackSlack, port: int) -> None:
    try:
        await slack.start(port=port)
    except (OSError, OverflowError) as error:
        await slack.stop()
        why = "it is taken" if getattr(error, "errno", 0) == errno.EADDRINUSE else str(error)
        raise SlackMisconfigured(f"port {port} cannot be used: {why}; choose another with --port") from None
