"""The flags of `footnote gaps`. Knows argparse; finds nothing."""

import argparse
from pathlib import Path


def add_gap_flags(parser: argparse.ArgumentParser) -> None:
    """Adds what `footnote gaps` takes."""
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.add_argument("--html", metavar="FILE", type=Path, help="write a page, too")
    parser.add_argument("--days", metavar="N", type=int, help="look back so far (default: all that is kept)")
    parser.add_argument(
        "--slack", metavar="CHANNEL", help="post a digest to the channel (id) of those who write articles"
    )
