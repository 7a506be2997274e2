"""The main part of a page, and what stands around it: texts that belong to it, and furniture of the site.

Knows what pages declare and how they name their parts; `dom` reads them.
"""

import itertools
import re
from collections.abc import Iterator, Set
from typing import Any

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
