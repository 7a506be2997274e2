"""What people, articles and models write can ping nobody and lead nowhere but to cited articles."""

import asyncio
import dataclasses
import itertools
import random
import time
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from bot.answer import Answer, Part, uncited
from bot.demo.loopback.slack import LoopbackSlack
from bot.request import Request
from bot.shapes import Code, Line
from bot.slack.http import EVENTS_PATH
from bot.slack.records import threads
from tests.slack_fixtures import (
    HUNGARY,
    SENTENCES,
    TRAVEL,
    Stage,
    advance_until,
    advance_until_settled,
    answered,
    bot_in,
    play,
    refused,
)

BAD = "evil.example.net"
HOSTILE = (
    "<!channel>",
    "<!here|here>",
    "<!everyone>",
    "<!subteam^S012345>",
    "<!subteam^S012345|@all>",
    "<@U2>",
    "<@U2|marko>",
    "`<!channel>`",
    "```\n<!here>\n```",
    "&lt;!channel&gt;",
    "&amp;lt;!channel&amp;gt;",
    "@channel @here @everyone",
    f"<https://{BAD}/x>",
    f"<https://{BAD}/x|https://docs.example.com/leave>",
    f"https://{BAD}/x",
    f"HTTPS://{BAD.upper()}/X",
    f"http://user:pass@{BAD}/",
    f"//{BAD}/x",
    f"www.{BAD}",
    f"{BAD}/path?q=1",
    f"mail me at boss@{BAD}",
    f"mailto:boss@{BAD}",
    "tel:+381111111",
    "slack://user?team=T1&id=U2",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    f"[click](https://{BAD}/x)",
    f"[click]( https://{BAD}/x )",
    f"[click](<https://{BAD}/x>)",
    f"[1](https://{BAD}/x)",
    f"[99](https://{BAD}/x)",
    f"[a][99](https://{BAD}/x)",
    f"![image](https://{BAD}/x.png)",
    f"![1](https://{BAD}/x.png)",
    f"wow![2](https://{BAD}/x.png)",
    f"[ref]\n\n[ref]: https://{BAD}/x",
    f"[ref]\n\n[ref]: <https://{BAD}/x>",
    f"evil[99].example.net/x http:[99]//{BAD}",
    f"<img src='https://{BAD}/x.png'>",
    f"ht\u202etp://{BAD}",
    f"\u2060https://{BAD}",
    "<#C1|general> <!date^1392734382^{date}^https://evil.example.net/|now>",
    "[1] [2] [3] [99] [0] [١]",
)
PLACES = ("question", "title", "quote", "model", "model in pieces", "refusal")


def hostile_answer(place: str, text: str) -> Answer:
    answer = answered("", ["Everyone has 30 days.", "Trains are booked."])
    if place == "title":
        articles = [dataclasses.replace(HUNGARY, title=text), dataclasses.replace(TRAVEL, title=f"x {text} y", id=text)]
        return answered("", ["Everyone has 30 days.", "Trains are booked."], articles)
    if place == "quote":
        return answered("", [f"Before {text} after.", text])
    if place == "refusal":
        nearest = dataclasses.replace(TRAVEL, title=text, url=f"https://docs.example.com/{text}")
        return dataclasses.replace(refused(""), parts=(uncited(f"No: “{text}”."),), nearest=(nearest,))
    if place.startswith("model"):
        said = f"{SENTENCES[0][:25]}{text}{SENTENCES[0][25:]} {text} {text}"
        return dataclasses.replace(answer, parts=(Part((Line(said),), answer.citations), Part((Code(text, ""),))))
    return answer


def parts(place: str, answer: Answer, draw: random.Random) -> Iterator[Part | Answer]:
    if place != "model in pieces":
        yield from answer.parts
    else:
        text = answer.text
        cuts = [0, *sorted(draw.sample(range(len(text)), min(12, len(text)))), len(text)]
        for start, end in itertools.pairwise(cuts):
            yield Part((Line(text[start:end]),), draw.choice([answer.citations, ()]), gap=draw.choice([" ", "\n"]))
    yield answer


