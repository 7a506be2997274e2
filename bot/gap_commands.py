"""What `footnote gaps` does: reads what was not served, groups it, and shows it. Knows who does what."""

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from html import escape
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table

from bot.errors import BadOutput
from bot.gaps import Gap, find_gaps
from bot.slack.records.feedback import unmet
from bot.slack.settings import SlackSettings, database_of
from ingest.embed.minilm import MiniLM

_STYLE = (
    "body{margin:0 auto;max-width:64rem;padding:1rem;font:16px/1.5 system-ui,sans-serif;color:#1b1f24;background:#fff}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;"
    "border-bottom:1px solid #c9ced6;overflow-wrap:anywhere}.wide{overflow-x:auto}ul{margin:0;padding-left:1.1rem}"
)
NOTHING = "Nothing was refused and nobody was displeased, as far as is kept."


def show_gaps(args: argparse.Namespace, slack: SlackSettings, *, home: Path, minilm: Path | None) -> None:
    """Prints the gaps, and writes or posts them where that is wished.

    Raises BadOutput: the page cannot be written; InboxUnavailable: the bot's database cannot be read; SlackRefused,
    SlackUnsure: Slack did not take the digest.
    """
    days = min(args.days or slack.slack_retention_days, slack.slack_retention_days)
    found, embedder = unmet(database_of(slack, home), now=time.time(), days=days), MiniLM(minilm)
    gaps = find_gaps(found, embedder)
    if args.json:
        for gap in gaps:
            print(as_json_line(gap))
    else:
        print_gaps(gaps, Console())
    if args.html:
        try:
            args.html.write_text(gaps_page(gaps), encoding="utf-8")
        except OSError as error:
            raise BadOutput(f"cannot write {args.html}: {error.strerror}", "name another file with --html") from error
    if args.slack:
        from bot.slack.digest import digest, post_digest  # here, for Slack's client is not wanted otherwise

        said = [one for one in found if not one.is_private]
        text = digest(find_gaps(said, embedder), days=days, private=len(found) - len(said))
        asyncio.run(post_digest(slack, args.slack, text))


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
    return json.dumps(vars(gap), ensure_ascii=False)


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
