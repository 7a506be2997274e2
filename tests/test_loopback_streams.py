"""The loopback's streams grow, end, expire, overflow and are stopped as Slack's are said to."""

from __future__ import annotations

from typing import Any

import pytest
from slack_sdk.models.messages.chunk import BlocksChunk, TaskUpdateChunk

from bot.demo.loopback import limits
from bot.demo.loopback.errors import NotThere
from bot.demo.loopback.slack import LoopbackSlack
from tests.loopback_apps import client, error_of, in_slack

Json = dict[str, Any]


async def started(slack: LoopbackSlack, *, text: str = "Hello") -> tuple[str, str, str]:
    asked = slack.user("U1").says(slack.user("U1").dm(), "hi")
    stream = await client(slack).chat_startStream(channel=asked.channel, thread_ts=asked.ts, markdown_text=text)
    return asked.channel, asked.ts, stream["ts"]


def test_outside_direct_messages_a_stream_needs_its_recipient() -> None:
    async def run(slack: LoopbackSlack) -> None:
        root = slack.user("U1").says("C1", "hi")
        start = client(slack).chat_startStream
        place: Json = {"channel": "C1", "thread_ts": root.ts}
        assert await error_of(start(**place)) == "missing_recipient_team_id"
        assert await error_of(start(**place, recipient_team_id="T1")) == "missing_recipient_user_id"
        assert (await start(**place, recipient_team_id="T1", recipient_user_id="U1"))["ok"]

    in_slack(run)


def test_a_recipient_of_another_team_than_named_is_a_breach() -> None:
    async def run(slack: LoopbackSlack) -> None:
        root = slack.user("U9").says("C3", "hi")
        await client(slack).chat_startStream(
            channel="C3", thread_ts=root.ts, recipient_team_id="T1", recipient_user_id="U9"
        )
        assert slack.journal.violations == ["chat.startStream: U9 belongs to T9, not to T1"]

    in_slack(run, strict=False)


def test_a_stream_dies_after_its_time_even_while_it_grows_and_its_text_stays() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api = client(slack)
        channel, root, ts = await started(slack)
        for _ in range(4):
            await slack.clock.advance(limits.STREAM_SECONDS / 5)
            await api.chat_appendStream(channel=channel, ts=ts, markdown_text=" x")
        await slack.clock.advance(limits.STREAM_SECONDS / 5)
        gone = "message_not_in_streaming_state"
        assert await error_of(api.chat_appendStream(channel=channel, ts=ts, markdown_text="y")) == gone
        assert await error_of(api.chat_stopStream(channel=channel, ts=ts)) == gone
        assert slack.thread(channel, root)[1].text == "Hello x x x x"
        await api.chat_update(channel=channel, ts=ts, text="done", blocks=[{"type": "markdown", "text": "All of it"}])
        assert slack.reads(channel, root)[1].text == "All of it"

    in_slack(run)


def test_a_stream_takes_so_many_bytes_and_not_so_many_characters() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api = client(slack)
        channel, _, ts = await started(slack, text="é" * 5_000)
        assert await error_of(api.chat_appendStream(channel=channel, ts=ts, markdown_text="é" * 400)) == "msg_too_long"
        await api.chat_appendStream(channel=channel, ts=ts, markdown_text="x" * 400)
        assert (
            await error_of(api.chat_appendStream(channel=channel, ts=ts, markdown_text="x" * 12_001)) == "msg_too_long"
        )

    in_slack(run)


def test_a_message_is_not_edited_while_it_streams_and_not_streamed_once_stopped() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api = client(slack)
        channel, _, ts = await started(slack)
        assert await error_of(api.chat_update(channel=channel, ts=ts, text="x")) == "streaming_state_conflict"
        await api.chat_stopStream(channel=channel, ts=ts, markdown_text="!")
        assert await error_of(api.chat_stopStream(channel=channel, ts=ts)) == "message_not_in_streaming_state"
        assert slack.world.message(channel, ts).text == "Hello!"

    in_slack(run)


