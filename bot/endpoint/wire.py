"""One exchange over the network that can be ended from another thread at any moment. Knows sockets and sizes only."""

import json
import queue
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx2

from ingest.route import open_http

MOST_BYTES = 4_000_000
_DONE = {"choices": [{"finish_reason": "done"}]}


class WebPage(ValueError):
    """What came is for a browser."""


class Wire:
    """What the reading thread and its caller share: the connection, what has come in, and the wish to stop.

    What comes in is put into `inbox` as (wire, item): chunks, then None at the end or the exception that ended it. The
    inbox may belong to the caller, who then finds other things in it, too. `is_unfit` tells that the reply breaks a
    bound, so that another would too.
    """

    def __init__(self, url: str, *, timeout: httpx2.Timeout, inbox: "queue.SimpleQueue[Any]") -> None:
        """Prepares the connection. Raises NoRoute: the address, the proxy or the certificates cannot be used."""
        self.stopped, self.is_unfit = threading.Event(), False
        self._inbox, self._socket = inbox, None
        self.http = open_http(url, timeout=timeout, hooks={"request": [self._watch], "response": [self._bound]})
        self.http.headers["Accept-Encoding"] = "identity"

    def put(self, item: Any) -> None:
        """Hands an item to the caller."""
        self._inbox.put((self, item))

    def stop(self) -> None:
        """Ends the exchange: a thread that waits for the network wakes up at once."""
        self.stopped.set()
        held: socket.socket | None = self._socket
        if held is not None:
            try:
                held.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it is closed already

    def _watch(self, request: httpx2.Request) -> None:
        request.extensions = {**request.extensions, "trace": self._trace}

    def _trace(self, name: str, info: Mapping[str, Any]) -> None:
        if name.endswith(("connect_tcp.complete", "start_tls.complete")):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.stopped.is_set():
                self.stop()

    def _bound(self, response: httpx2.Response) -> None:
        if response.headers.get("content-encoding", "identity") != "identity":
            self.is_unfit = True
            raise httpx2.DecodingError("a compressed reply was not asked for", request=response.request)
        assert isinstance(response.stream, httpx2.SyncByteStream)
        response.stream = _Counted(response.stream, self._fail)

    def _fail(self) -> None:
        self.is_unfit = True
        raise httpx2.DecodingError("the reply is too large")


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


class _Counted(httpx2.SyncByteStream):
    """A stream that fails once it has brought more than MOST_BYTES."""

    def __init__(self, stream: httpx2.SyncByteStream, fail: Callable[[], None]) -> None:
        self._stream, self._fail = stream, fail

    def __iter__(self) -> Iterator[bytes]:
        count = 0
        for part in self._stream:
            count += len(part)
            if count > MOST_BYTES:
                self._fail()
            yield part

    def close(self) -> None:
        """Closes what it counts."""
        self._stream.close()
