import shutil
from pathlib import Path

import pytest

from ingest.embed.minilm import MiniLM
from ingest.embed.weights import load_weights
from ingest.errors import EmbedderUnavailable


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The model's two files in a folder of their own."""
    weights = load_weights(None)
    (tmp_path / "model.onnx").write_bytes(weights.model)
    (tmp_path / "tokenizer.json").write_bytes(weights.tokenizer)
    return tmp_path


def test_a_folder_with_the_same_files_is_the_same_model(folder: Path) -> None:
    assert load_weights(folder) == load_weights(None)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_file_with_another_sha256_is_refused_before_it_is_parsed(folder: Path, name: str) -> None:
    with (folder / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(EmbedderUnavailable, match=rf"{name} is not the file expected: its sha256 differs"):
        MiniLM(folder)


def test_bytes_that_no_parser_would_survive_are_refused_by_their_sum(tmp_path: Path) -> None:
    (tmp_path / "model.onnx").write_bytes(b"not a model")
    (tmp_path / "tokenizer.json").write_bytes(b"{")
    with pytest.raises(EmbedderUnavailable, match="sha256 differs"):
        MiniLM(tmp_path)


def test_a_folder_without_the_files_says_what_to_put_there(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()
    with pytest.raises(EmbedderUnavailable, match=r"not in .*install the packages .*FOOTNOTE_MINILM"):
        load_weights(folder)
    shutil.rmtree(folder)
    with pytest.raises(EmbedderUnavailable, match="FOOTNOTE_MINILM"):
        load_weights(folder)
