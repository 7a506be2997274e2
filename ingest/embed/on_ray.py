"""Texts become vectors on the machines of a Ray cluster. The home of ray; knows nothing of ledgers.

Every machine of the cluster needs Footnote with the extra `ray`, and the files of the model: only texts travel there,
and vectors back. Imported by the process alone that `ingest.embed.cluster` starts, and by the workers.
"""

import logging
import math
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import ray
import ray.data

from ingest.embed.embedder import STEP, Vectors
from ingest.embed.minilm import MiniLM

Made = tuple[tuple[int, ...], Vectors, str, str]
"""The places of some texts, a row of vectors for each, the fingerprint of what embedded them, and the worker's name."""


@contextmanager
def connected(address: str) -> Iterator[None]:
    """Joins the cluster at an address, or starts one on this machine if that is `local`, and leaves it in the end."""
    dashboard = {"include_dashboard": False} if address == "local" else {}  # one that runs has it or has not
    ray.init(address=address, log_to_driver=False, logging_level=logging.ERROR, **dashboard)
    try:
        yield
    finally:
        ray.shutdown()


def embedded(folder: Path | None, texts: Sequence[str]) -> Iterator[Made]:
    """Embeds texts on the cluster that was joined; yields what comes, in any order.

    `folder` is where its machines have the model's files, if not in the installed wheels.
    """
    stream = ray.remote(num_cpus=0)(Stream).remote(folder, texts)
    while made := ray.get(stream.next_made.remote()):
        yield from made


class Stream:
    """What leads the workers, on the cluster itself: Ray Data cannot be led from outside, as with a ray:// address."""

    def __init__(self, folder: Path | None, texts: Sequence[str]) -> None:
        self._batches = iter(_dataset(folder, texts).iter_batches(batch_size=None, batch_format="numpy"))

    def next_made(self) -> tuple[Made, ...]:
        """Returns what has come next, nothing after the last."""
        batch = next(self._batches, None)
        return () if batch is None else tuple(_by_worker(batch))


class Worker:
    """One process of the cluster, with the model loaded; one for each of its processors."""

    def __init__(self, folder: Path | None) -> None:
        self._model = MiniLM(folder, threads=1)
        self._name = f"{socket.gethostname()}:{os.getpid()}"

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """Embeds the texts of a batch."""
        vectors, count = self._model.embed(batch["text"].tolist()), len(batch["place"])
        said = {"fingerprint": self._model.fingerprint, "worker": self._name}
        return {"place": batch["place"], "vector": vectors, **{key: np.full(count, said[key]) for key in said}}


def _dataset(folder: Path | None, texts: Sequence[str]) -> Any:
    ray.data.DataContext.get_current().enable_progress_bars = False
    rows = [{"place": place, "text": text} for place, text in enumerate(texts)]
    blocks = math.ceil(len(rows) / STEP)
    workers = max(int(ray.cluster_resources().get("CPU", 1)), 1)
    return ray.data.from_items(rows, override_num_blocks=blocks).map_batches(
        Worker,
        fn_constructor_args=(folder,),
        batch_size=None,  # a whole block
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=workers, initial_size=min(workers, blocks)),
        num_cpus=1,
    )


def _by_worker(batch: Mapping[str, Any]) -> Iterator[Made]:
    makers = list(zip(batch["fingerprint"].tolist(), batch["worker"].tolist(), strict=True))
    for maker in dict.fromkeys(makers):
        rows = [row for row, each in enumerate(makers) if each == maker]
        vectors = np.ascontiguousarray(batch["vector"][rows], dtype=np.float32)
        yield tuple(batch["place"][rows].tolist()), vectors, *maker
