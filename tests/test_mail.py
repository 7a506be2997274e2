"""Mail: subject, sender and date, all its texts, and the mails inside it."""

import datetime

import pytest

from ingest.articles.blocks import Link
from tests.reading_fixtures import article_of, text_of

MAIL = (
    "From: Ana Brandt <ana@example.org>\nTo: all@example.org\nSubject: =?utf-8?q?The_p=C3=BCmp?=\n"
    "Date: Mon, 4 May 2026 09:00:00 +0200\nMIME-Version: 1.0\nContent-Type: {kind}; charset=utf-8\n\n{body}"
)


def test_a_mail_has_its_subject_its_sender_and_its_date() -> None:
    article = article_of(MAIL.format(kind="text/plain", body="It is old.\n\n- oil it\n"), "a.eml")
    assert (article.title, article.author) == ("The pümp", "Ana Brandt")
    assert article.published == datetime.date(2026, 5, 4)
    assert article.text == "The pümp\n\nIt is old.\n\n• oil it"


def test_a_mail_in_html_is_read_as_it_is_shown() -> None:
    body = '<p>See <a href="https://example.org/f">the form</a>.</p><script>x()</script>'
    article = article_of(MAIL.format(kind="text/html", body=body), "a.eml")
    assert article.text.endswith("See the form.")
    assert article.links[-1] == Link(article.text.index("the form"), len(article.text) - 1, "https://example.org/f")


def test_a_mail_shows_all_its_texts_and_the_mails_inside_it() -> None:
    head = MAIL.format(kind='multipart/mixed; boundary="x"', body="").replace("; charset=utf-8", "")
    parts = (
        "--x\nContent-Type: text/plain\n\nSee below.\n--x\nContent-Type: message/rfc822\n\nSubject: Oil\n\nIt is old.\n"
        "--x\nContent-Type: text/plain\nContent-Disposition: attachment\n\nno\n--x\nContent-Type: image/png\n\nno\n"
        "--x\nContent-Type: text/plain\n\nTo leave this list, write to us.\n--x--\n"
    )
    article = article_of(head + parts, "a.eml")
    assert article.text.split("\n\n") == [
        "The pümp",
        "See below.",
        "Oil",
        "It is old.",
        "To leave this list, write to us.",
    ]
    assert article.left_out == {"attachments": 2}


def test_a_mail_whose_page_says_nothing_is_read_as_text() -> None:
    both = MAIL.format(kind='multipart/alternative; boundary="x"', body="").replace("; charset=utf-8", "")
    parts = "--x\nContent-Type: text/plain\n\nIt is old.\n--x\nContent-Type: text/html\n\n\n--x--\n"
    assert text_of(both + parts, "a.eml") == "The pümp\n\nIt is old."


@pytest.mark.parametrize(
    ("charset", "body"),
    [
        ("", "Es läuft.".encode()),
        ("", "Es läuft.".encode("cp1252")),
        ("x-mac-latin2", "Es läuft.".encode("mac-latin2")),
    ],
)
def test_a_mail_in_an_encoding_without_a_common_name_is_read(charset: str, body: bytes) -> None:
    head = MAIL.format(kind="text/plain", body="").replace("charset=utf-8", f"charset={charset}")
    assert text_of(head.encode() + body, "a.eml") == "The pümp\n\nEs läuft."
