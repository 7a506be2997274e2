"""A loopback Slack: the Web API, Socket Mode and signed HTTP requests over real sockets, for the unmodified Bolt app.

    from tests.loopback import LoopbackSlack

    async with LoopbackSlack() as slack:
        client = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        app = build_app(client)  # the real AsyncApp
        handler = AsyncSocketModeHandler(app, slack.app_token)
        await handler.connect_async()
        asked = slack.user("U1").says("C1", "<@UBOT> how many days?")  # two events over the socket
        await slack.until(lambda: len(slack.thread("C1", asked.ts)) == 2)
        assert "30 days" in slack.thread("C1", asked.ts)[1].text
        await handler.close_async()

`workspace.py` lists the people and conversations that are there. Time stands still: `await slack.clock.advance(60)`
moves it, and `slack.clock.now` and `slack.clock.sleep` can be given to an app as its own. `slack.journal` has every
call with its arguments.
"""

from .clock import Clock
from .slack import LoopbackSlack

__all__ = ["Clock", "LoopbackSlack"]
