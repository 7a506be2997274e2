"""The running text of a page: a line that grows, code as it is written, white space as it is shown. Knows HTML."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.articles.blocks import BULLET, TICKED, UNTICKED, Link
from ingest.articles.formats.seen import is_unseen


@dataclass
class Line:
    """The running text of a block that is being read, with the links in it."""

    parts: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    length: int = 0

    def add(self, text: str) -> None:
        """Appends text; white space at the seam counts once."""
        if self.parts and self.parts[-1][-1:] in (" ", "\n") and text[:1] == " ":
            text = text.lstrip(" ")
        if text:
            self.parts.append(text)
            self.length += len(text)

    @property
    def is_broken(self) -> bool:
        """Whether a line break was added last."""
        return bool(self.parts) and self.parts[-1].endswith("\n")

    def take(self) -> tuple[str, tuple[Link, ...]]:
        """Returns what has come together, and starts anew."""
        text, links = "".join(self.parts), tuple(self.links)
        self.parts, self.links, self.length = [], [], 0
        return text, links


def ticked(text: str, label: str, links: tuple[Link, ...]) -> tuple[str, str, tuple[Link, ...]]:
    """Returns an item of a list of tasks with its label, which shows whether it is done."""
    found = re.match(r"\s{0,9}\[([ xX])\]\s+", text)
    if not found or label != BULLET:
        return text, label, links
    moved = tuple(Link(one.start - found.end(), one.end - found.end(), one.target) for one in links)
    return text[found.end() :], UNTICKED if found[1] == " " else TICKED, moved


def within(links: Iterable[Link], length: int) -> tuple[Link, ...]:
    """Returns the links of a text that was cut to a length."""
    return tuple(replace(link, end=min(link.end, length)) for link in links if link.start < length)


def written(element: Any) -> str:
    """Returns code as it is written, without the numbers of its lines."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == "br":
            parts.append("\n")
        elif not is_unseen(child):
            parts.append(written(child))
            if child.tag in ("div", "p", "li", "tr") and not parts[-1].endswith("\n"):
                parts.append("\n")
        parts.append(child.tail or "")
    return "".join(parts)


def one_line(text: str | None) -> str:
    """Returns text as a browser shows it: a line break in the source is a space."""
    return re.sub(r"\s+", " ", text or "")
