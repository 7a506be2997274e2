"""Learns the ranker's weights: `python -m eval.train FOLDER… [--output FILE]`; the folders are as examples.py says."""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

import bot.quote
from bot.quote.candidates import FACTS
from bot.quote.likeness import LIKENESS
from bot.quote.ranker import CLOSER_LOOK, Network, digest_of
from eval.train.examples import Example, examples
from eval.train.fit import fit_network, fit_odds
from ingest.embed.embedder import Vectors
from ingest.embed.minilm import MiniLM

_DIGITS = 4


def main() -> None:
    """Reads the folders, learns from all of them, and prints how each does when it is left out."""
    parser = argparse.ArgumentParser(prog="eval.train", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, default=Path(bot.quote.__path__[0]) / "weights.json")
    args = parser.parse_args()
    model = MiniLM()
    sets = {folder.name: tuple(examples(folder, model)) for folder in args.folders}
    args.output.write_text(json.dumps(learnt(sets), sort_keys=True) + "\n", encoding="ascii")


def learnt(sets: Mapping[str, Sequence[Example]]) -> dict[str, Any]:
    """Returns the weights as they are stored; the odds are fitted to sets that the networks had not seen."""
    odds: list[float] = []
    right: list[bool] = []
    for name, unseen in sets.items():
        screen, judge = _networks([one for other, seen in sets.items() if other != name for one in seen])
        outcomes = [_outcome(one, screen, judge) for one in unseen]
        odds += [outcome for outcome, _ in outcomes]
        right += [answers for _, answers in outcomes]
        print(f"{name}: {np.mean([answers for _, answers in outcomes]):.3f} of {len(unseen)} first units answer")
    slope, offset = fit_odds(np.array(odds), np.array(right, dtype=float))
    screen, judge = _networks([one for seen in sets.values() for one in seen])
    stored: dict[str, Any] = {
        "names": [*FACTS, *LIKENESS],
        "screen": _stored(screen),
        "judge": _stored(judge),
        "slope": round(slope, _DIGITS),
        "offset": round(offset, _DIGITS),
    }
    return {**stored, "digest": digest_of(stored)}


def _networks(seen: Sequence[Example]) -> tuple[Network, Network]:
    screen = fit_network(seen, lambda one: one.facts)
    return screen, fit_network([_closer(one, screen) for one in seen], _all)


def _closer(one: Example, screen: Network) -> Example:
    """The units of an example that get a closer look."""
    best = np.argsort(-screen(one.facts), kind="stable")[:CLOSER_LOOK]
    texts = [one.texts[i] for i in best]
    return replace(one, texts=texts, facts=one.facts[best], likeness=one.likeness[best], worth=one.worth[best])


def _outcome(one: Example, screen: Network, judge: Network) -> tuple[float, bool]:
    """The log odds that anything answers, and whether the unit that comes first does."""
    closer = _closer(one, screen)
    scores = judge(_all(closer))
    return float(np.log(np.exp(np.clip(scores, -50, 50)).sum())), bool(closer.worth[scores.argmax()] > 0)


def _all(one: Example) -> Vectors:
    return np.hstack([one.facts, one.likeness])


def _stored(network: Network) -> dict[str, Any]:
    arrays = {name: getattr(network, name) for name in ("mean", "scale", "linear", "hidden", "bias", "out")}
    return {name: np.round(array, _DIGITS).tolist() for name, array in arrays.items()} | {
        "none": round(network.none, _DIGITS)
    }


if __name__ == "__main__":
    main()
