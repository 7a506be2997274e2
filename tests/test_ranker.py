import json
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bot.errors import BotError
from bot.quote import ranker
from bot.quote.candidates import FACTS, candidates
from bot.quote.cross_encoder import READ
from bot.quote.ranker import CLOSER_LOOK, USUAL, Network, Ranked, Weights, digest_of, load_weights, ranked
from ingest.embed.embedder import Reading, Vectors
from tests.asking_fixtures import candidate, found, question, texts_of
from tests.conftest import HashEmbedder

ASKED = question("how long is the bridge")


def array(values: object) -> Any:
    return np.array(values, dtype=np.float64)


def network(*, none: float = 0.0, **linear: float) -> Network:
    """A network without hidden units in which the facts that are named weigh so much."""
    weights, zeros, ones = array([linear.get(name, 0.0) for name in FACTS]), array([0.0] * len(FACTS)), array([1.0])
    return Network(zeros, ones, weights, zeros[:, None], zeros[:1], zeros[:1], none)


class Reader(HashEmbedder):
    """Takes texts that begin so for so much likelier to answer than others, and keeps what it was given to read."""

    def __init__(self, **more: float) -> None:
        super().__init__()
        self.more, self.given = more, list[str]()

    def read(self, question: str, texts: Sequence[Reading], *, said: Sequence[str] = ()) -> Vectors:
        self.given += [text for *_, text in texts]
        return np.array([self.more.get(text.split()[0], 0.0) for *_, text in texts], dtype=np.float32) - USUAL


@pytest.fixture
def by_words(monkeypatch: pytest.MonkeyPatch) -> None:
    """Weights by which the share of the question's words speaks for a unit, and a little its place in its chunk."""
    weights = Weights(network(own=10.0, cosine=0.1, none=0.5), slope=2.0, offset=-1.0, talk=network())
    monkeypatch.setattr(ranker, "load_weights", lambda: weights)


def rank(*texts: str, reader: Reader | None = None) -> Ranked:
    """Units of one chunk each."""
    units = [candidate(text, ASKED.text, place=i) for i, text in enumerate(texts)]
    return ranked(ASKED, units, reader or Reader(), searched=1)


@pytest.mark.usefixtures("by_words")
def test_the_best_under_the_weights_comes_first_with_its_score() -> None:
    made = rank("It opened.", "The bridge is long.", "The bridge opened.")
    assert texts_of(made.units) == ["The bridge is long.", "The bridge opened.", "It opened."]
    assert made.units[0].score == pytest.approx(10 - 0.5, abs=2e-2)


@pytest.mark.usefixtures("by_words")
def test_of_equals_the_one_that_stands_first_comes_first() -> None:
    units = [candidate("The bridge is long.", place=place) for place in (5, 2)]
    assert [one.start for one in ranked(ASKED, units, Reader(), searched=1).units] == [200, 500]


@pytest.mark.usefixtures("by_words")
def test_of_those_that_come_near_the_best_the_reader_says_which_comes_first() -> None:
    reader = Reader(Long=2.0, Boats=9.0)
    made = rank("The bridge is long.", "Long is the bridge.", "Boats came.", reader=reader)
    assert texts_of(made.units)[0] == "Long is the bridge."
    assert set(reader.given) == {"The bridge is long.", "Long is the bridge."}


@pytest.mark.usefixtures("by_words")
def test_of_many_that_are_alike_the_best_few_are_read_and_the_others_taken_for_the_least_of_them() -> None:
    reader = Reader(Boat=-2.0)
    many = " ".join(f"Boat {i} came." for i in range(CLOSER_LOOK + 3))
    made = ranked(ASKED, candidates(ASKED, [found(many)]), reader, searched=1)
    assert len(reader.given) == READ
    assert texts_of(made.units)[:2] == [f"Boat {CLOSER_LOOK + 2} came.", f"Boat {CLOSER_LOOK + 1} came."]
    assert made.units[0].score - made.units[CLOSER_LOOK - 1].score == pytest.approx(0.1 * 0.1 * (CLOSER_LOOK - 1))
    assert texts_of(made.units)[-3:] == ["Boat 2 came.", "Boat 1 came.", "Boat 0 came."]


@pytest.mark.usefixtures("by_words")
def test_the_odds_are_those_of_the_best_however_many_are_like_it() -> None:
    one, two = rank("The bridge is long."), rank("The bridge is long.", "Is the bridge long?")
    assert one.odds == two.odds == pytest.approx(one.units[0].score)


@pytest.mark.usefixtures("by_words")
def test_the_probability_rises_with_the_odds() -> None:
    made = [rank(text) for text in ("Eels came.", "The bridge opened.", "The bridge is long.")]
    assert made[0].odds < made[1].odds < made[2].odds
    assert 0 < made[0].probability < made[1].probability < made[2].probability < 1
    assert made[2].probability == pytest.approx(1 / (1 + math.exp(1 - 2 * made[2].odds)))


@pytest.mark.usefixtures("by_words")
@pytest.mark.parametrize(("path", "less"), [((), False), (("Bridges", "Length"), True)])
def test_the_best_of_many_chunks_says_less_where_headings_speak_for_it(path: tuple[str, ...], *, less: bool) -> None:
    units = [candidate("The bridge is long.", ASKED.text, path=path)]
    few, some, many = (ranked(ASKED, units, Reader(), searched=count) for count in (1, 200, 30_000))
    assert few.odds == some.odds
    assert (many.odds < few.odds - 1) == less
    assert (many.probability < few.probability) == less


