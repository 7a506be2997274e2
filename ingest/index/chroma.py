"""Clients of Chroma, on disk and over the network. The home of chromadb; knows nothing of what records say.

It takes most of a second to load, so that waits until a store is opened.
"""

import functools
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ingest.embed.embedder import Vectors
from ingest.errors import ServerUnavailable
from ingest.index.address import ServerAddress
from ingest.index.record import Record

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.config import Settings

Graph = Mapping[str, str | int]
# On disk: the name of the one collection.
COLLECTION = "chunks"
# Chroma accepts 5,461 records at once on disk and 300 in its cloud; more than a few hundred gains nothing.
BATCH = 300
# Inner product of unit vectors would do, but cosine is what every Chroma agrees on. With Chroma's own 16 neighbours and
# 100 candidates the graph finds .98 of the hundred nearest among 7,500 chunks and .95 among 100,000; with these .999
# and .996 (eval/RESULTS.md).
GRAPH: Graph = {
    "space": "cosine",
    "max_neighbors": 32,
    "ef_construction": 200,
    "ef_search": 400,
}
# How long a server may take to say that it is there, and to answer anything else: chromadb itself would wait for ever.
_HELLO_S, _ANSWER_S = 5.0, 30.0


def load() -> None:
    """Loads chromadb before it is needed."""
    import chromadb  # noqa: F401


def disk_client(folder: Path) -> "Client":
    """Opens the Chroma store in a folder, or makes an empty one."""
    import chromadb

    return _with_close(chromadb.PersistentClient(str(folder), settings=_settings()))


def server_client(address: ServerAddress) -> "Client":
    """Connects to a Chroma server. Each call leaves memory and sockets behind that chromadb never gives back.

    Raises:
        ServerUnavailable: it is not there, or does not let us in.
    """
    import chromadb

    headers = dict(address.headers)
    _say_hello(address, headers)
    try:
        client = _with_close(
            chromadb.HttpClient(
                host=address.host,
                port=address.port,
                ssl=address.ssl,
                headers=headers,
                tenant=address.tenant,
                database=address.database,
                settings=_settings(),
            )
        )
    except Exception as error:  # chromadb lets everything through that its transport raises
        raise ServerUnavailable(f"the Chroma server at {address} refuses: {error}", _REMEDY) from error
    session: Any = client._server
    session._session.timeout = _ANSWER_S
    return client


def is_not_found(error: Exception) -> bool:
    """Tells whether Chroma says that there is no such collection."""
    from chromadb.errors import NotFoundError

    return isinstance(error, NotFoundError)


def write_records(change: Callable[..., object], records: Sequence[Record]) -> None:
    """Hands chunks to a collection's `add` or `update`."""
    change(
        ids=[record.id for record in records],
        embeddings=np.stack([record.vector for record in records]),
        documents=[record.text for record in records],
        metadatas=[dict(record.facts) for record in records],
    )


def link_anew(collection: Any, ids: Sequence[str], vectors: Vectors) -> None:
    """Puts texts that are in a collection already into its graph again."""
    for start in range(0, len(ids), BATCH):
        part = slice(start, start + BATCH)
        collection.update(ids=list(ids[part]), embeddings=vectors[part])


def nearest(collection: Any, vectors: Vectors, limit: int) -> list[dict[str, float]]:
    """Returns, for each unit vector, the cosine of the nearest `limit` texts, by text id, best first."""
    found = collection.query(query_embeddings=vectors, n_results=limit, include=["distances"])
    return [
        {id_: 1.0 - float(far) for id_, far in zip(ids, distances, strict=True)}
        for ids, distances in zip(found["ids"], found["distances"], strict=True)
    ]


_REMEDY = "check FOOTNOTE_CHROMA_HOST and the settings beside it"


def _say_hello(address: ServerAddress, headers: Mapping[str, str]) -> None:
    request = urllib.request.Request(f"{address}/api/v2/heartbeat", headers=dict(headers))
    try:
        urllib.request.urlopen(request, timeout=_HELLO_S).close()
    except (urllib.error.URLError, OSError, ValueError) as error:
        raise ServerUnavailable(f"no Chroma server answers at {address}: {error}", _REMEDY) from error


def _settings() -> "Settings":
    """Returns settings that chromadb may write into: it takes longer to make them than to open a small store."""
    return _made_settings().model_copy()


@functools.cache
def _made_settings() -> "Settings":
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


def _with_close(client: object) -> "Client":
    from chromadb.api.client import Client

    assert isinstance(client, Client)  # its close() is not part of the interface that chromadb declares
    return client
