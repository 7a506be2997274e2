"""What the commands about articles do: ingest and history. Prints reports; parses no flags, reads no settings."""

import datetime
import json
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from ingest.articles.fetch import fetch_page
from ingest.embed.embedder import Embedder
from ingest.errors import IngestError
from ingest.flags import IngestOrder
from ingest.index.generation import current
from ingest.ledger import past_runs
from ingest.outcome import report_as_json
from ingest.report import print_history, print_report, shown_progress
from ingest.run import ingest
from ingest.watch import changes


def run_ingest(
    order: IngestOrder, open_embedder: Callable[[], Embedder], *, watch: bool, warn: Callable[[object], None]
) -> bool:
    """Ingests once, or after every change until it is stopped; returns whether every article could be read.

    Raises IngestError: see `ingest.errors`; while watching it is told to `warn` and the watch goes on.
    """
    for url in order.urls:
        fetch_page(url, order.corpus, now=datetime.datetime.now(datetime.UTC))
    whole = True
    for _ in changes(order.corpus) if watch else (None,):
        try:
            whole = _ingest_once(order, open_embedder)
        except IngestError as error:
            if not watch:
                raise
            warn(error)
    return whole


def show_history(home: Path) -> None:
    """Prints the past ingests, the newest first."""
    print_history(past_runs(home), current(home), Console())


def _ingest_once(order: IngestOrder, open_embedder: Callable[[], Embedder]) -> bool:
    console = Console(stderr=order.json)
    with shown_progress(console) as progress:
        report = ingest(
            order.corpus,
            order.home,
            open_embedder=open_embedder,
            now=datetime.datetime.now(datetime.UTC),
            progress=progress,
            retry=order.retry,
            reread=order.reread,
            dry_run=order.dry_run,
            allow_mass_delete=order.allow_mass_delete,
            server=order.server,
        )
    if order.json:
        print(json.dumps(report_as_json(report, dry_run=order.dry_run), ensure_ascii=False), flush=True)
    else:
        print_report(report, console, dry_run=order.dry_run, verbose=order.verbose)
    return not report.failed
