import asyncio
import dataclasses
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from bot.demo.loopback.slack import LoopbackSlack
from bot.gap_commands import as_json_line, gaps_page, print_gaps
from bot.gaps import Gap, find_gaps
from bot.means import Means
from bot.slack.digest import digest, post_digest
from bot.slack.opened import opened
from bot.slack.records import inbox
from bot.slack.records.database import Records
from bot.slack.records.feedback import Unmet, unmet
from bot.slack.records.tables import PostedQuestion
from bot.slack.run import Running
from eval.cases import read_cases
from eval.loop import candidates_of
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import open_current
from tests.conftest import Command, HashEmbedder, Outcome, write_corpus
from tests.eval_command_fixtures import CASES, place
from tests.eval_fixtures import case
from tests.inbox_fixtures import LEASE, accept, opinions, states
from tests.slack_fixtures import Script, Stage, bot_in, play, refused, settings_for

REFUSAL: Mapping[str, Any] = {
    "answered": False,
    "text": "Nothing.",
    "nearest": [{"article_id": "ferry.md"}],
    "passages": [{}],
}
ANSWER: Mapping[str, Any] = {"answered": True, "text": "At 10. [1]", "citations": [{"article_id": "train.md"}]}
FERRY = "What does the ferry to Skerry cost?"


def one(question: str, asker: str = "U1", reason: str = "refused", **more: Any) -> Unmet:
    return Unmet("id", question, asker, 0.0, REFUSAL if reason == "refused" else ANSWER, reason, **more)


def test_questions_that_differ_in_marks_alone_are_one_candidate() -> None:
    (found,) = candidates_of([one(FERRY), one(FERRY.lower().strip("?"), "U2"), one(FERRY, "U2")], [])
    assert (found.count, found.people, found.reasons) == (3, 2, ("refused",))
    assert found.id.startswith("q-")


def test_what_is_a_case_already_is_no_candidate() -> None:
    known = case("ferry")
    assert candidates_of([one(f"  {known.question.upper()}")], [known]) == ()


def test_a_candidate_knows_what_people_said_was_right_and_nothing_of_who_they_are() -> None:
    (found,) = candidates_of([one("When?", "U7", "wrong", right_answer="At nine.")], [])
    assert (found.right_answers, found.answered) == (("At nine.",), True)
    assert "U7" not in json.dumps(vars(found))


def test_gaps_are_put_together_by_what_is_missing_the_most_wanted_first() -> None:
    asked = [
        one("Where is the sauna?"),
        one("ferry cost"),
        one("ferry cost?", "U2"),
        one("the ferry cost", "U3", "missing"),
    ]
    first, second = find_gaps(asked, HashEmbedder())
    assert (first.missing, first.count, first.people, first.nearest) == ("ferry cost", 3, 3, "ferry.md")
    assert first.reasons == {"missing": 1, "refused": 2}
    assert second.questions == ("Where is the sauna?",)


def test_without_questions_there_are_no_gaps() -> None:
    assert find_gaps([], HashEmbedder()) == ()


GAP = Gap("ferry cost", (FERRY, "ferry <b>cost</b>?"), 3, 2, {"refused": 2, "wrong": 1}, "ferry.md")


def test_gaps_are_shown_as_a_table_as_json_and_as_a_page() -> None:
    console = Console(width=160, record=True)
    print_gaps([GAP], console)
    assert "2 refused, 1 wrong" in console.export_text()
    assert json.loads(as_json_line(GAP))["questions"] == [FERRY, "ferry <b>cost</b>?"]
    page = gaps_page([GAP])
    assert "ferry &lt;b&gt;cost&lt;/b&gt;?" in page
    assert "http" not in page


def test_a_digest_names_questions_of_channels_and_only_counts_private_ones() -> None:
    told = digest([GAP], days=7, private=4).replace("\u2060", "")
    assert told.splitlines() == [
        "What the articles did not answer in 7 days:",
        f"• 3 × 2 people: {FERRY} (nearest: ferry.md)",
        "4 more were asked in private.",
    ]
    assert digest([], days=7, private=0) == "No gap was seen in 7 days."


def test_a_digest_is_posted_to_its_channel_and_calls_nobody() -> None:
    shouted = dataclasses.replace(GAP, questions=("When, <!channel>?",))

    async def scene() -> None:
        async with LoopbackSlack() as slack:
            await post_digest(settings_for(slack), "C1", digest([shouted], days=7, private=0))
            (said,) = [message for message in slack.world.said_in("C1") if message.user == "UBOT"]
            assert "When, &lt;" in said.text
            assert "<!channel>" not in said.text

    asyncio.run(scene())


def test_refusals_and_thumbs_down_are_read_and_gone_when_the_asker_deletes_them(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'slack.sqlite'}"

    def kept() -> list[tuple[str, str, str]]:
        return [(o.question, o.asker, o.reason) for o in unmet(url, now=time.time(), days=30)]

    async def scene(stage: Stage) -> None:
        ana, marko = stage.slack.user("U1"), stage.slack.user("U2")
        said = ana.says("C1", "<@UBOT> how many days of leave?")
        await stage.settled()
        (reply,) = stage.replies("C1", said.ts)
        id_ = next(b[1] for b in stage.slack.reads("C1", said.ts)[1].buttons if b[0] == "answer_delete")
        marko.clicks(reply, "answer_feedback", value=f"down:{id_}")
        await stage.slack.until(lambda: marko.modal)
        marko.submits({"reason": "outdated"})
        await stage.slack.until(lambda: kept() == [("how many days of leave?", "U2", "outdated")])
        ana.clicks(reply, "answer_delete", value=id_)
        await stage.slack.until(lambda: kept() == [] and not stage.replies("C1", said.ts))

    play(tmp_path, scene)


