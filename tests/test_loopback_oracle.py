"""The oracle sees every mention, link and fetch that a message could cause, in each syntax, once shown."""

from __future__ import annotations

from typing import Any

import pytest

from bot.demo.loopback.slack import LoopbackSlack
from bot.demo.loopback.text import entities, escaped, unescaped
from tests.loopback_apps import client, in_slack

Json = dict[str, Any]
WEB = "https://evil.example/x"


def mrkdwn(text: str) -> Json:
    return {"type": "section", "text": {"type": "mrkdwn", "text": text}}


def markdown(text: str) -> Json:
    return {"type": "markdown", "text": text}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": list(elements)}]}


def plain_header(text: str) -> Json:
    return {"type": "header", "text": {"type": "plain_text", "text": text}}


@pytest.mark.parametrize(
    ("block", "notified"),
    [
        (mrkdwn("hi <@U1>"), {"U1"}),
        (mrkdwn("hi <@U1|ana>"), {"U1"}),
        (mrkdwn("<!channel> <!here|here> <!everyone>"), {"!channel", "!here", "!everyone"}),
        (mrkdwn("<!subteam^S123|@team>"), {"S123"}),
        (mrkdwn("`<!here>`"), {"!here"}),
        (markdown("**hi** <@U1> and <!channel>"), {"U1", "!channel"}),
        (markdown("```\n<!channel>\n```"), {"!channel"}),
        (rich({"type": "user", "user_id": "U1"}, {"type": "broadcast", "range": "here"}), {"U1", "!here"}),
        (rich({"type": "usergroup", "usergroup_id": "S1"}), {"S1"}),
        (rich({"type": "text", "text": "<!channel> <@U1>"}), set()),
        (plain_header("<!channel> <@U1>"), set()),
        (mrkdwn("&lt;!channel&gt; @channel @Ana"), set()),
        (mrkdwn("<#C1|general> <!date^1^{date}|then>"), set()),
    ],
)
def test_who_is_notified_by_a_block(block: Json, notified: set[str]) -> None:
    async def run(slack: LoopbackSlack) -> None:
        message = await slack.post("C1", text="answer", blocks=[block])
        assert slack.effects(message).notified == notified

    in_slack(run)


def test_the_text_beside_blocks_notifies_too_and_link_names_makes_names_of_words() -> None:
    async def run(slack: LoopbackSlack) -> None:
        message = await slack.post("C1", text="<!here>", blocks=[plain_header("x")])
        assert slack.effects(message).notified == {"!here"}
        await client(slack).chat_postMessage(channel="C1", text="@channel and @Ana", link_names=True)
        assert slack.effects_of_all().notified == {"!here", "!channel", "U1"}

    in_slack(run)


def test_a_ping_split_over_two_chunks_counts_and_so_does_one_that_was_shown_and_taken_back() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api, asked = client(slack), slack.user("U1").says(slack.user("U1").dm(), "hi")
        place: Json = {"channel": asked.channel}
        stream = await api.chat_startStream(**place, thread_ts=asked.ts, markdown_text="a <!chan")
        assert slack.effects_of_all().notified == set()
        await api.chat_appendStream(**place, ts=stream["ts"], markdown_text="nel> b")
        await api.chat_stopStream(**place, ts=stream["ts"])
        await api.chat_update(**place, ts=stream["ts"], text="nothing", blocks=[markdown("nothing")])
        assert slack.effects(slack.world.message(asked.channel, stream["ts"])).notified == {"!channel"}
        await api.chat_delete(**place, ts=stream["ts"])
        assert slack.effects_of_all().notified == {"!channel"}

    in_slack(run)


@pytest.mark.parametrize(
    "block",
    [
        mrkdwn(f"<{WEB}|harmless>"),
        mrkdwn(f"see {WEB}."),
        mrkdwn(f"`{WEB}`"),
        markdown(f"[harmless]({WEB})"),
        markdown(f"[[1]]({WEB})"),
        markdown(f'[a](<{WEB}> "title")'),
        markdown(f"[a][1]\n\n[1]: {WEB}"),
        markdown(f"<{WEB}>"),
        rich({"type": "link", "url": WEB, "text": "harmless"}),
        {
            "type": "actions",
            "elements": [{"type": "button", "text": {"type": "plain_text", "text": "Go"}, "url": WEB}],
        },
        {
            "type": "task_card",
            "task_id": "1",
            "title": "x",
            "sources": [{"type": "url", "url": WEB, "text": "harmless"}],
        },
    ],
)
def test_where_a_block_leads(block: Json) -> None:
    async def run(slack: LoopbackSlack) -> None:
        message = await slack.post("C1", text="answer", blocks=[block])
        assert slack.effects(message).links == {WEB}

    in_slack(run)


