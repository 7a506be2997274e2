"""What is written to Slack, and addresses, as values in and values out."""

import pytest

from bot.slack.escape import JOINER, marker, quote_address, safe, unescaped, unlinked, web_address


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("Invented. [99]", f"Invented. {JOINER}[99]"),
        ("in 2.5 hours, e.g. by train", "in 2.5 hours, e.g. by train"),
    ],
)
def test_an_answer_is_escaped_once(text: str, shown: str) -> None:
    assert safe(text) == shown


def test_a_marker_leads_to_its_address_and_none_to_nowhere() -> None:
    assert marker(1, "https://x.example/a") == "[[1]](https://x.example/a)"
    assert marker(2, None) == f"{JOINER}[2]"


def test_what_looks_like_a_link_is_shown_and_broken() -> None:
    shown = unlinked("https://evil.example.net/x and [a](b) and me@evil.example")
    assert shown.replace(JOINER, "") == "https://evil.example.net/x and [a](b) and me@evil.example"
    assert "://e" not in shown
    assert "](" not in shown
    assert "e.n" not in shown


def test_what_a_reader_sees_of_a_safe_text_is_the_text_without_markers() -> None:
    text = "See http://a.example/x?[1]. Wow! [a](http://b.example) <!channel> & [b](c.example) @here end"
    assert unescaped(f"{safe(text)} {marker(1, 'https://x.example/a')} {marker(2, None)}").strip() == text


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
