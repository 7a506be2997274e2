"""Where a Chroma server of a test listens. Knows ports and addresses; starts nothing."""

import socket
import threading
import time
import urllib.request
from contextlib import closing

from ingest.index.address import ChromaSettings, ServerAddress, server_address
from ingest.settings import read_settings


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(url: str) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=1).close()
        except OSError:
            threading.Event().wait(0.05)
        else:
            return
    raise AssertionError(f"nothing answers at {url}")


def address_at(port: int) -> ServerAddress:
    address = server_address(
        read_settings(ChromaSettings, {"FOOTNOTE_CHROMA_HOST": "127.0.0.1", "FOOTNOTE_CHROMA_PORT": str(port)})
    )
    assert address is not None
    return address
