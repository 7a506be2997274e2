"""What is known of an article besides its text: declared by it or its sidecar, or inferred. Parses no syntax.

A field that cannot be understood costs that field and a warning, never the text. What nobody declared is inferred: a
title from headings and names, a date from an address or a name.
"""

import datetime
import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

from ingest.articles.blocks import Block
from ingest.articles.decode import clean

# The names that tools give the fields, the most telling first; case, spaces, "-" and "_" make no difference.
SPELLINGS: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "headline", "pagetitle"),
    "url": (
        "url",
        "canonicalurl",
        "canonical",
        "link",
        "originalurl",
        "externalurl",
        "sourceurl",
        "permalink",
        "source",
    ),
    "published": (
        *("published", "date", "publishdate", "publisheddate", "publishedat", "publishedon", "publishedtime"),
        *("pubdate", "pubdatetime", "datetime", "datepublished", "publicationdate", "firstpublishedat", "posted"),
        *("postedon", "postedat", "issued", "releasedate", "created", "createdat", "createdon", "createdtime"),
        *("datecreated", "creationdate", "added", "lastmod", "lastmodified", "lastmodifiedat", "updated", "updatedat"),
        *("updatedon", "modified", "datemodified", "lastupdated", "lastupdate", "lasteditedtime"),
    ),
    "author": ("author", "authors", "byline", "by", "creator", "writer", "createdby"),
}
# Names that mean something else to many tools; what stands there may be no address and no date, and that is fine.
_LOOSE = frozenset({"published", "permalink", "source", "link", "url", "by", "updated"})
# So alike are "published" and "publised"; "updated" is not.
_NEARLY = 0.85
_FIRST_YEAR, _LAST_YEAR = 1800, 2200
_URL = re.compile(r"https?://[^\s<>\"]+")
_ISO = re.compile(r"(\d{4})([-/.]?)(\d{1,2})\2(\d{1,2})(?![\d])")
_NUMBERS = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})(?!\d)")
# A day, a month and a year are never words alone, and the month is none in figures.
_WORDS_AND_FIGURES = re.compile(r"(?=.*\d).*[^\W\d_]")
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


@dataclass(frozen=True)
class Declared:
    """What is declared of an article; None where nothing is. `warnings` say what could not be understood."""

    title: str | None = None
    url: str | None = None
    published: datetime.date | None = None
    author: str | None = None
    warnings: tuple[str, ...] = ()

    def over(self, other: "Declared") -> "Declared":
        """Returns the two together; what this one declares wins."""
        return Declared(
            title=self.title or other.title,
            url=self.url or other.url,
            published=self.published or other.published,
            author=self.author or other.author,
            warnings=(*self.warnings, *other.warnings),
        )


NOTHING = Declared()


def declared_of(values: Mapping[object, object]) -> Declared:
    """Returns what fields with their values declare, whatever tool wrote them."""
    fields = {_plain_key(key): value for key, value in values.items() if value not in (None, "", [], {})}
    found, warnings = NOTHING, []
    for name, spellings in SPELLINGS.items():
        for key in (key for key in spellings if key in fields):
            value = _READ[name](fields[key])
            if value is not None:
                found = replace(found, **{name: value})  # type: ignore[arg-type]
                break
            if key not in _LOOSE or (name == "published" and not isinstance(fields[key], bool)):
                warnings.append(f"{key} {_shown(fields[key])} is no {_WHAT[name]}; it was passed over")
    return replace(found, warnings=(*warnings, *_near_misses(values, fields, found)))


def is_known(name: object) -> bool:
    """Tells whether a field is one that some tool gives a meaning of ours."""
    return any(_plain_key(name) in spellings for spellings in SPELLINGS.values())


