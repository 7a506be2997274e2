"""Embedding spread over a Ray cluster. Knows processes, waits and what goes wrong; Ray's home is `ingest.embed.on_ray`.

Ray runs in a process of its own: where nothing answers it waits for ever, when its cluster goes away it may end the
process that it runs in, and it prints. What has been embedded until then stays embedded.
"""

import importlib.util
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from ingest.distribution import remedy_for
from ingest.embed.embedder import Embedder, Vectors
from ingest.embed.minilm import MiniLM
from ingest.errors import EmbedderUnavailable

_END_S = 10.0


@dataclass(frozen=True)
class Cluster:
    """Where a cluster is, as `ray.init` takes it, and the folder in which its machines have the model's files, if any.

    It has `start_s` seconds to let us in, and `stall_s` to embed the next few hundred texts, loading the model first.
    """

    address: str
    folder: Path | None
    start_s: float = 60.0
    stall_s: float = 600.0


@dataclass(frozen=True)
class Part:
    """What one worker made of a few texts: their places, one row of `vectors` each, and what it embedded them with."""

    places: tuple[int, ...]
    vectors: Vectors
    fingerprint: str
    worker: str


@dataclass(frozen=True)
class Ready:
    """The cluster has let us in."""


@dataclass(frozen=True)
class ClusterEmbedder:
    """The embedder of this machine, with the cluster that embeds when there are many texts."""

    here: Embedder
    cluster: Cluster

    @property
    def fingerprint(self) -> str:
        """Names everything the vectors depend on, here and on the cluster."""
        return self.here.fingerprint

    @property
    def dimensions(self) -> int:
        """The length of each vector."""
        return self.here.dimensions

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Returns one unit vector per text, shape (len(texts), dimensions), embedded here."""
        return self.here.embed(texts)

    def embed_all(self, texts: Sequence[str]) -> Iterator[tuple[Sequence[int], Vectors]]:
        """Embeds texts on the cluster; yields the places of some and their vectors as they come.

        Raises:
            EmbedderUnavailable: the cluster cannot be reached, fails, or embeds with something else than this machine.
        """
        for part in parts(self.cluster, texts) if texts else ():
            if part.fingerprint != self.fingerprint:
                raise EmbedderUnavailable(
                    f"a machine of the Ray cluster at {self.cluster.address} embeds with {part.fingerprint}, this one "
                    f"with {self.fingerprint}",
                    "install the same Footnote with the same model files on all of them",
                )
            yield part.places, part.vectors


def spread_over(address: str | None, embedder: Embedder, folder: Path | None) -> Embedder:
    """Returns an embedder that embeds on the cluster at an address; without an address, the one that is given.

    Raises EmbedderUnavailable: Ray is not installed, or the embedder is not one that the workers could load.
    """
    if address is None:
        return embedder
    if not isinstance(embedder, MiniLM):
        raise EmbedderUnavailable("--ray is for the embedder minilm, and another is set", "leave --ray out")
    if importlib.util.find_spec("ray") is None:
        raise EmbedderUnavailable("--ray needs Ray", remedy_for("ray"))
    return ClusterEmbedder(embedder, Cluster(address, folder))


def parts(cluster: Cluster, texts: Sequence[str]) -> Iterator[Part]:
    """Embeds texts on a cluster; yields what its workers made of them as it comes, in any order.

    Raises EmbedderUnavailable: the cluster cannot be reached, or fails.
    """
    # Ray reports its use to its maker unless it is told not to; the new process inherits this.
    os.putenv("RAY_USAGE_STATS_ENABLED", "0")
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_speak_to_ray, args=(cluster, tuple(texts), sender))
    process.start()
    sender.close()
    try:
        yield from _received(receiver, cluster)
        process.join(_END_S)
    finally:
        process.kill()
        process.join()
        process.close()
        receiver.close()


def _received(receiver: Connection, cluster: Cluster) -> Iterator[Part]:
    seconds, late = cluster.start_s, "does not answer"
    while True:
        try:
            if not receiver.poll(seconds):
                raise _unavailable(cluster, f"{late} within {seconds:.0f} seconds")
            message: Ready | Part | str | None = receiver.recv()
        except (EOFError, OSError) as error:
            raise _unavailable(cluster, "has gone away") from error
        match message:
            case None:
                return
            case str():
                raise _unavailable(cluster, f"fails: {message}")
            case Ready():
                seconds, late = cluster.stall_s, "embeds nothing"
            case Part():
                yield message


def _unavailable(cluster: Cluster, what: str) -> EmbedderUnavailable:
    return EmbedderUnavailable(
        f"the Ray cluster at {cluster.address} {what}",
        "see that it runs and that each of its machines has the same "
        "footnote[ray] installed, then go on with the same command: what was embedded is kept",
    )


def _speak_to_ray(cluster: Cluster, texts: Sequence[str], sender: Connection) -> None:
    """The other process: sends what comes, then None, or in words why nothing more comes."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    with suppress(BrokenPipeError):
        try:
            from ingest.embed.on_ray import connected, embedded  # here, for this process alone pays for Ray

            with connected(cluster.address):
                sender.send(Ready())
                for part in embedded(cluster.folder, texts):
                    sender.send(Part(*part))
                sender.send(None)
        except BrokenPipeError:
            raise
        except Exception as error:  # Ray raises types of its own, and those of whatever runs on it
            sender.send(_first_words(error))


def _first_words(error: Exception) -> str:
    """The end of what Ray says is what happened; all before is where."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return lines[-1][:300]
