"""Texts become unit vectors at an OpenAI-compatible endpoint. Knows the embeddings call; knows nothing of chunks.

Endpoints take so many texts at once and so long ones, and refuse options that others ask for: each is learnt by being
refused. An ingest commits its vectors step by step (`ingest.run`), so that one stopped by the endpoint goes on where it
was.
"""

import base64
import functools
import random
import re
import time
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import httpx2
import numpy as np
import openai

from ingest.embed.embedder import Vectors
from ingest.errors import EmbedderUnavailable
from ingest.refusal import is_unpaid, retry_after
from ingest.route import OPENAI, NoRoute, open_http

PREFIX = "openai:"
_BATCH = 128
_TRIES = 5
_LONGEST_WAIT = 30.0
_BUSY = (408, 409, 429, 500, 502, 503, 504)
_REFUSED = (400, 413, 422, 500)
_OPTIONS = ("encoding_format",)
# "batch size 64 > maximum allowed batch size 32", "must be at most 10", "no more than 16 inputs"
_MOST_TEXTS = re.compile(
    r"(?:max\w*|at most|no more than|up to|limit\w*|larger than|less than)\D{0,40}?(\d{1,4})\b", re.IGNORECASE
)
# A text is cut to no less than this; if even so little is refused, it is not for its length.
_LEAST_CHARACTERS, _CUT = 40, 0.7


