"""What every reader hands back, and how pieces become a text with blocks. Knows text; knows no format."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ingest.articles.blocks import BULLET, Block, Kind, Link
from ingest.articles.declared import NOTHING, Declared
from ingest.articles.decode import clean, honest
from ingest.articles.formats.facts import are_facts

# White space, and what takes no room.
_BLANK = " \n\u200b\u200c\u200d\u2060\u00ad"

# A cell of more words than this lays out a page rather than a table.
_CELL_WORDS = 80
# What may lean on the piece before it.
_INTRODUCED = frozenset({"item", "row", "code"})
_INTRODUCES = frozenset({"paragraph", "quotation"})
# Addresses that lead to no page: what runs, and what is a file written into the text.
_LEADS_NOWHERE = re.compile(r"\s*(?:javascript|vbscript|data|blob):", re.IGNORECASE)


@dataclass(frozen=True)
class Piece:
    """A block on its way into an article: its text without marks of the format, and what it is.

    `level` and `label` are those of `Block`; pieces of one list or table share a `group` other than 0. The links'
    offsets count in the piece's own text.
    """

    kind: Kind
    text: str
    level: int = 0
    label: str = ""
    group: int = 0
    is_header: bool = False
    language: str | None = None
    page: int | None = None
    links: tuple[Link, ...] = ()


@dataclass(frozen=True)
class Parsed:
    """A file as a person reads it, with what it declares of itself.

    `warnings` say what could not be understood, and cost that alone; `left_out` counts words that a reader of the
    file sees and the article lacks, by the rule that left them out.
    """

    pieces: tuple[Piece, ...]
    declared: Declared = NOTHING
    warnings: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Assembled:
    """Pieces put together: the text, its blocks in order, and its links."""

    text: str
    blocks: tuple[Block, ...]
    links: tuple[Link, ...]


def row_of(cells: Iterable[str], **facts: object) -> Piece:
    """Returns a row of a table: its cells with strokes between, empty ones at the end left out."""
    texts = [" ".join(cell.split()).strip(_BLANK) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return Piece("row", " ".join(" | ".join(texts).split()), **facts)  # type: ignore[arg-type]


def table_of(
    rows: Sequence[Sequence[Sequence[Piece]]], *, group: int, headers: Sequence[bool] = (), names_rows: bool = False
) -> list[Piece]:
    """Returns the rows of a table whose cells hold pieces; a table that only lays out a page gives them one by one.

    `headers` tells which rows are declared to be headers. If none is, the first is taken for one where it has a name
    for each column and some column below is all figures, unless the table `names_rows` or says a fact in each row. A
    table inside a cell comes as the text of that cell.
    """
    if _lays_out(rows, is_named=any(headers)):
        return [piece for row in rows for cell in row for piece in cell]
    texts = [[joined(map(_labelled, cell)) for cell in row] for row in rows]
    if not any(headers):
        headers = [not names_rows and _is_header(texts) and not are_facts(texts)]
    return [
        row_of(cells, group=group, is_header=number < len(headers) and headers[number])
        for number, cells in enumerate(texts)
    ]


def _lays_out(rows: Sequence[Sequence[Sequence[Piece]]], *, is_named: bool) -> bool:
    """Tells whether a table places parts of a page; one whose columns have names holds data, whatever is in it."""
    cells = [cell for row in rows for cell in row]
    if all(len(row) < 2 for row in rows):
        return True
    if any(sum(len(piece.text.split()) for piece in cell) > _CELL_WORDS * (1 + 2 * is_named) for cell in cells):
        return True
    if is_named:
        return False
    if len(rows) == 1 and any(len(cell) > 1 for cell in cells):
        return True
    return any(piece.kind in ("heading", "row") for cell in cells for piece in cell)


def _labelled(piece: Piece) -> str:
    """A label that says more than how many there are, 2.2 say, stays with its words."""
    counted = piece.label in ("", BULLET) or re.fullmatch(r"\d+[.)]", piece.label)
    text = piece.text.replace(" | ", ", ") if piece.kind == "row" else piece.text
    return text if counted else f"{piece.label} {text}"


def _is_header(rows: Sequence[Sequence[str]]) -> bool:
    first, below = (rows[0], rows[1:]) if rows else ((), ())
    names = [name for name in first if name]
    if len(names) < 2 or len(set(names)) < len(names) or any(re.search(r"\d", name) for name in names) or not below:
        return False
    columns = ([row[i] for row in below if i < len(row)] for i in range(len(first)))
    return any(column and all(re.match(r"\W{0,3}\d", cell) for cell in column) for column in columns)


def joined(parts: Iterable[str]) -> str:
    """Returns paragraphs or items of one cell on one line, so that none runs into the next."""
    text = ""
    for part in (" ".join(part.split()) for part in parts):
        if part:
            text += ("" if not text else " " if re.search(r"[.!?:;,]$", text) else "; ") + part
    return text


def assemble(pieces: Sequence[Piece]) -> Assembled:
    """Returns the pieces as one text: an empty line between blocks, none inside a list or a table."""
    parts: list[str] = []
    blocks: list[Block] = []
    links: list[Link] = []
    groups: dict[int, _Group] = {}
    at, before = 0, None
    for piece in filter(None, map(_clean, pieces)):
        gap = "" if before is None else "\n" if piece.group and piece.group == before.group else "\n\n"

        label = piece.label + " " if piece.label else ""
        start = at + len(gap)
        body = start + len(label)
        end = body + len(piece.text)
        group = groups.get(piece.group) if piece.group else None
        if group is None:
            group = _Group(len(blocks), _introduction(piece, before.text if before else "", blocks))
            groups[piece.group] = group
        blocks.append(
            Block(
                kind=piece.kind,
                start=start,
                end=end,
                level=piece.level,
                label=piece.label,
                group=group.first if piece.group else None,
                leans_on=group.leans_on(piece, len(blocks)),
                is_header=piece.is_header,
                language=piece.language,
                page=piece.page,
            )
        )
        links += [Link(body + link.start, body + link.end, link.target) for link in piece.links]
        parts += [gap, label, piece.text]
        at, before = end, piece
    return Assembled("".join(parts), tuple(blocks), tuple(links))


def _introduction(piece: Piece, before: str, blocks: Sequence[Block]) -> int | None:
    """The number of the block right before a list, a table or code that introduces it, if one does."""
    if piece.kind not in _INTRODUCED or not blocks:
        return None
    # An item introduces the code behind it, and what else it ends with a colon for.
    item = blocks[-1].kind == "item" and (piece.kind == "code" or before.endswith(":"))
    return len(blocks) - 1 if blocks[-1].kind in _INTRODUCES or item else None


@dataclass
class _Group:
    """A list or a table that is being put together: its first block, what introduces it, what its next piece leans on.

    A piece outside of lists and tables is a group of its own.
    """

    first: int
    introduction: int | None
    header: int | None = None
    items: list[tuple[int, int]] = field(default_factory=list)

    def leans_on(self, piece: Piece, number: int) -> int | None:
        """Returns what the piece leans on: the header of its table, the item above it, else the introduction."""
        if piece.kind == "row":
            header = None if piece.is_header else self.header
            self.header = number if piece.is_header else self.header
            return self.introduction if header is None else header
        is_item = piece.kind == "item"
        while self.items and self.items[-1][0] >= piece.level + (not is_item):
            self.items.pop()
        above = self.items[-1][1] if self.items else self.introduction
        if is_item:
            self.items.append((piece.level, number))
        return above


def _clean(piece: Piece) -> Piece | None:
    """The piece with plain white space and nothing that hides; None if it says nothing."""
    text = clean(honest(piece.text))
    if piece.kind != "code":
        text = "\n".join(" ".join(line.split()) for line in text.split("\n")).strip(_BLANK)
        text = re.sub(r"\n{2,}", "\n", text)
    if piece.kind in ("heading", "row"):
        text = " ".join(text.split())
    if not text.strip() or (piece.kind == "row" and not any(map(str.isalnum, text))):
        return None
    links = piece.links if text == piece.text else tuple(moved_links(piece, text))
    return replace(piece, text=text, links=tuple(link for link in links if not _LEADS_NOWHERE.match(link.target)))


def moved_links(piece: Piece, text: str) -> Iterable[Link]:
    """Yields the links of a piece whose text has changed a little: each where its words stand now."""
    at = 0
    for link in piece.links:
        words = " ".join(clean(piece.text[link.start : link.end]).split())
        found = text.find(words, at) if words else -1
        if found >= 0:
            at = found + len(words)
            yield Link(found, at, link.target)
