"""What a reader sees of an answer or a refusal. The real bot before the loopback Slack."""

import dataclasses
from pathlib import Path

from bot.answer import Answer, Part, uncited
from bot.shapes import Table
from tests.slack_fixtures import SENTENCES, Script, Stage, answered, citation, play, refused


def test_the_markup_of_a_question_is_read_as_its_author_saw_it(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        text = "<@UBOT> is <https://x.example.com|the page> of R&amp;D &lt;new&gt; or <#C1|general> for <@U2|marko>?"
        stage.slack.user("U1").says("C1", text)
        await stage.settled()
        assert stage.script.asked[0].text == "is the page of R&D <new> or general for?"

    play(tmp_path, scene)


def test_special_characters_of_an_answer_are_shown_as_they_stand_in_the_article(tmp_path: Path) -> None:
    quote = "R&D says 1 < 2 > 0 &amp; more."

    async def scene(stage: Stage) -> None:
        asked = stage.slack.user("U1").says("C1", "<@UBOT> what does R&amp;D say?")
        await stage.settled()
        assert f"{quote} [1]" in stage.text("C1", asked.ts)

    play(tmp_path, scene, script=Script(answer=lambda question: answered(question, [quote])))


def test_a_table_is_shown_in_columns_with_its_marker_and_no_strokes(tmp_path: Path) -> None:
    def table(question: str) -> Answer:
        lamps = Table(("Lamp", "Hours"), (("hall", "10"), ("yard", "200")))
        return dataclasses.replace(answered(question), parts=(Part((lamps,), (citation(1),), below=True),))

    async def scene(stage: Stage) -> None:
        asked = stage.slack.user("U1").says("C1", "<@UBOT> how many hours?")
        await stage.settled()
        text = stage.text("C1", asked.ts)
        assert "Lamp  Hours\n────  ─────\nhall  10\nyard  200\n```\n\n[1]" in text
        assert "|" not in text

    play(tmp_path, scene, script=Script(answer=table))


def test_every_number_has_a_source_and_what_has_none_leads_nowhere(tmp_path: Path) -> None:
    def invented(question: str) -> Answer:
        answer = answered(question, [SENTENCES[0]])
        return dataclasses.replace(answer, parts=(*answer.parts, uncited("See https://made.up.example/x for more.")))

    async def scene(stage: Stage) -> None:
        asked = stage.slack.user("U1").says("C1", "<@UBOT> how many days?")
        await stage.settled()
        text = stage.text("C1", asked.ts)
        assert "[1] Leave & holidays" in text
        assert "made.up.example/x for more." in text
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
