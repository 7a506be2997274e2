"""Malformed files of every kind: `make test-fuzz`, or `make test-fuzz PROFILE=long`. Not among the fast tests.

Each file is made from a seed: by a grammar that knows the format's own troubles, then, mostly, by damaging the bytes.
Whatever comes of it is an article whose offsets hold, or a failure with a reason; within the reader's limits.
"""

import json
import os
import random
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from ingest.articles.marks import heading_and_page

from ingest.articles.article import Article
from ingest.articles.decode import clean
from ingest.articles.reader import LIMITS, Reader
from ingest.errors import UnreadableArticle
from ingest.split import split
from tests.formats_fixtures import STYLES, docx, paragraph, pdf, pdf_with_stream

FILES_PER_FORMAT = {"": 400, "long": 4_000}[os.environ.get("PROFILE", "")]
WORDS = (
    "bridge tram council 212 million euros on Saturday The Mr. e.g. 3.5 U.S. “quoted” don't naïve 東京都 ﬁne ½ Ǆ "
    "https://a.example/2026/02/14/x # ## - * | --- ``` <b> &amp; &#xFFFE; &#133; {{ [[ ]] : title: url: \\ \" ' % $"
).split()
# What a good file may hold, however odd; and what is enough for a file to be refused.
TRICKS = [
    "\ufeff", "\u200b", "\u2028", "\x85", "\r", "\r\n", "\n\n", "\t", "\xad", "\u0301" * 20, "\u2066", "\ufffd", "Ã©",
    "\U0001f3f4\U000e0067\U000e0062\U000e007f", " " * 500, "a" * 5000, "....",
]  # fmt: skip
POISON = ("\0", "\x0c", "\u202e", "\U000e0041", "\u0301" * 40, "\uffff", "&#x202e;", "\ud800")
TAGS = "html head body div p span b h1 h2 ul li table tr td pre br img a script style title meta svg math".split()
XML = "w:p w:r w:t w:tbl w:tr w:tc w:pPr w:rPr w:vanish w:del w:ins w:br w:tab w:txbxContent mc:Fallback x:y".split()


def text(dice: random.Random, most: int = 60) -> str:
    words = dice.choices(WORDS, k=dice.randint(0, most)) + dice.choices(TRICKS, k=dice.choice((0, 0, 0, 1, 3)))
    dice.shuffle(words)
    return "".join(word + dice.choice((" ", " ", " ", ". ", "\n", "\n\n", "")) for word in words)


def poisoned(good: str, dice: random.Random) -> str:
    """The text, sometimes with something in it that must not pass."""
    at = dice.randint(0, len(good))
    return good[:at] + dice.choice(POISON) + good[at:] if dice.random() < 0.15 else good


def markdown(dice: random.Random) -> bytes:
    head = "\n".join(
        f"{dice.choice(('title', 'date', 'url', 'x'))}: {text(dice, 4)}" for _ in range(dice.randint(0, 4))
    )
    fence = dice.choice(("---", "----", "--- ", "", "", ""))
    encoding = dice.choice((*["utf-8"] * 6, "utf-16", "utf-16-be", "utf-8-sig"))
    return poisoned(f"{fence}\n{head}\n{fence}\n{text(dice, 200)}", dice).encode(encoding, "surrogatepass")


def plain(dice: random.Random) -> bytes:
    lines = "\n".join(text(dice) for _ in range(dice.randint(0, 8)))
    encoding = dice.choice((*["utf-8"] * 8, "utf-16", "utf-16-le", "gbk", "utf-32"))
    return poisoned(lines, dice).encode(encoding, "surrogatepass" if encoding.startswith("utf") else "replace")


def page(dice: random.Random) -> bytes:
    attributes = ("", "", "", " hidden", ' style="display:none"', " x='", ' id="&#xD800;"')

    def elements(depth: int) -> str:
        tag = dice.choice(TAGS)
        inner = "".join(elements(depth - 1) for _ in range(dice.randint(0, 3))) if depth else ""
        return f"<{tag}{dice.choice(attributes)}>{text(dice, 30)}{inner}" + (f"</{tag}>" if dice.random() < 0.8 else "")

    charset = dice.choice(("", "", "utf-8", "utf-7", "windows-1252", "gbk", "no-such"))
    head = f'<meta charset="{charset}"><title>{text(dice, 5)}</title>' + "<div>" * dice.choice((*[0] * 9, 150, 5000))
    body = "".join(elements(4) for _ in range(dice.randint(1, 4)))
    encoding = charset if charset in ("windows-1252", "gbk") and dice.random() < 0.7 else "utf-8"
    return poisoned(head + body, dice).encode(encoding, "surrogatepass" if encoding == "utf-8" else "replace")


