"""What a maintainer asks of a home, each answered in one sentence. Knows who does it; does nothing itself."""

import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.backup import export_home, import_home
from ingest.index.address import ServerAddress
from ingest.index.generation import roll_back
from ingest.index.verify import verify_published
from ingest.lock import ingest_lock
from ingest.remote import roll_back_server


@dataclass(frozen=True)
class Order:
    """Where to do it: a home, the Chroma server if there is one, and the file that was named, if any."""

    home: Path
    server: ServerAddress | None
    file: Path


def rolled_back(order: Order) -> str:
    """Goes back to the generation before, on the server if there is one."""
    with ingest_lock(order.home):
        before, after = roll_back_server(order.home, order.server) if order.server else roll_back(order.home)
    return f"Went back from generation {before} to {after}. The next ingest publishes the corpus as it is then."


def verified(order: Order) -> str:
    """Checks what is published."""
    manifest = verify_published(order.home, order.server)
    size = f"{manifest.articles} articles, {manifest.chunks} chunks"
    return f"Generation {manifest.generation} is whole: {size}; recall@100 of the vector index {manifest.recall:.3f}."


def exported(order: Order) -> str:
    """Saves the ledger and the published generation in one file."""
    return f"Saved the ledger and generation {export_home(order.home, order.file).generation} in {order.file}."


def imported(order: Order) -> str:
    """Checks an exported file and publishes what it holds."""
    manifest = import_home(order.home, order.file, now=datetime.datetime.now(datetime.UTC))
    return f"Checked and published as generation {manifest.generation}: {manifest.articles} articles."


UPKEEP: Mapping[str, Callable[[Order], str]] = {
    "rollback": rolled_back,
    "verify": verified,
    "export": exported,
    "import": imported,
}