def test_the_oracle_finds_nobody_notified_and_nothing_foreign_linked(tmp_path: Path) -> None:
    cases = [(place, text) for place in PLACES for text in HOSTILE]
    assert len(cases) >= 200
    draw = random.Random(1)

    def respond(request: Request) -> Iterator[Part | Answer]:
        number = int(request.text.rpartition("case ")[2])
        place, text = cases[number]
        yield from parts(place, hostile_answer(place, text), draw)

    async def whole() -> None:
        async with LoopbackSlack() as slack, bot_in(slack, tmp_path, respond, slack_queue=1000) as bot:
            stage = Stage(slack, bot, None, tmp_path)  # type: ignore[arg-type]
            ana = slack.user("U1")
            for number, (place, text) in enumerate(cases):
                typed = f"{text} case {number}" if place == "question" else f"case {number}"
                if number % 7 == 0:
                    ana.runs("/ask", typed, channel="C1")
                else:
                    ana.types(ana.dm(), typed)
            await advance_until_settled(stage, len(cases), step=1)
            assert stage.states() == {"answered": len(cases)}
            modals = []
            for said in [m for m in slack.world.said_in(ana.dm()) if m.user == "UBOT"][:60]:
                shown = next(b for b in said.blocks if b["type"] == "actions") if said.blocks else None
                if shown:
                    ana.clicks(said, "show_quote_1")
                    modals.append(await slack.until(lambda: ana.modal))
                    ana.closes_modal()
            effects = slack.effects_of_all()
            assert effects.notified == frozenset()
            assert effects.fetched == frozenset()
            foreign = {link for link in effects.links if not link.startswith("https://docs.example.com/")}
            assert foreign == set()
            assert effects.domains == frozenset()

    asyncio.run(whole())


def test_a_request_that_slack_did_not_sign_is_turned_away(tmp_path: Path) -> None:
    body = '{"type":"url_verification","challenge":"c","token":"t"}'

    async def scene(stage: Stage) -> None:
        url = f"http://127.0.0.1:{stage.bot.port}{EVENTS_PATH}"
        signed = signatures(stage.slack.app.signing_secret, body)
        assert {name: await status_of(url, body, headers) for name, headers in signed.items()} == {
            "good": (200, '{"challenge": "c"}'),
            "old": (401, ""),
            "from the future": (401, ""),
            "wrong": (401, ""),
            "garbage": (401, ""),
            "none": (401, ""),
        }

    play(tmp_path, scene, transport="http")


def signatures(secret: str, body: str) -> dict[str, dict[str, str]]:
    from slack_sdk.signature import SignatureVerifier

    def signed(at: float, key: str = secret) -> dict[str, str]:
        stamp = str(int(at))
        signature = SignatureVerifier(key).generate_signature(timestamp=stamp, body=body)
        return {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": str(signature)}

    now = time.time()
    return {
        "good": signed(now),
        "old": signed(now - 301),
        "from the future": signed(now + 900),
        "wrong": signed(now, "another"),
        "garbage": {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=\u00e9"},
        "none": {},
    }


async def status_of(url: str, body: str, headers: dict[str, str]) -> tuple[int, str]:
    kind = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=kind | headers) as response:
        text = await response.text()
        return response.status, text if response.status == 200 else ""


@pytest.mark.parametrize(
    ("rules", "refusal"),
    [
        ({"slack_users": ("U2",)}, "not on my list"),
        ({"slack_channels": ("C9",)}, "do not answer in this channel"),
        ({"slack_teams": ("T9",)}, "people of your workspace"),
    ],
)
def test_allow_lists_refuse_whoever_is_not_on_them(
    tmp_path: Path, rules: dict[str, tuple[str, ...]], refusal: str
) -> None:
    async def scene(stage: Stage) -> None:
        stage.slack.user("U1").says("C1", "<@UBOT> how many days?")
        await stage.settled()
        assert refusal in stage.slack.world.ephemeral("C1", "U1")[0].text
        assert stage.states() == {"refused": 1}

    play(tmp_path, scene, **rules)  # type: ignore[arg-type]


def test_what_is_older_than_the_retention_is_deleted(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        asked = stage.slack.user("U1").says("C1", "<@UBOT> how many days?")
        await stage.settled()
        await stage.slack.clock.advance(31 * 86_400)
        await advance_until(stage, lambda: stage.states() == {}, step=3_600)
        assert stage.bot.records.run(threads.find, "T1", "C1", asked.ts) is None

    play(tmp_path, scene)
