import base64
import datetime
import json
import math
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingest.embed.choose import open_embedder
from ingest.embed.endpoint import OpenAIEmbedder
from ingest.errors import EmbedderUnavailable
from ingest.run import ingest
from tests.model_fixtures import Behaviour, Handler, address, scripted, status


def vector(text: str) -> list[float]:
    return [float(len(text)), float(text.count("e")) + 1.0, 3.0]


def embeds(handler: Handler) -> None:
    """Answers with one vector per text, in reverse order, as an endpoint may."""
    data = [
        {"object": "embedding", "index": i, "embedding": vector(text)} for i, text in enumerate(handler.asked["input"])
    ]
    body = json.dumps(
        {"object": "list", "model": "m", "data": data[::-1], "usage": {"prompt_tokens": 1, "total_tokens": 1}}
    )
    status(200, body)(handler)


def embedder(server: object, tries: int = 3) -> OpenAIEmbedder:
    return OpenAIEmbedder("m", base_url=address(server), tries=tries, jitter=lambda: 0.001)  # type: ignore[arg-type]


def test_texts_come_back_as_unit_vectors_in_their_order() -> None:
    texts = [f"text {'e' * i}" for i in range(300)]
    with scripted(embeds) as server:
        vectors = embedder(server).embed(texts)
        assert len(server.requests) == 3
    for text, found in zip(texts, vectors, strict=True):
        length = math.dist(vector(text), [0, 0, 0])
        assert found.tolist() == pytest.approx([value / length for value in vector(text)])


def test_a_busy_endpoint_is_tried_again() -> None:
    with scripted(status(429, Retry_After="0"), status(503), embeds) as server:
        assert embedder(server).embed(["a"]).shape == (1, 3)


@pytest.mark.parametrize(
    ("behaviour", "says"),
    [
        (status(401), "HTTP 401"),
        (status(200, '{"object": "list", "data": [], "model": "m"}'), "sent"),
        (status(200, "<html>"), "sent no vectors"),
        (status(200, '{"data": [{"index": 0, "embedding": [0, 0]}]}'), "no direction"),
        (status(500), "HTTP 500"),
    ],
)
def test_what_is_no_vector_is_refused_with_a_remedy(behaviour: Behaviour, says: str) -> None:
    with scripted(behaviour) as server, pytest.raises(EmbedderUnavailable, match=f"{says}.*FOOTNOTE_EMBED"):
        embedder(server).embed(["a"])


def takes(refuse: Callable[[dict[str, Any]], tuple[int, str] | None]) -> Behaviour:
    """Embeds what it is sent, unless it refuses it with a status and a message."""

    def behave(handler: Handler) -> None:
        refused = refuse(handler.asked)
        if refused:
            status(refused[0], json.dumps({"error": {"message": refused[1]}}))(handler)
        else:
            embeds(handler)

    return behave


REFUSALS: dict[str, Callable[[int], tuple[int, str]]] = {
    "named": lambda count: (422, f"batch size {count} > maximum allowed batch size 32"),
    "named otherwise": lambda count: (400, f"got {count} inputs; input array must have at most 32 items"),
    "unnamed": lambda count: (413, "payload too large"),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_how_many_texts_an_endpoint_takes_is_learnt_once(refusal: str) -> None:
    refuse = takes(lambda asked: REFUSALS[refusal](len(asked["input"])) if len(asked["input"]) > 32 else None)
    with scripted(refuse) as server:
        ours = embedder(server)
        assert ours.embed([f"text {i}" for i in range(100)]).shape == (100, 3)
        assert len(server.requests) <= 2 + 4
        ours.embed(["a"] * 25)
        assert len(server.requests[-1]["input"]) == 25


def test_a_text_that_is_too_long_is_cut_and_named() -> None:
    long = "many words " * 100
    too_long = takes(lambda a: (400, "input is too long") if any(len(text) > 400 for text in a["input"]) else None)
    with scripted(too_long) as server:
        ours = embedder(server)
        assert ours.embed(["short", long, "short too"]).shape == (3, 3)
        assert list(ours.cut) == [long]
        assert 250 < ours.cut[long] <= 400


def test_an_option_that_is_refused_is_left_out_for_good() -> None:
    refuse = takes(lambda asked: (400, "unknown field encoding_format") if "encoding_format" in asked else None)
    with scripted(refuse) as server:
        ours = embedder(server)
        ours.embed(["a"])
        ours.embed(["b"])
        assert [set(request) for request in server.requests[1:]] == [{"model", "input"}] * 2


def test_vectors_as_bytes_and_without_numbers_are_read() -> None:
    vector = base64.b64encode(struct.pack("<3f", 3.0, 0.0, 4.0)).decode()
    with scripted(status(200, json.dumps({"data": [{"embedding": vector}, {"embedding": [0, 1, 0]}]}))) as server:
        assert embedder(server).embed(["a", "b"]).ravel() == pytest.approx([0.6, 0.0, 0.8, 0.0, 1.0, 0.0])


def test_an_article_whose_sentence_was_cut_is_named_in_the_report(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("A sentence " + "with many words " * 5 + "ends.", encoding="utf-8")
    too_long = takes(lambda a: (400, "input is too long") if any(len(text) > 70 for text in a["input"]) else None)
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    with scripted(too_long) as server:
        ours = embedder(server)
        report = ingest(tmp_path / "corpus", tmp_path / "home", open_embedder=lambda: ours, now=now)
    assert report.published
    assert report.cut == {"a.txt": "63 of the 96 characters of a sentence"}


def test_an_ingest_that_the_endpoint_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    sentences = "\n".join(f"Sentence number {i} tells of {'e' * i} things." for i in range(400))
    (tmp_path / "corpus" / "a.txt").write_text(sentences, encoding="utf-8")
    now = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
    with scripted(embeds, embeds, embeds, status(500)) as server:
        failing = embedder(server, tries=1)
        with pytest.raises(EmbedderUnavailable):
            ingest(tmp_path / "corpus", tmp_path / "home", open_embedder=lambda: failing, now=now)
    with scripted(embeds) as server:
        working = embedder(server)
        report = ingest(tmp_path / "corpus", tmp_path / "home", open_embedder=lambda: working, now=now)
        asked = sum(len(request["input"]) for request in server.requests)
    assert report.published
    assert report.embedded == asked
    assert asked < 400


def test_the_setting_names_the_embedder() -> None:
    named = open_embedder("openai:text-embedding-3-small", folder=None, base_url="http://127.0.0.1:9/v1", key=None)
    assert named.fingerprint == "openai:text-embedding-3-small"


@pytest.mark.parametrize(
    ("name", "remedy"), [("openai:m", "set OPENAI_API_KEY"), ("openai:", "FOOTNOTE_EMBED"), ("bert", "FOOTNOTE_EMBED")]
)
def test_a_setting_that_names_no_embedder_says_what_to_set(name: str, remedy: str) -> None:
    with pytest.raises(EmbedderUnavailable, match=remedy):
        open_embedder(name, folder=None, base_url=None, key=None)
