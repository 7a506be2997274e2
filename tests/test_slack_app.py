"""The Slack app end to end: the real bot before the loopback Slack. The names are what is claimed."""

import asyncio
import dataclasses
import json
import logging
from pathlib import Path

import pytest

from bot.answer import Answer
from bot.errors import AnotherBot, SlackMisconfigured
from tests.loopback import LoopbackSlack
from tests.loopback import faults as wrong
from tests.loopback.site import BOT_SCOPES
from tests.slack_fixtures import SENTENCES, Script, Stage, advance_until_settled, answered, bot_in, play, refused

BOTH = pytest.mark.parametrize("transport", ["socket", "http"])
FIRST = "Everyone has 30 days of leave. [1]"


@BOTH
def test_a_mention_gets_a_streamed_answer_in_its_thread(tmp_path: Path, transport: str) -> None:
    async def scene(stage: Stage) -> None:
        asked = stage.slack.user("U1").says("C1", "<@UBOT> how many days of leave?")
        await stage.settled()
        (reply,) = stage.replies("C1", asked.ts)
        assert reply.streamed
        assert not reply.streaming
        assert FIRST in stage.text("C1", asked.ts)
        (start,) = stage.slack.journal.of("chat.startStream")
        assert (start.args["recipient_user_id"], start.args["recipient_team_id"]) == ("U1", "T1")
        assert stage.calls("chat.stopStream") == 1
        assert stage.slack.deliveries.slowest() < 3

    play(tmp_path, scene, transport=transport)


@BOTH
def test_a_direct_message_is_answered_in_a_thread_with_a_session_that_ends_active(
    tmp_path: Path, transport: str
) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        asked = ana.says(ana.dm(), "how many days of leave?")
        await stage.settled()
        assert FIRST in stage.text(ana.dm(), asked.ts)
        statuses = [c.args["status"] for c in stage.slack.journal.of("agents.sessions.setStatus")]
        (stop,) = stage.slack.journal.of("chat.stopStream")
        assert statuses == ["processing"]
        assert stop.args["session_status"] == "active"

    play(tmp_path, scene, transport=transport)


