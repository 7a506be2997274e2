"""People at the loopback act only on what they see, and modals, commands and triggers keep Slack's rules."""

from __future__ import annotations

from typing import Any

import pytest
from slack_bolt.async_app import AsyncAck
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.demo.loopback.errors import NotThere
from bot.demo.loopback.slack import LoopbackSlack
from tests.loopback_apps import bolt_app, client, error_of, in_slack, over_socket

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def button(action_id: str, **fields: Any) -> Json:
    return {"type": "button", "action_id": action_id, "text": plain("Go"), **fields}


def modal(*blocks: Json, **fields: Any) -> Json:
    return {"type": "modal", "title": plain("Settings"), "submit": plain("Save"), "blocks": list(blocks), **fields}


def field(action_id: str, element: Json, **fields: Any) -> Json:
    label = plain(action_id)
    return {
        "type": "input",
        "block_id": action_id,
        "label": label,
        "element": {**element, "action_id": action_id},
        **fields,
    }


MENU: Json = {
    "type": "static_select",
    "options": [{"text": plain("Mention"), "value": "mention"}, {"text": plain("Question"), "value": "question"}],
    "initial_option": {"text": plain("Mention"), "value": "mention"},
}


def test_a_person_clicks_only_what_is_shown_to_them() -> None:
    trash = {"type": "icon_button", "action_id": "delete", "icon": "trash", "text": plain("Delete")}

    async def run(slack: LoopbackSlack) -> None:
        row = {"type": "context_actions", "elements": [{**trash, "visible_to_user_ids": ["U1"]}]}
        answer = await slack.post("C1", text="answer", blocks=[row])
        assert slack.user("U1").clicks(answer, "delete").kind == "interactive"
        with pytest.raises(NotThere, match="U2 sees no delete"):
            slack.user("U2").clicks(answer, "delete")
        with pytest.raises(NotThere, match="U9 does not see message"):
            slack.user("U9").clicks(answer, "delete")
        await client(slack).chat_delete(channel="C1", ts=answer.ts)
        with pytest.raises(NotThere, match="does not see message"):
            slack.user("U1").clicks(answer, "delete")

    in_slack(run)


def test_a_click_in_a_thread_names_the_thread() -> None:
    async def run(slack: LoopbackSlack) -> None:
        asked = slack.user("U1").says("C1", "hi")
        row = {"type": "actions", "elements": [button("more", value="7")]}
        answer = await slack.post("C1", text="answer", blocks=[row], thread=asked.ts)
        payload = slack.user("U2").clicks(answer, "more").payload
        assert payload["container"]["thread_ts"] == asked.ts
        assert payload["actions"][0]["value"] == "7"
        assert payload["user"]["id"] == "U2"

    in_slack(run)


def test_a_modal_is_filled_in_by_what_it_offers_and_what_is_not_touched_keeps_its_value() -> None:
    async def run(slack: LoopbackSlack) -> None:
        person = slack.user("U1")
        trigger = person.runs("/ask", "settings", channel="C1").payload["trigger_id"]
        view = modal(field("when", MENU), field("who", {"type": "multi_users_select"}, optional=True))
        await client(slack).views_open(trigger_id=trigger, view=view)
        with pytest.raises(NotThere, match="no option 'never'"):
            person.submits({"when": "never"})
        with pytest.raises(NotThere, match="no input"):
            person.submits({"what": "x"})
        values = person.submits({"who": ["U2"]}).payload["view"]["state"]["values"]
        assert values["when"]["when"]["selected_option"]["value"] == "mention"
        assert values["who"]["who"]["selected_users"] == ["U2"]

    in_slack(run)


def test_slack_does_not_submit_a_modal_with_an_empty_field() -> None:
    async def run(slack: LoopbackSlack) -> None:
        person = slack.user("U1")
        trigger = person.uses_shortcut("ask").payload["trigger_id"]
        await client(slack).views_open(trigger_id=trigger, view=modal(field("why", {"type": "plain_text_input"})))
        with pytest.raises(NotThere, match="fill in first: why"):
            person.submits()

    in_slack(run)


def test_a_trigger_opens_once_and_soon() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api, person = client(slack), slack.user("U1")
        trigger = person.runs("/ask", channel="C1").payload["trigger_id"]
        await api.views_open(trigger_id=trigger, view=modal())
        assert await error_of(api.views_open(trigger_id=trigger, view=modal())) == "exchanged_trigger_id"
        trigger = person.runs("/ask", channel="C1").payload["trigger_id"]
        await slack.clock.advance(4)
        assert await error_of(api.views_open(trigger_id=trigger, view=modal())) == "expired_trigger_id"
        assert await error_of(api.views_open(trigger_id="1.2.x", view=modal())) == "invalid_trigger_id"

    in_slack(run)