@pytest.mark.parametrize("target", ["javascript:alert(1)", "//evil.example", "slack://open", "mailto:a@evil.example"])
def test_a_markdown_link_counts_whatever_its_scheme(target: str) -> None:
    async def run(slack: LoopbackSlack) -> None:
        message = await slack.post("C1", text="answer", blocks=[markdown(f"[x]({target})")])
        assert target in slack.effects(message).links
        message = await slack.post("C1", text="answer", blocks=[markdown(f"[x][1]\n\n[1]: {target}")])
        assert target in slack.effects(message).links

    in_slack(run)


def test_an_address_with_brackets_and_a_fragment_is_one_address() -> None:
    address = "https://a.example/wiki/Mercury_(planet)?a=1#:~:text=it's%20hot,very%20hot"

    async def run(slack: LoopbackSlack) -> None:
        message = await slack.post("C1", text="answer", blocks=[markdown(f"It is hot [[1]]({address}).")])
        assert slack.effects(message).links == {address}
        assert slack.reads("C1", message.ts)[0].text == "It is hot [1]."

    in_slack(run)


def test_images_are_fetched_always_and_links_unless_both_unfurls_are_off() -> None:
    picture = {"type": "image", "alt_text": "x", "image_url": "https://a.example/pic.png"}

    async def run(slack: LoopbackSlack) -> None:
        api = client(slack)
        for flags in ({}, {"unfurl_links": False}, {"unfurl_links": False, "unfurl_media": False}):
            await api.chat_postMessage(channel="C1", text=WEB, **flags)  # type: ignore[arg-type]
        loud, half, silent = slack.world.said_in("C1")
        assert slack.effects(loud).fetched == slack.effects(half).fetched == {WEB}
        assert slack.effects(silent).fetched == set()
        off: Json = {"unfurl_links": False, "unfurl_media": False}
        await api.chat_postMessage(channel="C1", text="x", blocks=[picture, markdown(f"![p]({WEB}.png)")], **off)
        assert slack.effects(slack.world.said_in("C1")[-1]).fetched == {"https://a.example/pic.png", f"{WEB}.png"}

    in_slack(run)


def test_links_of_a_stream_are_not_fetched_nor_those_of_the_update_that_saves_it() -> None:
    async def run(slack: LoopbackSlack) -> None:
        api, asked = client(slack), slack.user("U1").says(slack.user("U1").dm(), "hi")
        place: Json = {"channel": asked.channel}
        stream = await api.chat_startStream(**place, thread_ts=asked.ts, markdown_text=f"[a]({WEB})")
        await slack.clock.advance(300)
        await api.chat_update(**place, ts=stream["ts"], text="x", blocks=[markdown(f"[a]({WEB})")])
        assert slack.effects_of_all().links == {WEB}
        assert slack.effects_of_all().fetched == set()

    in_slack(run)


def test_bare_hosts_are_listed_apart() -> None:
    async def run(slack: LoopbackSlack) -> None:
        message = await slack.post("C1", text="go to evil.example/x now, not to https://a.example or e.g. this")
        assert slack.effects(message).domains == {"evil.example/x"}

    in_slack(run)


def test_a_person_reads_text_unescaped_once_with_names_and_labels() -> None:
    async def run(slack: LoopbackSlack) -> None:
        text = "a &lt; b &amp;amp; <@U1> in <#C1|general>: <https://a.example/?q=1&amp;r=2|the page>"
        message = await slack.post("C1", text=text)
        shown = slack.reads("C1", message.ts)[0]
        assert shown.text == "a < b &amp; @Ana in #general: the page"
        assert shown.links == (("the page", "https://a.example/?q=1&r=2"),)
        assert shown.author == "Ask Docs"

    in_slack(run)


def test_a_table_reads_by_row() -> None:
    async def run(slack: LoopbackSlack) -> None:
        rows = [[{"type": "raw_text", "text": cell} for cell in row] for row in (("a", "b"), ("1", "2"))]
        message = await slack.post("C1", text="x", blocks=[{"type": "table", "rows": rows}])
        assert slack.reads("C1", message.ts)[0].text == "a\tb\t\n1\t2"

    in_slack(run)


def test_escaping_goes_there_and_back_and_leaves_no_entity() -> None:
    for text in ("a < b & c > d", "<!channel>", "&lt;!here&gt;", "<@U1|x>", "&amp;amp;"):
        assert unescaped(escaped(text)) == text
        assert entities(escaped(text)) == ()


@pytest.mark.parametrize(
    ("text", "loose"),
    [
        ("a &lt; b &amp; c &gt; d <@U1> <https://a.example?a=1&amp;b=2|x> <!here>", ""),
        ("> a quotation", ""),
        ("Q & A", "& A"),
        ("a < b", "< b"),
        ("a > b", "> b"),
        ("<script>alert(1)</script>", "<script>"),
    ],
)
def test_text_that_should_have_been_escaped_is_found(text: str, loose: str) -> None:
    async def run(slack: LoopbackSlack) -> None:
        await slack.post("C1", text="x", blocks=[mrkdwn(text), markdown("a < b & c"), plain_header("a < b & c")])
        assert slack.badly_escaped() == ((loose,) if loose else ())

    in_slack(run)
