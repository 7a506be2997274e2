"""A scripted model behind a real HTTP server on loopback, and a small index for it to write from."""

import datetime
import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bot.endpoint.abilities import Learnt
from bot.endpoint.budget import Budget
from bot.endpoint.client import Chat, Endpoint, ModelLimits
from bot.model.write import Writer
from ingest.embed.minilm import MiniLM
from ingest.run import ingest
from tests.index_fixtures import in_process

Behaviour = Callable[["Handler"], None]
QUICK = ModelLimits(connect=0.5, silence=0.9, retries=2, longest_wait=0.02)
# Seconds for a whole answer, and for one request for verdicts.
SHORT, VERDICT = 4.0, 1.5


class Handler(BaseHTTPRequestHandler):
    """One connection to the scripted model; behaviours write to it as they please."""

    server: "_Server"
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self.asked: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.requests.append(self.asked)
        script = self.server.script
        behaviour = script[min(len(self.server.requests), len(script)) - 1]
        try:
            behaviour(self)
        except (BrokenPipeError, ConnectionError):
            self.close_connection = True

    def do_GET(self) -> None:
        """Lists the models, as /v1/models does."""
        models = [{"id": name, "object": "model", "created": 0, "owned_by": "us"} for name in ("small", "large")]
        status(200, json.dumps({"object": "list", "data": models}))(self)

    def log_message(self, format: str, *args: object) -> None:
        """Keeps the test's output clean."""

    def begin(self, content_type: str = "text/event-stream") -> None:
        """Sends the head of a stream whose end is the end of the connection."""
        self.send_response(200)
        self.send_header("Content-Type", content_type)
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def event(self, text: str = "", *, finish: str | None = None, usage: Mapping[str, int] | None = None) -> None:
        """Sends one chunk of a chat stream."""
        chunk: dict[str, Any] = {
            "id": "1", "object": "chat.completion.chunk", "created": 0, "model": "scripted",
            "choices": [{"index": 0, "delta": {"content": text} if text else {}, "finish_reason": finish}],
        }  # fmt: skip
        if usage:
            chunk |= {"choices": [], "usage": {**usage, "total_tokens": sum(usage.values())}}
        self.send_bytes(f"data: {json.dumps(chunk)}\n\n".encode())

    def send_bytes(self, data: bytes) -> None:
        """Sends bytes as they are."""
        self.wfile.write(data)
        self.wfile.flush()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    script: Sequence[Behaviour] = ()
    requests: list[dict[str, Any]]
    stopped: threading.Event


@contextmanager
def scripted(*script: Behaviour) -> Iterator[_Server]:
    """Runs a server that behaves as scripted, request by request; the last behaviour goes on for ever."""
    server = _Server(("127.0.0.1", 0), Handler)
    server.script, server.requests, server.stopped = script, [], threading.Event()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.stopped.set()
        server.shutdown()
        thread.join()
        server.server_close()


def address(server: _Server) -> str:
    """Returns the base url of a scripted server."""
    return f"http://127.0.0.1:{server.server_address[1]}/v1"


def chat_with(server: _Server, limits: ModelLimits = QUICK, memory: Path | None = None) -> Chat:
    """Returns the real client of the scripted server, with small budgets."""
    endpoint = Endpoint("scripted", address(server))
    return Chat(endpoint, limits, learnt=Learnt(memory, endpoint.name), jitter=lambda: 0.5)


def writer_with(
    server: _Server,
    *,
    judge: _Server | None = None,
    budget: Budget | None = None,
    limits: ModelLimits = QUICK,
    seconds: float = SHORT,
) -> Writer:
    """Returns a writer over the scripted server, with little time; without a judge nothing is judged."""
    judging = chat_with(judge, limits) if judge else None
    return Writer(chat_with(server, limits), judging, budget, seconds=seconds, verdict_seconds=VERDICT)