def test_small_talk_is_no_refusal_and_what_is_too_old_is_not_read(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.slack.user("U1").says("C1", "<@UBOT> hello")
        await stage.settled()

    play(tmp_path, scene, script=Script(answer=refused))  # a refusal without passages: nothing was searched
    url = f"sqlite:///{tmp_path / 'slack.sqlite'}"
    assert unmet(url, now=time.time(), days=30) == ()
    assert unmet(f"sqlite:///{tmp_path / 'none.sqlite'}", now=time.time(), days=30) == ()


def test_a_database_that_cannot_be_read_is_told(command: Command, tmp_path: Path) -> None:
    (tmp_path / "slack.sqlite").write_text("no database at all, but long enough to be looked at as one " * 40)
    told = command("--home", tmp_path, "gaps")
    assert (told.code, "FOOTNOTE_DATABASE_URL" in told.err) == (78, True)


def in_slack(home: Path, model: MiniLM, scene: Callable[[LoopbackSlack, Running], Awaitable[None]]) -> None:
    """The real app over a home, before the loopback Slack, with its records where the demo keeps them."""

    async def whole() -> None:
        index = open_current(home, model.fingerprint)
        app = opened(home, lambda: nullcontext(Means(index, model, model, None)))
        (home / "demo-slack").mkdir()
        async with LoopbackSlack() as slack, bot_in(slack, home / "demo-slack", app.responder) as bot:
            await scene(slack, bot)
        index.close()

    asyncio.run(whole())


async def thumb_down(slack: LoopbackSlack, bot: Running, *, right: str) -> None:
    ana = slack.user("U1")
    asked = ana.says("C1", f"<@UBOT> {FERRY}")
    await slack.until(lambda: bot.records.run(states).get("answered"))
    await slack.until(lambda: any(b[0] == "answer_delete" for b in slack.reads("C1", asked.ts)[-1].buttons))
    reply = slack.thread("C1", asked.ts)[-1]
    id_ = next(b[1] for b in slack.reads("C1", asked.ts)[-1].buttons if b[0] == "answer_delete")
    ana.clicks(reply, "answer_feedback", value=f"down:{id_}")
    await slack.until(lambda: ana.modal)
    ana.submits({"reason": "missing", "right_answer": right})
    await slack.until(lambda: any(opinion.reason for opinion, _ in bot.records.run(opinions)))


def test_a_click_becomes_a_case_that_fails_until_the_article_is_there(
    command: Command, own_home: Path, tmp_path: Path, model: MiniLM
) -> None:
    corpus = write_corpus(tmp_path / "corpus")
    place(tmp_path, CASES)

    def footnote(*arguments: object) -> Outcome:
        return command("--home", own_home, "--corpus", corpus, *arguments)

    assert footnote("eval", "run", "--once", "--no-baseline").code == 0
    assert footnote("eval", "promote").code == 0
    in_slack(own_home, model, lambda slack, bot: thumb_down(slack, bot, right="12 crowns"))
    assert "1 missing" in footnote("gaps").out
    (candidate,) = map(json.loads, footnote("eval", "candidates", "--json").out.splitlines())
    assert (candidate["question"], candidate["right_answers"]) == (FERRY, ["12 crowns"])
    assert "(no article answers it yet)" in footnote("eval", "promote", candidate["id"]).out
    red = footnote("eval", "run", "--once")
    assert (red.code, "red (new): 1 case new or rewritten, and failing" in red.out) == (1, True)
    (corpus / "ferry.md").write_text(
        "# The ferry to Skerry\n\nThe ferry to Skerry costs 12 crowns, bicycles go free.\n"
    )
    assert footnote("ingest").code == 0
    green = footnote("eval", "run", "--once")
    assert (green.code, "The gate is green." in green.out) == (0, True)
    assert footnote("eval", "candidates", "--json").out == ""


@pytest.mark.parametrize(
    ("flags", "expected"),
    [
        (("--unanswerable",), (False, (), ())),
        (("--article", "night-train.txt", "--fact", "49 euros"), (True, (("49 euros",),), ("",))),
        (
            ("--quote", "a berth in a cabin for FOUR costs 49 euros"),
            (True, (), ("A berth in a cabin for four costs 49 euros",)),
        ),
    ],
)
def test_a_candidate_is_promoted_with_what_the_flags_say(
    flags: tuple[str, ...], expected: object, command: Command, own_home: Path, tmp_path: Path
) -> None:
    corpus = write_corpus(tmp_path / "corpus")
    records = Records(f"sqlite:///{own_home / 'slack.sqlite'}")
    keep_refusal(records)
    records.close()
    places = ("--home", own_home, "--corpus", corpus, "eval")
    (candidate,) = map(json.loads, command(*places, "candidates", "--json").out.splitlines())
    assert command(*places, "promote", candidate["id"], *flags).code == 0
    (made,) = read_cases(tmp_path / "eval" / "cases.jsonl")
    assert (made.answerable, made.facts, tuple(one.quote for one in made.quotes)) == expected
    gone = command(*places, "promote", candidate["id"])
    assert (gone.code, "no candidate" in gone.err) == (2, True)


def keep_refusal(records: Records) -> None:
    """Writes down a question that was refused, as the bot does."""
    now = time.time()
    asked = PostedQuestion("T1", "C1", "1.0", "1.0", "U1", "T1", "mention", FERRY, now)
    records.run(accept, asked)
    claimed = records.run(inbox.claim, "me", now=now, lease=LEASE)
    assert claimed
    records.run(inbox.finish, claimed.id, "answered", owner="me", now=now, answer=REFUSAL)
