"""What a unit has to do with what was said before, and where the last answer stands."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bot.question.followup import Turn, before
from bot.quote.ranker import NOTHING, Network, load_weights
from bot.quote.talk import TALK, Leaning, Place, quoted_last, talked, to_read, weighed_up
from ingest.embed.embedder import Reading, Vectors
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import open_current
from tests.asking_fixtures import found, question
from tests.conftest import HashEmbedder
from tests.model_fixtures import build

ANSWER = "The bridge is 640 metres long. [1]"
HISTORY = (Turn("user", "How long is the bridge?"), Turn("assistant", ANSWER))
FIGURES = found("The bridge is 640 metres long. It has four lanes.", path=("Figures",))
PAST = found("The bridge opened in 1931. Lanes are cleaned in May.", row=1, path=("History",))
LAST = (Place(0, FIGURES.article.id, ("Figures",), FIGURES.stored.chunk.id, 0),)


class Reader(HashEmbedder):
    """Takes texts that hold a word for likely to answer, and keeps what they were read behind."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word, self.heard = word, list[str]()

    def read(self, question: str, texts: Sequence[Reading], *, said: Sequence[str] = ()) -> Vectors:
        self.heard = [*said, question]
        return np.array([float(self.word in text) for *_, text in texts], dtype=np.float32)


def leaning(text: str, last: Sequence[Place] = LAST) -> Leaning:
    vectors = np.zeros((2, 2), np.float32)
    return Leaning(question(f"{text} (bridge)"), question(text), vectors, before(text, HISTORY), last)


def facts(text: str, last: Sequence[Place] = LAST) -> dict[str, dict[str, float]]:
    """The facts of each unit by their names, by the first two words of the unit."""
    units, rows = weighed_up(leaning(text, last), (FIGURES, PAST))
    named = [dict(zip(TALK, map(float, row), strict=True)) for row in rows]
    return {" ".join(unit.text.split()[:2]): each for unit, each in zip(units, named, strict=True)}


def test_the_network_has_a_weight_for_every_fact() -> None:
    assert len(load_weights().talk.mean) == len(TALK)


def test_what_follows_the_last_quote_stands_next_to_it() -> None:
    told = facts("How many lanes does it have?")
    near = [[told[unit][name] for name in ("near", "next", "article")] for unit in ("It has", "Lanes are")]
    assert near == [[1, 1, 1], [0, 0, 1]]


def test_where_nothing_was_quoted_nothing_stands_near() -> None:
    assert {(each["near"], each["article"]) for each in facts("Who cleans it?", ()).values()} == {(0, 0)}


@pytest.mark.parametrize(("text", "more"), [("Who built it?", 0), ("What else is long?", 1)])
def test_what_an_answer_said_is_known(text: str, more: float) -> None:
    units, rows = weighed_up(leaning(text), (FIGURES,))
    told = [[float(row[TALK.index(name)]) for name in ("said", "said last", "more, and said")] for row in rows]
    assert [unit.text for unit in units] == ["The bridge is 640 metres long.", "It has four lanes."]
    assert told == [[1, 1, more], [0, 0, 0]]


def test_the_words_of_the_message_itself_count() -> None:
    told = facts("How many lanes does it have?")
    assert [told[unit]["own"] for unit in ("It has", "The bridge")] == [1, 0]


def test_of_many_units_the_likeliest_are_read() -> None:
    rows = np.zeros((40, len(TALK)), np.float32)
    rows[30, TALK.index("near")] = 1
    chosen = to_read(rows)
    assert (chosen[0], len(chosen) < len(rows)) == (30, True)


def test_a_unit_is_read_behind_the_messages_before(monkeypatch: pytest.MonkeyPatch) -> None:
    zeros: Vectors = np.zeros(len(TALK), np.float32)
    read = np.array([float(name == "read") for name in TALK], np.float32)
    only_read = Network(zeros, zeros + 1, read, zeros[:, None], zeros[:1], zeros[:1], 0.5)
    weights = replace(load_weights(), talk=only_read)
    monkeypatch.setattr("bot.quote.talk.load_weights", lambda: weights)
    reader = Reader("May")
    made = talked(leaning("When are they cleaned?"), (FIGURES, PAST), reader, searched=2)
    assert reader.heard == ["How long is the bridge?", "When are they cleaned?"]
    assert (made.units[0].text, made.odds) == ("Lanes are cleaned in May.", 0.5)


def test_what_is_not_read_comes_after_all_that_is() -> None:
    many = [found(f"Lane {i} is closed. It was wide.", row=i, path=("History",)) for i in range(2, 30)]
    made = talked(leaning("Who cleans it?"), (FIGURES, PAST, *many), Reader("May"), searched=30)
    scores = [unit.score for unit in made.units]
    assert scores == sorted(scores, reverse=True)
    assert scores[-1] == NOTHING


def test_without_units_nothing_answers() -> None:
    assert talked(leaning("Who cleans it?"), (), HashEmbedder(), searched=0).odds == NOTHING


def test_the_place_of_the_last_quote_is_found_again(tmp_path: Path, model: MiniLM) -> None:
    text = "# The bridge\n\n## Figures\n\nIt was dear. The bridge is 640 metres long.\n"
    home = build(tmp_path, {"bridge.md": text, "boats.md": "# Boats\n\nBoats are not long.\n"}, model)
    with closing(open_current(home, model.fingerprint)) as index:
        (place,) = quoted_last(("I don't know.", ANSWER), index)
        outside = quoted_last((ANSWER,), index, ("boats.md",))
    assert (place.article, place.path, place.position) == ("bridge.md", ("Figures",), 1)
    assert not outside
