"""Events that come twice, late, or mean nothing: one answer each, or none. The real bot before the loopback Slack."""

from pathlib import Path

import pytest

from tests.slack_fixtures import Stage, play

BOTH = pytest.mark.parametrize("transport", ["socket", "http"])


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
