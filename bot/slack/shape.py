"""The shapes of an answer as Slack shows them: lists and code as they are, a table in columns. Pure.

Slack renders tables of Markdown in some kinds of messages and not in others; letters of one width stand in columns in
all of them.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from bot.answer import Citation, Part
from bot.shapes import Code, Line, Shape, Table
from bot.slack.escape import JOINER, marker, quote_address, safe

# A wider table is broken into lines on most screens, on telephones above all.
_MOST_COLUMNS = 72
_TASKS = {"- [x] ": "- ☑ ", "- [ ] ": "- ☐ "}


def in_slack(parts: Iterable[Part]) -> str:
    """Returns parts as Slack is to be given them: safe, each with the white space before it."""
    return "".join(part.gap + "\n".join(_shown(shape, links(part.citations)) for shape in part.shown) for part in parts)


def links(citations: Iterable[Citation]) -> dict[int, str | None]:
    """Returns where the marker of each citation leads: to the quote on the article's page."""
    return {citation.number: quote_address(citation.article.url, citation.quote) for citation in citations}


def _shown(shape: Shape, leads: Mapping[int, str | None]) -> str:
    match shape:
        case Line(text, numbers):
            return _marked(_line(text), numbers, leads)
        case Code(text, language):
            return safe(_fenced(text, language))
        case Table():
            return _marked(_table(shape), shape.numbers, leads)


def _marked(text: str, numbers: Iterable[int], leads: Mapping[int, str | None]) -> str:
    return " ".join(filter(None, (safe(text), *(marker(number, leads[number]) for number in numbers))))


def _line(line: str) -> str:
    """Boxes of tasks are signs, for Slack knows no other."""
    body = line.lstrip(" ")
    for box, sign in _TASKS.items():
        if body.startswith(box):
            return line[: len(line) - len(body)] + sign + body.removeprefix(box)
    return line


def _table(shown: Table) -> str:
    header, rows = shown.header, shown.rows
    named = any(header)
    whole = [header, *rows] if named else [*rows]
    widths = [max(map(len, column)) for column in zip(*whole, strict=True)]
    if shown.numbers or sum(widths) + 2 * len(widths) > _MOST_COLUMNS:
        return "\n".join(f"- {line}" for line in _told(header, rows))
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in whole]
    if named:
        lines.insert(1, "  ".join("─" * width for width in widths))
    return _fenced("\n".join(lines), "")


def _told(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A row on a line, its cells with the names of their columns: for wide tables, and rows with markers."""
    for row in rows:
        cells = [f"{name}: {cell}" if name else cell for name, cell in zip(header, row, strict=True) if cell]
        yield " · ".join(cells)


def _fenced(text: str, language: str) -> str:
    return f"```{language}\n{text.replace('```', f'`{JOINER}``')}\n```"
