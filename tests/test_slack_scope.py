"""From which folders a channel, a person and a direct message are answered. The real bot before the loopback Slack."""

import dataclasses
import datetime
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from bot.means import Means
from bot.request import Request
from bot.slack.opened import opened
from bot.slack.records import threads
from bot.slack.records.threads import ChannelRules
from bot.slack.views import Knowledge
from ingest.index.open_index import Index
from tests.conftest import HashEmbedder
from tests.slack_fixtures import KNOWLEDGE, Stage, play, told


async def submit_settings_untouched(stage: Stage, knowledge: list[Knowledge], after: Knowledge) -> ChannelRules:
    """Opens the settings of C1 and saves them as they are, the articles having changed meanwhile."""
    ana = stage.slack.user("U1")
    ana.runs("/ask", "settings", channel="C1")
    await stage.slack.until(lambda: ana.modal)
    knowledge[0] = after
    ana.submits()
    await stage.slack.until(lambda: "Saved." in "".join(told(stage, "C1", "U1")))
    return stage.bot.records.run(threads.rules_of, "T1", "C1")


@pytest.mark.parametrize(
    ("folders", "chosen"),
    [
        ((), ("policy", "old")),
        (("policy",), ("policy", "old")),
        (tuple(f"folder {i:04}" for i in range(350)), ("folder 0349", "folder 0100")),
        (("a" * 80, "b" * 200), ("b" * 200, "a" * 80)),
    ],
)
def test_a_scope_stays_what_it_was_and_says_what_is_gone(
    tmp_path: Path, folders: tuple[str, ...], chosen: tuple[str, ...]
) -> None:
    knowledge = [dataclasses.replace(KNOWLEDGE, folders=folders)]

    async def scene(stage: Stage) -> None:
        await stage.bot.records.call(threads.keep_rules, "T1", "C1", ChannelRules(folders=chosen))
        kept = await submit_settings_untouched(stage, knowledge, dataclasses.replace(KNOWLEDGE, folders=()))
        assert kept.folders == chosen
        assert f"There are no articles in {', '.join(chosen)}"[:250] in "".join(told(stage, "C1", "U1"))

    play(tmp_path, scene, knowledge=lambda: knowledge[0])


def test_a_folder_beyond_the_hundredth_can_be_chosen(tmp_path: Path) -> None:
    knowledge = dataclasses.replace(KNOWLEDGE, folders=tuple(f"folder {i:04}" for i in range(350)))

    async def scene(stage: Stage) -> None:
        ana, run = stage.slack.user("U1"), stage.bot.records.run
        ana.runs("/ask", "settings", channel="C1")
        await stage.slack.until(lambda: ana.modal)
        ana.submits({"folders": ["folder 0349"]})
        await stage.slack.until(lambda: run(threads.rules_of, "T1", "C1").folders == ("folder 0349",))

    play(tmp_path, scene, knowledge=lambda: knowledge)


def respond_within(
    index: Index, home: Path, scope: tuple[str, ...], question: str = "How many metres does the mirror measure?"
) -> Any:
    """The whole answer to a question, by default about the observatory, from that scope."""
    embedder = HashEmbedder()

    def pinned() -> AbstractContextManager[Means]:
        return nullcontext(Means(index, embedder, embedder, None))

    request = Request(question, datetime.date(2026, 3, 9), (), scope)
    *_, answer = opened(home, pinned).responder(request)
    return answer


def test_a_scope_that_matches_nothing_says_so_plainly(index: Index, tmp_path: Path) -> None:
    answer = respond_within(index, tmp_path, ("old", "older"))
    assert answer.text == (
        "I answer here only from “old”, “older”, and no articles are there at the moment. /ask settings changes that."
    )
    assert answer.nearest == ()


def test_a_scope_that_matches_in_part_is_used_and_says_what_is_gone(index: Index, tmp_path: Path) -> None:
    answer = respond_within(index, tmp_path, ("science", "old"))
    assert {passage.article.id for passage in answer.passages} == {"science/observatory.md"}
    assert "no articles at the moment in “old”" in str(answer.notice)


def test_a_refusal_names_only_titles_within_the_scope(index: Index, tmp_path: Path) -> None:
    answer = respond_within(index, tmp_path, ("science",), "How many lorries use the harbour bridge in Port Ellery?")
    assert not answer.answered
    assert {article.id for article in answer.nearest} == {"science/observatory.md"}
    assert "bridge" not in answer.text.split("The nearest:")[1]


def test_a_direct_message_keeps_to_the_folders_of_the_person(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        ana.runs("/ask", "settings", channel=ana.dm())
        await stage.slack.until(lambda: ana.modal)
        ana.submits({"folders": ["policy"]})
        await stage.slack.until(lambda: "Saved." in "".join(told(stage, ana.dm(), "U1")))
        assert stage.calls("response_url") == 1
        for said in (ana, stage.slack.user("U2")):
            said.says(said.dm(), "how many days?")
            await stage.settled(len(stage.script.asked) + 1)
        assert [request.scope for request in stage.script.asked] == [("policy",), ()]

    play(tmp_path, scene)


def test_direct_messages_keep_to_the_folders_that_the_operator_sets(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        ana = stage.slack.user("U1")
        for number, (own, scope) in enumerate(
            [((), ("policy",)), (("secret",), ("policy",)), (("policy/new",), ("policy/new",))], 1
        ):
            await stage.bot.records.call(threads.keep_rules, "T1", "U1", ChannelRules(folders=own))
            ana.says(ana.dm(), "how many days?")
            await stage.settled(number)
            assert stage.script.asked[-1].scope == scope

    play(tmp_path, scene, slack_direct_folders=("policy",))


SCOPED = Knowledge(
    3, None, "", ("hr", "policy"), ("Pay", "Leave", "Travel"), {"policy": ("Leave", "Travel"), "hr": ("Pay",)}
)


@pytest.mark.parametrize(
    ("user", "direct_folders", "titles"),
    [
        ("U1", (), {"Pay", "Leave", "Travel"}),
        ("U1", ("policy",), {"Leave", "Travel"}),
        ("U3", (), set()),
        ("U9", (), set()),
    ],
)
def test_suggested_prompts_name_only_what_the_person_may_ask_about(
    tmp_path: Path, user: str, direct_folders: tuple[str, ...], titles: set[str]
) -> None:
    async def scene(stage: Stage) -> None:
        person = stage.slack.user(user)
        person.opens_messages()
        await stage.slack.until(lambda: person.prompts)
        assert {p["title"].removeprefix("About: ") for p in person.prompts} == titles | {"What can you do?"}

    play(tmp_path, scene, knowledge=lambda: SCOPED, slack_direct_folders=direct_folders)
