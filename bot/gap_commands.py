"""What `footnote gaps` does: reads what was not served, groups it, and shows it. Knows who does what."""

import argparse
import time
from pathlib import Path

from rich.console import Console

from bot.errors import BadOutput
from bot.gap_report import as_json_line, gaps_page, print_gaps
from bot.gaps import find_gaps
from bot.slack.records.unmet import unmet
from bot.slack.settings import SlackSettings, database_of
from ingest.embed.minilm import MiniLM


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
        from bot.slack.digest import digest, post  # here, for Slack's client is not wanted otherwise

        said = [one for one in found if not one.is_private]
        post(slack, args.slack, digest(find_gaps(said, embedder), days=days, private=len(found) - len(said)))
