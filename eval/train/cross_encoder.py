"""Learns the layers of the reader: `python -m eval.train.cross_encoder FOLDER…`. Needs PyTorch, and time.

The embedder's model becomes a cross-encoder: its two lowest layers and its word vectors stay, the four above are learnt
anew, and a head makes a score of the first token's state. The loss is that of `eval.train.fit`, over the units of a
search and "no answer", with a little of the binary cross entropy of each unit. Products run in bfloat16, which
processors with AMX do ten times as fast. The same folders, machine and number of threads give the same bytes.
"""

import argparse
import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import ingest.embed
from eval.train.examples import Example, examples
from eval.train.talk import turns
from ingest.embed.minilm import MiniLM
from ingest.embed.onnx import Array
from ingest.embed.quantise import EPSILON, HEADS, LAYERS, PRODUCTS, floats, named, product_names, quantised
from ingest.embed.weights import load_reader, load_weights

try:
    import torch
    from torch.nn import functional
except ImportError as error:
    raise SystemExit("this takes PyTorch: pip install --group train") from error

FIXED, EPOCHS, BATCH, RATE, WARM_UP, DECAY = 2, 2.3, 8, 8e-5, 0.06, 0.01
_EPOCHS_ON, _RATE_ON = 1.8, 4e-5  # for what goes on from what has been learnt before
# Of a search so many units are read: at most two that answer, one that belongs to the answer, the best others, some.
_UNITS, _RIGHT, _BELONGING, _BEST = 7, 2, 1, 5
# What a unit that only belongs to the answer is worth beside one that answers, and what the loss of each unit is worth.
_BELONGS, _EACH = 0.15, 0.1
# So many texts run together, of about one length; a multiple of eight tokens is what processors like.
_TOGETHER, _STEP = 24, 8

Weights = Mapping[str, torch.Tensor]