def judges(*, carried: bool = True, ids: int = 0) -> Behaviour:
    """Gives the same verdict on every pair it is asked for; `ids` is added to the number of each."""

    def behave(handler: Handler) -> None:
        asked = handler.asked["messages"][-1]["content"]
        pairs = json.JSONDecoder().raw_decode(asked, asked.index('{"pairs"'))[0]["pairs"]
        verdicts = [{"id": pair["id"] + ids, "carried": carried} for pair in pairs]
        says(json.dumps({"verdicts": verdicts}))(handler)

    return behave


def says(text: str, *, size: int = 7, finish: str | None = "stop") -> Behaviour:
    """Streams a text in small pieces and ends properly, or as told."""

    def behave(handler: Handler) -> None:
        handler.begin()
        for start in range(0, len(text), size):
            handler.event(text[start : start + size])
        if finish:
            handler.event(finish=finish)
        handler.event(usage={"prompt_tokens": 100, "completion_tokens": 20})
        handler.send_bytes(b"data: [DONE]\n\n")

    return behave


def status(code: int, body: str = '{"error": {"message": "no"}}', **headers: str) -> Behaviour:
    """Answers with a status and a body."""

    def behave(handler: Handler) -> None:
        handler.send_response(code)
        for name, value in {"Content-Type": "application/json", **headers}.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", str(len(body.encode())))
        handler.end_headers()
        handler.send_bytes(body.encode())

    return behave


def hangs(handler: Handler) -> None:
    """Says nothing, not even a head, until the test is over."""
    handler.server.stopped.wait(20)
    handler.close_connection = True


def drips(handler: Handler) -> None:
    """Sends single bytes of a line that never ends, often enough that no gap is long."""
    handler.begin()
    while not handler.server.stopped.wait(0.05):
        handler.send_bytes(b"x")


def drips_words(handler: Handler) -> None:
    """Sends a proper piece now and then, and never a whole sentence."""
    handler.begin()
    while not handler.server.stopped.wait(0.1):
        handler.event("and ")


def endless(text: str) -> Behaviour:
    """Says the same for ever, as fast as it is read."""

    def behave(handler: Handler) -> None:
        handler.begin()
        while not handler.server.stopped.is_set():
            handler.event(text)

    return behave


def cut(text: str) -> Behaviour:
    """Streams a text and breaks off in the middle of the next piece."""

    def behave(handler: Handler) -> None:
        handler.begin()
        for start in range(0, len(text), 7):
            handler.event(text[start : start + 7])
        handler.send_bytes(b'data: {"id": "1", "choi')

    return behave


def sends(data: bytes, content_type: str = "text/event-stream") -> Behaviour:
    """Sends raw bytes as the body of a stream."""

    def behave(handler: Handler) -> None:
        handler.begin(content_type)
        handler.send_bytes(data)

    return behave


def as_json(*sentences: tuple[str, Sequence[tuple[int, str]]], answerable: bool = True) -> str:
    """Returns a reply in the form that the prompt asks for."""
    found = [{"quotes": [{"p": p, "text": quote} for p, quote in quotes], "text": text} for text, quotes in sentences]
    return json.dumps({"answerable": answerable, "sentences": found, "missing": ""}, ensure_ascii=False)


def build(folder: Path, articles: Mapping[str, str], embedder: MiniLM) -> Path:
    """Publishes the articles, name to text, and returns the home."""
    corpus, home = folder / "corpus", folder / "home"
    corpus.mkdir(parents=True)
    for name, text in articles.items():
        (corpus / name).write_text(text, encoding="utf-8")
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    ingest(corpus, home, open_embedder=lambda: embedder, now=now, checks=in_process)
    return home


def article(title: str, published: str, text: str) -> str:
    """Returns an article with front matter."""
    return f"---\ntitle: {json.dumps(title)}\npublished: {published}\n---\n\n{text}\n"


def spent(path: Path, day: datetime.date) -> list[tuple[int, float]]:
    """The tokens and dollars that a file of spending holds for a day, a row for each user."""
    with closing(sqlite3.connect(path)) as file:
        return file.execute("SELECT tokens, usd FROM spent WHERE day = ?", (day.isoformat(),)).fetchall()
