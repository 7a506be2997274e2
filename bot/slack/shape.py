"""The shapes of an answer as Slack shows them: lists and code as they are, a table in columns. Pure.

Slack renders tables of Markdown in some kinds of messages and not in others; letters of one width stand in columns in
all of them. What is made here still goes through `escape`.
"""

from collections.abc import Iterator, Sequence

from bot.answer import MARKER
from bot.shapes import Code, Lines, Table, shapes
from bot.slack.escape import JOINER

# A wider table is broken into lines on most screens, on telephones above all.
_MOST_COLUMNS = 72
_TASKS = {"- [x] ": "- ☑ ", "- [ ] ": "- ☐ "}


def in_slack(text: str) -> str:
    """Returns an answer's text, or a whole part of it, as Slack is to be given it."""
    return "\n".join(_shown(shape) for shape in shapes(text))


def _shown(shape: Lines | Code | Table) -> str:
    match shape:
        case Lines(text):
            return "\n".join(map(_line, text.split("\n")))
        case Code(text, language):
            # A figure in brackets would be taken for a marker.
            return _fenced(MARKER.sub(rf"[{JOINER}\1]", text), language)
        case Table(header, rows):
            return _table(header, rows)


def _line(line: str) -> str:
    """Boxes of tasks are signs, for Slack knows no other."""
    body = line.lstrip(" ")
    for box, sign in _TASKS.items():
        if body.startswith(box):
            return line[: len(line) - len(body)] + sign + body.removeprefix(box)
    return line


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    named = any(header)
    whole = [header, *rows] if named else [*rows]
    widths = [max(map(len, column)) for column in zip(*whole, strict=True)]
    if any(MARKER.search(cell) for row in rows for cell in row) or sum(widths) + 2 * len(widths) > _MOST_COLUMNS:
        return "\n".join(f"- {line}" for line in _told(header, rows))
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in whole]
    if named:
        lines.insert(1, "  ".join("─" * width for width in widths))
    return _fenced("\n".join(lines), "")


def _told(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A row on a line, its cells with the names of their columns: for wide tables, and those with markers in cells."""
    for row in rows:
        cells = [f"{name}: {cell}" if name else cell for name, cell in zip(header, row, strict=True) if cell]
        yield " · ".join(cells)


def _fenced(text: str, language: str) -> str:
    return f"```{language}\n{text.replace('```', f'`{JOINER}``')}\n```"
