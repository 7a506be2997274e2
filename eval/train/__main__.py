"""Learns the ranker's weights: `python -m eval.train FOLDER… [--odds]`; the folders are as examples.py says.

What `eval.train.talk` learnt is kept, and has to be learnt again after: it goes by the scores of the ranker.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from bot.quote.candidates import FACTS
from bot.quote.ranker import WEIGHTS, Network
from eval.train.examples import Example, examples, outcomes
from eval.train.fit import fit_network, fit_odds
from eval.train.stored import DIGITS, network_values, store
from ingest.embed.minilm import MiniLM


def main() -> None:
    """Reads the folders; learns a network from all of them, or fits the odds of the one that is there."""
    parser = argparse.ArgumentParser(prog="eval.train", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    parser.add_argument("--odds", action="store_true", help="fit slope and offset alone, to folders not learnt from")
    args = parser.parse_args()
    model = MiniLM()
    if args.odds:
        store(args.output, **odds(args.folders, model))
    else:
        sets = {folder.name: tuple(examples(folder, model)) for folder in args.folders}
        store(args.output, names=[*FACTS], network=network_values(learnt(sets)), slope=1.0, offset=0.0)


def learnt(sets: Mapping[str, Sequence[Example]]) -> Network:
    """Returns the network fitted to all sets, and prints how it does on each of them when that is left out."""
    for name, unseen in sets.items():
        network = fit_network([one for other, seen in sets.items() if other != name for one in seen])
        right = [one.worth[network(one.facts).argmax()] > 0 for one in unseen]
        print(f"{name}: {np.mean(right):.3f} of {len(unseen)} first units answer")
    return fit_network([one for seen in sets.values() for one in seen])


def odds(folders: Sequence[Path], model: MiniLM) -> dict[str, float]:
    """Returns slope and offset for what ranks now, all its parts together, as it does on the folders."""
    found = [outcome for folder in folders for outcome in outcomes(folder, model)]
    slope, offset = fit_odds(*(np.array(part, dtype=float) for part in zip(*found, strict=True)))
    return {"slope": round(slope, DIGITS), "offset": round(offset, DIGITS)}


if __name__ == "__main__":
    main()
