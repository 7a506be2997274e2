import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from ingest.embed import minilm, weights
from ingest.embed.embedder import whole_vector
from ingest.embed.minilm import MAX_TOKENS, MiniLM
from ingest.errors import EmbedderUnavailable

TEXTS = [
    "The Marlow Bridge is 640 metres long.",
    "How long is the bridge?",
    "Glass eels climb a ramp of wet brushes.",
    "",
    "Vučić – “café” 😀 東京",
    "word " * 400,
]


def test_every_text_has_a_unit_vector_the_empty_one_too(model: MiniLM) -> None:
    vectors = model.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), model.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_question_is_nearer_to_the_sentence_that_answers_it(model: MiniLM) -> None:
    bridge, question, eels = model.embed(TEXTS[:3])
    assert question @ bridge > 0.5 > 0.2 > question @ eels


def test_neither_order_nor_company_changes_a_vector(model: MiniLM) -> None:
    together, reversed_ = model.embed(TEXTS), model.embed(TEXTS[::-1])[::-1]
    alone = np.concatenate([model.embed([text]) for text in TEXTS])
    assert (together * reversed_).sum(axis=1).min() > 0.999
    assert (together * alone).sum(axis=1).min() > 0.98


def test_of_a_long_text_only_the_first_tokens_count(model: MiniLM) -> None:
    cut, longer, changed = model.embed(["word " * MAX_TOKENS, "word " * 900 + "eel", "eel " + "word " * 900])
    assert cut @ longer > 0.9999
    assert cut @ changed < 0.999


def test_after_a_rest_it_embeds_as_before(model: MiniLM) -> None:
    before = model.embed(["The bridge opened in May."])
    model.rest()
    assert np.array_equal(model.embed(["The bridge opened in May."]), before)


def test_no_texts_give_no_vectors(model: MiniLM) -> None:
    assert model.embed([]).shape == (0, 384)


def test_the_fingerprint_is_the_same_each_time_and_names_the_model(model: MiniLM) -> None:
    assert MiniLM().fingerprint == model.fingerprint
    assert model.fingerprint.startswith("minilm-")


def test_pooling_and_padding_are_still_those_of_the_fingerprint(model: MiniLM) -> None:
    # Measured when the fingerprint was fixed; another pooling or a lost mask moves it more than a processor does.
    one, two = model.embed(["This is an example sentence", "Each sentence is converted"])
    assert abs(float(one @ two) - 0.405) < 0.03


def test_a_whole_weighs_its_sentences_by_the_root_of_their_length() -> None:
    parts = np.array([[1, 0], [0, 1]], dtype=np.float32)
    assert np.allclose(whole_vector(parts, [16, 9]), [0.8, 0.6])
    assert np.allclose(whole_vector(parts, [0, 0]), [0.5**0.5, 0.5**0.5])
    assert whole_vector(parts, [1, 1]).dtype == np.float32


def test_sentences_that_cancel_out_leave_no_direction() -> None:
    assert np.array_equal(whole_vector(np.array([[1, 0], [-1, 0]], dtype=np.float32), [4, 4]), [0, 0])


PAID = "The council paid for the repair of the bridge out of its reserve."
DENIED = "The council refused to pay for the repair of the bridge."


def test_what_answers_is_read_as_likelier_than_what_only_sounds_like_it(model: MiniLM) -> None:
    texts = [("Bridges", "", text) for text in (PAID, "The repair of the bridge was discussed in May.", DENIED)]
    paid, discussed, denied = model.read("Who paid for the repair of the bridge?", texts)
    assert paid > max(discussed, denied) + 1


def test_what_stands_before_a_text_is_read_with_it(model: MiniLM) -> None:
    texts = [
        ("Bridges", before, "It is 640 metres long.") for before in ("This is the Marlow Bridge.", "Eels are fish.")
    ]
    bridge, eels = model.read("How long is the Marlow Bridge?", texts)
    assert bridge > eels + 1


def test_a_text_is_read_the_same_whatever_is_read_with_it(model: MiniLM) -> None:
    texts = [("Bridges", "", text) for text in TEXTS]
    together = model.read("How long is the bridge?", texts)
    assert [model.read("How long is the bridge?", [text])[0] for text in texts] == list(together)


def test_of_what_is_read_together_only_so_many_tokens_count(model: MiniLM) -> None:
    (tokens,) = model.together("word " * 99, [("above " * 99, "before " * 99, "text " * 99)])
    assert len(tokens) == 32 + 28 + 28 + 60 + 5


def test_of_a_long_question_the_end_is_read_and_of_many_headings_the_title_and_the_last(model: MiniLM) -> None:
    (long, same) = (
        model.together(f"{start} How long is the Marlow Bridge?", [(f"Gadget 4 {middle} > Pump", "", "It is long.")])[0]
        for start, middle in (("We met. " * 20, "manual " * 40), ("We met. " * 30, "manual " * 50))
    )
    assert long == same


def test_many_threads_at_once_load_one_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[bytes] = []
    really = minilm._open_session

    def counted(graph: bytes) -> object:
        opened.append(graph)
        return really(graph)

    monkeypatch.setattr(minilm, "_open_session", counted)
    fresh = MiniLM()
    before = len(opened)
    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(lambda _: fresh.read("How long is it?", [("", "", "It is long.")])[0], range(8)))
    assert len(opened) == before + 1
    assert len(set(told)) == 1


@pytest.mark.parametrize(("talk", "name"), [(False, "reader.npz"), (True, "reader-talk.npz")])
@pytest.mark.parametrize("content", [None, b"", b"not the layers"])
def test_a_reader_that_is_gone_or_damaged_is_named(
    content: bytes | None, talk: bool, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    monkeypatch.setattr(weights, "_READERS", tmp_path)
    with pytest.raises(EmbedderUnavailable, match=f"^{re.escape(name)} does not belong to this version"):
        weights.load_reader(talk=talk)


def test_what_was_said_before_is_read_with_the_message(model: MiniLM) -> None:
    texts = [("", "", "The bridge opened in 1931."), ("", "", "The ferry began in 1894.")]
    bridge, ferry = (model.read("since when?", texts, said=[f"who runs the {what}"]) for what in ("bridge", "ferry"))
    assert [int(found.argmax()) for found in (bridge, ferry)] == [0, 1]


def test_no_texts_are_read_to_no_end(model: MiniLM) -> None:
    assert len(model.read("How long is the bridge?", [])) == 0
