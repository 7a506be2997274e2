"""Who is answered, and who may change that or see an answer. The real bot before the loopback Slack."""

import dataclasses
import re
from pathlib import Path

import pytest

from bot.demo.loopback import faults as wrong
from bot.demo.loopback.site import BOT_SCOPES
from bot.demo.loopback.world import Message
from bot.slack.access import Access
from bot.slack.doctor import judge_access
from bot.slack.records import inbox
from tests.inbox_fixtures import opinions
from tests.slack_fixtures import SENTENCES, Script, Stage, advance_until, answered, play, refused, tick, told
from tests.test_slack_erased import bin_of, stored

DAY = 86_400.0


def test_a_refusal_is_said_once_a_place_and_day(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        guest = stage.slack.user("U3")
        stage.slack.world.join("G1", "U3")
        for channel in ("C1", "C1", "G1", "G1"):
            guest.says(channel, "<@UBOT> how many days?")
        await stage.settled(4)
        assert (len(told(stage, "C1", "U3")), len(told(stage, "G1", "U3"))) == (1, 1)
        await stage.slack.clock.advance(DAY + 1)
        guest.says("C1", "<@UBOT> how many days?")
        await stage.slack.until(lambda: len(told(stage, "C1", "U3")) == 2)

    play(tmp_path, scene)


def test_a_refused_command_is_told_so_every_time(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        guest = stage.slack.user("U3")

        def refusals() -> int:
            return len([text for text in told(stage, "C1", "U3") if "not guests" in text])

        while refusals() < 3:
            before = refusals()
            guest.runs("/ask", "how many days?", channel="C1")
            await stage.slack.until(lambda before=before: refusals() > before)  # type: ignore[misc]
        assert stage.script.asked == []

    play(tmp_path, scene)


@pytest.mark.parametrize(("user", "channel"), [("U3", "C1"), ("U9", "C3")])
def test_no_word_of_who_may_not_ask_is_kept(tmp_path: Path, user: str, channel: str) -> None:
    async def scene(stage: Stage) -> None:
        person = stage.slack.user(user)
        for _ in range(2):
            person.says(channel, "<@UBOT> where do canaries sleep?")
            person.runs("/ask", "where do canaries sleep?", channel=channel)
            await stage.slack.until(lambda: set(stage.states()) <= {"refused"} and stage.closed())
        assert "canaries" not in stored(stage.home)
        assert stage.script.asked == []

    play(tmp_path, scene)


def words_kept(home: Path) -> set[bytes]:
    """What the files of the bot's database hold, its log of changes too."""
    return {word for file in home.glob("slack.sqlite*") for word in re.findall(rb"[a-z]+", file.read_bytes())}


def test_words_that_are_kept_for_a_moment_only_are_in_no_file_afterwards(tmp_path: Path) -> None:
    """Of a guest who was not known when he asked, and of talk that was not for the bot."""
    unsaid = Script(
        answer=lambda text: dataclasses.replace(refused(text), parts=()) if "wrens" in text else answered(text)
    )

    async def scene(stage: Stage) -> None:
        stage.slack.user("U3").says("C1", "<@UBOT> where do canaries sleep?")
        ana = stage.slack.user("U1")
        first = ana.says("C1", "<@UBOT> how many days?")
        await stage.settled(2)
        ana.says("C1", "does anything eat wrens?", thread=first.ts)
        await stage.settled(3)
        assert stage.states() == {"refused": 1, "answered": 1, "ignored": 1}
        await advance_until(stage, lambda: not {b"canaries", b"wrens"} & words_kept(stage.home))

    play(tmp_path, scene, script=unsaid)


def test_without_users_read_members_are_answered_and_nobody_may_change_settings(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        slack = stage.slack
        slack.site.tokens[slack.bot_token].scopes = BOT_SCOPES - {"users:read"}
        asked = slack.user("U1").says("C1", "<@UBOT> how many days?")
        await stage.settled()
        assert SENTENCES[0] in stage.text("C1", asked.ts)
        slack.user("U1").says("C1", "<@UBOT> and trains?")
        await stage.settled(2)
        assert stage.calls("users.info") == 1
        slack.user("U1").runs("/ask", "settings", channel="C1")
        await slack.until(lambda: "could not check" in "".join(told(stage, "C1", "U1")))

    play(tmp_path, scene)


def test_the_doctor_says_what_a_missing_users_read_means() -> None:
    (_, finding) = judge_access(Access("T1", "U1", "B1", "Acme", frozenset(BOT_SCOPES) - {"users:read"}))
    assert finding.state == "wrong"
    assert "nobody can be told to be a guest" in finding.remedy


@pytest.mark.parametrize("unknown", ["answer", "wait"])
def test_who_is_not_known_yet_is_answered_meanwhile_or_waits_as_the_settings_say(tmp_path: Path, unknown: str) -> None:
    async def scene(stage: Stage) -> None:
        held = stage.slack.faults.next("users.info", fault=wrong.held())
        stage.slack.user("U3").says("C1", "<@UBOT> how many days?")
        if unknown == "answer":
            await stage.settled()
            assert stage.states() == {"answered": 1}
        await stage.slack.until(lambda: stage.calls("users.info"))
        held.gate.set()
        await advance_until(stage, stage.closed)
        assert stage.states() == ({"answered": 1} if unknown == "answer" else {"refused": 1})
        stage.slack.user("U3").says("C1", "<@UBOT> how many days, again?")
        await advance_until(stage, lambda: stage.closed() == 2)
        assert stage.states()["refused"] == (1 if unknown == "answer" else 2)

    play(tmp_path, scene, slack_unknown=unknown)


def test_a_member_waits_to_be_known_and_is_answered_then_but_other_refusals_wait_for_nobody(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        held = stage.slack.faults.next("users.info", fault=wrong.held(), times=2)
        asked = stage.slack.user("U1").says("C1", "<@UBOT> how many days?")
        stage.slack.user("U2").says("G1", "<@UBOT> how many days?")
        await stage.slack.until(lambda: "not answer in this channel" in "".join(told(stage, "G1", "U2")))
        await advance_until(stage, lambda: stage.bot.records.run(inbox.line) == ())
        assert stage.script.asked == []
        held.gate.set()
        await advance_until(stage, lambda: stage.closed() == 2)
        assert SENTENCES[0] in stage.text("C1", asked.ts)

    play(tmp_path, scene, slack_unknown="wait", slack_channels=("C1",))


@pytest.mark.parametrize("user", ["U3", "U9"])
def test_neither_guests_nor_strangers_change_settings_even_where_they_may_ask(tmp_path: Path, user: str) -> None:
    channel = "C1" if user == "U3" else "C3"

    async def scene(stage: Stage) -> None:
        stage.slack.user(user).runs("/ask", "settings", channel=channel)
        await stage.slack.until(lambda: told(stage, channel, user))
        assert "Only full members of this workspace" in told(stage, channel, user)[0]
        assert stage.slack.user(user).modal is None

    play(tmp_path, scene, slack_guests=True, slack_strangers=True)


def test_no_two_messages_have_ids_that_follow_from_them(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        said = [stage.slack.user("U1").says("C1", "<@UBOT> how many days?") for _ in range(3)]
        await stage.settled(3)
        ids = {bin_of(stage.replies("C1", one.ts)[0]) for one in said}
        assert len(ids) == 3
        assert all(re.fullmatch("[0-9a-f]{16}", id_) for id_ in ids)

    play(tmp_path / "first", scene)
    play(tmp_path / "second", scene)


def forged(stage: Stage, reply: Message, *, by: str, channel: str, value: str, action: str) -> None:
    """Delivers a click of somebody who should not be able to make it."""
    payload = stage.slack.user("U1").clicks(reply, "show_quote_1").payload
    stage.slack.user("U1").closes_modal()
    acted = {"type": "button", "action_id": action, "block_id": "b", "value": value}
    who = payload["user"] | {"id": by, "team_id": stage.slack.world.user(by).team}
    trigger = stage.slack.views.trigger(by)
    forgery = payload | {
        "user": who,
        "actions": [acted],
        "channel": {"id": channel, "name": "x"},
        "trigger_id": trigger,
    }
    stage.slack.deliveries.deliver("interactive", forgery, accepts_response=True)


@pytest.mark.parametrize(
    ("by", "channel", "reason"),
    [("U3", "C1", "not guests"), ("U2", "G1", "given to somebody else"), ("U2", "C1", "")],
)
@pytest.mark.parametrize("action", ["show_quote_1", "answer_feedback"])
def test_a_quote_is_shown_and_feedback_kept_only_for_who_may_see_the_answer(
    tmp_path: Path, by: str, channel: str, reason: str, action: str
) -> None:
    async def scene(stage: Stage) -> None:
        said = stage.slack.user("U1").says("C1", "<@UBOT> how many days?")
        await stage.settled()
        (reply,) = stage.replies("C1", said.ts)
        id_ = bin_of(reply)
        value = f"{id_}:1" if action == "show_quote_1" else f"down:{id_}"
        forged(stage, reply, by=by, channel=channel, value=value, action=action)
        person = stage.slack.user(by)
        await stage.slack.until(lambda: person.modal or told(stage, channel, by))
        await tick(stage)
        assert bool(person.modal) != bool(reason)
        assert reason in "".join(told(stage, channel, by))
        assert bool(stage.bot.records.run(opinions)) == (not reason and action == "answer_feedback")

    play(tmp_path, scene)
