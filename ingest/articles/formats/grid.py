"""Tables that are drawn with + and |, as Pandoc and reStructuredText have them. Knows lines; parses no Markdown."""

import html
import itertools
import re
from collections.abc import Iterator, Sequence

_RULE = re.compile(r"[ \t]*\+(?:[-=:]{2,}\+)+[ \t]*")


def html_of_grid(lines: Sequence[str]) -> Iterator[str]:
    """Yields lines with each drawn table written as one of HTML; what only looks like one stays as it is."""
    at = 0
    while at < len(lines):
        end = _end_of_table(lines, at) if _RULE.fullmatch(lines[at]) else at
        if end > at + 2:
            yield from ("", _as_html([line.strip() for line in lines[at:end]]), "")
            at = end
        else:
            yield lines[at]
            at += 1


def _end_of_table(lines: Sequence[str], at: int) -> int:
    """Behind the last rule of the table that begins here, or the place itself if its rows do not fit its columns."""
    stops = _stops(lines[at].strip())
    end = at
    for i in range(at, len(lines)):
        line = lines[i].strip()
        if not line.startswith(("+", "|")) or len(line) != stops[-1] + 1:
            break
        if _RULE.fullmatch(line):
            end = i + 1
    return end


def _stops(rule: str) -> list[int]:
    return [i for i, sign in enumerate(rule) if sign == "+"]


def _as_html(lines: Sequence[str]) -> str:
    stops = _stops(lines[0])
    rows: list[list[list[str]]] = []
    headers = 0
    for line in lines:
        if _RULE.fullmatch(line):
            headers = len(rows) if "=" in line and not headers else headers
            rows.append([[] for _ in stops[1:]])
            continue
        for cell, (left, right) in zip(rows[-1], itertools.pairwise(stops), strict=True):
            cell.append(line[left + 1 : right].strip())
    filled = [row for row in rows if any(any(cell) for cell in row)]
    return f"<table>{''.join(_row(row, 'th' if i < headers else 'td') for i, row in enumerate(filled))}</table>"


def _row(cells: Sequence[Sequence[str]], name: str) -> str:
    texts = (html.escape(" ".join(filter(None, cell)), quote=False) for cell in cells)
    return f"<tr>{''.join(f'<{name}>{text}</{name}>' for text in texts)}</tr>"
