"""What of a page is not seen, and what of it says nothing: hidden elements, marks of headings and notes. Knows HTML."""

import re
from typing import Any

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
