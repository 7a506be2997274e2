"""A web page as a whole: which part of it is the article, what stands around that, and what the page declares.

A date in the text of a page may be that of a review, an event or a print, so only what names the date of publication
counts. `dom` reads the parts.
"""

import itertools
import json
import re
from collections.abc import Iterator, Mapping, Set
from typing import Any

from ingest.articles.declared import Declared, date_of, text_of
from ingest.articles.formats.dom import pieces_of
from ingest.articles.formats.pieces import Piece
from ingest.articles.formats.seen import is_unseen

MAIN = "//*[@id='mw-content-text' or @id='main-content' or @id='readme'] | //main | //*[@role='main']"
# What stands around the main part under such a name is of the site, not of the page.
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|side-?bar|toc|cookies?|consent|gdpr|search|share|sharing|social|related"
    r"|newsletter|subscribe|sign-?up|promo|ads?|advert\w{0,10}|footer|copyright|pagination|pager|breadcrumbs?|modal|dialog"
    r"|popup|overlay|dropdown|toolbar|skip|login|comments?|feedback|masthead|topbar|widgets?|phase"
    r"|announce\w{0,10})(?=$|[\s_-])",
    re.IGNORECASE,
)
# A text around the main part has so many words, most of them no links; one in the head of a site so many in a row.
_FEWEST_WORDS, _SENTENCE, _LINKED = 4, 8, 0.5
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


def main_part(tree: Any) -> Any | None:
    """Returns the element that the page itself calls its main part, or its only article; None if it names none.

    An article that holds less than half of what stands around it is one of several, or a card.
    """
    mains = [element for element in tree.xpath(MAIN) if not is_unseen(element) and size_of(element)]
    inner = [one for one in mains if not any(other in mains for other in one.iterdescendants())]
    articles = [element for element in tree.xpath("//article[not(ancestor::article)]") if size_of(element)]
    around = inner[0] if inner else body_of(tree)
    if len(articles) == 1 and 2 * size_of(articles[0]) > size_of(around):
        return articles[0]
    return inner[0] if inner else None


def pieces_around(root: Any) -> tuple[Piece, ...]:
    """Returns what the main part of a page shows, with the texts around it, and its title wherever that is."""
    body = body_of(root.getroottree().getroot())
    heads = [head for head in body.iter("h1") if not is_unseen(head)]
    title = heads[0] if len(heads) == 1 else None
    around = {*root.iterancestors()}
    parts = [*_parts(body, root, around, title)] if body in around else [root]
    if title is not None and not any(part is title or part in title.iterancestors() for part in parts):
        parts.insert(0, title)
    groups = itertools.count(1)
    return tuple(piece for part in parts for piece in pieces_of(part, groups))


def _parts(element: Any, root: Any, around: Set[Any], title: Any) -> Iterator[Any]:
    """The main part and the parts around it that are texts, in reading order."""
    for child in element:
        if child is root:
            yield child
        elif child in around:
            yield from _parts(child, root, around, title)
        elif not is_unseen(child) and not _is_furniture(child):
            for one in [*child.iterdescendants()]:
                if isinstance(one.tag, str) and _is_furniture(one):
                    drop(one)
            if _is_text(child, title):
                yield child


def _is_furniture(element: Any) -> bool:
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return element.tag in ("form", "footer") or element.get("role") == "dialog" or bool(_FURNITURE.search(names))


def _is_text(element: Any, title: Any) -> bool:
    if title is not None and element in (title, *title.iterancestors()):
        return True
    words = [piece.text.split() for piece in pieces_of(element)]
    if linked(element, "") > _LINKED or sum(map(len, words)) < _FEWEST_WORDS:
        return False
    return element.tag != "header" or any(len(one) >= _SENTENCE for one in words)


def size_of(element: Any) -> int:
    """Returns how many letters an element holds, what is not seen aside."""
    unseen = sum(len((one.text or "").strip()) for one in element.iter("script", "style", "noscript"))
    return sum(len(text.strip()) for text in element.itertext()) - unseen


def linked(element: Any, prefix: str) -> float:
    """Returns the share of an element's letters that are links to addresses that begin so."""
    links = (link for link in element.iter("a") if (link.get("href") or "").startswith(prefix))
    letters = sum(len("".join(link.itertext()).strip()) for link in links)
    return letters / max(sum(len(text.strip()) for text in element.itertext()), 1)


def drop(element: Any) -> None:
    """Takes an element out of the tree; what follows it stays."""
    if element.getparent() is not None:
        element.drop_tree()


def body_of(tree: Any) -> Any:
    """Returns the body of a page, or what there is instead."""
    body = tree.find("body")
    return tree if body is None else body


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