def main() -> None:
    """Reads the folders, learns from all of them, writes the weights and prints their sha256."""
    parser = argparse.ArgumentParser(prog="eval.train.cross_encoder", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--output", type=Path)
    parser.add_argument("--talk", action="store_true", help="go on from the reader, to read messages of conversations")
    args = parser.parse_args()
    model = MiniLM()
    asked_in = turns if args.talk else examples
    seen = [one for folder in args.folders for one in asked_in(folder, model) if one.everywhere]
    begin = named(load_weights(None).model) | (load_reader() if args.talk else {})
    epochs, rate = (_EPOCHS_ON, _RATE_ON) if args.talk else (EPOCHS, RATE)
    layers: dict[str, Any] = dict(learnt(seen, model, begin, epochs=epochs, rate=rate))
    output = args.output or Path(ingest.embed.__path__[0]) / f"reader{'-talk' * args.talk}.npz"
    np.savez(output, **layers)
    print(hashlib.sha256(output.read_bytes()).hexdigest())


def learnt(
    seen: Sequence[Example], model: MiniLM, tensors: Mapping[str, Array], *, epochs: float = EPOCHS, rate: float = RATE
) -> dict[str, Array]:
    """Returns the learnt layers, their products as bytes, and the head, by the names that they have in the model."""
    torch.manual_seed(0)
    chance, products = random.Random(0), product_names(tensors)
    fixed, free = _begin(tensors, products)
    adam = torch.optim.AdamW(_groups(list(free.values())), lr=rate, betas=(0.9, 0.98), fused=True)
    told = [one for one in seen if not one.answerable or (one.worth == 2).any()]
    steps = int(epochs * len(told) / BATCH)
    for step, batch in zip(range(steps), _batches(told, chance), strict=False):
        for group in adam.param_groups:
            group["lr"] = rate * min(1.0, (step + 1) / (WARM_UP * steps)) * (1 - step / steps)
        loss = _loss({**fixed, **free}, products, batch, model, chance)
        adam.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(free.values(), 1.0)
        adam.step()
        if step % 100 == 0:
            print(f"{step} of {steps}: {loss.item():.3f}", flush=True)
    found = {name: weights.detach().numpy() for name, weights in free.items()}
    stored = {name: weights for name, weights in found.items() if name not in products}
    return {
        **stored,
        **{part: w for name in found.keys() & set(products) for part, w in quantised(found[name], name).items()},
    }


def _begin(
    tensors: Mapping[str, Array], products: Sequence[str]
) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """The weights that stay, and those that are learnt, as they are at first; products have shape (in, out)."""
    words = tensors["embeddings.word_embeddings.weight_q"] * tensors["embeddings.word_embeddings.weight_scale"]
    places = (
        floats(tensors, "embeddings.position_embeddings.weight") + tensors["embeddings.token_type_embeddings.weight"][0]
    )
    everything = {name: torch.tensor(floats(tensors, name)) for name in products}
    everything |= {name: torch.tensor(t) for name, t in tensors.items() if name.endswith((".bias", "LayerNorm.weight"))}
    everything |= {"words": torch.tensor(words.astype(np.float32)), "places": torch.tensor(places)}
    width = len(words[0])
    for name, out in (("dense", width), ("out", 1)):
        everything[f"{name}.weight"] = torch.tensor(
            tensors.get(f"{name}.weight", 0.02 * torch.randn(width, out).numpy())
        )
        everything[f"{name}.bias"] = torch.tensor(tensors.get(f"{name}.bias", np.zeros(out, np.float32)))
    upper = tuple(f"encoder.layer.{number}." for number in range(FIXED, LAYERS))
    learnt = {*products[FIXED * PRODUCTS :], "dense.weight", "dense.bias", "out.weight", "out.bias"}
    free = {n: w.requires_grad_() for n, w in everything.items() if n in learnt or n.startswith(upper)}
    return {name: weights for name, weights in everything.items() if name not in free}, free


def _groups(weights: Sequence[torch.Tensor]) -> list[dict[str, Any]]:
    """Only matrices decay."""
    flat = [each for each in weights if each.ndim < 2]
    return [
        {"params": [each for each in weights if each.ndim > 1], "weight_decay": DECAY},
        {"params": flat, "weight_decay": 0.0},
    ]


def _batches(told: Sequence[Example], chance: random.Random) -> Iterator[list[Example]]:
    while True:
        order = chance.sample(told, len(told))
        yield from (order[i : i + BATCH] for i in range(0, len(order) - BATCH + 1, BATCH))


def _loss(
    weights: Weights, products: Sequence[str], batch: Sequence[Example], model: MiniLM, chance: random.Random
) -> torch.Tensor:
    picked = [_picked(one, chance) for one in batch]
    tokens: list[list[int]] = []
    for one, units in zip(batch, picked, strict=True):
        tokens += model.together(one.question, [one.texts[i] for i in units], said=one.said)
    scores = _scores(weights, products, tokens).split([len(units) for units in picked])
    loss = torch.zeros(())
    for one, units, found in zip(batch, picked, scores, strict=True):
        worth = one.worth[units] * one.answerable
        wanted = torch.tensor([*np.select([worth == 2, worth == 1], [1.0, _BELONGS]), 0.0], dtype=torch.float32)
        wanted[-1] = float(not wanted.any())
        none = found.new_zeros(1)
        loss = loss - (wanted / wanted.sum() * functional.log_softmax(torch.cat([found, none]), 0)).sum()
        each = functional.binary_cross_entropy_with_logits(
            found, torch.tensor((worth == 2).astype(np.float32)), reduction="none"
        )
        loss = loss + _EACH * (each * torch.tensor((worth != 1).astype(np.float32))).sum()
    return loss / len(batch)


def _picked(one: Example, chance: random.Random) -> list[int]:
    """The units that are read, by their places."""
    worth = one.worth * one.answerable
    right = [int(i) for i in np.flatnonzero(worth == 2)][:_RIGHT]
    belongs = [int(i) for i in np.flatnonzero(worth == 1)]
    right += chance.sample(belongs, min(_BELONGING, len(belongs)))
    others = [int(i) for i in np.flatnonzero(worth == 0)]
    best, rest = others[: min(_BEST, _UNITS - len(right))], others[_BEST:]
    return [*right, *best, *chance.sample(rest, min(_UNITS - len(right) - len(best), len(rest)))]


def _scores(weights: Weights, products: Sequence[str], tokens: Sequence[list[int]]) -> torch.Tensor:
    """One score each, shape (len(tokens),)."""
    order = sorted(range(len(tokens)), key=lambda i: len(tokens[i]))
    scores = []
    for start in range(0, len(order), _TOGETHER):
        some = [tokens[i] for i in order[start : start + _TOGETHER]]
        length = -len(some[-1]) // _STEP * -_STEP
        ids = torch.tensor([[*each, *[0] * (length - len(each))] for each in some])
        unread = torch.tensor(
            [[0.0] * len(each) + [-1e4] * (length - len(each)) for each in some], dtype=torch.bfloat16
        )
        with torch.autocast("cpu", dtype=torch.bfloat16):
            scores.append(_score(weights, products, ids, unread[:, None, None, :]).float())
    return torch.cat(scores)[torch.tensor(np.argsort(order))]


def _score(weights: Weights, products: Sequence[str], ids: torch.Tensor, unread: torch.Tensor) -> torch.Tensor:
    states = _normal(
        weights, functional.embedding(ids, weights["words"]) + weights["places"][: ids.shape[1]], "embeddings."
    )
    for number in range(LAYERS):
        states = _layer(weights, number, products[number * PRODUCTS :][:PRODUCTS], states, unread)
    bent = torch.tanh(states[:, 0] @ weights["dense.weight"] + weights["dense.bias"])
    return (bent @ weights["out.weight"] + weights["out.bias"])[:, 0]


def _layer(
    weights: Weights, number: int, products: Sequence[str], states: torch.Tensor, unread: torch.Tensor
) -> torch.Tensor:
    name = f"encoder.layer.{number}."
    query, key, value = (
        (states @ weights[product] + weights[f"{name}attention.self.{part}.bias"])
        .unflatten(-1, (HEADS, -1))
        .transpose(1, 2)
        for product, part in zip(products[:3], ("query", "key", "value"), strict=True)
    )
    alike = query @ key.transpose(2, 3) / query.shape[-1] ** 0.5 + unread
    mixed = (torch.softmax(alike, -1).to(value.dtype) @ value).transpose(1, 2).flatten(2)
    states = _add(weights, mixed @ weights[products[3]], states, f"{name}attention.output.")
    bent = functional.gelu(
        states @ weights[products[4]] + weights[f"{name}intermediate.dense.bias"], approximate="tanh"
    )
    return _add(weights, bent @ weights[products[5]], states, f"{name}output.")


def _add(weights: Weights, product: torch.Tensor, states: torch.Tensor, name: str) -> torch.Tensor:
    return _normal(weights, product + weights[f"{name}dense.bias"] + states, name)


def _normal(weights: Weights, states: torch.Tensor, name: str) -> torch.Tensor:
    weight, bias = (weights[f"{name}LayerNorm.{part}"] for part in ("weight", "bias"))
    return functional.layer_norm(states, weight.shape, weight, bias, EPSILON)


if __name__ == "__main__":
    main()
