"""A strong model's replies about articles of our own, true sentences and subtle falsehoods, from question to answer."""

import datetime
import json
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest

from bot.answer import Answer, faults
from bot.ask import ask
from bot.means import Means
from bot.request import Request
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index, open_current
from tests.model_fixtures import Handler, article, build, says, scripted, writer_with

ROWS = [json.loads(line) for line in Path("eval/check/pairs.jsonl").read_text(encoding="utf-8").splitlines()]
CARRIED = {row["sentence"]: row["carried"] for row in ROWS}
TITLES = tuple(dict.fromkeys(row["title"] for row in ROWS))
TODAY = datetime.date(2025, 6, 1)


def of(title: str) -> list[dict[str, Any]]:
    return [row for row in ROWS if row["title"] == title]


@pytest.fixture(scope="module")
def embedder(model: MiniLM) -> MiniLM:
    return model


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory, embedder: MiniLM) -> Iterator[Index]:
    """The articles that the pairs quote from, each of the sentences that are quoted."""
    articles = {}
    for i, title in enumerate(TITLES):
        quotes = dict.fromkeys(quote for row in of(title) for quote in row["quotes"])
        published = of(title)[0]["published"] or "2025-01-01"
        articles[f"{i}.md"] = article(title, published, " ".join(quotes))
    opened = open_current(build(tmp_path_factory.mktemp("strong"), articles, embedder), embedder.fingerprint)
    yield opened
    opened.close()


def knows(handler: Handler) -> None:
    """Judges as the pairs say."""
    asked = handler.asked["messages"][-1]["content"]
    pairs = json.JSONDecoder().raw_decode(asked, asked.index('{"pairs"'))[0]["pairs"]
    verdicts = [{"id": pair["id"], "carried": CARRIED[pair["sentence"]]} for pair in pairs]
    says(json.dumps({"verdicts": verdicts}))(handler)


def answered(index: Index, embedder: MiniLM, title: str) -> Answer:
    reply = {
        "answerable": True,
        "sentences": [
            {"quotes": [{"p": 1, "text": quote} for quote in row["quotes"]], "text": row["sentence"]}
            for row in of(title)[:16]
        ],
    }
    with scripted(says(json.dumps(reply), size=500)) as server, scripted(knows) as judge:
        writer = writer_with(server, judge=judge)
        answer = ask(Request(f"What is said about it: {title}?", TODAY), Means(index, embedder, embedder, writer))
        assert len(server.requests) + len(judge.requests) <= 6
    return answer


@pytest.mark.parametrize("title", TITLES)
def test_what_is_true_is_shown_in_the_model_s_words_and_order_and_no_falsehood_is(
    index: Index, embedder: MiniLM, title: str
) -> None:
    answer = answered(index, embedder, title)
    texts = {one.id: index.text(row) for row, one in enumerate(index.articles)}
    said = re.sub(r" \[\d+\]|\[\d+\]", "", answer.text)
    true = [row["sentence"] for row in of(title)[:16] if row["carried"]]
    assert faults(answer, texts) == ()
    assert [sentence for sentence in true if sentence not in said] == []
    assert [place for place, _ in groupby(sorted(map(said.index, true)))] == list(map(said.index, true))
    assert [row["sentence"] for row in of(title)[:16] if not row["carried"] and row["sentence"] in said] == []