class OpenAIEmbedder:
    """One model of one endpoint; safe to use from several threads. Nothing is sent before the first `embed`.

    The fingerprint is the model's name alone: the same model may move to another address. `cut` holds the texts that
    were too long for the endpoint, and how many of their characters it took.
    """

    def __init__(
        self,
        model: str,
        *,
        base_url: str | None = None,
        key: str | None = None,
        batch: int = _BATCH,
        seconds: float = 30.0,
        tries: int = _TRIES,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Prepares the client for a model such as text-embedding-3-small; `seconds` bound one request."""
        self.fingerprint, self.cut = PREFIX + model, dict[str, int]()
        self._url, self._key = base_url or OPENAI, key or "none"
        self._model, self._most, self._tries, self._jitter = model, batch, tries, jitter
        self._seconds, self._dimensions = seconds, 0
        self._options = dict.fromkeys(_OPTIONS, "float")

    @property
    def dimensions(self) -> int:
        """The length of each vector; asks the endpoint once."""
        return self._dimensions or self.embed(["dimensions"]).shape[1]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Returns one unit vector per text, shape (len(texts), dimensions).

        Raises EmbedderUnavailable: the endpoint refuses, stays busy, cannot be reached, or sends no proper vectors.
        """
        parts, at = [], 0
        while at < len(texts):
            batch = texts[at : at + self._most]
            vectors = self._batch(batch)
            if vectors is not None:
                parts.append(vectors)
                at += len(batch)
        return np.concatenate(parts) if parts else np.zeros((0, self.dimensions), dtype=np.float32)

    def close(self) -> None:
        """Closes the connections."""
        if "_client" in self.__dict__:
            self._client.close()

    @functools.cached_property
    def _client(self) -> openai.OpenAI:
        try:
            timeout = httpx2.Timeout(self._seconds, connect=min(self._seconds, 5.0))
            http = open_http(self._url, timeout=timeout)
        except NoRoute as error:
            raise _unavailable(str(error)) from error
        weakref.finalize(self, http.close)
        return openai.OpenAI(api_key=self._key, base_url=self._url, max_retries=0, http_client=http)

    def _batch(self, texts: Sequence[str]) -> Vectors | None:
        """The vectors of some texts; None if there were too many of them, so that fewer are to be tried."""
        kept, attempt = list(texts), 0
        while True:
            try:
                return self._checked(self._request(kept), len(kept))
            except openai.APIStatusError as error:
                said = f"{error.message} {error.body}"
                if error.status_code in _REFUSED and self._drop_option(said):
                    continue
                if error.status_code in _REFUSED and len(kept) > 1 and not _is_plainly_busy(error):
                    self._most = _fewer(len(kept), said)
                    return None
                if error.status_code in _REFUSED and self._cut(texts[0], kept):
                    continue
                if error.status_code not in _BUSY or is_unpaid(said) or attempt == self._tries - 1:
                    why = ", for its quota is used up" if is_unpaid(said) else ""
                    raise _unavailable(f"answered with HTTP {error.status_code}{why}") from error
                self._wait(attempt, error.response.headers.get("retry-after"))
            except openai.APIConnectionError as error:
                if attempt == self._tries - 1:
                    raise _unavailable("cannot be reached") from error
                self._wait(attempt, None)
            except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError, KeyError, AttributeError) as error:
                raise _unavailable("sent no vectors") from error
            attempt += 1

    def _drop_option(self, said: str) -> bool:
        """Leaves out the options that a refusal names, for good."""
        named = [option for option in self._options if option in said]
        for option in named:
            del self._options[option]
        return bool(named)

    def _cut(self, text: str, kept: list[str]) -> bool:
        """Shortens the only text of a batch by a part; False if it is so short that its length cannot be the reason."""
        shorter = kept[0][: int(len(kept[0]) * _CUT)]
        if len(shorter) < _LEAST_CHARACTERS:
            return False
        kept[0] = shorter.rsplit(" ", 1)[0]
        self.cut[text] = len(kept[0])
        return True

    def _request(self, texts: Sequence[str]) -> list[tuple[int, Any]]:
        # Some servers refuse an empty text; a space means as little. The client would ask for another encoding.
        given = [text if text.strip() else " " for text in texts]
        body = {"model": self._model, "input": given, **self._options}
        reply: Any = self._client.post("/embeddings", cast_to=object, body=body)
        return [(item.get("index", i), _numbers(item["embedding"])) for i, item in enumerate(reply["data"])]

    def _checked(self, found: Sequence[tuple[int, Any]], expected: int) -> Vectors:
        """The vectors in the order of their texts, of unit length; foreign input, so every property is looked at."""
        numbered = found if {i for i, _ in found} != {0} else [*enumerate(vector for _, vector in found)]
        vectors = np.array([vector for _, vector in sorted(numbered, key=lambda item: item[0])], dtype=np.float32)
        if vectors.ndim != 2 or len(vectors) != expected or sorted(i for i, _ in numbered) != list(range(expected)):
            raise _unavailable(f"sent {len(found)} vectors for {expected} texts")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not np.isfinite(vectors).all() or not lengths.all():
            raise _unavailable("sent vectors that are not numbers or have no direction")
        if self._dimensions not in (0, vectors.shape[1]):
            raise _unavailable(f"sent vectors of {vectors.shape[1]} numbers after some of {self._dimensions}")
        self._dimensions = int(vectors.shape[1])
        return np.asarray(vectors / lengths, dtype=np.float32)

    def _wait(self, attempt: int, asked: str | None) -> None:
        seconds = retry_after(asked)
        time.sleep(min(self._jitter() * 2.0**attempt if seconds is None else seconds, _LONGEST_WAIT))


def _is_plainly_busy(error: openai.APIStatusError) -> bool:
    return error.status_code == 500 and not re.search("batch|too many|too large|input|length|token", f"{error.message}")


def _fewer(count: int, said: str) -> int:
    """How many texts to send after so many were refused: as many as the refusal names, else half."""
    named = [int(number) for number in _MOST_TEXTS.findall(said) if 0 < int(number) < count]
    return max(named) if named else max(count // 2, 1)


def _numbers(embedding: object) -> object:
    """A vector as a list; some servers send its bytes whatever they are asked for."""
    return np.frombuffer(base64.b64decode(embedding), dtype="<f4") if isinstance(embedding, str) else embedding


def _unavailable(what: str) -> EmbedderUnavailable:
    return EmbedderUnavailable(
        f"the embeddings endpoint {what}",
        "check FOOTNOTE_EMBED, OPENAI_BASE_URL and OPENAI_API_KEY, then go on with "
        "the same command: what was embedded is kept",
    )
