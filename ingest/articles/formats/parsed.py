"""What every reader hands back, and how blocks become a text with marks. Knows text; knows no format."""

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.articles.declared import NOTHING, Declared
from ingest.articles.decode import clean
from ingest.articles.honest import honest
from ingest.articles.marks import MAX_HEADING, Mark


@dataclass(frozen=True)
class Parsed:
    """A file's text, clean and ready to be quoted, with what the file declares and where headings and pages begin."""

    text: str
    declared: Declared = NOTHING
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True)
class Block:
    """A paragraph, an item or a row; or, with a level from 1 to 6, a heading."""

    text: str
    level: int = 0


def row_of(cells: Iterable[str]) -> Block:
    """Returns a row of a table as Markdown writes it (`| Costs | 212 |`); a row of empty cells is an empty block."""
    texts = [" ".join(cell.split()) for cell in cells]
    return Block(f"| {' | '.join(texts)} |" if any(texts) else "")


def assemble(blocks: Iterable[Block]) -> tuple[str, tuple[Mark, ...]]:
    """Returns the blocks as one text, an empty line between them, and a mark for each heading.

    A heading stands in the text as Markdown writes it (`## Costs`), as a row does, in every format: whatever reads the
    text later has one way to tell them from sentences.
    """
    parts, marks, at = [], [], 0
    for block in blocks:
        text = clean(honest(" ".join(block.text.split()) if block.level else block.text))
        if not text.strip():
            continue
        if block.level:
            marks.append(Mark(at, text[:MAX_HEADING], None))
            text = "#" * block.level + " " + text
        parts.append(text)
        at += len(text) + 2
    return "\n\n".join(parts), tuple(marks)
