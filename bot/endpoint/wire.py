"""One exchange over the network, bounded in size, that its caller may leave at any moment. Knows bytes and events."""

import json
import queue
import threading
from collections.abc import Iterator
from typing import Any, NoReturn

import httpx2

from ingest.route import open_http

MOST_BYTES = 4_000_000
_DONE = {"choices": [{"finish_reason": "done"}]}


class WebPage(ValueError):
    """What came is for a browser."""


class Wire:
    """What the reading thread and its caller share: the connection, what has come in, and the wish to stop.

    What comes in is put into `inbox` as (wire, item): chunks, then None at the end or the exception that ended it. The
    inbox may belong to the caller, who then finds other things in it, too. Once it is `stopped`, nothing more is read.
    `is_unfit` tells that the reply breaks a bound, so that another would too.
    """

    def __init__(self, url: str, *, timeout: httpx2.Timeout, inbox: "queue.SimpleQueue[Any]") -> None:
        """Prepares the connection. Raises NoRoute: the address, the proxy or the certificates cannot be used."""
        self.stopped, self.is_unfit, self._inbox = threading.Event(), False, inbox
        self.http = open_http(url, timeout=timeout, hooks={"response": [self._bound]})
        self.http.headers["Accept-Encoding"] = "identity"

    def put(self, item: Any) -> None:
        """Hands an item to the caller."""
        self._inbox.put((self, item))

    def fail(self, why: str) -> NoReturn:
        """Ends the exchange, for the reply breaks a bound."""
        self.is_unfit = True
        raise httpx2.DecodingError(why)

    def _bound(self, response: httpx2.Response) -> None:
        if response.headers.get("content-encoding", "identity") != "identity":
            self.fail("a compressed reply was not asked for")
        assert isinstance(response.stream, httpx2.SyncByteStream)
        response.stream = _Bounded(response.stream, self)


def events(response: Any) -> Iterator[Any]:
    """Yields the objects of a stream of events; a whole reply that comes instead of one is a single object.

    Where the endpoint says that it has ended, the last object says so, too. Raises ValueError: what comes is no reply.
    """
    kind = response.headers.get("content-type", "")
    if "html" in kind:
        raise WebPage
    if "json" in kind and "event-stream" not in kind:
        yield json.loads(response.read())
        yield _DONE
        return
    for line in response.iter_lines():
        name, _, data = line.partition(":")
        if name == "data" and data.strip() == "[DONE]":
            yield _DONE
            return
        if name == "data":
            yield json.loads(data)
        elif line and not name:  # a comment, by which a server says that it is still there
            yield {}
        elif line and name not in ("event", "id", "retry"):
            raise ValueError("a line that is no event")


class _Bounded(httpx2.SyncByteStream):
    """A stream that fails once it has brought more than MOST_BYTES, and ends when its wire is stopped."""

    def __init__(self, stream: httpx2.SyncByteStream, wire: Wire) -> None:
        self._stream, self._wire = stream, wire

    def __iter__(self) -> Iterator[bytes]:
        count = 0
        for part in self._stream:
            count += len(part)
            if count > MOST_BYTES:
                self._wire.fail("the reply is too large")
            if self._wire.stopped.is_set():
                return
            yield part

    def close(self) -> None:
        """Closes what it bounds."""
        self._stream.close()
