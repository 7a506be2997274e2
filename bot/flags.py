"""The flags of the commands that ask, and of `footnote gaps`. Knows argparse; asks nothing."""

import argparse
from pathlib import Path


def add_ask_flags(parser: argparse.ArgumentParser) -> None:
    """Adds what `footnote ask` takes."""
    parser.add_argument("question", metavar="QUESTION", nargs="*")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    parser.add_argument(
        "--batch", metavar="IN.jsonl", type=Path, help="answer every line of a file ({id, question, …})"
    )
    parser.add_argument(
        "--output", metavar="OUT.jsonl", type=Path, help="where --batch writes (default: standard output)"
    )


def add_demo_flags(parser: argparse.ArgumentParser) -> None:
    """Adds what `footnote demo-slack` takes."""
    parser.add_argument(
        "--port", type=int, default=8642, help="where the page is served (default: 8642; 0: a free one)"
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address of the page")


def add_gap_flags(parser: argparse.ArgumentParser) -> None:
    """Adds what `footnote gaps` takes."""
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.add_argument("--html", metavar="FILE", type=Path, help="write a page, too")
    parser.add_argument("--days", metavar="N", type=int, help="look back so far (default: all that is kept)")
    parser.add_argument(
        "--slack", metavar="CHANNEL", help="post a digest to the channel (id) of those who write articles"
    )