@pytest.mark.usefixtures("by_words")
@pytest.mark.parametrize(
    ("idf", "beside", "less"),
    [(6.0, "It is long.", True), (1.0, "It is long.", False), (6.0, "Mainz has a bridge.", False)],
)
def test_an_article_that_says_nothing_of_a_rare_name_says_less_of_it(idf: float, beside: str, *, less: bool) -> None:
    asked = question("How long is the bridge of Mainz?")
    asked = replace(asked, terms={**asked.terms, asked.names[0].whole: idf})
    units = [candidate(text, asked.text, place=i) for i, text in enumerate(("The bridge is long.", beside), 1)]
    named, plain = (ranked(one, units, Reader(), searched=1) for one in (asked, replace(asked, names=())))
    assert (named.odds < plain.odds - 0.5) == less


@pytest.mark.usefixtures("by_words")
@pytest.mark.parametrize(
    ("name", "less"),
    [
        *((name, 6.0) for name in ("useThrottledRef", "Status_Check", "Person20001", "RFC 1505")),
        ("Mainz", 2.0),
        *((name, 0.0) for name in ("SRE", "4th", "v2.1", "P1", "Monday", "2026", "200 euros")),
    ],
)
def test_a_name_that_no_article_mentions_makes_an_answer_unlikely(name: str, less: float) -> None:
    asked = question(f"How long is the bridge of {name}?")
    units = [candidate("The bridge is long.", asked.text)]
    unknown, known = (ranked(one, units, Reader(), searched=1) for one in (replace(asked, unknown=asked.names), asked))
    assert asked.names
    assert known.odds - unknown.odds == pytest.approx(less)


@pytest.mark.usefixtures("by_words")
def test_a_noun_of_another_language_is_no_name_that_nobody_mentions() -> None:
    asked = question("Wie lang wird die große Mainzer Brücke?")
    units = [candidate("The bridge is long.", asked.text)]
    unknown, known = (ranked(one, units, Reader(), searched=1) for one in (replace(asked, unknown=asked.names), asked))
    assert asked.names
    assert unknown.odds == known.odds


@pytest.mark.usefixtures("by_words")
def test_what_speaks_of_another_comes_after_what_does_not() -> None:
    asked = question("How long is the Mainz bridge?")
    units = [candidate(text, asked.text, place=i) for i, text in enumerate(("The Worms bridge is long.", "Boats."), 1)]
    assert texts_of(ranked(asked, units, Reader(), searched=1).units) == ["Boats.", "The Worms bridge is long."]


def test_without_units_there_is_no_answer() -> None:
    made = rank()
    assert made.units == ()
    assert made.probability < 1e-9
    assert made.odds < -40


def test_a_network_weighs_standardised_facts_bends_them_and_adds_the_straight_way() -> None:
    columns = array([1.0, 0.0]), array([2.0, 1.0]), array([0.0, 5.0]), array([[3.0], [0.0]])
    made = Network(*columns, array([1.0]), array([1.0]), 4)
    # (7 - 1) / 2 = 3 and 2; tanh(3 * 3 + 1) + 5 * 2 - 4
    assert made([(7.0, 2.0)]) == pytest.approx([math.tanh(10) + 6])


def test_the_same_question_is_ranked_the_same_twice() -> None:
    one, two = (rank("The bridge is long.", "It rained.") for _ in range(2))
    assert [(unit.text, unit.score) for unit in one.units] == [(unit.text, unit.score) for unit in two.units]
    assert (one.odds, one.probability) == (two.odds, two.probability)


def test_the_weights_that_come_with_this_version_belong_to_its_facts() -> None:
    weights = load_weights()
    assert weights.network.linear.shape == (len(FACTS),)
    assert weights.slope > 0


@pytest.mark.parametrize("changed", ["slope", "names", "digest"])
def test_other_weights_are_refused_with_the_remedy(
    changed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = json.loads(ranker.WEIGHTS.read_text(encoding="ascii"))
    stored[changed] = {"slope": 9.0, "names": ["own"], "digest": "0"}[changed]
    file = tmp_path / "weights.json"
    file.write_text(json.dumps(stored), encoding="ascii")
    monkeypatch.setattr(ranker, "WEIGHTS", file)
    load_weights.cache_clear()
    with pytest.raises(BotError, match=r"weights\.json does not belong to this version; install Footnote again"):
        load_weights()


@pytest.mark.parametrize("content", [None, b"", b"{}", b"\xff\xfe", b'{"names": ["own"'])
def test_weights_that_are_gone_or_damaged_are_named(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "weights.json"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setattr("bot.quote.ranker.WEIGHTS", path)
    load_weights.cache_clear()
    with pytest.raises(BotError, match=r"weights\.json does not belong to this version"):
        load_weights()


def test_the_digest_does_not_hang_on_the_order_of_names() -> None:
    assert digest_of({"a": [0.1], "b": 2}) == digest_of({"b": 2, "a": [0.1]}) != digest_of({"a": [0.2], "b": 2})
