import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from ingest.embed.cluster import Cluster, ClusterEmbedder, spread_over
from ingest.embed.embedder import Vectors, embed_all
from ingest.embed.minilm import MiniLM
from ingest.errors import EmbedderUnavailable
from ingest.index.generation import current, folder_of
from ingest.index.manifest import read_manifest
from tests.index_fixtures import WordEmbedder, run_ingest, write_articles


class Backwards(WordEmbedder):
    """Embeds two texts at a time, the last first, and stops when it has embedded so many."""

    def __init__(self, until: int) -> None:
        super().__init__()
        self._until = until

    def embed_all(self, texts: Sequence[str]) -> Iterator[tuple[Sequence[int], Vectors]]:
        for start in reversed(range(0, len(texts), 2)):
            if len(self.embedded) >= self._until:
                raise EmbedderUnavailable("the cluster has gone away")
            places = range(start, min(start + 2, len(texts)))
            yield places, self.embed([texts[place] for place in places])


def test_without_an_address_everything_is_embedded_here() -> None:
    embedder = WordEmbedder()
    assert spread_over(None, embedder, None) is embedder


def test_only_the_embedded_embedder_is_spread() -> None:
    with pytest.raises(EmbedderUnavailable, match="--ray is for the embedder minilm, and another is set"):
        spread_over("auto", WordEmbedder(), None)


def test_a_missing_ray_is_said_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)  # what Python itself takes for: there is none
    with pytest.raises(EmbedderUnavailable, match=r"the extra ray; install it with: pip install 'ray\[client,data\]"):
        spread_over("auto", MiniLM(), None)


def test_no_texts_ask_no_cluster() -> None:
    embedder = ClusterEmbedder(WordEmbedder(), Cluster("nowhere:1", None, start_s=0))
    assert list(embed_all(embedder, [])) == []
    assert embedder.embed(["the harbour"]).shape == (1, embedder.dimensions)


def test_vectors_that_come_in_any_order_belong_to_their_texts(tmp_path: Path) -> None:
    write_articles(tmp_path / "corpus", 5)
    contents = []
    for name, embedder in (("plain", WordEmbedder()), ("spread", Backwards(until=10**6))):
        run_ingest(tmp_path / "corpus", tmp_path / name, embedder=embedder)
        folder = folder_of(tmp_path / name, str(current(tmp_path / name)))
        contents.append((read_manifest(folder).content, read_manifest(folder).files["store.sqlite"]))
    assert contents[0] == contents[1]


def test_what_came_before_a_cluster_failed_is_kept(tmp_path: Path) -> None:
    write_articles(tmp_path / "corpus", 5)
    stopped, rest = Backwards(until=12), Backwards(until=10**6)
    with pytest.raises(EmbedderUnavailable, match="gone away"):
        run_ingest(tmp_path / "corpus", tmp_path / "home", embedder=stopped)
    assert current(tmp_path / "home") is None
    run_ingest(tmp_path / "corpus", tmp_path / "home", embedder=rest)
    assert len(stopped.embedded) in (12, 13)
    assert not set(stopped.embedded) & set(rest.embedded)
