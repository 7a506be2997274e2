"""The commands about articles and their flags, and the order that those of `ingest` amount to. Runs nothing."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingest.command_line import SHELLS, Command
from ingest.index.address import ServerAddress


@dataclass(frozen=True)
class IngestOrder:
    """What one `footnote ingest` was asked to do; `urls` are fetched into the corpus first."""

    corpus: Path
    home: Path
    urls: Sequence[str]
    server: ServerAddress | None
    dry_run: bool
    retry: bool
    reread: bool
    allow_mass_delete: bool
    json: bool
    verbose: bool


def add_ingest_flags(parser: argparse.ArgumentParser) -> None:
    """Declares what may stand behind `footnote ingest`."""
    parser.add_argument("corpus", metavar="CORPUS", nargs="?", help="the folder of articles")
    parser.add_argument("--url", action="append", default=[], help="first fetch this web page into the corpus")
    parser.add_argument("--retry", action="store_true", help="try files again that have failed three times")
    parser.add_argument("--reread", action="store_true", help="read files, too, whose size and times are as they were")
    parser.add_argument("--dry-run", action="store_true", help="show what would happen; embed and publish nothing")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--verbose", action="store_true", help="print every note, and all that was inferred")
    parser.add_argument("--ray", metavar="ADDRESS", help="embed on a Ray cluster: auto, HOST:PORT, ray://…, or local")
    parser.add_argument("--watch", action="store_true", help="stay, and do it again whenever the articles change")
    parser.add_argument("--allow-mass-delete", action="store_true", help="go on though most articles have vanished")


def add_show_flags(parser: argparse.ArgumentParser) -> None:
    """Declares what may stand behind `footnote show`: one article, or all of them."""
    which = parser.add_mutually_exclusive_group(required=True)
    which.add_argument("article", metavar="ARTICLE", nargs="?", help="its id, or the end of it")
    which.add_argument("--all", action="store_true", help="print every article")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line, with blocks")


def order_of(args: argparse.Namespace, *, corpus: Path, home: Path, server: ServerAddress | None) -> IngestOrder:
    """Returns what the flags ask for, in these folders and with this Chroma server, if any."""
    return IngestOrder(
        corpus=corpus,
        home=home,
        urls=args.url,
        server=server,
        dry_run=args.dry_run,
        retry=args.retry,
        reread=args.reread,
        allow_mass_delete=args.allow_mass_delete,
        json=args.json,
        verbose=args.verbose,
    )


def add_place(parser: argparse.ArgumentParser) -> None:
    """Lets the folders be named behind a command as well as before it."""
    for flag, kept_as in (("--home", "home"), ("--corpus", "corpus_flag")):
        parser.add_argument(flag, metavar="DIR", dest=kept_as, default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def _add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help="the file, a tar")


def _add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _add_shell(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("shell", choices=SHELLS, help="bash, zsh or fish")


EXAMPLES = {
    "footnote": "where things stand, and what to do next",
    "footnote ingest": "make the index of the articles in corpus/",
    'footnote ask "Who may work abroad?"': "ask them",
    "footnote ask --help": "more about one command",
}
COMMANDS = (
    Command(
        "ingest",
        "bring the index up to the articles",
        add_ingest_flags,
        {
            "footnote ingest": "the articles in corpus/",
            "footnote ingest ~/handbook --dry-run": "what would happen with others",
            "footnote ingest --watch": "stay, and do it again after every change",
            "footnote ingest --url https://…": "first fetch a page into the folder",
        },
    ),
    Command(
        "show",
        "print what is stored of an article, as a reader sees it",
        add_show_flags,
        {
            "footnote show leave.md": "by its id, or the end of it",
            "footnote show --all --json": "all, with their blocks",
        },
    ),
    Command("history", "show past ingests, and which generation is in use"),
    Command(
        "rollback",
        "go back to what was in use before",
        examples={
            "footnote rollback": "again goes one further back",
            "footnote ingest": "forward again, to the articles as they are",
        },
    ),
    Command("verify", "check the published index"),
    Command("export", "save the ledger and the published index in FILE", _add_file, {"footnote export saved.tar": ""}),
    Command("import", "publish an export", _add_file, {"footnote import saved.tar": "rollback undoes it"}),
)
ABOUT_ITSELF = (
    Command("status", "say where things stand and what to do next"),
    Command("settings", "print every setting in force and where it comes from", _add_json),
    Command("doctor", "check whether all is set up as it should be; change nothing", _add_json),
    Command(
        "completion",
        "print what completes commands in a shell",
        _add_shell,
        {
            'eval "$(footnote completion bash)"': "a line for ~/.bashrc; so for zsh",
            "footnote completion fish | source": "a line for config.fish",
        },
    ),
)
"""What is about no package alone."""