def test_tasks_replace_their_title_and_append_their_details() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api = client(slack)
        channel, root, ts = await started(slack)
        task: Json = {"id": "1", "title": "Searching", "status": "in_progress", "details": "12 "}
        await api.chat_appendStream(channel=channel, ts=ts, chunks=[TaskUpdateChunk(**task)])
        task |= {"title": "Searched", "status": "complete", "details": "passages"}
        sources = [{"type": "url", "url": "https://a.example/1", "text": "One"}]
        await api.chat_appendStream(channel=channel, ts=ts, chunks=[TaskUpdateChunk(**task, sources=sources)])
        shown = slack.reads(channel, root)[1]
        assert shown.text == "Hello\nSearched\n12 passages\nOne"
        assert shown.links == (("One", "https://a.example/1"),)

    in_slack(run)


@pytest.mark.parametrize(
    "chunk",
    [
        {"type": "text", "text": "x"},
        {"type": "markdown_text"},
        {"type": "task_update", "id": "1", "title": "x", "status": "done"},
        {"type": "task_update", "id": "1", "title": "x", "status": "complete", "details": "x" * 257},
        {
            "type": "task_update",
            "id": "1",
            "title": "x",
            "status": "complete",
            "sources": [{"type": "url", "url": "u"}],
        },
        {"type": "plan_update"},
        {"type": "markdown_text", "text": "x", "style": "bold"},
    ],
)
def test_a_bad_chunk_is_refused(chunk: Json) -> None:
    async def run(slack: LoopbackSlack) -> None:
        channel, _, ts = await started(slack)
        assert (
            await error_of(client(slack).chat_appendStream(channel=channel, ts=ts, chunks=[chunk])) == "invalid_chunks"
        )

    in_slack(run, strict=False)


def test_blocks_in_chunks_and_at_the_stop_are_counted_apart() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api = client(slack)
        channel, _, ts = await started(slack)
        fifty = [{"type": "divider"} for _ in range(50)]
        await api.chat_appendStream(channel=channel, ts=ts, chunks=[BlocksChunk(blocks=fifty)])
        await api.chat_stopStream(channel=channel, ts=ts, blocks=fifty)
        assert len(slack.world.message(channel, ts).blocks) == 101

    in_slack(run)


def test_stop_halts_the_streams_of_the_thread_and_tells_the_app() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api = client(slack)
        channel, root, ts = await started(slack)
        told = slack.user("U1").presses_stop(channel, root)
        assert told is not None
        assert told.event["streaming_message_ts"] == [ts]
        assert await error_of(api.chat_appendStream(channel=channel, ts=ts, markdown_text="x")) == "stopped_by_user"
        await api.agents_sessions_setStatus(channel_id=channel, thread_ts=root, status="active")
        with pytest.raises(NotThere, match="no Stop button"):
            slack.user("U1").presses_stop(channel, root)

    in_slack(run)


def test_a_status_shows_until_a_reply_or_two_minutes() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api = client(slack)
        asked = slack.user("U1").says("C1", "hi")
        place: Json = {"channel_id": "C1", "thread_ts": asked.ts}
        await api.assistant_threads_setStatus(**place, status="is searching…", loading_messages=["Reading"])
        assert slack.agent.status("C1", asked.ts) == "is searching…"
        await slack.clock.advance(120)
        assert slack.agent.status("C1", asked.ts) == ""
        await api.assistant_threads_setStatus(**place, status="is writing…")
        await api.chat_postMessage(channel="C1", thread_ts=asked.ts, text="done")
        assert slack.agent.status("C1", asked.ts) == ""
        await api.assistant_threads_setStatus(**place, status="")

    in_slack(run)


