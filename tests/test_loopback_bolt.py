"""The unmodified slack-bolt and slack_sdk run against the loopback, over Socket Mode and over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from bot.demo.loopback.slack import LoopbackSlack
from tests.loopback_apps import bolt_app, in_slack, over_http, over_socket

Json = dict[str, Any]
TRANSPORTS = pytest.mark.parametrize("connected", [over_socket, over_http])
MODAL: Json = {
    "type": "modal",
    "callback_id": "why",
    "title": {"type": "plain_text", "text": "Why?"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": {"type": "plain_text", "text": "Reason"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}
VOTE: Json = {
    "type": "context_actions",
    "elements": [
        {
            "type": "feedback_buttons",
            "action_id": "vote",
            "positive_button": {"text": {"type": "plain_text", "text": "Good"}, "value": "up"},
            "negative_button": {"text": {"type": "plain_text", "text": "Bad"}, "value": "down"},
        }
    ],
}


def busy_app(slack: LoopbackSlack, heard: list[Json]) -> AsyncApp:
    app = bolt_app(slack)

    @app.command("/ask")
    async def ask(ack: AsyncAck, command: Json, respond: AsyncRespond) -> None:
        await ack("Searching…")
        await respond(f"you asked {command['text']}", response_type="in_channel")

    @app.action("vote")
    async def vote(ack: AsyncAck, body: Json, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    @app.view("why")
    async def why(ack: AsyncAck, view: Json) -> None:
        reason = view["state"]["values"]["reason"]["text"]["value"]
        if len(reason) < 3:
            await ack(response_action="errors", errors={"reason": "say more"})
            return
        await ack()
        heard.append({"reason": reason})

    @app.shortcut("ask_about")
    async def about(ack: AsyncAck, shortcut: Json) -> None:
        await ack()
        heard.append(shortcut)

    @app.event("app_home_opened")
    async def opened(event: Json, client: AsyncWebClient) -> None:
        if event["tab"] == "messages":
            prompts = [{"title": "First", "message": "What is <new> & good?"}]
            await client.assistant_threads_setSuggestedPrompts(channel_id=event["channel"], prompts=prompts)
        else:
            section = {"type": "section", "text": {"type": "mrkdwn", "text": "*Hello*"}}
            await client.views_publish(user_id=event["user"], view={"type": "home", "blocks": [section]})

    return app


@TRANSPORTS
def test_a_mention_reaches_bolt_twice_and_its_answer_the_thread(connected: Any) -> None:
    async def run(slack: LoopbackSlack) -> None:
        async with connected(slack, bolt_app(slack)):
            asked = slack.user("U1").says("C1", "<@UBOT> what &amp; how?")
            await slack.until(lambda: len(slack.thread("C1", asked.ts)) == 2)
            await slack.until(lambda: all(delivery.acked for delivery in slack.deliveries.all))
        assert [told.event["type"] for told in asked.deliveries] == ["app_mention", "message"]
        assert len({told.payload["event_id"] for told in asked.deliveries}) == 2
        assert slack.reads("C1", asked.ts)[1].text == "heard: @Ask Docs what & how?"
        assert slack.deliveries.slowest() < 1

    in_slack(run)


@TRANSPORTS
def test_a_command_shows_its_acknowledgement_to_one_and_its_response_to_all(connected: Any) -> None:
    async def run(slack: LoopbackSlack) -> None:
        async with connected(slack, busy_app(slack, [])):
            slack.user("U1").runs("/ask", "how much", channel="C1")
            await slack.until(lambda: len(slack.user("U1").sees("C1")) == 2)
        assert {said.text for said in slack.user("U1").sees("C1")} == {"Searching…", "you asked how much"}
        assert [said.text for said in slack.user("U2").sees("C1")] == ["you asked how much"]

    in_slack(run)


@TRANSPORTS
def test_a_click_opens_a_modal_whose_submission_is_checked_and_closes_it(connected: Any) -> None:
    heard: list[Json] = []

    async def run(slack: LoopbackSlack) -> None:
        person = slack.user("U1")
        async with connected(slack, busy_app(slack, heard)):
            await slack.post("C1", text="answer", blocks=[VOTE])
            person.clicks(person.sees("C1")[0], "vote", value="down")
            modal = await slack.until(lambda: person.modal)
            assert modal is not None
            assert modal.title == "Why?"
            person.submits({"text": "no"})
            await slack.until(lambda: person.modal and person.modal.errors == (("reason", "say more"),))
            person.submits({"text": "the date is wrong"})
            await slack.until(lambda: person.modal is None)
            await slack.until(lambda: heard == [{"reason": "the date is wrong"}])

    in_slack(run)


@TRANSPORTS
def test_the_tabs_show_prompts_and_a_home_and_a_prompt_is_sent_as_a_message(connected: Any) -> None:
    async def run(slack: LoopbackSlack) -> None:
        person = slack.user("U1")
        async with connected(slack, busy_app(slack, [])):
            person.opens_messages()
            person.opens_home()
            await slack.until(lambda: person.prompts and person.home)
            assert person.home is not None
            assert slack.reads_view(person.home).text == "*Hello*"
            said = person.picks_prompt(1)
            await slack.until(lambda: said.deliveries[0].acked)
        assert said.deliveries[0].event["text"] == "What is &lt;new&gt; &amp; good?"
        assert said.deliveries[0].event["channel_type"] == "im"

    in_slack(run)


@TRANSPORTS
def test_a_shortcut_on_a_message_carries_the_message(connected: Any) -> None:
    heard: list[Json] = []

    async def run(slack: LoopbackSlack) -> None:
        async with connected(slack, busy_app(slack, heard)):
            said = slack.user("U2").says("C1", "the price is 30")
            slack.user("U1").uses_shortcut("ask_about", on=said.message)
            await slack.until(lambda: heard)
        assert heard[0]["message"]["text"] == "the price is 30"
        assert heard[0]["message"]["user"] == "U2"

    in_slack(run)


def test_the_streaming_helper_of_the_sdk_makes_one_message() -> None:
    async def run(slack: LoopbackSlack) -> None:
        asked = slack.user("U1").says("C1", "hello")
        api = AsyncWebClient(token=slack.bot_token, base_url=slack.api_url)
        stream = await api.chat_stream(
            buffer_size=10, channel="C1", thread_ts=asked.ts, recipient_team_id="T1", recipient_user_id="U1"
        )
        await stream.append(markdown_text="The price is ")
        await stream.append(markdown_text="**30** [[1]](https://a.example/x)")
        assert slack.streams.alive("C1", asked.ts)
        await stream.stop(blocks=[VOTE], session_status="active")
        answer = slack.reads("C1", asked.ts)[1]
        assert answer.text == "The price is **30** [1]\n[Good][Bad]"
        assert answer.links == (("[1]", "https://a.example/x"),)
        assert answer.buttons == (("vote", "up", "Good"), ("vote", "down", "Bad"))
        assert slack.agent.session("C1", asked.ts) == "active"

    in_slack(run)


def test_a_command_with_the_word_payload_is_lost_by_bolt_over_http_and_the_loopback_shows_it() -> None:
    async def run(slack: LoopbackSlack) -> None:
        async with over_http(slack, busy_app(slack, [])):
            asked = slack.user("U1").runs("/ask", "what is a payload", channel="C1")
            await slack.until(lambda: slack.hooks and slack.hooks.responses)
            assert slack.hooks is not None
            assert slack.hooks.responses[0][0] == 404
            assert not asked.acked

    in_slack(run)
