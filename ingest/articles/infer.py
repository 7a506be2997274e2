"""What nobody declared: a title off headings and names, a date off an address or a name. Pure; reads no files."""

import datetime
import re
from collections.abc import Sequence
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from ingest.articles.blocks import Block

MAX_TITLE = 200
_DATE_IN_URL = re.compile(r"(?<!\d)(?P<y>(?:19|20)\d\d)(?P<sep>[/_.-]?)(?P<m>\d\d?)(?P=sep)(?P<d>\d\d?)(?!\d)")
# As blogs and desktops name what they keep by day: the day, and then words.
_DATE_IN_NAME = re.compile(r"((?:19|20)\d\d)([-_.]?)(\d\d)\2(\d\d)(?:[-_. ]+(?=\D)|$)")
_DATE_OF_FOLDERS = re.compile(r"(?:^|/)((?:19|20)\d\d)/(\d\d)/(\d\d)(?:/|$)")
# What tools put into names and readers do not want: the place in an order, an id of Notion.
_ORDER, _ID = re.compile(r"\A0\d{0,2}[-_. ]+(?=[^\W\d])"), re.compile(r"(?<![ _-])[ _-]+[0-9a-f]{32}$")
_SMALL_WORDS = frozenset("a an and as at but by for from in into nor of on or over per the to up via vs with".split())
# A page of this name is the page of its folder.
_OF_FOLDER = frozenset({"index", "_index", "readme", "default", "home"})


def top_heading(text: str, blocks: Sequence[Block]) -> str | None:
    """Returns the heading that titles the article: the only one of the top level, or one that comes before any text."""
    tops = [block for block in blocks if block.kind == "heading" and block.level == 1]
    if not tops or (len(tops) > 1 and tops[0] is not blocks[0]):
        return None
    title = " ".join(text[tops[0].start : tops[0].end].split())
    return title if len(title) <= MAX_TITLE else None


def title_from_name(article_id: str) -> str:
    """Returns the file's name as a headline, without a date before it; of an index or a readme, that of its folder."""
    path = PurePosixPath(article_id)
    name = path.parent.name if path.stem.casefold() in _OF_FOLDER and path.parent.name else path.stem
    name = _ID.sub("", name) or name
    found = _DATE_IN_NAME.match(name)
    if found is not None and _day_of(found) is not None:
        if found.end() == len(name):
            return name  # a page of a diary is called by its day
        name = name[found.end() :]
    return headline(_ORDER.sub("", name, count=1))


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


def date_from_name(article_id: str) -> datetime.date | None:
    """Returns the date that begins the file's name, or that its folders are named by, `2025/11/05`.

    Where the file is the page of its folder, the folder's name may begin with the date too.
    """
    path = PurePosixPath(article_id)
    names = (path.stem, path.parent.name) if path.stem.casefold() in _OF_FOLDER else (path.stem,)
    found = next(filter(None, map(_DATE_IN_NAME.match, names)), None)
    folders = _DATE_OF_FOLDERS.search(path.parent.as_posix())
    if found is not None:
        return _day_of(found)
    return _date(*map(int, folders.groups())) if folders is not None else None


def _day_of(found: re.Match[str]) -> datetime.date | None:
    return _date(int(found[1]), int(found[3]), int(found[4]))


def date_from_url(url: str) -> datetime.date | None:
    """Returns the full date in the url's path (`/2025/11/05/`, `2025-11-05`, `20251105`), if there is one."""
    for match in _DATE_IN_URL.finditer(urlsplit(url).path):
        day = _date(int(match["y"]), int(match["m"]), int(match["d"]))
        if day and (match["sep"] or len(match[0]) == 8):
            return day
    return None


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
