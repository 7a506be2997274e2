"""What the tests of an ingest do to a corpus, and look at afterwards."""

from collections.abc import Mapping
from pathlib import Path

from ingest.index import generation
from ingest.index.open_index import open_current
from tests.conftest import HashEmbedder

FINGERPRINT = HashEmbedder().fingerprint


def published(home: Path) -> dict[str, str]:
    """The articles of the published generation: id -> text."""
    index = open_current(home, FINGERPRINT)
    texts = {article.id: index.text(row) for row, article in enumerate(index.articles)}
    index.close()
    return texts


def snapshot(home: Path) -> Mapping[str, bytes]:
    """Every file of the published generation, and the pointer, byte for byte."""
    folder = generation.folder_of(home, generation.current(home) or "")
    files = [home / "CURRENT", *(path for path in folder.rglob("*") if path.is_file())]
    return {str(path.relative_to(home)): path.read_bytes() for path in files}


def append(path: Path, text: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")
