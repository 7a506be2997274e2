"""The flags of `footnote ingest`, the order that they amount to, and those of `show`. Knows argparse; runs nothing."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

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
    allow_mass_delete: bool
    json: bool
    verbose: bool


def add_ingest_flags(parser: argparse.ArgumentParser) -> None:
    """Declares what may stand behind `footnote ingest`."""
    parser.add_argument("corpus", metavar="CORPUS", nargs="?", help="the folder of articles")
    parser.add_argument("--url", action="append", default=[], help="first fetch this web page into the corpus")
    parser.add_argument("--retry", action="store_true", help="try files again that have failed three times")
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
        allow_mass_delete=args.allow_mass_delete,
        json=args.json,
        verbose=args.verbose,
    )
