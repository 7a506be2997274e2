"""What else a country is called: its people, its capital, its long name and its initials. Knows countryinfo and CLDR.

A newspaper says "Beijing" or "the Chinese" for China; both data sets are kept by others, none of it is a list of ours.
"""

import functools
import re
from collections.abc import Iterator, Mapping
from typing import Any

from babel import Locale
from countryinfo import CountryInfo

_LEAST_INITIALS = 3
_INITIALS = re.compile(r"(?<!\w)(?:[A-Z]\.){2,}")


@functools.lru_cache(maxsize=20_000)
def one_name(text: str) -> str:
    """Returns the text with one word for each country, whatever it is called there: "China" for "the Chinese"."""
    found, words = _aliases()
    return found.sub(lambda match: words[match[1]], _INITIALS.sub(lambda match: match[0].replace(".", ""), text))


@functools.cache
def countries() -> frozenset[str]:
    """Returns the words that `one_name` writes, in small letters."""
    return frozenset(word.lower() for word in _aliases()[1].values())


@functools.cache
def _aliases() -> tuple[re.Pattern[str], Mapping[str, str]]:
    """A pattern for every way to call a country, and the one word for each; the larger country has the name of both."""
    modern = Locale("en").territories
    words: dict[str, str] = {}
    for country in sorted(CountryInfo.all().values(), key=lambda country: -(country.get("population") or 0)):
        word, code = re.sub(r"\W", "", str(country["name"])), str(country.get("ISO", {}).get("alpha2"))
        for alias in filter(None, (*_called(country), modern[code]) if code in modern else ()):
            words.setdefault(alias, word)
    longest_first = sorted(words, key=lambda alias: -len(alias))
    return re.compile(rf"(?<!\w)({'|'.join(map(re.escape, longest_first))})(?:['’]?s)?(?!\w)"), words


def _called(country: Any) -> Iterator[str]:
    names = [str(country["name"]), *map(str, country.get("altSpellings") or ())]
    codes = {name for name in names if name.isupper()}
    yield from (name for name in names if not name.isupper())
    yield from (name.removeprefix("Great ") for name in names if name.startswith("Great "))
    initials = {"".join(re.findall(r"\b[A-Z]", name)) for name in names if not name.isupper()}
    yield from (letters for letters in initials if letters in codes or len(letters) >= _LEAST_INITIALS)
    capitals = country.get("capital") or ()
    yield from (capital.removesuffix(" D.C.") for capital in ([capitals] if isinstance(capitals, str) else capitals))
    for people in re.split(r"[,/]", country.get("demonym") or ""):
        yield people
        yield people.removesuffix("n") if people.endswith("ican") else ""