def word_file(dice: random.Random) -> bytes:
    def elements(depth: int) -> str:
        tag = dice.choice(XML)
        inner = text(dice, 10).replace("&", "").replace("<", "")
        inner = "".join(elements(depth - 1) for _ in range(dice.randint(0, 3))) if depth else inner
        return f'<{tag} xmlns:x="u" w:val="{dice.randint(-1, 3)}">{inner}</{tag}>'

    prose = paragraph("It is said.", dice.choice(("Ours", "Deep", "")))
    body = "".join(elements(4) if dice.random() < 0.7 else prose for _ in range(dice.randint(1, 5)))
    body = poisoned(body, dice).encode("utf-8", "replace").decode()
    if dice.random() < 0.3:  # inside the zip, where no checksum tells
        body = damaged(body.encode(), dice).decode("utf-8", "replace")
    styles = dice.choice((STYLES, STYLES, "<a/>", '<s><x styleId="a"><basedOn val="a"/></x></s>', "<!DOCTYPE a><a/>"))
    return docx(body, styles=styles, core=dice.choice(("", "<dc:title/>", "<dc:title>\u202e</dc:title>")))


def pdf_file(dice: random.Random) -> bytes:
    if dice.random() < 0.6:
        texts = [text(dice, 40).encode("latin-1", "replace").decode("latin-1") for _ in range(dice.randint(0, 4))]
        return pdf([t.split("\n") for t in texts], info={"Title": "x"}, outline=("a", "b")[: dice.randint(0, 2)])
    operators = ("BT", "ET", "Tj", "TJ", "Td", "Tf", "q", "Q", "cm", "Do", "'", "T*", "BI", "ID", "EI", "Tm")
    atoms = ("/F1", "(a)", "<41>", "[", "]", "<<", ">>", "-1", "0", "99999999999", "1e9", "(", "%", "true", "null")
    stream = " ".join(dice.choice(operators if dice.random() < 0.4 else atoms) for _ in range(dice.randint(1, 400)))
    return pdf_with_stream(b"BT /F1 9 Tf (It is said.) Tj ET " + stream.encode())


GRAMMARS: Mapping[str, Callable[[random.Random], bytes]] = {
    ".txt": plain,
    ".md": markdown,
    ".html": page,
    ".docx": word_file,
    ".pdf": pdf_file,
}


def damaged(raw: bytes, dice: random.Random) -> bytes:
    """The bytes with a few places cut, flipped, doubled, exchanged or filled with what formats are wary of."""
    data = bytearray(raw)
    for _ in range(dice.choice((0, 1, 1, 2, 5, 20))):
        at, length = dice.randint(0, len(data)), dice.choice((1, 1, 4, 50, 500))
        match dice.randint(0, 5):
            case 0:
                del data[at : at + length]
            case 1:
                data[at : at + 1] = bytes([dice.randrange(256)])
            case 2:
                data[at:at] = data[at : at + length] * dice.choice((1, 2, 30))
            case 3:
                data[at:at] = dice.choice(
                    (b"\0", b"\xff\xfe", b"\xed\xa0\x80", b"obj", b"<![CDATA[", b"PK\x03\x04", b"-1")
                )
            case 4:
                data = data[:at] if dice.random() < 0.3 else data
            case 5:
                digits = [i for i, byte in enumerate(data) if 48 <= byte <= 57]
                for i in dice.sample(digits, min(3, len(digits))):
                    data[i] = 48 + dice.randrange(10)
    return bytes(data)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as one:
        yield one


@pytest.mark.parametrize("suffix", GRAMMARS)
def test_every_file_is_an_article_or_a_named_failure(suffix: str, reader: Reader, tmp_path: Path) -> None:
    outcomes: Counter[str] = Counter()
    for i in range(FILES_PER_FORMAT):
        dice = random.Random(zlib.crc32(f"{suffix}{i}".encode()))
        path = tmp_path / f"{i}{suffix}"
        raw = GRAMMARS[suffix](dice)
        path.write_bytes(damaged(raw, dice) if i % 2 else raw)
        started = time.monotonic()
        reason = reason_of(reader, path)
        outcomes["failures" if reason else "articles"] += 1
        assert time.monotonic() - started < LIMITS.clock_s + 5, path
        path.unlink()
    print(f"{suffix}: {dict(outcomes)}")
    assert outcomes["articles"], "the grammar makes nothing that can be read"
    assert outcomes["failures"], "the grammar makes nothing that is malformed"


def reason_of(reader: Reader, path: Path) -> str | None:
    """Reads the file and checks what comes of it; returns the reason if that is no article."""
    try:
        article = reader.read(path, path.name)
    except UnreadableArticle as error:
        reason = error.reason
    else:
        check(article)
        return None
    assert reason.strip(), path
    assert reason.isprintable(), (path, reason)
    assert "broke the process" not in reason, path
    return reason


def check(article: Article) -> None:
    """What the rest of the program relies on."""
    body = article.text
    body.encode("utf-8")
    json.dumps([article.title, article.author, article.url]).encode("utf-8")
    assert any(map(str.isalnum, body))
    assert article.title == clean(article.title)
    assert clean(body) == body
    assert [mark.start for mark in article.marks] == sorted({mark.start for mark in article.marks})
    assert all(0 <= mark.start <= len(body) for mark in article.marks)
    before = 0
    for chunk in split(article):
        assert body[chunk.start : chunk.end] == chunk.text
        assert not body[before : chunk.start].strip()
        assert all(chunk.start <= start < end <= chunk.end for start, end in chunk.sentences)
        heading_and_page(article.marks, chunk.start)
        before = chunk.end
    assert not body[before:].strip()
