"""What a plain text says about itself: title, url and date. Pure functions over text and urls; reads no files."""

import datetime
import re
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

MAX_TITLE = 200
_LINE = re.compile(r"^.*$", re.MULTILINE)
_URL_LINE = re.compile(r"<?(https?://[^\s<>]+)>?")
_MARKDOWN_HEADING = re.compile(r"#{1,6}\s+(.*?)\s*#*")
_DATE_IN_URL = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<sep>[/_.-]?)(?P<m>\d\d?)(?P=sep)(?P<d>\d\d?)(?!\d)")
_SMALL_WORDS = frozenset("a an and as at but by for from in into nor of on or over per the to up via vs with".split())
_ENDS_LIKE_A_SENTENCE = (".", ",", ";", ":", "…", '."', ".”")


@dataclass(frozen=True)
class Inferred:
    """What could be read off a text, and the text that is left to quote.

    `title` and `url` are None where the text shows none. `kept` are the (start, end) of the stretches of the original
    text that `text` is made of, joined by line breaks.
    """

    title: str | None
    url: str | None
    text: str
    kept: tuple[tuple[int, int], ...] = field(default=(), compare=False, repr=False)


def infer(text: str, *, title: str | None = None, url: str | None = None, seek_url: bool = True) -> Inferred:
    """Separates a headline, and a line that is only a url, from the text to quote.

    A declared title or url is kept as it is; then only a line that repeats it is taken out of the text. With
    `seek_url=False` a line that is a url counts as part of the text, which refers to it.
    """
    lines = text.split("\n")
    numbers = list(range(len(lines)))
    url_at = _url_line(lines, url) if seek_url or url else None
    if url_at is not None:
        url = url or _url_of(lines[url_at])
        del lines[url_at], numbers[url_at]
    title_at = _title_line(lines, title)
    if title_at is not None:
        title = title or _heading_text(lines[title_at])
        del lines[title_at], numbers[title_at]
    kept = _stretches(text, numbers)
    return Inferred(title, url, "\n".join(text[start:end] for start, end in kept), kept)


def title_from_url(url: str) -> str | None:
    """Returns the last telling segment of the url's path as a headline, or None if it tells nothing."""
    for segment in reversed(urlsplit(url).path.split("/")):
        words = re.sub(r"\.\w{2,5}$", "", unquote(segment))
        if len(re.findall(r"[^\W\d_]{2,}", words)) >= 2:
            return headline(words)
    return None


def headline(slug: str) -> str:
    """Returns `chinas-rising-influence_in-the-west` as `Chinas Rising Influence in the West`."""
    words = re.sub(r"[\s_+-]+", " ", slug).strip().split(" ")
    return " ".join(
        word if any(map(str.isupper, word)) or (i and word in _SMALL_WORDS) else word[:1].upper() + word[1:]
        for i, word in enumerate(words)
    )


def date_from_url(url: str) -> datetime.date | None:
    """Returns the full date in the url's path (`/2025/11/05/`, `2025-11-05`, `20251105`), if there is one."""
    for match in _DATE_IN_URL.finditer(urlsplit(url).path):
        if match["sep"] == "" and len(match[0]) != 8:
            continue
        try:
            return datetime.date(int(match["y"]), int(match["m"]), int(match["d"]))
        except ValueError:
            continue
    return None


def _stretches(text: str, numbers: list[int]) -> tuple[tuple[int, int], ...]:
    """The (start, end) of each run of the numbered lines, without empty lines before the first and after the last."""
    lines = [match.span() for match in _LINE.finditer(text)]
    filled = [i for i, number in enumerate(numbers) if lines[number][0] < lines[number][1]]
    stretches: list[tuple[int, int]] = []
    for number in numbers[filled[0] : filled[-1] + 1] if filled else ():
        start, end = lines[number]
        if stretches and stretches[-1][1] == start - 1:
            start = stretches.pop()[0]
        stretches.append((start, end))
    return tuple(stretches)


def _url_line(lines: list[str], declared: str | None) -> int | None:
    """The first line that is only a url among the first three or, failing that, the last three non-empty lines."""
    filled = [i for i, line in enumerate(lines) if line.strip()]
    wanted = [i for i in (*filled[:3], *reversed(filled[3:][-3:])) if _url_of(lines[i])]
    return next((i for i in wanted if declared is None or _url_of(lines[i]) == declared), None)


def _url_of(line: str) -> str | None:
    match = _URL_LINE.fullmatch(line.strip())
    return match[1] if match else None


def _title_line(lines: list[str], declared: str | None) -> int | None:
    """The first non-empty line, if it stands alone and more text follows it, or if it repeats the declared title."""
    filled = [i for i, line in enumerate(lines) if line.strip()]
    if len(filled) < 2:
        return None
    first, line = filled[0], lines[filled[0]].strip()
    if declared is not None:
        return first if _heading_text(line).casefold() == declared.casefold() else None
    if _MARKDOWN_HEADING.fullmatch(line):
        return first
    alone = filled[1] > first + 1
    return first if alone and len(line) <= MAX_TITLE and not line.endswith(_ENDS_LIKE_A_SENTENCE) else None


def _heading_text(line: str) -> str:
    line = line.strip()
    match = _MARKDOWN_HEADING.fullmatch(line)
    return match[1] if match else line
