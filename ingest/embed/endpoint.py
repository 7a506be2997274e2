"""Texts become unit vectors at an OpenAI-compatible endpoint. Knows the embeddings call; knows nothing of chunks.

An ingest commits its vectors step by step (`ingest.run`), so that one stopped by the endpoint goes on where it was.
"""

import contextlib
import random
import time
from collections.abc import Callable, Sequence

import httpx2
import numpy as np
import openai

from ingest.embed.embedder import Vectors
from ingest.errors import EmbedderUnavailable

PREFIX = "openai:"
_BATCH = 128
_TRIES = 5
_LONGEST_WAIT = 30.0
_BUSY = (408, 409, 429, 500, 502, 503, 504)


class OpenAIEmbedder:
    """One model of one endpoint; safe to use from several threads. Nothing is sent before the first `embed`.

    The fingerprint is the model's name alone: the same model may move to another address.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        key: str | None = None,
        seconds: float = 30.0,
        tries: int = _TRIES,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Prepares the client for a model such as text-embedding-3-small; `seconds` bound one request."""
        self.fingerprint = PREFIX + model
        self._model, self._tries, self._jitter, self._dimensions = model, tries, jitter, 0
        self._client = openai.OpenAI(
            api_key=key or "none",
            base_url=base_url or "https://api.openai.com/v1",
            max_retries=0,
            timeout=httpx2.Timeout(seconds, connect=min(seconds, 5.0)),
        )

    @property
    def dimensions(self) -> int:
        """The length of each vector; asks the endpoint once."""
        return self._dimensions or self.embed(["dimensions"]).shape[1]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Returns one unit vector per text, shape (len(texts), dimensions).

        Raises:
            EmbedderUnavailable: the endpoint refuses, stays busy, cannot be reached, or sends no proper vectors.
        """
        parts = [self._batch(texts[start : start + _BATCH]) for start in range(0, len(texts), _BATCH)]
        return np.concatenate(parts) if parts else np.zeros((0, self.dimensions), dtype=np.float32)

    def close(self) -> None:
        """Closes the connections."""
        self._client.close()

    def _batch(self, texts: Sequence[str]) -> Vectors:
        for attempt in range(self._tries):
            try:
                return self._checked(self._request(texts), len(texts))
            except openai.APIStatusError as error:
                if error.status_code not in _BUSY or attempt == self._tries - 1:
                    raise _unavailable(f"answered with HTTP {error.status_code}") from error
                self._wait(attempt, error.response.headers.get("retry-after"))
            except openai.APIConnectionError as error:
                if attempt == self._tries - 1:
                    raise _unavailable("cannot be reached") from error
                self._wait(attempt, None)
            except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError) as error:
                raise _unavailable("sent no vectors") from error
        raise AssertionError("the last try returns or raises")

    def _request(self, texts: Sequence[str]) -> list[tuple[int, list[float]]]:
        # Some servers refuse an empty text; a space means as little.
        reply = self._client.embeddings.create(
            model=self._model, input=[text if text.strip() else " " for text in texts], encoding_format="float"
        )
        return [(item.index, item.embedding) for item in reply.data]

    def _checked(self, found: Sequence[tuple[int, list[float]]], expected: int) -> Vectors:
        """The vectors in the order of their texts, of unit length; foreign input, so every property is looked at."""
        vectors = np.array([vector for _, vector in sorted(found, key=lambda item: item[0])], dtype=np.float32)
        if vectors.ndim != 2 or len(vectors) != expected or sorted(i for i, _ in found) != list(range(expected)):
            raise _unavailable(f"sent {len(found)} vectors for {expected} texts")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(vectors).all() or not lengths.all():
            raise _unavailable("sent vectors that are not numbers or have no direction")
        if self._dimensions not in (0, vectors.shape[1]):
            raise _unavailable(f"sent vectors of {vectors.shape[1]} numbers after some of {self._dimensions}")
        self._dimensions = int(vectors.shape[1])
        return np.asarray(vectors / lengths, dtype=np.float32)

    def _wait(self, attempt: int, asked: str | None) -> None:
        seconds = self._jitter() * min(_LONGEST_WAIT, 2.0**attempt)
        with contextlib.suppress(ValueError, TypeError):
            seconds = min(max(float(asked or ""), 0.0), _LONGEST_WAIT)
        time.sleep(seconds)


def _unavailable(what: str) -> EmbedderUnavailable:
    return EmbedderUnavailable(
        f"the embeddings endpoint {what}; check FOOTNOTE_EMBED, OPENAI_BASE_URL and OPENAI_API_KEY, then go on with "
        "the same command: what was embedded is kept"
    )
