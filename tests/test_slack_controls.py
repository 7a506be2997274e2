"""Commands, buttons, dialogs and the home tab. The real bot before the loopback Slack."""

import json
from pathlib import Path

import pytest

from bot.slack.records import inbox, threads
from tests.inbox_fixtures import opinions
from tests.slack_fixtures import Stage, play

BOTH = pytest.mark.parametrize("transport", ["socket", "http"])
FIRST = "Everyone has 30 days of leave. [1]"


def test_opening_the_home_tab_shows_what_the_bot_knows_and_keeps(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        ana.opens_home()
        home = await stage.slack.until(lambda: ana.home)
        assert home
        text = stage.slack.reads_view(home).text
        assert "2 articles. The newest: 1 September 2026. Last ingest: 2026-11-20 10:00." in text
        assert "deleted after 30 days" in text

    play(tmp_path, scene)


@BOTH
def test_ask_is_acknowledged_while_twenty_questions_run_and_answered_in_a_thread(
    tmp_path: Path, transport: str
) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        stage.script.hold(0)
        for number in range(20):
            ana.says("C1", f"<@UBOT> question {number}?")
        await stage.slack.until(lambda: stage.script.asked)
        asked = ana.runs("/ask", "what is the payload of a train?", channel="C1")
        await stage.slack.until(lambda: asked.acked)
        assert (asked.attempts[0].seconds or 9) < 3
        stage.script.release()
        await stage.settled(21)
        roots = [m for m in stage.slack.world.said_in("C1") if m.user == "UBOT" and not m.thread_ts]
        assert [m.text for m in roots] == ["Ana asked: what is the payload of a train?"]
        assert FIRST in stage.text("C1", roots[0].ts)

    play(tmp_path, scene, transport=transport)


def test_ask_where_the_bot_is_not_a_member_is_answered_to_the_asker_alone(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.slack.user("U1").runs("/ask", "how many days?", channel="C2")
        await stage.settled()
        private = stage.slack.world.ephemeral("C2", "U1")
        assert FIRST.split(".")[0] in private[-1].text
        assert not [m for m in stage.slack.world.said_in("C2") if m.user == "UBOT"]

    play(tmp_path, scene)


def test_the_shortcut_asks_about_a_message_in_its_thread(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        said = stage.slack.user("U2").says("C1", "how many days of leave are there, &lt;roughly&gt;?")
        ana.uses_shortcut("ask_about_message", on=said.message)
        await stage.slack.until(lambda: ana.modal)
        ana.submits({"question": "how many days of leave are there?"})
        await stage.settled()
        assert stage.script.asked[0].text == "how many days of leave are there?"
        assert len(stage.replies("C1", said.ts)) == 1
        assert ana.modal is None

    play(tmp_path, scene)


def test_show_quote_opens_the_quote_in_its_surroundings(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        asked = ana.says("C1", "<@UBOT> how many days of leave?")
        await stage.settled()
        ana.clicks(stage.replies("C1", asked.ts)[0], "show_quote_1")
        modal = await stage.slack.until(lambda: ana.modal)
        assert modal
        shown = stage.slack.reads_view(modal)
        assert "Before it. Everyone has 30 days of leave. And after." in shown.text
        assert json.dumps(modal.content).count('"bold": true') == 1
        address = "https://docs.example.com/leave#:~:text=Everyone%20has%2030%20days%20of%20leave."
        assert shown.links == (("Leave & holidays", address),)

    play(tmp_path, scene)


def test_feedback_is_kept_once_per_person_with_its_reason(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana, marko = stage.slack.user("U1"), stage.slack.user("U2")
        asked = ana.says("C1", "<@UBOT> how many days of leave?")
        await stage.settled()
        (reply,) = stage.replies("C1", asked.ts)
        id_ = next(b[1] for b in stage.slack.reads("C1", asked.ts)[1].buttons if b[0] == "answer_delete")
        for _ in range(2):
            up = ana.clicks(reply, "answer_feedback", value=f"up:{id_}")
            await stage.slack.until(lambda up=up: up.acked)  # type: ignore[misc]
        down = marko.clicks(reply, "answer_feedback", value=f"down:{id_}")
        await stage.slack.until(lambda: marko.modal)
        marko.submits({"reason": "outdated", "right_answer": "35 days since October"})
        await stage.slack.until(lambda: any(o.reason for o, _ in stage.bot.records.run(opinions)))
        kept = {o.asker: (o.value, o.reason, o.right_answer) for o, _ in stage.bot.records.run(opinions)}
        assert kept == {"U1": ("up", None, None), "U2": ("down", "outdated", "35 days since October")}
        about = stage.bot.records.run(opinions)[-1][1]
        assert about["question"] == "how many days of leave?"
        assert about["answer"]["generation"] == "000001"
        assert (down.attempts[0].seconds or 9) < 3

    play(tmp_path, scene)


def test_only_the_asker_can_delete_an_answer(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        asked = ana.says("C1", "<@UBOT> how many days of leave?")
        await stage.settled()
        (reply,) = stage.replies("C1", asked.ts)
        (button,) = [e for b in reply.blocks if b["type"] == "context_actions" for e in b["elements"][1:]]
        assert button["visible_to_user_ids"] == ["U1"]
        forged = ana.clicks(reply, "answer_feedback", value=f"up:{button['value']}").payload
        action = {"type": "icon_button", "action_id": "answer_delete", "block_id": "b", "value": button["value"]}
        forged = forged | {"user": forged["user"] | {"id": "U2"}, "actions": [action]}
        stage.slack.deliveries.deliver("interactive", forged, accepts_response=True)
        await stage.slack.until(lambda: stage.slack.world.ephemeral("C1", "U2"))
        assert "Only who asked" in stage.slack.world.ephemeral("C1", "U2")[0].text
        assert stage.replies("C1", asked.ts)
        ana.clicks(reply, "answer_delete")
        await stage.slack.until(lambda: not stage.replies("C1", asked.ts))
        run = stage.bot.records.run
        await stage.slack.until(
            lambda: (found := run(inbox.find, button["value"])) and (found[0].text, found[1]) == ("", {})
        )

    play(tmp_path, scene)


def test_a_deleted_question_is_forgotten(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        asked = ana.says("C1", "<@UBOT> secret question?")
        await stage.settled()
        told = ana.deletes(asked)
        await stage.slack.until(lambda: all(d.acked for d in told))
        assert stage.bot.records.run(threads.turns, "T1", "C1", asked.ts) == ()
        assert [o for o, _ in stage.bot.records.run(opinions)] == []

    play(tmp_path, scene)


def test_the_stop_button_ends_the_answer_and_the_next_question_works(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        stage.script.hold(1)
        asked = ana.says(ana.dm(), "how many days of leave?")
        await stage.slack.until(lambda: stage.replies(ana.dm(), asked.ts))
        ana.presses_stop(ana.dm(), asked.ts)
        await stage.settled()
        assert stage.states() == {"stopped": 1}
        appended = stage.calls("chat.appendStream")
        stage.script.release()
        stage.script.gates.clear()
        sessions = stage.slack.journal.of("agents.sessions.setStatus")
        assert sessions[-1].args["status"] == "active"
        ana.says(ana.dm(), "and trains?", thread=asked.ts)
        await stage.settled(2)
        assert stage.states() == {"stopped": 1, "answered": 1}
        assert stage.calls("chat.appendStream") == appended

    play(tmp_path, scene)


def test_settings_of_a_channel_make_it_answer_every_question_from_chosen_folders(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        ana.runs("/ask", "settings", channel="C1")
        await stage.slack.until(lambda: ana.modal)
        ana.submits({"answers": "questions", "folders": ["policy"], "editors": "listed"})
        await stage.slack.until(lambda: stage.bot.records.run(threads.rules_of, "T1", "C1").answers == "questions")
        asked = ana.says("C1", "how many days of leave?")
        ignored = ana.says("C1", "I like trains.")
        await stage.slack.until(lambda: all(d.acked for d in ignored.deliveries))
        await stage.settled()
        assert len(stage.replies("C1", asked.ts)) == 1
        assert stage.script.asked[0].scope == ("policy",)
        stage.slack.user("U2").runs("/ask", "settings", channel="C1")
        await stage.slack.until(lambda: stage.slack.world.ephemeral("C1", "U2"))
        assert "can be changed by" in stage.slack.world.ephemeral("C1", "U2")[-1].text

    play(tmp_path, scene)
