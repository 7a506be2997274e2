"""The loopback tells the app what Slack would, again on Slack's schedule, and over connections that come and go."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.demo.loopback.slack import LoopbackSlack
from tests.loopback_apps import bolt_app, client, in_slack, over_http, over_socket

Json = dict[str, Any]


async def raw_socket(session: aiohttp.ClientSession, slack: LoopbackSlack) -> aiohttp.ClientWebSocketResponse:
    """Open a connection by hand and read its hello."""
    opened = await client(slack, token=slack.app_token).apps_connections_open(app_token=slack.app_token)
    socket = await session.ws_connect(opened["url"])
    assert (await socket.receive_json())["type"] == "hello"
    return socket


def test_an_event_without_acknowledgement_comes_again_at_once_after_a_minute_and_after_five() -> None:
    async def run(slack: LoopbackSlack) -> None:
        async with aiohttp.ClientSession() as session:
            socket = await raw_socket(session, slack)
            began = slack.clock.now()
            delivery = slack.user("U1").says("C1", "hi").deliveries[0]
            frames = [await socket.receive_json()]
            await slack.clock.advance(3)
            frames.append(await socket.receive_json())
            await slack.clock.advance(600)
            frames += [await socket.receive_json(), await socket.receive_json()]
        assert [frame["retry_attempt"] for frame in frames] == [0, 1, 2, 3]
        assert [frame["retry_reason"] for frame in frames] == ["", "timeout", "timeout", "timeout"]
        assert [round(attempt.at - began) for attempt in delivery.attempts] == [0, 3, 66, 369]
        assert len({frame["envelope_id"] for frame in frames}) == 4
        assert len({frame["payload"]["event_id"] for frame in frames}) == 1
        assert delivery.given_up

    in_slack(run)


def test_an_acknowledged_event_does_not_come_again() -> None:
    async def run(slack: LoopbackSlack) -> None:
        async with aiohttp.ClientSession() as session:
            socket = await raw_socket(session, slack)
            delivery = slack.user("U1").says("C1", "hi").deliveries[0]
            frame = await socket.receive_json()
            await socket.send_json({"envelope_id": frame["envelope_id"]})
            await slack.until(lambda: delivery.acked)
            await slack.clock.advance(600)
        assert len(delivery.attempts) == 1

    in_slack(run)


def test_a_lost_acknowledgement_brings_the_event_again() -> None:
    async def run(slack: LoopbackSlack) -> None:
        async with over_socket(slack, bolt_app(slack)):
            slack.deliveries.acks_to_lose = 1
            delivery = slack.user("U1").says("C1", "hi").deliveries[0]
            await slack.until(lambda: slack.deliveries.acks_to_lose == 0)
            await slack.clock.advance(3)
            await slack.until(lambda: delivery.acked)
        assert [attempt.number for attempt in delivery.attempts] == [0, 1]

    in_slack(run)


@pytest.mark.parametrize("connected", [over_socket, over_http])
def test_a_redelivery_can_keep_its_event_id_or_take_another(connected: Any) -> None:
    async def run(slack: LoopbackSlack) -> None:
        async with connected(slack, bolt_app(slack)):
            asked = slack.user("U1").says("C1", "<@UBOT> hi")
            again = slack.deliveries.redeliver(asked.deliveries[0])
            other = slack.deliveries.redeliver(asked.deliveries[0], same_id=False)
            await slack.until(lambda: len(slack.replies("C1", asked.ts)) == 3)
        assert again.payload["event_id"] == asked.deliveries[0].payload["event_id"]
        assert other.payload["event_id"] != again.payload["event_id"]
        assert [attempt.number for attempt in again.attempts] == [0, 1]

    in_slack(run)


def test_an_event_without_a_listener_is_not_acknowledged_over_http_and_comes_again() -> None:
    async def run(slack: LoopbackSlack) -> None:
        async with over_http(slack, bolt_app(slack)):
            delivery = slack.user("U1").opens_home()
            assert delivery is not None
            assert slack.hooks is not None
            await slack.until(lambda: slack.hooks and slack.hooks.responses)
            await slack.until(lambda: len(delivery.attempts) == 2)
            assert delivery.attempts[1].reason == "http_error"
            assert not delivery.acked

    in_slack(run)


@pytest.mark.parametrize(("seconds_off", "status"), [(0, 200), (-299, 200), (-302, 401), (302, 401)])
def test_a_request_older_or_newer_than_five_minutes_is_refused_by_bolt(seconds_off: int, status: int) -> None:
    async def run(slack: LoopbackSlack) -> None:
        async with over_http(slack, bolt_app(slack)):
            assert slack.hooks is not None
            slack.hooks.seconds_off = seconds_off
            slack.user("U1").says("C1", "hi")
            await slack.until(lambda: slack.hooks and slack.hooks.responses)
            assert slack.hooks.responses[0][0] == status

    in_slack(run)


def test_a_forged_signature_is_refused_and_the_challenge_answered() -> None:
    async def run(slack: LoopbackSlack) -> None:
        async with over_http(slack, bolt_app(slack)):
            assert slack.hooks is not None
            assert json.loads(await slack.hooks.challenge("abc"))["challenge"] == "abc"
            forged = {
                "X-Slack-Signature": "v0=00",
                "X-Slack-Request-Timestamp": "1",
                "Content-Type": "application/json",
            }
            assert (await slack.hooks.raw("{}", headers=forged))[0] == 401

    in_slack(run)


def test_after_a_disconnect_frame_bolt_connects_anew_and_hears_on() -> None:
    async def run(slack: LoopbackSlack) -> None:
        async with over_socket(slack, bolt_app(slack)):
            first = slack.sockets.open[0].number
            await slack.sockets.disconnect()
            await slack.until(lambda: [s for s in slack.sockets.open if s.number > first])
            asked = slack.user("U1").says("C1", "<@UBOT> hi")
            await slack.until(lambda: slack.replies("C1", asked.ts))

    in_slack(run)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_connection_that_breaks_around_an_event_loses_nothing(when: Any) -> None:
    async def run(slack: LoopbackSlack) -> None:
        async with over_socket(slack, bolt_app(slack), ping_interval=0.05):
            slack.sockets.drop_on_send = when
            asked = slack.user("U1").says("C1", "<@UBOT> hi")
            await slack.until(lambda: slack.replies("C1", asked.ts))
            await slack.until(lambda: all(delivery.acked for delivery in asked.deliveries))

    in_slack(run)


def test_what_a_killed_process_had_not_acknowledged_goes_to_the_next_connection() -> None:
    async def run(slack: LoopbackSlack) -> None:
        async with aiohttp.ClientSession() as session:
            killed = await raw_socket(session, slack)
            delivery = slack.user("U1").says("C1", "hi").deliveries[0]
            assert (await killed.receive_json())["retry_attempt"] == 0
            await killed.close()
            await slack.until(lambda: len(delivery.attempts) == 2)
            said_meanwhile = slack.user("U1").says("C1", "anybody?").deliveries[0]
            restarted = await raw_socket(session, slack)
            first, second = await restarted.receive_json(), await restarted.receive_json()
            assert (first["retry_attempt"], first["retry_reason"]) == (1, "connection_lost")
            assert first["payload"]["event_id"] == delivery.payload["event_id"]
            assert second["payload"]["event_id"] == said_meanwhile.payload["event_id"]

    in_slack(run)


def test_an_event_goes_to_one_of_several_connections_and_the_eleventh_is_turned_away() -> None:
    async def run(slack: LoopbackSlack) -> None:
        async with aiohttp.ClientSession() as session:
            sockets = [await raw_socket(session, slack) for _ in range(10)]
            opened = await client(slack, token=slack.app_token).apps_connections_open(app_token=slack.app_token)
            eleventh = await session.ws_connect(opened["url"])
            assert (await eleventh.receive_json())["reason"] == "too_many_websockets"
            for number in range(30):
                slack.user("U1").says("C1", f"message {number}")
            used = [socket for socket in slack.sockets.open if socket.unacked]
            assert sum(len(socket.unacked) for socket in used) == 30
            assert len(used) > 3
            await asyncio.gather(*(socket.close() for socket in sockets))

    in_slack(run)


def test_a_ticket_opens_one_connection() -> None:
    async def run(slack: LoopbackSlack) -> None:
        opened = await client(slack, token=slack.app_token).apps_connections_open(app_token=slack.app_token)
        async with aiohttp.ClientSession() as session:
            async with session.ws_connect(opened["url"]):
                pass
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(opened["url"])

    in_slack(run)


def test_a_frame_that_acknowledges_nothing_is_a_breach() -> None:
    async def run(slack: LoopbackSlack) -> None:
        async with aiohttp.ClientSession() as session:
            socket = await raw_socket(session, slack)
            await socket.send_str("hello?")
            await socket.send_json({"envelope_id": "made-up"})
            await slack.until(lambda: len(slack.journal.violations) == 2)

    in_slack(run, strict=False)


def test_only_what_the_app_subscribed_to_and_may_see_is_told() -> None:
    async def run(slack: LoopbackSlack) -> None:
        assert slack.user("U1").says("C2", "<@UBOT> you are not here").deliveries == ()
        slack.app.events -= {"message.channels"}
        assert [told.event["type"] for told in slack.user("U1").says("C1", "<@UBOT> hi").deliveries] == ["app_mention"]
        assert slack.user("U1").says("C1", "hi").deliveries == ()
        mention_in_direct = slack.user("U1").says(slack.user("U1").dm(), "<@UBOT> hi")
        assert [told.event["type"] for told in mention_in_direct.deliveries] == ["message"]

    in_slack(run)


def test_an_edit_that_mentions_the_app_tells_it_again_with_another_event_id() -> None:
    async def run(slack: LoopbackSlack) -> None:
        person = slack.user("U1")
        asked = person.says("C1", "<@UBOT> hi")
        changed, mention = person.edits(asked, "<@UBOT> hello").deliveries
        assert changed.event["subtype"] == "message_changed"
        assert mention.event["edited"]["user"] == "U1"
        assert mention.event["ts"] == asked.ts
        assert mention.payload["event_id"] != asked.deliveries[0].payload["event_id"]
        assert person.deletes(asked)[0].event["deleted_ts"] == asked.ts

    in_slack(run)


def test_what_slack_would_never_send_cannot_be_said() -> None:
    async def run(slack: LoopbackSlack) -> None:
        with pytest.raises(ValueError, match="types\\(\\)"):
            slack.user("U1").says("C1", "a < b & c")
        said = slack.user("U1").types("C1", "@Ask Docs is a < b & c? see https://a.example/x @here")
        expected = "<@UBOT> is a &lt; b &amp; c? see <https://a.example/x> <!here>"
        assert said.message.text == expected

    in_slack(run)


def test_an_app_can_ask_over_http_not_to_be_told_again() -> None:
    async def refuse(request: web.Request) -> web.Response:
        return web.Response(status=500, headers={"X-Slack-No-Retry": "1"})

    async def run(slack: LoopbackSlack) -> None:
        server = web.Application()
        server.router.add_post("/slack/events", refuse)
        runner = web.AppRunner(server)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.over_http(f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events")
        delivery = slack.user("U1").says("C1", "hi").deliveries[0]
        await slack.until(lambda: delivery.given_up)
        await slack.clock.advance(600)
        assert len(delivery.attempts) == 1
        await runner.cleanup()

    in_slack(run)


@pytest.mark.parametrize("connected", [over_socket, over_http])
def test_two_hundred_questions_at_once_are_all_heard_and_answered_in_their_threads(connected: Any) -> None:
    async def run(slack: LoopbackSlack) -> None:
        slack.rates.enforced = False
        async with connected(slack, bolt_app(slack)):
            asked = [slack.user("U1").says("C1", f"<@UBOT> question {number}") for number in range(200)]
            await slack.until(lambda: all(len(slack.replies("C1", said.ts)) == 1 for said in asked), timeout=30)
            await slack.until(lambda: all(delivery.acked for delivery in slack.deliveries.all), timeout=30)
        texts = [slack.replies("C1", said.ts)[0].text for said in asked]
        assert texts == [f"heard: <@UBOT> question {number}" for number in range(200)]

    in_slack(run)


def test_nothing_more_goes_over_a_connection_that_was_told_to_leave_and_it_closes_soon() -> None:
    async def run(slack: LoopbackSlack) -> None:
        async with aiohttp.ClientSession() as session:
            old = await raw_socket(session, slack)
            await slack.sockets.disconnect(reason="warning")
            assert (await old.receive_json())["reason"] == "warning"
            slack.user("U1").says("C1", "hi")
            new = await raw_socket(session, slack)
            assert (await new.receive_json())["payload"]["event"]["text"] == "hi"
            await slack.clock.advance(10)
            assert (await old.receive()).type is aiohttp.WSMsgType.CLOSE

    in_slack(run)
