"""What of a page is seen, and how: hidden elements, marks that say nothing, white space, code. Knows HTML."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from ingest.articles.blocks import BULLET, TICKED, UNTICKED, Link

_UNSEEN = frozenset(
    "script style template head title meta link base noscript svg canvas audio video iframe object embed map"
    " area param source track datalist select option input textarea progress meter dialog rp".split()
)
_HIDES = re.compile(r"display:none|visibility:hidden|font-size:0(?![.\d])")
_UNSEEN_CLASS = re.compile(
    r"(?:^|\s)(?:sr-only|visually-?hidden|screen-reader-text|skip-link|linenos|lineno|gutter"
    r"|katex-html|MathJax(?:_\w+)?)(?:\s|$)"
)
# Parts that a page shows when somebody opens them.
_FOLDED = re.compile(r"expand|collaps|accordion|tab-?pane|tab-?panel|toggle|spoiler|fold", re.IGNORECASE)
_ANCHOR = re.compile(r"[¶#§🔗↩︎^\s\u200b-\u200d]*")
_NUMBER_OF_NOTE = re.compile(r"\[?(?:\d{1,3}|[a-z]|\*{1,3}|note \d{1,2})\]?")


def is_unseen(element: Any) -> bool:
    """Tells whether a browser shows nothing of an element, and never will."""
    if not isinstance(element.tag, str) or element.tag in _UNSEEN:
        return True
    if element.tag == "button" and not _opens_something(element):
        return True
    names = element.get("class") or ""
    if names and _UNSEEN_CLASS.search(names):
        return True
    style, hidden = element.get("style"), element.get("hidden")
    hides = (hidden is not None and hidden != "until-found") or (
        style is not None and _HIDES.search(bare(style)) is not None
    )
    return hides and not (element.get("role") == "tabpanel" or _FOLDED.search(f"{names} {element.get('id') or ''}"))


def _opens_something(button: Any) -> bool:
    """Tells whether a button is the title of a part that it opens, rather than one that does something."""
    parent = button.getparent()
    if button.get("role") == "tab" or (parent is not None and re.fullmatch("h[1-6]", str(parent.tag))):
        return True
    names = ("aria-controls", "aria-expanded", "data-toggle", "data-bs-toggle")
    return any(button.get(name) is not None for name in names) and _FOLDED.search(button.get("class") or "") is not None


def bare(style: str | None) -> str:
    """Returns a style in small letters and without spaces."""
    return re.sub(r"\s", "", style.lower()) if style else ""


def level_of_heading(element: Any) -> int:
    """Returns the level of a heading that is none by its name; that of a title is the first."""
    text = element.get("aria-level") or ("1" if element.tag == "p" else "2")
    return min(max(int(text), 1), 6) if re.fullmatch(r"\d", text.strip()) else 2


def says_nothing(link: Any) -> bool:
    """Tells whether a link is the mark behind a heading, or the number of a note that leads to it or back."""
    said = "".join(link.itertext()).strip()
    if (link.get("href") or "").startswith("#") and _NUMBER_OF_NOTE.fullmatch(said.lower()):
        return True
    return _ANCHOR.fullmatch(said) is not None and not link.findall(".//img")


def is_note(raised: Any) -> bool:
    """Tells whether a raised sign leads to a note: it would be taken for a citation of ours."""
    parent = raised.getparent()
    leads = raised.find(".//a") is not None or (parent is not None and parent.tag == "a")
    return leads and _NUMBER_OF_NOTE.fullmatch("".join(raised.itertext()).strip().lower()) is not None


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
