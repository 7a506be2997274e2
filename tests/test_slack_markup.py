"""What a person typed in Slack is read as words, as values in and values out."""

import itertools

import pytest

from bot.demo.loopback.text import escaped
from bot.slack.markup import mentions_others, plain_text


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("<@UBOT> how many?", "how many?"),
        ("<@UBOT|bot>, is <@U2|marko> off?", "is off?"),
        ("how many days? cc <@U2>, <@U3> and <!here>", "how many days?"),
        ("what is <@U2>'s role (cc <@U3>)?", "what is role?"),
        ("see <https://a.example/x|the page> or <https://a.example> or https://b.example/y", "see the page or or"),
        ("what is <http://ASP.NET|ASP.NET>?", "what is ASP.NET?"),
        ("<#C1|travel-policy-2026> and <#C2>", "travel policy and"),
        ("<!here> <!subteam^S1|@team> @channel it is <!date^1^{date}|today>", "it is today"),
        ("is it <!date^1392734382^{date}>?", "is it 18 February 2014?"),
        ("R&amp;D &lt;b&gt; &amp;lt;b", "R&D <b> &lt;b"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("how many :wave::skin-tone-3:, roughly :+1: :100:?", "how many, roughly?"),
        ("how many days:tada:?", "how many days?"),
        ("what do std::mem::swap and a[::2] do at 10:30:45?", "what do std::mem::swap and a[::2] do at 10:30:45?"),
        ("how many 👍🏽 🇷🇸 👩‍🚀 ❤️ days :) <3 :-D", "how many days"),
        ("how *many* _days_ of ~paid~ leave, `really`?", "how many days of paid leave, really?"),
        ("is it `a*b :ok:` or 2 * 3?", "is it a*b :ok: or 2 * 3?"),
        ("```\nprint(1)\n```", "print(1)"),
        ("&gt; quoted\n&gt; &gt; twice", "quoted\ntwice"),
        ("1. one\n2) two\n(3) three\n• four", "one\ntwo\nthree\nfour"),
        ("- five\na. six\n4️⃣ seven\nQ8: eight", "five\nsix\nseven\neight"),
        ("-5 degrees or ~30 days of .NET?", "-5 degrees or ~30 days of .NET?"),
        ("<@U2>, <@U3> & <@U4>: 1.) one\n[2] two\n(c) three\nA) four", "one\ntwo\nthree\nfour"),
        ("how many days? FYI <@U2>\n+ <@U3>", "how many days?"),
        ("→ one\n=&gt; two\n-&gt; three\n[ ] four\nQuestion: five", "one\ntwo\nthree\nfour\nfive"),
        ("Q1 revenue of a C++ <@U2> #1 shop?", "Q1 revenue of a C++ #1 shop?"),
        ("what is Lego® worth ↗️ ™️ ℹ️ Ⓜ️?", "what is Lego® worth?"),
        ("\ufeffis Amazon.\u2060com\u200b a shop?\ufffc", "is Amazon.com a shop?"),
        (":tada:", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_markup_becomes_words_or_nothing(sent: str, read: str) -> None:
    assert plain_text(sent) == read


QUESTIONS = (
    "How many days of leave does everyone have?",
    "who said “not a chance” in the U.S. on 3 May 2024, and why?",
    "What is the difference between R&D and C++ (in euros)?",
    "did the Y-20 land at 5:30 p.m. or later...",
)
BEFORE = ("", "1. ", "<@UBOT> ", "<@UBOT>, ", ":wave: ", "🎉 ", "• ", "<@UBOT> <@U2>: ", "2️⃣ ", "&gt; ", "<!here> ")
AFTER = ("", " :tada:", " 🙂", " cc <@U2>", " (cc <@U2|bob> and <!subteam^S1>)", " 👍🏽", " :)", ":pray:")


def test_neither_emoji_nor_list_numbers_nor_mentions_change_a_question() -> None:
    for question, before, after in itertools.product(QUESTIONS, BEFORE, AFTER):
        assert plain_text(before + escaped(question) + after) == question


@pytest.mark.parametrize("unit", [" ", "1", "[", '"', "a", ".", "<", "<@U> ", "`", ":a", "*a* ", "1. ", "\n- ", "&lt;"])
def test_forty_kilobytes_of_anything_are_read_in_a_moment(unit: str) -> None:
    read = plain_text(unit * (40_000 // len(unit)))
    assert len(read) <= 40_000


def test_the_bot_and_dates_are_nobody_else() -> None:
    assert not mentions_others("<@UBOT> since <!date^1^{date}|today>? <#C1|general>", bot_user="UBOT")
    assert mentions_others("<@UBOT> or <@U2|marko>?", bot_user="UBOT")
    assert mentions_others("<!subteam^S1> look", bot_user="UBOT")
