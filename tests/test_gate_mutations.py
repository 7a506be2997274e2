"""What the gate is for: ten ways to make the answers worse, each of which has to turn it red. Run by `make test-gate`.

Each mutation is put into the real program, which then answers the cases of this repository; the baselines are those
that are committed.
"""

import datetime
import json
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

import bot.model.check
import bot.quote.choose
import bot.quote.widen
import bot.search
import ingest.run
import ingest.split
from bot.answer import Citation, Part
from bot.compare.dates import Period
from bot.endpoint.reply import Message
from bot.model.write import Writer
from eval.cases import Case, read_cases
from eval.flags import place_of
from eval.gate import Verdict, decide
from eval.saved import Baseline, as_text, held_of
from eval.transcripts import Replayer, Said
from ingest.context import lead_of
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import Index
from tests.gate_fixtures import ENSING, OWN, ask_all, build, gate, shuffled

pytestmark = pytest.mark.gate


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, model: MiniLM) -> Path:
    """A home of the shipped articles, ingested by the program as it is."""
    home = tmp_path_factory.mktemp("own") / "home"
    build(OWN, home, model)
    return home


@pytest.fixture(scope="module")
def ensing(tmp_path_factory: pytest.TempPathFactory, model: MiniLM) -> Path:
    """The same of the set ensing."""
    home = tmp_path_factory.mktemp("ensing") / "home"
    build(ENSING, home, model)
    return home


@pytest.fixture
def anew(ensing: Path, tmp_path: Path) -> Path:
    """A copy of it that a changed splitter has to build anew; sentences need not be embedded again."""
    return Path(shutil.copytree(ensing, tmp_path / "ensing"))


def lying(cases: Sequence[Case]) -> Callable[[Sequence[Message]], Said | None]:
    """A model that quotes what answers, and says it with other figures; it answers nothing else."""
    quotes = {case.question: [one.quote for one in case.quotes] for case in cases}

    def reply(messages: Sequence[Message]) -> Said:
        asked = messages[-1]["content"]
        question = re.findall(r"Question: (.*)", asked)[-1]
        given = asked[asked.rindex("Question: ") :]
        found = [
            (quote, re.findall(r"^\[(\d+)\]", given[: given.find(quote)], re.M)) for quote in quotes.get(question, ())
        ]
        sentences = [
            {"quotes": [{"p": int(numbers[-1]), "text": quote}], "text": re.sub(r"\d", "7", quote)}
            for quote, numbers in found
            if quote in given and numbers
        ]
        return Said(json.dumps({"answerable": bool(sentences), "sentences": sentences, "missing": ""}))

    return reply


def agreeing(messages: Sequence[Message]) -> Said:
    """A judge to whom every quote carries every sentence."""
    asked = re.findall(r'"id": (\d+), "sentence"', messages[-1]["content"])
    return Said(json.dumps({"verdicts": [{"id": int(id_), "carried": True} for id_ in asked]}))


def rules(verdict: Verdict) -> set[str]:
    return {red.rule for red in verdict.reds}


def test_without_a_change_it_is_green_and_the_same_every_time(own: Path, ensing: Path, model: MiniLM) -> None:
    first, second = (ask_all(place_of(OWN, own), model) for _ in range(2))
    assert as_text(first) == as_text(second)
    verdicts = [gate(OWN, own, model), gate(ENSING, ensing, model)]
    assert [(verdict.reds, verdict.changed) for verdict in verdicts] == [((), ())] * 2


def test_chunks_of_half_the_size(anew: Path, model: MiniLM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingest.split, "MAX_WORDS", ingest.split.MAX_WORDS // 2)
    monkeypatch.setattr(ingest.hashes, "SPLITTER_VERSION", "half")
    build(ENSING, anew, model)
    assert "lost" in rules(gate(ENSING, anew, model))


def test_the_search_by_words_off(own: Path, model: MiniLM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Index, "matching", lambda *_: {})
    assert "lost" in rules(gate(OWN, own, model))


def test_vectors_shuffled(own: Path, model: MiniLM) -> None:
    assert "lost" in rules(gate(OWN, own, model, changed=shuffled))


def test_refusal_off(own: Path, model: MiniLM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.search, "THRESHOLD", float("-inf"))
    assert {"lost", "floor"} <= rules(gate(OWN, own, model))


def test_numbers_of_citations_swapped(own: Path, model: MiniLM, monkeypatch: pytest.MonkeyPatch) -> None:
    cite = bot.quote.choose.cite

    def swapped(answers: object, **dated: object) -> tuple[Part, ...]:
        one, *others = cite(answers, **dated)  # type: ignore[arg-type]
        if not others:
            return (one,)
        cited = one.citations, others[0].citations
        return replace(one, citations=cited[1]), replace(others[0], citations=cited[0]), *others[1:]

    monkeypatch.setattr("bot.ask.cite", swapped)
    assert {"floor", "quote"} & rules(gate(OWN, own, model))


def test_offsets_shifted_by_one(own: Path, model: MiniLM, monkeypatch: pytest.MonkeyPatch) -> None:
    numbered = bot.quote.choose._numbered

    def shifted(first: int, stretches: Sequence[object]) -> list[Citation]:
        made = numbered(first, stretches)  # type: ignore[arg-type]
        return [Citation(c.number, c.article, c.quote, c.start + 1, c.end + 1) for c in made]

    monkeypatch.setattr(bot.quote.choose, "_numbered", shifted)
    assert "quote" in rules(gate(OWN, own, model))


def test_the_preference_for_a_time_always_on(ensing: Path, model: MiniLM, monkeypatch: pytest.MonkeyPatch) -> None:
    newest = Period(datetime.date(2026, 11, 1), datetime.date(2026, 11, 26))
    monkeypatch.setattr("bot.question.understand.period_of", lambda text, **_: newest)
    assert "lost" in rules(gate(ENSING, ensing, model))


def test_the_check_of_what_a_model_writes_off(own: Path, model: MiniLM, monkeypatch: pytest.MonkeyPatch) -> None:
    place = place_of(OWN, own)
    liar = Writer(Replayer(lying(read_cases(place.cases))), Replayer(agreeing))  # type: ignore[arg-type]
    checked = ask_all(place, model, writer=liar)
    monkeypatch.setattr(bot.model.check, "find_fault", lambda *_: None)
    unchecked = ask_all(place, model, writer=liar)
    before = Baseline(held_of(checked), checked.prints, {}, {"citation recall": 0.99})
    assert decide(checked, before).is_green
    assert {"lost", "floor"} <= rules(decide(unchecked, before))


def test_lists_cut_to_one_item(ensing: Path, model: MiniLM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.quote.widen, "MOST_BLOCKS", 2)
    assert "lost" in rules(gate(ENSING, ensing, model))


def test_headers_of_tables_dropped(anew: Path, model: MiniLM, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "ingest.split.lead_of", lambda article, unit: "" if unit.kind == "row" else lead_of(article, unit)
    )
    monkeypatch.setattr(ingest.hashes, "SPLITTER_VERSION", "bare")
    build(ENSING, anew, model)
    assert "lost" in rules(gate(ENSING, anew, model))
