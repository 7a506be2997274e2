"""Which embedder a setting names. Knows their names; knows nothing of how they embed."""

from pathlib import Path

from ingest.embed.embedder import Embedder
from ingest.embed.minilm import MiniLM
from ingest.errors import EmbedderUnavailable


def open_embedder(
    name: str, *, folder: Path | None, base_url: str | None, key: str | None, batch: int = 128
) -> Embedder:
    """Opens the embedder that a setting names: `minilm`, or `openai:MODEL` at an OpenAI-compatible endpoint, which is
    sent `batch` texts at once. Raises EmbedderUnavailable: there is no embedder of that name, or its files are missing.
    """
    if name == "minilm":
        return MiniLM(folder)
    kind, _, model = name.partition(":")
    if kind != "openai" or not model:
        raise EmbedderUnavailable(f"no embedder {name!r}", "set FOOTNOTE_EMBED to minilm or to openai:MODEL")
    if not (base_url or key):
        raise EmbedderUnavailable(f"{name} needs an endpoint", "set OPENAI_API_KEY, OPENAI_BASE_URL or both")
    from ingest.embed.endpoint import OpenAIEmbedder  # here, for it takes a second that others should not pay

    return OpenAIEmbedder(model, base_url=base_url, key=key, batch=batch)