def test_modals_stack_three_deep_and_an_update_needs_the_present_hash() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api, person = client(slack), slack.user("U1")
        opened = await api.views_open(trigger_id=person.runs("/a", channel="C1").payload["trigger_id"], view=modal())
        for _ in range(2):
            trigger = slack.views.trigger("U1", view=opened["view"]["id"])
            await api.views_push(trigger_id=trigger, view=modal())
        trigger = slack.views.trigger("U1", view=opened["view"]["id"])
        assert await error_of(api.views_push(trigger_id=trigger, view=modal())) == "push_limit_reached"
        stale, view_id = opened["view"]["hash"], opened["view"]["id"]
        await api.views_update(view_id=view_id, view=modal(), hash=stale)
        assert await error_of(api.views_update(view_id=view_id, view=modal(), hash=stale)) == "hash_conflict"
        assert len(person.closes_modal(all_of_them=True)) == 0
        assert person.modal is None

    in_slack(run)


def test_a_modal_can_answer_with_another_or_clear_all() -> None:
    async def run(slack: LoopbackSlack) -> None:
        app = bolt_app(slack)

        @app.view("first")
        async def first(ack: AsyncAck) -> None:
            await ack(response_action="update", view=modal(callback_id="second", private_metadata="2"))

        @app.view("second")
        async def second(ack: AsyncAck) -> None:
            await ack(response_action="clear")

        person = slack.user("U1")
        async with over_socket(slack, app):
            slack.views.show("U1", modal(callback_id="first"))
            person.submits()
            await slack.until(lambda: person.modal and person.modal.content["callback_id"] == "second")
            person.submits()
            await slack.until(lambda: person.modal is None)

    in_slack(run)


def test_a_command_not_acknowledged_in_time_is_not_repeated() -> None:
    async def run(slack: LoopbackSlack) -> None:
        asked = slack.user("U1").runs("/ask", "x", channel="C1")
        await slack.clock.advance(1_000)
        assert asked.given_up
        assert len(asked.attempts) == 1

    in_slack(run)


def test_a_response_url_works_five_times_and_half_an_hour() -> None:
    async def run(slack: LoopbackSlack) -> None:
        url = slack.user("U1").runs("/ask", "x", channel="C2").payload["response_url"]
        api = client(slack)
        hook = AsyncWebhookClient(url)
        statuses = [(await hook.send(text=str(number))).status_code for number in range(6)]
        assert statuses == [200] * 5 + [404]
        assert len(slack.user("U1").sees("C2")) == 5
        assert slack.user("U2").sees("C2") == ()
        late = AsyncWebhookClient(slack.user("U1").runs("/ask", "x", channel="C2").payload["response_url"])
        await slack.clock.advance(1_801)
        assert (await late.send(text="late")).status_code == 404
        assert (await api.auth_test())["ok"]

    in_slack(run)


def test_a_click_can_replace_or_delete_its_message_by_the_response_url() -> None:
    async def run(slack: LoopbackSlack) -> None:
        row = {"type": "actions", "elements": [button("go")]}
        answer = await slack.post("C1", text="before", blocks=[row])
        hook = AsyncWebhookClient(slack.user("U1").clicks(answer, "go").payload["response_url"])
        await hook.send(text="after", replace_original=True)
        assert slack.world.message("C1", answer.ts).text == "after"
        await hook.send(delete_original=True)
        assert slack.world.said_in("C1") == ()

    in_slack(run)


def test_nobody_clicks_in_what_only_another_person_sees() -> None:
    async def run(slack: LoopbackSlack) -> None:
        row = {"type": "actions", "elements": [button("go")]}
        await client(slack).chat_postEphemeral(channel="C1", user="U1", text="x", blocks=[row])
        shown = slack.user("U1").sees("C1")[0]
        payload = slack.user("U1").clicks(shown, "go").payload
        assert payload["container"]["is_ephemeral"]
        assert "message" not in payload
        with pytest.raises(NotThere, match="U2 does not see message"):
            slack.user("U2").clicks(shown, "go")

    in_slack(run)


def test_a_view_has_its_size() -> None:
    async def run(slack: LoopbackSlack) -> None:
        text = {"type": "section", "text": {"type": "mrkdwn", "text": "x" * 3_000}}
        home = {"type": "home", "blocks": [text] * 90}
        assert await error_of(client(slack).views_publish(user_id="U1", view=home)) == "view_too_large"

    in_slack(run, strict=False)


def test_a_second_acknowledgement_of_a_command_shows_nothing_more() -> None:
    async def run(slack: LoopbackSlack) -> None:
        asked = slack.user("U1").runs("/ask", "x", channel="C1")
        envelope = asked.attempts[0].envelope_id
        assert slack.deliveries.acked(envelope, answer={"text": "one"})
        assert slack.deliveries.acked(envelope, answer={"text": "two"})
        assert [said.text for said in slack.user("U1").sees("C1")] == ["one"]

    in_slack(run)