def test_a_follow_up_needs_no_mention_and_comes_with_its_history(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        first = ana.says("C1", "<@UBOT> how many days of leave?")
        await stage.settled(1)
        ana.says("C1", "and who books trains?", thread=first.ts)
        await stage.settled(2)
        assert len(stage.replies("C1", first.ts)) == 2
        history = stage.script.asked[1].history
        assert [(t.role, t.text) for t in history] == [
            ("user", "how many days of leave?"),
            ("assistant", f"{SENTENCES[0]} [1] {SENTENCES[1]} [2]"),
        ]

    play(tmp_path, scene)


def test_a_reply_in_a_thread_of_others_is_ignored(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        root = stage.slack.user("U2").says("C1", "lunch?")
        said = stage.slack.user("U1").says("C1", "and when is it?", thread=root.ts)
        await stage.slack.until(lambda: all(d.acked for d in said.deliveries))
        assert stage.states() == {}

    play(tmp_path, scene)


def test_people_who_talk_to_each_other_in_a_thread_are_left_alone(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana, marko = stage.slack.user("U1"), stage.slack.user("U2")
        first = ana.says("C1", "<@UBOT> how many days of leave?")
        await stage.settled(1)
        for who, text in (
            (marko, "<@U1> did you know that?"),
            (ana, "no, did you?"),
            (marko, "thanks!"),
            (ana, "what about lunch?"),
        ):
            said = who.says("C1", text, thread=first.ts)
            await stage.slack.until(lambda said=said: all(d.acked for d in said.deliveries))  # type: ignore[misc]
        assert stage.states() == {"answered": 1}
        ana.says("C1", "<@UBOT> and trains?", thread=first.ts)
        await stage.settled(2)

    play(tmp_path, scene)


def test_stop_makes_the_bot_quiet_in_a_thread_until_it_is_mentioned(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        first = ana.says("C1", "<@UBOT> how many days of leave?")
        await stage.settled(1)
        ana.says("C1", "stop", thread=first.ts)
        await stage.settled(2)
        assert "I keep quiet in this thread" in stage.text("C1", first.ts)
        ignored = ana.says("C1", "and trains?", thread=first.ts)
        await stage.slack.until(lambda: all(d.acked for d in ignored.deliveries))
        assert len(stage.script.asked) == 1
        ana.says("C1", "<@UBOT> and trains?", thread=first.ts)
        await stage.settled(3)
        assert len(stage.script.asked) == 2

    play(tmp_path, scene)


def test_a_group_conversation_is_answered_only_when_mentioned(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        ignored = ana.says("G2", "how many days of leave?")
        await stage.slack.until(lambda: all(d.acked for d in ignored.deliveries))
        asked = ana.says("G2", "<@UBOT> how many days of leave?")
        await stage.settled()
        assert stage.replies("G2", ignored.ts) == ()
        assert len(stage.replies("G2", asked.ts)) == 1

    play(tmp_path, scene)


def test_a_suggested_prompt_is_a_question_like_any_other(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        ana.opens_messages()
        await stage.slack.until(lambda: ana.prompts)
        assert 1 <= len(ana.prompts) <= 4
        assert "thread_ts" not in stage.slack.journal.of("assistant.threads.setSuggestedPrompts")[0].args
        asked = ana.picks_prompt(1)
        await stage.settled()
        assert len(stage.replies(asked.channel, asked.ts)) == 1

    play(tmp_path, scene)


@BOTH
def test_an_event_that_is_delivered_again_is_answered_once(tmp_path: Path, transport: str) -> None:
    async def scene(stage: Stage) -> None:
        asked = stage.slack.user("U1").says("C1", "<@UBOT> how many days of leave?")
        for same_id in (True, True, False):
            again = [stage.slack.deliveries.redeliver(d, same_id=same_id) for d in asked.deliveries]
            await stage.slack.until(lambda again=again: all(d.attempts[-1].acked for d in again))  # type: ignore[misc]
        await stage.settled()
        assert len(stage.replies("C1", asked.ts)) == 1
        assert len(stage.script.asked) == 1

    play(tmp_path, scene, transport=transport)


@pytest.mark.parametrize("order", ["mention first", "message first"])
def test_the_two_events_of_one_mention_are_answered_once(tmp_path: Path, order: str) -> None:
    async def scene(stage: Stage) -> None:
        asked = stage.slack.user("U1").says("C1", "<@UBOT> how many days?", order=order)  # type: ignore[arg-type]
        assert len(asked.deliveries) == 2
        await stage.slack.until(lambda: all(d.acked for d in asked.deliveries))
        await stage.settled()
        assert len(stage.replies("C1", asked.ts)) == 1

    play(tmp_path, scene)


def test_an_edited_question_gets_no_second_answer(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        asked = ana.says("C1", "<@UBOT> how many days?")
        await stage.settled()
        edited = ana.edits(asked, "<@UBOT> how many days of leave?")
        await stage.slack.until(lambda: all(d.acked for d in edited.deliveries))
        assert stage.states() == {"answered": 1}

    play(tmp_path, scene)


def test_edits_deletions_joins_and_unknown_events_are_acknowledged_without_a_word(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana, marko = stage.slack.user("U1"), stage.slack.user("U2")
        said = ana.says("C1", "hello all")
        told = [
            *said.deliveries,
            *ana.edits(said, "hello everybody").deliveries,
            *ana.deletes(said),
            *stage.slack.user("U5").joins("C1"),
            *marko.says("C1", "pinned this", subtype="pinned_item").deliveries,
        ]
        await stage.slack.until(lambda: all(d.acked for d in told))
        assert stage.states() == {}
        assert stage.calls("chat.postMessage") + stage.calls("chat.startStream") == 0

    play(tmp_path, scene)


def test_other_bots_are_never_answered_not_even_fifty_times(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        other = stage.slack.user("UOTHER")
        said = [other.says("C1", f"<@UBOT> ping {i}?") for i in range(50)]
        await stage.slack.until(lambda: all(d.acked for s in said for d in s.deliveries))
        assert stage.states() == {}

    play(tmp_path, scene)


def test_the_markup_of_a_question_is_read_as_its_author_saw_it(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        text = "<@UBOT> is <https://x.example.com|the page> of R&amp;D &lt;new&gt; or <#C1|general> for <@U2|marko>?"
        stage.slack.user("U1").says("C1", text)
        await stage.settled()
        assert stage.script.asked[0].text == "is the page of R&D <new> or #general for @marko?"

    play(tmp_path, scene)


def test_special_characters_of_an_answer_are_shown_as_they_stand_in_the_article(tmp_path: Path) -> None:
    quote = "R&D says 1 < 2 > 0 &amp; more."

    async def scene(stage: Stage) -> None:
        asked = stage.slack.user("U1").says("C1", "<@UBOT> what does R&amp;D say?")
        await stage.settled()
        assert f"{quote} [1]" in stage.text("C1", asked.ts)

    play(tmp_path, scene, script=Script(answer=lambda question: answered(question, [quote])))


def test_every_number_has_a_source_and_what_was_invented_is_gone(tmp_path: Path) -> None:
    def invented(question: str) -> Answer:
        answer = answered(question)
        return dataclasses.replace(answer, text=f"{SENTENCES[0]} [1] See https://made.up.example/x for more. [99]")

    async def scene(stage: Stage) -> None:
        asked = stage.slack.user("U1").says("C1", "<@UBOT> how many days?")
        await stage.settled()
        text = stage.text("C1", asked.ts)
        assert "[1] Leave & holidays" in text
        assert "[99]" not in text
        assert "Travel" not in text
        links = {url for _, url in stage.slack.reads("C1", asked.ts)[1].links}
        assert all(url.startswith("https://docs.example.com/leave") for url in links)

    play(tmp_path, scene, script=Script(answer=invented))


def test_no_message_unfurls(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        for number in range(25):
            stage.slack.user("U1").says("C1", f"<@UBOT> question {number}?")
        await stage.settled(25)
        posts = stage.slack.journal.of("chat.postMessage")
        assert posts
        assert all(p.args["unfurl_links"] is False and p.args["unfurl_media"] is False for p in posts)
        assert stage.slack.effects_of_all().fetched == frozenset()

    play(tmp_path, scene)


def test_nothing_relevant_is_said_with_the_nearest_articles_and_without_citations(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        asked = stage.slack.user("U1").says("C1", "<@UBOT> who won in 1950?")
        await stage.settled()
        text = stage.text("C1", asked.ts)
        assert "The articles do not answer this." in text
        assert "Nearest articles\n• Travel · 2 January 2020" in text
        assert "Try the words the articles would use" in text
        assert "[1]" not in text

    play(tmp_path, scene, script=Script(answer=refused))


def test_an_empty_mention_gets_the_help_and_a_long_one_is_refused_in_words(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        empty = ana.says("C1", "<@UBOT>")
        long = ana.says("C1", "<@UBOT> " + "why " * 10_000)
        await stage.settled(2)
        assert "Ask me a question about the articles" in stage.text("C1", empty.ts)
        assert "too long" in stage.text("C1", long.ts)
        assert stage.script.asked == []

    play(tmp_path, scene)


def test_guests_and_strangers_are_refused_once(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        for _ in range(2):
            stage.slack.user("U3").says("C1", "<@UBOT> how many days?")
            stage.slack.user("U9").says("C3", "<@UBOT> how many days?")
        await stage.settled(4)
        assert stage.states() == {"refused": 4}
        assert len(stage.slack.world.ephemeral("C1", "U3")) == 1
        assert "not guests" in stage.slack.world.ephemeral("C1", "U3")[0].text
        assert "not people from outside" in stage.slack.world.ephemeral("C3", "U9")[0].text
        assert len(stage.slack.world.ephemeral("C3", "U9")) == 1
        assert stage.script.asked == []

    play(tmp_path, scene)


def test_a_stranger_who_may_ask_is_named_to_the_stream_with_his_own_team(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.slack.user("U9").says("C3", "<@UBOT> how many days?")
        await stage.settled()
        (start,) = stage.slack.journal.of("chat.startStream")
        assert start.args["recipient_team_id"] == "T9"

    play(tmp_path, scene, slack_strangers=True)


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
        assert [m.text for m in roots] == ["Question: what is the payload of a train?"]
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
        await stage.slack.until(lambda: any(o.reason for o, _ in stage.bot.records.feedback.all()))
        kept = {o.asker: (o.value, o.reason, o.right_answer) for o, _ in stage.bot.records.feedback.all()}
        assert kept == {"U1": ("up", None, None), "U2": ("down", "outdated", "35 days since October")}
        about = stage.bot.records.feedback.all()[-1][1]
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
        find = stage.bot.records.inbox.find
        await stage.slack.until(lambda: (found := find(button["value"])) and (found[0].text, found[1]) == ("", {}))

    play(tmp_path, scene)


def test_a_deleted_question_is_forgotten(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        asked = ana.says("C1", "<@UBOT> secret question?")
        await stage.settled()
        told = ana.deletes(asked)
        await stage.slack.until(lambda: all(d.acked for d in told))
        assert stage.bot.records.threads.turns("T1", "C1", asked.ts) == ()
        assert [o for o, _ in stage.bot.records.feedback.all()] == []

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
        await stage.slack.until(lambda: stage.bot.records.channels.find("T1", "C1").answers == "questions")
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


def test_an_error_before_the_first_word_is_said_plainly(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        asked = stage.slack.user("U1").says("C1", "<@UBOT> how many days?")
        await stage.settled()
        text = stage.text("C1", asked.ts)
        assert "Something went wrong on my side (reference " in text
        assert "secret detail" not in text
        assert stage.states() == {"failed": 1}

    play(tmp_path, scene, script=Script(fails={0: ValueError("secret detail")}))


def test_an_error_in_the_middle_keeps_what_was_said_with_its_sources(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        asked = stage.slack.user("U1").says("C1", "<@UBOT> how many days?")
        await stage.settled()
        text = stage.text("C1", asked.ts)
        assert FIRST in text
        assert "The answer was cut short (reference " in text
        assert "Leave & holidays" in text
        assert "Travel" not in text
        assert len(stage.replies("C1", asked.ts)) == 1

    play(tmp_path, scene, script=Script(fails={1: ValueError("secret detail")}))


def test_an_answer_that_takes_too_long_is_given_up_in_words(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.script.hold(0)
        asked = stage.slack.user("U1").says("C1", "<@UBOT> how many days?")
        await stage.slack.until(lambda: stage.script.asked)
        await advance_until_settled(stage)
        assert "That took too long" in stage.text("C1", asked.ts)

    play(tmp_path, scene, slack_answer_seconds=30)


@pytest.mark.parametrize(
    ("tokens", "remedy"),
    [
        ({"bot_token": "xoxb-wrong"}, "SLACK_BOT_TOKEN: invalid_auth; set SLACK_BOT_TOKEN to the Bot User OAuth Token"),
        ({"app_token": "xapp-wrong"}, "SLACK_APP_TOKEN: invalid_auth; make an app-level token with connections:write"),
    ],
)
def test_a_bad_token_ends_the_start_with_the_remedy(tmp_path: Path, tokens: dict[str, str], remedy: str) -> None:
    async def whole() -> None:
        async with LoopbackSlack() as slack, bot_in(slack, tmp_path, Script(), **tokens):
            raise AssertionError("it started")

    with pytest.raises(SlackMisconfigured, match=remedy):
        asyncio.run(whole())


def test_two_bots_do_not_share_one_sqlite(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        with pytest.raises(AnotherBot, match="one PostgreSQL with FOOTNOTE_DATABASE_URL"):
            async with bot_in(stage.slack, tmp_path, Script()):
                raise AssertionError("it started")

    play(tmp_path, scene)


def test_missing_scopes_are_named_in_the_log_at_the_start(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def whole() -> None:
        async with LoopbackSlack() as slack:
            token = slack.site.tokens[slack.bot_token]
            token.scopes = BOT_SCOPES - {"im:history", "users:read"}
            async with bot_in(slack, tmp_path, Script()):
                pass

    with caplog.at_level(logging.WARNING):
        asyncio.run(whole())
    assert "missing scopes: im:history, users:read; add them under OAuth & Permissions" in caplog.text


def test_being_thrown_out_of_the_channel_is_logged_with_the_fix(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async def scene(stage: Stage) -> None:
        for method in ("chat.startStream", "chat.postMessage"):
            stage.slack.faults.next(method, fault=wrong.refused("not_in_channel"))
        stage.slack.user("U1").says("C1", "<@UBOT> how many days?")
        await stage.settled()
        assert stage.states() == {"failed": 1}

    play(tmp_path, scene)
    assert "invite the bot to the channel with /invite" in caplog.text


def test_neither_tokens_nor_questions_nor_answers_are_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    async def scene(stage: Stage) -> None:
        stage.slack.faults.next("chat.appendStream", "chat.stopStream", fault=wrong.lost_response())
        stage.slack.user("U1").says("C1", "<@UBOT> canary question?")
        stage.slack.user("U1").runs("/ask", "canary command", channel="C1")
        await stage.settled(2)

    with caplog.at_level(logging.INFO):
        play(tmp_path, scene, script=Script(answer=lambda q: answered(q, ["canary answer."])))
    assert "question" in caplog.text
    assert "canary" not in caplog.text
    assert "xoxb" not in caplog.text
    assert "xapp" not in caplog.text
