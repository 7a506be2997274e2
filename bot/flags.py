"""The commands that ask, those that tell of the articles what asking showed, and their flags. Asks nothing."""

import argparse
from pathlib import Path

from ingest.command_line import Command


def _ask_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("question", metavar="QUESTION", nargs="*", help="its words, quoted or not")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    parser.add_argument(
        "--batch", metavar="IN.jsonl", type=Path, help="answer every line of a file ({id, question, …})"
    )
    parser.add_argument(
        "--output", metavar="OUT.jsonl", type=Path, help="where --batch writes (default: standard output)"
    )


def _demo_flags(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--port", type=int, default=8642, help="where the page is served (default: 8642; 0: a free one)"
    )
    parser.add_argument("--no-browser", action="store_true", help="only print the address of the page")


def _gap_flags(parser: argparse.ArgumentParser) -> None:
    _json_flag(parser)
    parser.add_argument("--html", metavar="FILE", type=Path, help="write a page, too")
    parser.add_argument("--days", metavar="N", type=int, help="look back so far (default: all that is kept)")
    parser.add_argument(
        "--slack", metavar="CHANNEL", help="post a digest to the channel (id) of those who write articles"
    )


def _json_flag(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")


COMMANDS = (
    Command(
        "ask",
        "answer a question",
        _ask_flags,
        {
            'footnote ask "How many days of leave are there?"': "",
            'footnote ask --json "Who may work abroad?"': "with all that was found",
            "footnote ask --batch in.jsonl --output out.jsonl": "a file of questions",
        },
    ),
    Command("chat", "ask one question after another; follow-ups are understood"),
    Command("slack", "answer questions in Slack"),
    Command(
        "demo-slack",
        "try the Slack app in a browser, without Slack",
        _demo_flags,
        {"footnote demo-slack": "opens the page", "footnote demo-slack --port 0 --no-browser": "prints its address"},
    ),
)
ABOUT_ARTICLES = (
    Command("stale", "list the articles, the least cited and oldest first", _json_flag),
    Command(
        "gaps",
        "list what people asked in Slack and the articles do not answer",
        _gap_flags,
        {"footnote gaps --days 7 --html gaps.html": "the last week, as a page too"},
    ),
)
