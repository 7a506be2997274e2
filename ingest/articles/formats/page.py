"""What a web page declares of itself: title, address, date of publication, author. Knows meta data; reads no text.

A date in the text of a page may be that of a review, an event or a print, so only what names the date of publication
counts.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ingest.articles.declared import Declared, date_of, text_of

_TITLES = ("og:title", "citation_title", "dc.title", "dcterms.title")
_DATES = (
    *("article:published_time", "datepublished", "og:article:published_time", "citation_publication_date"),
    *("citation_date", "publish_date", "publishdate", "publish-date", "publication_date", "pubdate", "dc.date.issued"),
    *("dcterms.issued", "dc.date", "dcterms.date", "dc.date.created", "dcterms.created", "parsely-pub-date"),
    *("sailthru.date", "date", "originalpublicationdate"),
)
_AUTHORS = ("author", "article:author", "citation_author", "dc.creator", "dcterms.creator", "parsely-author")
_MAX_JSON = 500_000
_ARTICLES = re.compile(r"article|posting|report|webpage|document", re.IGNORECASE)


def declared_in(tree: Any) -> Declared:
    """Returns what the head of a page, its structured data and its marked-up times declare."""
    meta, data = _meta(tree), tuple(_linked_data(tree))
    dates = [*(meta.get(name) for name in _DATES), *(one.get("datePublished") for one in data), *_times(tree)]
    authors = [*(meta.get(name) for name in _AUTHORS), *(one.get("author") for one in data)]
    urls = [_attribute(tree, "//link[@rel='canonical']/@href"), meta.get("og:url")]
    return Declared(
        title=_title(tree, meta),
        url=next((url for url in urls if url and re.fullmatch(r"https?://[^\s<>]+", url)), None),
        published=next(filter(None, map(date_of, dates)), None),
        author=next((name for name in map(text_of, authors) if name and not name.startswith("http")), None),
    )


def _title(tree: Any, meta: Mapping[str, str]) -> str | None:
    """The title without the name of the site, if the page's only first heading tells them apart."""
    heads = [" ".join("".join(one.itertext()).replace("¶", "").split()) for one in tree.xpath("//body//h1")]
    named = next((meta[name] for name in _TITLES if meta.get(name)), None)
    written = text_of(_attribute(tree, "//head/title//text() | /html/title//text()") or "")
    if len(heads) == 1 and heads[0] and written and heads[0].casefold() in written.casefold():
        return heads[0]
    return text_of(named) if named else written


def _meta(tree: Any) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in tree.xpath("//meta[@content]"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        found.setdefault(name.strip().lower(), element.get("content").strip()[:1000])
    return found


def _times(tree: Any) -> Iterator[str]:
    path = "//*[@itemprop='datePublished'] | //time[@pubdate] | //time[contains(@class, 'dt-published')]"
    for element in tree.xpath(path):
        yield element.get("datetime") or element.get("content") or "".join(element.itertext())


def _linked_data(tree: Any) -> Iterator[Mapping[str, Any]]:
    """The objects of JSON-LD that describe an article."""
    for script in tree.xpath("//script[@type='application/ld+json']"):
        try:
            found = json.loads((script.text or "")[:_MAX_JSON])
        except (ValueError, RecursionError):
            continue
        graph = found.get("@graph") if isinstance(found, dict) else None
        for one in found if isinstance(found, list) else graph if isinstance(graph, list) else [found]:
            if isinstance(one, dict) and _ARTICLES.search(str(one.get("@type", ""))):
                yield one


def _attribute(tree: Any, path: str) -> str | None:
    found = tree.xpath(path)
    return str(found[0]).strip() if found else None
