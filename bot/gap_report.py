"""Gaps as a table, as JSON lines, and as a page that needs no network. Knows rich and HTML; finds nothing."""

import json
from collections.abc import Sequence
from html import escape

from rich.console import Console
from rich.table import Column, Table

from bot.gaps import Gap

_STYLE = (
    "body{margin:0 auto;max-width:64rem;padding:1rem;font:16px/1.5 system-ui,sans-serif;color:#1b1f24;background:#fff}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;"
    "border-bottom:1px solid #c9ced6;overflow-wrap:anywhere}.wide{overflow-x:auto}ul{margin:0;padding-left:1.1rem}"
)
NOTHING = "Nothing was refused and nobody was displeased, as far as is kept."


def print_gaps(gaps: Sequence[Gap], console: Console) -> None:
    """Prints one row a gap."""
    if not gaps:
        console.print(NOTHING)
        return
    table = Table(Column("Missing", overflow="fold"), "Asked", "People", "Why", Column("Nearest", overflow="fold"))
    for gap in gaps:
        table.add_row(_named(gap), str(gap.count), str(gap.people), _why(gap), gap.nearest or "-")
    console.print(table)


def as_json_line(gap: Gap) -> str:
    """Returns a gap as one line of JSON."""
    values = {
        "missing": gap.missing,
        "questions": list(gap.questions),
        "count": gap.count,
        "people": gap.people,
        "reasons": dict(gap.reasons),
        "nearest": gap.nearest,
    }
    return json.dumps(values, ensure_ascii=False)


def gaps_page(gaps: Sequence[Gap]) -> str:
    """Returns the gaps as one HTML page."""
    rows = "".join(
        f"<tr><th scope='row'>{escape(gap.missing)}</th><td>{gap.count}</td><td>{gap.people}</td>"
        f"<td>{escape(_why(gap))}</td><td>{escape(gap.nearest or '-')}</td>"
        f"<td><ul>{''.join(f'<li>{escape(question)}</li>' for question in gap.questions)}</ul></td></tr>"
        for gap in gaps
    )
    heads = "".join(f"<th>{name}</th>" for name in ("Missing", "Asked", "People", "Why", "Nearest", "Questions"))
    table = f"<div class='wide' tabindex='0' role='region' aria-label='Gaps'><table><thead><tr>{heads}</tr></thead>"
    body = f"{table}<tbody>{rows}</tbody></table></div>" if gaps else f"<p>{NOTHING}</p>"
    head = "<meta charset='utf-8'><meta name='viewport' content='width=device-width, initial-scale=1'>"
    return (
        f"<!DOCTYPE html>\n<html lang='en'><head>{head}<title>What the articles lack</title><style>{_STYLE}</style>"
        f"</head><body><main><h1>What the articles lack</h1>{body}</main></body></html>\n"
    )


def _named(gap: Gap) -> str:
    return gap.missing if gap.missing in gap.questions else f"{gap.missing} ({gap.questions[0]})"


def _why(gap: Gap) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in gap.reasons.items())
