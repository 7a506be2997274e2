"""What is written to Slack, and addresses, as values in and values out."""

import random

import pytest

from bot.slack.escape import JOINER, quote_address, ready, safe, unlinked, web_address

LINKS = {1: "https://x.example/a", 2: None}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("Six planes landed. [1]", "Six planes landed. [[1]](https://x.example/a)"),
        ("So it was. [2]", f"So it was. {JOINER}[2]"),
        ("Invented. [99]", f"Invented. {JOINER}"),
        ("in 2.5 hours, e.g. by train", "in 2.5 hours, e.g. by train"),
    ],
)
def test_an_answer_is_escaped_once_and_only_known_markers_link(text: str, shown: str) -> None:
    assert safe(text, LINKS) == shown


def test_what_looks_like_a_link_is_shown_and_broken() -> None:
    shown = unlinked("https://evil.example.net/x and [a](b) and me@evil.example")
    assert shown.replace(JOINER, "") == "https://evil.example.net/x and [a](b) and me@evil.example"
    assert "://e" not in shown
    assert "](" not in shown
    assert "e.n" not in shown


def test_a_text_in_pieces_is_as_safe_as_the_whole() -> None:
    text = "See http://a.example/x?[1]. Wow![1] [a](http://b.example) <!channel> [99](c.example) @here [2] end [1]"
    draw = random.Random(3)
    for _ in range(300):
        held, shown, position = "", "", 0
        while position < len(text):
            size = draw.randint(1, 9)
            held, position = held + text[position : position + size], position + size
            whole = ready(held)
            shown, held = shown + safe(held[:whole], LINKS), held[whole:]
        shown += safe(held, LINKS)
        assert shown.replace(JOINER, "") == safe(text, LINKS).replace(JOINER, "")
        assert "<" not in shown
        assert all(piece.startswith("https://x.example/a)") for piece in shown.split("](")[1:])
        assert "![" not in shown


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://A.example/x y(z)", "https://a.example/x%20y%28z%29"),
        ("http://a.example:8080/?q=1#top", "http://a.example:8080/?q=1#top"),
        ("https://münchen.example/ü", "https://xn--mnchen-3ya.example/%C3%BC"),
        ("javascript:alert(1)", None),
        ("ftp://a.example", None),
        ("https://user@a.example/", None),
        ("not a url", None),
        (None, None),
        ("https://a.example/" + "x" * 3000, None),
    ],
)
def test_only_an_ordinary_web_address_is_linked(url: str | None, address: str | None) -> None:
    assert web_address(url) == address


@pytest.mark.parametrize(
    ("quote", "words"),
    [
        ("To reset it:\n\n1. Close the valve.\n2. Open it.", "To%20reset%20it%3A"),
        ("2. Open the valve.", "Open%20the%20valve."),
        ("• one\n• two", "one"),
        ("Lamp | Hours\nhall | 10", "Lamp"),
        ("hall | 10", "hall"),
        ("one two three four five six seven\neight", "one%20two%20three%20four%20five%20six"),
    ],
)
def test_the_address_of_a_list_or_table_leads_to_its_first_words_as_the_page_has_them(quote: str, words: str) -> None:
    assert quote_address("https://a.example/x", quote) == f"https://a.example/x#:~:text={words}"


def test_the_address_of_a_quote_leads_to_its_words() -> None:
    assert quote_address("https://a.example/x", "30 days, well-earned") == (
        "https://a.example/x#:~:text=30%20days%2C%20well%2Dearned"
    )
    long = " ".join(f"word{i}" for i in range(60))
    assert quote_address("https://a.example/x#y", long) == (
        "https://a.example/x#y:~:text=word0%20word1%20word2%20word3%20word4%20word5,"
        "word54%20word55%20word56%20word57%20word58%20word59"
    )