def test_prompts_are_for_the_messages_tab_and_not_for_a_thread() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api, person = client(slack), slack.user("U1")
        prompts = [{"title": "a", "message": "b"}]
        asked = person.says(person.dm(), "hi")
        await api.assistant_threads_setSuggestedPrompts(channel_id=person.dm(), thread_ts=asked.ts, prompts=prompts)
        assert person.prompts == ()
        assert "shows nothing" in slack.journal.violations[0]
        await api.assistant_threads_setSuggestedPrompts(channel_id=person.dm(), prompts=prompts)
        assert len(person.prompts) == 1

    in_slack(run, strict=False)


def test_an_app_that_is_no_agent_gets_no_sessions() -> None:
    async def run(slack: LoopbackSlack) -> None:
        slack.app.is_agent = False
        call = client(slack).agents_sessions_setStatus(channel_id="C1", status="processing")
        assert await error_of(call) == "not_authorized"

    in_slack(run)


def test_only_the_app_s_own_message_can_be_streamed_to() -> None:
    async def run(slack: LoopbackSlack) -> None:
        said = slack.user("U1").says("C1", "mine")
        call = client(slack).chat_appendStream(channel="C1", ts=said.ts, markdown_text="x")
        assert await error_of(call) == "message_not_owned_by_app"

    in_slack(run)


def test_one_chunk_takes_twelve_thousand_characters_even_when_a_stream_takes_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "STREAM_BYTES", limits.claimed(40_000, "another claim"))

    async def run(slack: LoopbackSlack) -> None:
        channel, _, ts = await started(slack)
        append, chunk = client(slack).chat_appendStream, {"type": "markdown_text", "text": "x" * 12_000}
        assert (await append(channel=channel, ts=ts, chunks=[chunk, chunk]))["ok"]
        longer = chunk | {"text": "x" * 12_001}
        assert await error_of(append(channel=channel, ts=ts, chunks=[longer])) == "msg_too_long"

    in_slack(run)


def test_statuses_prompts_and_titles_have_their_lengths() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api, person = client(slack), slack.user("U1")
        asked = person.says(person.dm(), "hi")
        place: Json = {"channel_id": asked.channel, "thread_ts": asked.ts}
        prompts = [{"title": "a", "message": "b"}] * 5
        refused = "invalid_arguments"
        assert await error_of(api.assistant_threads_setStatus(**place, status="x" * 51)) == refused
        many = ["reading"] * 11
        assert await error_of(api.assistant_threads_setStatus(**place, status="x", loading_messages=many)) == refused
        call = api.assistant_threads_setSuggestedPrompts(channel_id=asked.channel, prompts=prompts)
        assert await error_of(call) == refused
        assert await error_of(api.agents_sessions_setStatus(**place, status="active", title="x" * 201)) == refused
        assert await error_of(api.agents_sessions_setStatus(**place, status="busy")) == refused
        nowhere: Json = {"channel_id": asked.channel, "thread_ts": "1700000000.000000"}
        assert await error_of(api.assistant_threads_setStatus(**nowhere, status="x")) == "invalid_thread_ts"

    in_slack(run, strict=False)


def test_a_session_left_at_work_clears_after_an_hour() -> None:
    async def run(slack: LoopbackSlack) -> None:
        asked = slack.user("U1").says("C1", "hi")
        await client(slack).agents_sessions_setStatus(channel_id="C1", thread_ts=asked.ts, status="processing")
        assert slack.agent.session("C1", asked.ts) == "processing"
        await slack.clock.advance(3_600)
        assert slack.agent.session("C1", asked.ts) == "active"

    in_slack(run)


def test_without_the_stop_event_the_session_warns_and_shows_no_stop_button() -> None:
    async def run(slack: LoopbackSlack) -> None:
        slack.app.events -= {"agent_session_stopped"}
        asked = slack.user("U1").says("C1", "hi")
        place: Json = {"channel_id": "C1", "thread_ts": asked.ts}
        answer = await client(slack).agents_sessions_setStatus(**place, status="processing")
        assert answer["warning"] == "missing_agent_session_stopped_event_subscription"
        with pytest.raises(NotThere, match="no Stop button"):
            slack.user("U1").presses_stop("C1", asked.ts)

    in_slack(run)
