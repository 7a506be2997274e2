"""The loopback fails on purpose: lost answers, lost requests, 429, 5xx, pages of garbage, calls that hang or wait."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.loopback import faults
from bot.demo.loopback.clock import Clock
from bot.demo.loopback.slack import LoopbackSlack
from tests.loopback_apps import client, error_of, in_slack

Json = dict[str, Any]
BROKEN = (aiohttp.ClientError, asyncio.TimeoutError)


def test_a_lost_response_leaves_the_message_and_a_lost_request_does_not() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api = client(slack)
        slack.faults.next("chat.postMessage", fault=faults.lost_response())
        with pytest.raises(BROKEN):
            await api.chat_postMessage(channel="C1", text="arrived")
        slack.faults.next("chat.postMessage", fault=faults.lost_request())
        with pytest.raises(BROKEN):
            await api.chat_postMessage(channel="C1", text="never")
        assert [said.text for said in slack.world.said_in("C1")] == ["arrived"]
        assert [(call.ok, call.lost) for call in slack.journal.of("chat.postMessage")] == [(True, True), (False, True)]

    in_slack(run)


def test_the_default_client_of_the_sdk_posts_twice_when_an_answer_is_lost() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        slack.faults.next("chat.postMessage", fault=faults.lost_response())
        await api.chat_postMessage(channel="C1", text="once?")
        assert [said.text for said in slack.world.said_in("C1")] == ["once?", "once?"]

    in_slack(run)


def test_an_answer_that_never_comes_is_given_up_by_the_client_though_the_call_took_effect() -> None:
    async def run(slack: LoopbackSlack) -> None:
        fault = slack.faults.next("chat.postMessage", fault=faults.no_answer())
        call = asyncio.ensure_future(client(slack).chat_postMessage(channel="C1", text="arrived"))
        await slack.until(lambda: slack.world.said_in("C1"))
        assert not call.done()
        fault.gate.set()
        with pytest.raises(BROKEN):
            await call

    in_slack(run)


def test_a_held_call_waits_for_the_test() -> None:
    async def run(slack: LoopbackSlack) -> None:
        fault = slack.faults.next("chat.postMessage", fault=faults.held())
        call = asyncio.ensure_future(client(slack).chat_postMessage(channel="C1", text="x"))
        await slack.until(lambda: slack.journal.in_flight)
        assert slack.world.said_in("C1") == ()
        fault.gate.set()
        assert (await call)["ok"]

    in_slack(run)


@pytest.mark.parametrize(("applied", "left"), [(False, 0), (True, 1)])
def test_a_server_error_may_or_may_not_have_taken_effect(applied: bool, left: int) -> None:
    async def run(slack: LoopbackSlack) -> None:
        slack.faults.next("chat.postMessage", fault=faults.server_error(503, applied=applied))
        with pytest.raises(SlackApiError) as failed:
            await client(slack).chat_postMessage(channel="C1", text="x")
        assert failed.value.response.status_code == 503
        assert len(slack.world.said_in("C1")) == left

    in_slack(run)


def test_garbage_is_no_answer() -> None:
    async def run(slack: LoopbackSlack) -> None:
        slack.faults.next("chat.postMessage", fault=faults.garbage())
        with pytest.raises((SlackApiError, ValueError, AttributeError)):
            await client(slack).chat_postMessage(channel="C1", text="x")

    in_slack(run)


def test_faults_fit_by_method_argument_and_order() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api = client(slack)
        slack.faults.next(
            "chat.postMessage", fault=faults.refused("fatal_error"), when=lambda args: args["text"] == "b"
        )
        slack.faults.next("users.info", fault=faults.refused("internal_error"), skip=1, times=2)
        assert (await api.chat_postMessage(channel="C1", text="a"))["ok"]
        assert await error_of(api.chat_postMessage(channel="C1", text="b")) == "fatal_error"
        assert (await api.chat_postMessage(channel="C1", text="b"))["ok"]
        assert (await api.users_info(user="U1"))["ok"]
        assert [await error_of(api.users_info(user="U1")) for _ in range(2)] == ["internal_error"] * 2
        assert (await api.users_info(user="U1"))["ok"]

    in_slack(run)


def test_a_share_of_the_calls_fails_the_same_way_with_the_same_seed() -> None:
    async def run(slack: LoopbackSlack) -> None:
        slack.rates.enforced = False
        slack.faults.sometimes("users.info", fault=faults.refused("internal_error"), share=0.3, seed=5)
        api, outcomes = client(slack), []
        for _ in range(20):
            try:
                outcomes.append((await api.users_info(user="U1"))["ok"])
            except SlackApiError:
                outcomes.append(False)
        failures.append(tuple(outcomes))

    failures: list[tuple[bool, ...]] = []
    in_slack(run)
    in_slack(run)
    assert failures[0] == failures[1]
    assert 2 <= failures[0].count(False) <= 10


def test_the_retry_handler_of_the_sdk_waits_as_told_when_time_flows() -> None:
    async def run() -> None:
        async with LoopbackSlack(clock=Clock(flows=True)) as slack:
            api = client(slack)
            api.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
            slack.faults.next("users.info", fault=faults.rate_limited(1))
            assert (await api.users_info(user="U1"))["ok"]
            first, second = slack.journal.of("users.info")
            assert (first.status, second.status, second.too_early) == (429, 200, False)
            assert second.at - first.at >= 1

    asyncio.run(run())


def test_time_hurries_to_the_next_sleeper_while_nothing_happens() -> None:
    async def run(slack: LoopbackSlack) -> None:
        async def writer() -> None:
            for number in range(30):
                await slack.clock.sleep(2)
                await client(slack).chat_postMessage(channel="C1", text=str(number))

        began = slack.clock.now()
        async with slack.hurrying():
            await writer()
        assert slack.clock.now() - began == pytest.approx(60)
        assert len(slack.world.said_in("C1")) == 30

    in_slack(run)


def test_timers_run_in_their_order_and_cancelled_ones_not_at_all() -> None:
    async def run() -> None:
        clock, ran = Clock(start=1000.0), []
        for seconds in (3, 1, 2):
            clock.call_later(seconds, lambda seconds=seconds: ran.append((seconds, clock.now())))  # type: ignore[misc]
        clock.call_later(2.5, lambda: ran.append((0, 0))).cancel()
        await clock.advance(2)
        assert ran == [(1, 1001.0), (2, 1002.0)]
        await clock.advance(1)
        assert ran == [(1, 1001.0), (2, 1002.0), (3, 1003.0)]

    asyncio.run(run())


def test_waiting_in_vain_shows_the_last_calls() -> None:
    async def run(slack: LoopbackSlack) -> None:
        await client(slack).users_info(user="U2")
        with pytest.raises(AssertionError, match=r"users\.info .*U2"):
            await slack.until(lambda: False, timeout=0.05)

    in_slack(run)
