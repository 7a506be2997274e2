"""Texts become vectors on the machines of a Ray cluster. The home of ray; knows nothing of ledgers.

Every machine of the cluster needs Footnote with the extra `ray`, and the files of the model: only texts travel there,
and vectors back. Imported by the process alone that `ingest.embed.cluster` starts, and by the workers.
"""

import math
import socket
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import ray
import ray.data

from ingest.embed.cluster import Cluster, Part, Ready
from ingest.embed.embedder import STEP
from ingest.embed.minilm import MiniLM

# A Ray that is started for one ingest is nobody else's business.
_ALONE = {"_node_ip_address": "127.0.0.1", "include_dashboard": False}


class Worker:
    """One process of the cluster, with the model loaded; one for each of its processors."""

    def __init__(self, folder: Path | None) -> None:
        self._model = MiniLM(folder, threads=1)
        self._name = f"{socket.gethostname()} {id(self)}"

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """Embeds the texts of a batch."""
        vectors, count = self._model.embed(batch["text"].tolist()), len(batch["place"])
        said = {"fingerprint": self._model.fingerprint, "worker": self._name}
        return {"place": batch["place"], "vector": vectors, **{key: np.full(count, said[key]) for key in said}}


def embedded(cluster: Cluster, texts: Sequence[str]) -> Iterator[Ready | Part]:
    """Embeds texts on a cluster; says when it is ready, and yields parts as they come."""
    alone = _ALONE if cluster.address == "local" else {}
    ray.init(address=cluster.address, log_to_driver=False, logging_level="error", **alone)
    try:
        yield Ready()
        for batch in _dataset(cluster, texts).iter_batches(batch_size=None, batch_format="numpy"):
            yield from _parts(batch)
    finally:
        ray.shutdown()


def _dataset(cluster: Cluster, texts: Sequence[str]) -> Any:
    ray.data.DataContext.get_current().enable_progress_bars = False
    rows = [{"place": place, "text": text} for place, text in enumerate(texts)]
    blocks = math.ceil(len(rows) / STEP)
    workers = max(int(ray.cluster_resources().get("CPU", 1)), 1)
    return ray.data.from_items(rows, override_num_blocks=blocks).map_batches(
        Worker,
        fn_constructor_args=(cluster.folder,),
        batch_size=None,
        compute=ray.data.ActorPoolStrategy(min_size=1, max_size=workers, initial_size=min(workers, blocks)),
        num_cpus=1,
    )


def _parts(batch: Mapping[str, Any]) -> Iterator[Part]:
    """What came together, by worker."""
    makers = list(zip(batch["fingerprint"].tolist(), batch["worker"].tolist(), strict=True))
    for maker in dict.fromkeys(makers):
        rows = [row for row, each in enumerate(makers) if each == maker]
        vectors = np.ascontiguousarray(batch["vector"][rows], dtype=np.float32)
        yield Part(tuple(batch["place"][rows].tolist()), vectors, *maker)
