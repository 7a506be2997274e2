"""The numbers that Word writes before paragraphs: 2.2, (a), iv. Knows numbering definitions; counts as Word does.

ECMA-376 part 1, section 17.9: a paragraph has a list and a level in it; each level has a start, a style and a template
such as "%1.%2", and begins anew under each number of a level above.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from ingest.articles.blocks import BULLET
from ingest.articles.formats.package import child, local, value
from ingest.articles.formats.signs import numeral, whole

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_LEVELS = 9
_Fact = TypeVar("_Fact")


@dataclass(frozen=True)
class Level:
    """How one level of a list is numbered; `restarts` is the level, from 1, under which it begins anew."""

    start: int = 1
    style: str = "decimal"
    template: str = ""
    restarts: int | None = None
    is_legal: bool = False
    paragraph_style: str = ""


@dataclass(frozen=True)
class NumberedList:
    """A list as paragraphs use it: what it shares its count with, its levels, and where it begins anew at first use."""

    counted_with: str
    levels: Mapping[int, Level]
    begins_at: Mapping[int, int]


@dataclass
class Numbering:
    """The lists of a document, with how far each has been counted."""

    lists: Mapping[str, NumberedList] = field(default_factory=dict)
    styles: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, list_id: str, at: int) -> str | None:
        """Returns the label of the next paragraph at a level (from 0) of a list; None if the list numbers nothing."""
        found = self.lists.get(list_id)
        if found is None or not 0 <= at < _LEVELS:
            return None
        level = found.levels.get(at, Level())
        counts = self._counts.setdefault(found.counted_with, [None] * _LEVELS)
        for above in range(at):  # a list that begins further in has its levels above begun
            if counts[above] is None:
                counts[above] = found.levels.get(above, Level()).start
        before = counts[at]
        counts[at] = level.start if before is None else before + 1
        if at in found.begins_at and (list_id, at) not in self._begun:
            counts[at] = found.begins_at[at]
        self._begun.add((list_id, at))
        for below in range(at + 1, _LEVELS):
            restarts = found.levels.get(below, Level()).restarts
            if restarts is None or at + 1 <= restarts:
                counts[below] = None
        if level.style == "bullet":
            return BULLET
        return self._written(found.levels, counts, level) or None

    def _written(self, levels: Mapping[int, Level], counts: list[int | None], level: Level) -> str:
        text = level.template
        for i in range(_LEVELS):
            if f"%{i + 1}" in text:
                own = levels.get(i, Level())
                number = counts[i] if counts[i] is not None else own.start
                style = "decimal" if level.is_legal else own.style
                text = text.replace(f"%{i + 1}", _number(number or 0, style))
        return text.strip()


def read_numbering(tree: "Element | None", styles: "Element | None") -> Numbering:
    """Returns the lists that a document defines, by the ids that paragraphs use, and those that styles carry."""
    abstracts: dict[str, dict[int, Level]] = {}
    linked: dict[str, str] = {}
    for one in () if tree is None else tree:
        if local(one) == "abstractNum":
            id_ = value(one, "abstractNumId")
            abstracts[id_] = {whole(value(level, "ilvl")): _level(level) for level in one if local(level) == "lvl"}
            link = child(one, "styleLink")
            if link is not None:
                linked[value(link)] = id_
    for one in () if tree is None else tree:  # a list that takes its levels from a style
        link = child(one, "numStyleLink") if local(one) == "abstractNum" else None
        if link is not None and value(link) in linked:
            abstracts[value(one, "abstractNumId")] = abstracts[linked[value(link)]]
    lists: dict[str, NumberedList] = {}
    for one in () if tree is None else tree:
        if local(one) == "num":
            id_, key = value(one, "numId"), value(child(one, "abstractNumId"))
            lists[id_] = _overridden(key, abstracts.get(key, {}), one)
    return Numbering(lists, _numbered_styles(styles, lists))


def _overridden(counted_with: str, levels: Mapping[int, Level], number: "Element") -> NumberedList:
    """A list with what it changes of the levels that it shares with others."""
    found, begins_at = dict(levels), dict[int, int]()
    for one in number:
        if local(one) == "lvlOverride":
            at, start, own = whole(value(one, "ilvl")), child(one, "startOverride"), child(one, "lvl")
            if own is not None:
                found[at] = _level(own)
            if start is not None:
                begins_at[at] = whole(value(start))
    return NumberedList(counted_with, found, begins_at)


def _level(element: "Element") -> Level:
    style, restarts, legal = child(element, "numFmt"), child(element, "lvlRestart"), child(element, "isLgl")
    return Level(
        start=whole(value(child(element, "start"))),
        style="decimal" if style is None else value(style),
        template=value(child(element, "lvlText")),
        restarts=None if restarts is None else whole(value(restarts)),
        is_legal=legal is not None and value(legal) not in ("0", "false"),
        paragraph_style=value(child(element, "pStyle")),
    )


def _numbered_styles(styles: "Element | None", lists: Mapping[str, NumberedList]) -> dict[str, tuple[str, int]]:
    """The list and level that a style of paragraphs carries, its own or that of the style it is based on.

    A style that names no level has the one that names the style.
    """
    own: dict[str, tuple[str, int]] = {}
    based: dict[str, str] = {}
    for style in () if styles is None else styles:
        id_, base = value(style, "styleId"), child(style, "basedOn")
        properties = child(style, "pPr", "numPr")
        number, level = child(properties, "numId"), child(properties, "ilvl")
        if number is not None:
            levels = lists[value(number)].levels if value(number) in lists else {}
            named = next((at for at, one in levels.items() if one.paragraph_style == id_), 0)
            own[id_] = value(number), whole(value(level)) if level is not None else named
        if base is not None:
            based[id_] = value(base)
    return inherited(own, based)


def inherited(own: Mapping[str, _Fact], based: Mapping[str, str]) -> dict[str, _Fact]:
    """Returns what each style has, by its id: its own, or that of the nearest style that it is based on."""
    found = dict(own)
    for id_ in based:
        known, seen = id_, set[str]()
        while known not in own and known in based and known not in seen:
            seen.add(known)
            known = based[known]
        if known in own:
            found[id_] = own[known]
    return found


def _number(number: int, style: str) -> str:
    if style == "decimalZero":
        return f"{number:02d}"
    if style == "ordinal":
        ending = "th" if 10 < number % 100 < 14 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        return f"{number}{ending}"
    return "" if style in ("none", "bullet") else numeral(number, style)
