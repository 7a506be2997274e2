"""One exchange over the network that can be ended from another thread at any moment. Knows sockets and sizes only."""

import queue
import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx2

MOST_BYTES = 2_000_000


class Wire:
    """What the reading thread and its caller share: the connection, what has come in, and the wish to stop.

    `items` holds chunks, then None at the end or the exception that ended it; `finish` is the reason that the endpoint
    gave for ending; `has_spoken` tells whether any text, thoughts included, has come, `is_unfit` that the reply breaks
    a bound, so that another would too.
    """

    def __init__(self, *, timeout: httpx2.Timeout, tls: ssl.SSLContext) -> None:
        self.items: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.stopped = threading.Event()
        self.finish: str | None = None
        self.has_spoken = self.is_unfit = False
        self._socket: socket.socket | None = None
        self.http = httpx2.Client(
            verify=tls,
            timeout=timeout,
            follow_redirects=False,
            headers={"Accept-Encoding": "identity"},
            event_hooks={"request": [self._watch], "response": [self._bound]},
        )

    def note(self, chunk: Any) -> None:
        """Keeps from a chunk what tells that the endpoint speaks, or has ended."""
        for choice in getattr(chunk, "choices", None) or []:
            delta = getattr(choice, "delta", None)
            if getattr(delta, "content", None) or getattr(delta, "reasoning_content", None):
                self.has_spoken = True
            self.finish = getattr(choice, "finish_reason", None) or self.finish

    def stop(self) -> None:
        """Ends the exchange: a thread that waits for the network wakes up at once."""
        self.stopped.set()
        held = self._socket
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
        """Holds a response to a size, and refuses compression, behind which any size may hide."""
        if response.headers.get("content-encoding", "identity") != "identity":
            self.is_unfit = True
            raise httpx2.DecodingError("a compressed reply was not asked for", request=response.request)
        assert isinstance(response.stream, httpx2.SyncByteStream)
        response.stream = _Counted(response.stream, self._fail)

    def _fail(self) -> None:
        self.is_unfit = True
        raise httpx2.DecodingError("the reply is too large")


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
