"""Every call to Slack goes the way that FOOTNOTE_SLACK_PROXY says, and no other. The real bot, and a real proxy."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.demo.loopback.slack import LoopbackSlack
from tests.slack_fixtures import Script, Stage, bot_in

NOBODY_LISTENS = "http://127.0.0.1:9"


@dataclass
class Proxy:
    """A forward proxy for plain HTTP and web sockets; `seen` are the paths that were asked of it."""

    seen: list[str] = field(default_factory=list)
    url: str = ""

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        async with await asyncio.start_server(self._serve, "127.0.0.1", 0) as server:
            self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            yield

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        asked = re.match(r"(\w+) \w+://([\d.]+):(\d+)(\S*) ", head)
        assert asked, head
        self.seen.append(asked[4].partition("?")[0])
        # One request a connection, except where it becomes a web socket.
        own = f"{asked[1]} {asked[4]} {head[asked.end() :]}"
        if "upgrade:" not in head.lower():
            own = re.sub(r"(?i)\r\nconnection:[^\r]*", "", own).replace("\r\n", "\r\nConnection: close\r\n", 1)
        from_slack, to_slack = await asyncio.open_connection(asked[2], int(asked[3]))
        to_slack.write(own.encode())
        await asyncio.gather(_pass(reader, to_slack), _pass(from_slack, writer))


async def _pass(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    try:
        while piece := await source.read(65_536):
            target.write(piece)
            await target.drain()
    except OSError:
        pass
    target.close()


async def ask_everywhere(slack: LoopbackSlack, home: Path, proxy: str | None) -> None:
    """A stream in a channel, and an answer through the address of a command."""
    async with bot_in(slack, home, Script(), slack_proxy=proxy) as bot:
        stage = Stage(slack, bot, Script(), home)
        slack.user("U1").says("C1", "<@UBOT> how many days?")
        slack.user("U1").runs("/ask", "how many days?", channel="C2")
        await stage.settled(2)
        assert stage.states() == {"answered": 2}
        assert stage.calls("response_url") == 1


def test_a_proxy_in_the_environment_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.setenv(name, NOBODY_LISTENS)

    async def whole() -> None:
        async with LoopbackSlack() as slack:
            await ask_everywhere(slack, tmp_path, None)

    asyncio.run(whole())


def test_every_call_goes_through_the_proxy_that_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", NOBODY_LISTENS)
    proxy = Proxy()

    async def whole() -> None:
        async with LoopbackSlack() as slack, proxy.running():
            await ask_everywhere(slack, tmp_path, proxy.url)
            called = {call.method for call in slack.journal.calls} - {"response_url"}
            assert {f"/api/{method}" for method in called} <= set(proxy.seen)
            assert len([path for path in proxy.seen if path.startswith("/api/")]) == len(slack.journal.calls) - 1
            assert [path for path in proxy.seen if path.startswith("/respond/")]
            assert "/link" in proxy.seen

    asyncio.run(whole())
