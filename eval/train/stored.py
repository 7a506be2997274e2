"""How learnt weights are stored: beside what the file holds already, with a digest. Learns nothing."""

import json
from pathlib import Path

import numpy as np

from bot.quote.ranker import WEIGHTS, Network, digest_of

DIGITS = 4


def network_values(network: Network) -> dict[str, object]:
    """Returns a network as it is stored."""
    arrays = {name: getattr(network, name) for name in ("mean", "scale", "linear", "hidden", "bias", "out")}
    return {name: np.round(array, DIGITS).tolist() for name, array in arrays.items()} | {
        "none": round(network.none, DIGITS)
    }


def store(output: Path, **learnt: object) -> None:
    """Writes the weights that there are to a file, with what was learnt in the place of what they held of it."""
    stored = json.loads(WEIGHTS.read_text(encoding="ascii")) | learnt
    stored["digest"] = digest_of({name: part for name, part in stored.items() if name != "digest"})
    output.write_text(json.dumps(stored, sort_keys=True) + "\n", encoding="ascii")