def date_of(value: object) -> datetime.date | None:
    """Returns the day that a value names, in any usual form; None if it names none, or two."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, Mapping):  # of a page that was made and changed, both days
        named = (value.get(key) for key in ("published", "created", "date", "updated", "modified"))
        return next(filter(None, map(date_of, named)), None)
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return None
    text = " ".join(str(value).strip("[](){}\"' ").split())[:60]
    day = _iso(text) or _in_numbers(text) or (_in_words(text) if _WORDS_AND_FIGURES.match(text) else None)
    return day if day and _FIRST_YEAR < day.year < _LAST_YEAR else None


def text_of(value: object) -> str | None:
    """Returns a field's text on one line: of a list its parts, of an object its name; None if it says nothing."""
    if isinstance(value, Mapping):
        named = (value.get(key) for key in ("name", "title", "display_name", "login", "email"))
        inside = (text_of(one) for one in value.values() if isinstance(one, Mapping))  # people by their short names
        return next(filter(None, map(text_of, named)), None) or ", ".join(filter(None, inside)) or None
    if isinstance(value, (list, tuple)):
        return ", ".join(filter(None, map(text_of, value))) or None
    return " ".join(clean(str(value)).split()) or None if isinstance(value, (str, int, float)) else None


def _url_of(value: object) -> str | None:
    found = _URL.fullmatch(str(value).strip().strip("<>")) if isinstance(value, str) else None
    return found[0] if found else None


def _iso(text: str) -> datetime.date | None:
    found = _ISO.match(text)
    return _day(int(found[1]), int(found[3]), int(found[4])) if found and (found[2] or len(found[0]) == 8) else None


def _in_numbers(text: str) -> datetime.date | None:
    """Day and month in figures, where only one order makes a date: 03/04/2026 may be of March or of April.

    With full stops the day comes first everywhere.
    """
    found = _NUMBERS.match(text)
    if found is None:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    orders = [(second, first)] if found[2] == "." else [(second, first), (first, second)]
    days = {day for month, number in orders if (day := _day(year, month, number)) is not None}
    return days.pop() if len(days) == 1 else None


def _in_words(text: str) -> datetime.date | None:
    import dateparser  # here, for it takes a third of a second that a date in figures should not pay

    # English first: a language that is guessed may take a word for a month.
    rules = {"REQUIRE_PARTS": ["day", "month", "year"], "PARSERS": ["absolute-time"], "STRICT_PARSING": True}
    found = dateparser.parse(text, languages=["en"], settings=rules) or dateparser.parse(text, settings=rules)
    return found.date() if found else None


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


_READ = {"title": text_of, "url": _url_of, "published": date_of, "author": text_of}
_WHAT = {"title": "title", "url": "web address", "published": "date; write it as 2025-11-05", "author": "name"}


def _near_misses(values: Mapping[object, object], fields: Iterable[str], found: Declared) -> Iterable[str]:
    """A date under a mistyped name would be lost without a word."""
    known = [spelling for spellings in SPELLINGS.values() for spelling in spellings]
    for key, value in values.items():
        plain = _plain_key(key)
        meant = difflib.get_close_matches(plain, known, n=1, cutoff=_NEARLY) if plain not in known else []
        name = next((name for name, spellings in SPELLINGS.items() if meant and meant[0] in spellings), None)
        if name and getattr(found, name) is None and _READ[name](value) is not None:
            yield f"{str(key)[:40]!r} is no field; did you mean {meant[0]!r}?"


def _plain_key(key: object) -> str:
    return re.sub(r"[\s_.:-]+", "", str(key)[:80]).casefold()


def _shown(value: object) -> str:
    text = " ".join(str(value).split())
    return repr(text if len(text) <= 40 else text[:40] + "…")


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
    return _day(*map(int, folders.groups())) if folders is not None else None


def _day_of(found: re.Match[str]) -> datetime.date | None:
    return _day(int(found[1]), int(found[3]), int(found[4]))


def date_from_url(url: str) -> datetime.date | None:
    """Returns the full date in the url's path (`/2025/11/05/`, `2025-11-05`, `20251105`), if there is one."""
    for match in _DATE_IN_URL.finditer(urlsplit(url).path):
        day = _day(int(match["y"]), int(match["m"]), int(match["d"]))
        if day and (match["sep"] or len(match[0]) == 8):
            return day
    return None
