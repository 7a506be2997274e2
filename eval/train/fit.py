"""Networks are fitted to examples by a listwise loss, and their odds to the share of right answers. Knows numbers only.

The loss is the cross entropy between what a softmax over the units and "no answer" says and what is right (ListNet: Cao
et al. 2007). Everything is drawn from seeds, so that the same examples give the same weights.
"""

from collections.abc import Sequence

import numpy as np

from bot.quote.ranker import Network
from eval.train.examples import Example
from ingest.embed.embedder import Vectors

# Measured on sets left out: more than two hidden units, or less decay, only learn the sets by heart (eval/RANKER.md).
HIDDEN, EPOCHS, BATCH, RATE, DECAY = 2, 40, 32, 0.01, 3e-3
# A number that hardly changes is left as it is.
_STILL = 1e-3
# What a unit that only belongs to the answer is worth beside one that answers.
_BELONGS = 0.3


def fit_network(seen: Sequence[Example], *, seed: int = 0) -> Network:
    """Returns a network that gives units that answer a high score, going by their facts.

    Searches that missed the answer teach nothing.
    """
    chance = np.random.default_rng(seed)
    told = [one for one in seen if not one.answerable or (one.worth > 0).any()]
    given = [one.facts for one in told]
    everything = np.vstack(given)
    mean, scale = everything.mean(axis=0), everything.std(axis=0)
    scale = np.where(scale < _STILL, 1.0, scale)
    inputs, wanted = [(each - mean) / scale for each in given], [_wanted(one) for one in told]
    width = everything.shape[1]
    weights = [
        chance.normal(size=(width, HIDDEN)) / np.sqrt(width),
        np.zeros(HIDDEN),
        chance.normal(size=HIDDEN) / np.sqrt(HIDDEN) / 2,
        np.zeros(width),
        np.zeros(1),
    ]
    adam = _Adam(weights)
    for epoch in range(EPOCHS):
        order = chance.permutation(len(told))
        for batch in np.array_split(order, max(len(told) // BATCH, 1)):
            gradients = [np.zeros_like(each) for each in weights]
            for i in batch:
                _add_gradient(gradients, weights, inputs[i], wanted[i], share=1 / len(batch))
            for i in (0, 2, 3):
                gradients[i] += DECAY * weights[i]
            adam.step(gradients, rate=RATE * (1 - 0.9 * epoch / EPOCHS))
    hidden, bias, out, linear, none = weights
    return Network(mean, scale, linear, hidden, bias, out, float(none[0]))


def fit_odds(odds: Vectors, right: Vectors) -> tuple[float, float]:
    """Returns slope and offset of the logistic curve from log odds to the share that is right (Platt 1999)."""
    slope, offset = 1.0, 0.0
    for _ in range(100):
        expected = 1 / (1 + np.exp(-(slope * odds + offset)))
        weight = expected * (1 - expected) + 1e-9
        gradient = np.array([((expected - right) * odds).sum(), (expected - right).sum()])
        curvature = np.array(
            [[(weight * odds * odds).sum(), (weight * odds).sum()], [(weight * odds).sum(), weight.sum()]]
        )
        step = np.linalg.solve(curvature + 1e-6 * np.eye(2), gradient)
        slope, offset = np.array([slope, offset]) - step / max(1.0, float(np.abs(step).max()))
    return float(slope), float(offset)


def _wanted(one: Example) -> Vectors:
    """The probabilities that are right, of each unit and, last, of there being no answer."""
    worth = np.where(one.worth == 2, 1.0, np.where(one.worth == 1, _BELONGS, 0.0)) * one.answerable
    total = worth.sum()
    return np.append(worth / total, 0.0) if total else np.append(worth, 1.0)


def _add_gradient(
    gradients: Sequence[Vectors], weights: Sequence[Vectors], x: Vectors, wanted: Vectors, *, share: float
) -> None:
    hidden, bias, out, linear, none = weights
    active = np.tanh(x @ hidden + bias)
    scores = np.append(active @ out + x @ linear, none)
    exps = np.exp(scores - scores.max())
    wrong = share * (exps / exps.sum() - wanted)
    units = wrong[:-1]
    behind = np.outer(units, out) * (1 - active**2)
    for gradient, step in zip(
        gradients, (x.T @ behind, behind.sum(axis=0), active.T @ units, x.T @ units, wrong[-1:]), strict=True
    ):
        gradient += step


class _Adam:
    """Steps that adapt to each weight (Kingma and Ba, arXiv 1412.6980); changes the weights in place."""

    def __init__(self, weights: Sequence[Vectors]) -> None:
        self._weights, self._steps = weights, 0
        self._first = [np.zeros_like(each) for each in weights]
        self._second = [np.zeros_like(each) for each in weights]

    def step(self, gradients: Sequence[Vectors], *, rate: float) -> None:
        self._steps += 1
        for weight, gradient, first, second in zip(self._weights, gradients, self._first, self._second, strict=True):
            first += 0.1 * (gradient - first)
            second += 0.001 * (gradient**2 - second)
            size = np.sqrt(second / (1 - 0.999**self._steps)) + 1e-8
            weight -= rate * first / (1 - 0.9**self._steps) / size
