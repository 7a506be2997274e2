"""Learns what answers a message that leans on what was said: `python -m eval.train.talk FOLDER…`.

A folder holds `corpus/` and `conversations.jsonl` as `eval.talk` says; a turn that the articles answer has `file` and
`quote` too, the article where it is answered (by what holds the `facts`) and the words that answer, and may have a
`twin`: a message as natural in its place that nothing answers. What is said before a turn are the questions and the
quotes before it.
"""

import argparse
import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from bot.question.followup import Turn, before, readings
from bot.question.understand import understand
from bot.quote.candidates import Candidate
from bot.quote.cross_encoder import as_read
from bot.quote.ranker import WEIGHTS, Network, load_weights
from bot.quote.talk import TALK, to_read, weighed_up
from bot.search import Search
from eval.train.examples import Example
from eval.train.fit import fit_network, fit_odds
from eval.train.stored import network_values, store
from eval.wording import holds
from ingest.embed.minilm import MiniLM
from ingest.index.open_index import open_current
from ingest.run import ingest

_DAY = datetime.date(2026, 11, 27)


def main() -> None:
    """Reads the folders, learns from all of them, and stores the network beside what the weights hold already."""
    parser = argparse.ArgumentParser(prog="eval.train.talk", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    model = MiniLM()
    network = learnt({folder.name: [_read(one, model) for one in turns(folder, model)] for folder in args.folders})
    store(args.output, talk=network_values(network))


def turns(folder: Path, model: MiniLM) -> Iterator[Example]:
    """Yields the units that are to be read for each message after the first, and for its twin.

    Raises:
        IngestError: the corpus cannot be ingested.
    """
    home, now = folder / "home", datetime.datetime(_DAY.year, _DAY.month, _DAY.day, tzinfo=datetime.UTC)
    ingest(folder / "corpus", home, open_embedder=lambda: model, now=now)
    with closing(open_current(home, model.fingerprint)) as index:
        search = Search(index, model, model, _DAY)
        for line in (folder / "conversations.jsonl").read_text(encoding="utf-8").splitlines():
            history: list[Turn] = []
            for turn in json.loads(line)["turns"]:
                if history:
                    yield from _examples(turn, history, search, model)
                history += [Turn("user", turn["question"]), Turn("assistant", turn.get("quote", ""))]


def learnt(sets: Mapping[str, Sequence[Example]]) -> Network:
    """Returns the network fitted to all sets, its scores log odds on the ranker's scale.

    Prints of each set, when it is left out, how often the first unit is right where one is.
    """
    odds: list[float] = []
    right: list[bool] = []
    for name, unseen in sets.items():
        network = fit_network([one for other, seen in sets.items() if other != name for one in seen])
        scores = [network(one.facts) for one in unseen]
        first = [bool(one.worth[each.argmax()]) for one, each in zip(unseen, scores, strict=True)]
        best = [float(each.max()) for each in scores]
        known = [one.worth.any() for one in unseen]
        share = np.mean([a for a, b in zip(first, known, strict=True) if b])
        print(f"{name}: {share:.3f} of {sum(known)} first units answer")
        odds, right = odds + best, right + first
    slope, offset = fit_odds(np.array(odds), np.array(right, dtype=float))
    weights = load_weights()
    return _scaled(
        fit_network([one for seen in sets.values() for one in seen]),
        by=slope / weights.slope,
        plus=(offset - weights.offset) / weights.slope,
    )


def _read(one: Example, model: MiniLM) -> Example:
    facts = one.facts.copy()
    facts[:, TALK.index("read")] = model.read(one.question, one.texts, said=one.said)
    return replace(one, facts=facts)


def _scaled(network: Network, *, by: float, plus: float) -> Network:
    return replace(network, linear=network.linear * by, out=network.out * by, none=network.none * by - plus)


def _examples(turn: Mapping[str, Any], history: Sequence[Turn], search: Search, model: MiniLM) -> Iterator[Example]:
    messages = [(turn["question"], turn.get("facts")), *([(turn["twin"], None)] if "twin" in turn else [])]
    for asked, facts in messages:
        for reading in [one for one in readings(asked, history, model) if one.leans][:1]:
            said = before(asked, history)
            if said.says_little:
                continue
            leaning, found = search.leaning(understand(reading.text, search.index, model, today=_DAY), said)
            units, every = weighed_up(leaning, found)
            kept = to_read(every)
            if not kept:
                continue
            texts = [as_read(leaning.question, units[i], units) for i in kept]
            right = [units[i].article.id == turn.get("file") and _is_right(units[i], facts) for i in kept]
            if not facts or any(right):
                worth = np.array([2.0 * each for each in right], dtype=np.float32)
                yield Example(asked, texts, every[kept], worth, bool(facts), True, said.earlier)


def _is_right(unit: Candidate, facts: Sequence[Sequence[str]] | None) -> bool:
    return bool(facts) and all(any(holds(f"{unit.lead} {unit.text}", fact) for fact in group) for group in facts or ())


if __name__ == "__main__":
    main()
