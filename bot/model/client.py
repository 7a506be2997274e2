"""The chat client: messages go out, text comes back piece by piece, within budgets of our own. The home of `openai`.

Knows HTTP, retries and what endpoints refuse; knows nothing of questions, passages or answers. A thread reads from the
network; the caller waits on a queue, so that no server, however slow, holds a caller beyond its deadline.
"""

import contextlib
import email.utils
import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import openai

from bot.errors import ModelFailed
from bot.model.abilities import Abilities, Form, load_abilities, save_abilities
from bot.model.breaker import Breaker
from bot.model.reply import Finish, Message
from bot.model.wire import Wire

OPENAI = "https://api.openai.com/v1"
_OPTIONS = ("stream_options", "temperature", "max_tokens", "max_completion_tokens")
_BUSY = (429, 502, 503, 504)
_REFUSED = (400, 404, 415, 422, 501)


@dataclass(frozen=True)
class Endpoint:
    """Where a model is; without a base url it is OpenAI's own, without a key the server needs none."""

    model: str
    base_url: str | None = None
    key: str | None = None


@dataclass(frozen=True)
class Limits:
    """Seconds for connecting, for the first token and between tokens; the most of everything else."""

    connect: float = 3.0
    first_token: float = 7.0
    between_tokens: float = 4.0
    tokens: int = 700
    characters: int = 16_000
    retries: int = 2
    longest_wait: float = 8.0
    longest_retry_after: float = 10.0


class Chat:
    """One endpoint, with what has been learnt of it; safe to use from several threads."""

    def __init__(
        self,
        endpoint: Endpoint,
        limits: Limits = Limits(),
        *,
        memory: Path | None = None,
        breaker: Breaker | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Prepares the client; nothing is sent. `memory` is the file in which abilities are kept."""
        self.endpoint, self.limits, self.breaker = endpoint, limits, breaker or Breaker()
        self._memory, self._jitter = memory, jitter
        self._name = f"{endpoint.base_url or 'openai'} {endpoint.model}"
        self._abilities = load_abilities(memory, self._name)
        self._tls = httpx2.create_ssl_context()

    @property
    def form(self) -> Form:
        """The form in which the endpoint is asked to write, as far as is known."""
        return self._abilities.form

    def prefers_plain(self) -> None:
        """Remembers that the endpoint writes plain text although it was asked for JSON."""
        self._learn(Abilities("plain", self._abilities.refused))

    def stream(
        self,
        render: Callable[[Form], Sequence[Message]],
        *,
        schema: Mapping[str, object] | None,
        deadline: Callable[[], float],
    ) -> Iterator[str | Finish]:
        """Yields the reply's text as it arrives and at last how it ended.

        `render` makes the messages for a form; `schema` is None where plain text is wanted anyway; `deadline` gives a
        reading of `time.monotonic()`, which may move while the reply is read.

        Raises:
            ModelFailed: there is no reply, or it broke off.
        """
        if not self.breaker.allows():
            raise ModelFailed("is left alone for a while after it failed repeatedly")
        worked = False
        try:
            yield from self._with_retries(render, schema, deadline)
            worked = True
        except GeneratorExit:
            worked = True  # the caller has had enough, which is not the endpoint's fault
            raise
        finally:
            self.breaker.record(worked=worked)

    def _with_retries(
        self,
        render: Callable[[Form], Sequence[Message]],
        schema: Mapping[str, object] | None,
        deadline: Callable[[], float],
    ) -> Iterator[str | Finish]:
        tries, abilities = 0, self._abilities
        while True:
            wire = self._send(render(abilities.form), schema, abilities)
            try:
                yield from self._receive(wire, deadline)
                self._learn(abilities)
                return
            except openai.APIStatusError as error:
                can_be_less = error.status_code in _REFUSED
                weaker = _weaker(abilities, error, formed=schema is not None) if can_be_less else None
                if weaker:
                    abilities = weaker
                    continue
                if error.status_code not in _BUSY:
                    raise ModelFailed(f"{_refusal(error.status_code)} (HTTP {error.status_code})") from error
                self._wait(tries, deadline, reason=f"is busy (HTTP {error.status_code})", error=error)
            except openai.APITimeoutError as error:
                raise ModelFailed("did not answer in time") from error
            except openai.APIConnectionError as error:
                if wire.has_spoken or wire.is_unfit:
                    raise ModelFailed("broke off" if wire.has_spoken else "sent something that is no reply") from error
                self._wait(tries, deadline, reason="cannot be reached", error=error)
            except (openai.OpenAIError, httpx2.HTTPError, ValueError, RecursionError) as error:
                raise ModelFailed("sent something that is no reply") from error
            finally:
                wire.stop()
            tries += 1

    def _receive(self, wire: Wire, deadline: Callable[[], float]) -> Iterator[str | Finish]:
        """Hands on what the thread reads, as long as it keeps to the budgets."""
        written, usage = 0, (0, 0)
        wait = self.limits.first_token
        while True:
            chunk = self._next(wire, min(wait, deadline() - time.monotonic()))
            if chunk is None:
                break
            wait = self.limits.between_tokens if wire.has_spoken else wait
            usage = _usage(chunk) or usage
            text = _text(chunk)
            written += len(text)
            if text:
                yield text
            if written > self.limits.characters:
                wire.stop()
                break
        if not written:
            raise ModelFailed("sent nothing")
        whole = wire.finish == "stop" and written <= self.limits.characters
        if wire.finish is None and written <= self.limits.characters:
            raise ModelFailed("broke off")
        yield Finish(whole, usage[0], usage[1] or written // 4)

    def _next(self, wire: Wire, seconds: float) -> Any:
        try:
            item = wire.items.get(timeout=max(seconds, 0.0))
        except queue.Empty:
            raise ModelFailed("stopped in the middle" if wire.has_spoken else "did not answer in time") from None
        if isinstance(item, BaseException):
            raise item
        return item

    def _send(self, messages: Sequence[Message], schema: Mapping[str, object] | None, abilities: Abilities) -> Wire:
        limits = self.limits
        options: dict[str, Any] = {
            "stream_options": {"include_usage": True},
            "temperature": 0,
            # OpenAI's own newer models take only the second name, most other servers only the first.
            "max_tokens" if self.endpoint.base_url else "max_completion_tokens": limits.tokens,
        }
        options = {name: value for name, value in options.items() if name not in abilities.refused}
        if "max_tokens" in abilities.refused and "max_completion_tokens" not in abilities.refused:
            options["max_completion_tokens"] = limits.tokens
        if schema is not None and abilities.form == "schema":
            options["response_format"] = {"type": "json_schema", "json_schema": dict(schema)}
        elif schema is not None and abilities.form == "object":
            options["response_format"] = {"type": "json_object"}
        longest = max(limits.first_token, limits.between_tokens)
        wire = Wire(timeout=httpx2.Timeout(longest, connect=limits.connect), tls=self._tls)
        request = {"model": self.endpoint.model, "messages": list(messages), "stream": True, **options}
        threading.Thread(target=self._read, args=(wire, request), daemon=True, name="model").start()
        return wire

    def _read(self, wire: Wire, request: Mapping[str, Any]) -> None:
        """Runs in its own thread; whatever happens there is handed to the caller, who decides."""
        try:
            with (
                wire.http as http,
                openai.OpenAI(
                    api_key=self.endpoint.key or "none",
                    base_url=self.endpoint.base_url or OPENAI,
                    max_retries=0,
                    http_client=http,
                ) as client,
            ):
                for chunk in client.chat.completions.create(**request):
                    if wire.stopped.is_set():
                        break
                    wire.note(chunk)
                    wire.items.put(chunk)
            wire.items.put(None)
        except BaseException as error:
            wire.items.put(error)

    def _wait(self, tries: int, deadline: Callable[[], float], *, reason: str, error: openai.APIError) -> None:
        """Waits before the next try, or gives up where tries or time are used up."""
        seconds = self._jitter() * min(self.limits.longest_wait, 0.5 * 2**tries)
        asked = _retry_after(error)
        if asked is not None:
            seconds = asked
        too_long = seconds > self.limits.longest_retry_after or time.monotonic() + seconds >= deadline()
        if tries >= self.limits.retries or too_long:
            raise ModelFailed(reason) from error
        time.sleep(seconds)

    def _learn(self, abilities: Abilities) -> None:
        if abilities != self._abilities:
            self._abilities = abilities
            save_abilities(self._memory, self._name, abilities)


def listed_models(endpoint: Endpoint, *, seconds: float) -> tuple[str, ...]:
    """Returns the names of the models that an endpoint lists; none if it does not, or not within the time."""
    try:
        timeout = httpx2.Timeout(seconds)
        with openai.OpenAI(
            api_key=endpoint.key or "none", base_url=endpoint.base_url or OPENAI, max_retries=0, timeout=timeout
        ) as client:
            return tuple(str(model.id) for model in client.models.list().data)
    except (openai.OpenAIError, httpx2.HTTPError, ValueError, TypeError, AttributeError):
        return ()


def _weaker(abilities: Abilities, error: openai.APIStatusError, *, formed: bool) -> Abilities | None:
    """What is left after a refusal: less the option that the error names, else the next weaker form."""
    said = str(error.message) + str(error.body)
    named = [option for option in _OPTIONS if f"{option}" in said and option not in abilities.refused]
    if named:
        return abilities.without("max_tokens" if named[0].startswith("max_") and "max_tokens" in said else named[0])
    return abilities.weaker() if formed else None


def _retry_after(error: openai.APIError) -> float | None:
    value = error.response.headers.get("retry-after") if isinstance(error, openai.APIStatusError) else None
    if value is None:
        return None
    with contextlib.suppress(ValueError):
        return max(float(value), 0.0)
    with contextlib.suppress(ValueError):
        return max(email.utils.parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    return None


def _text(chunk: Any) -> str:
    """The text of a chunk; foreign input, so nothing about its shape is taken for granted."""
    choices = getattr(chunk, "choices", None) or []
    content = getattr(getattr(choices[0], "delta", None), "content", None) if choices else None
    return content if isinstance(content, str) else ""


def _usage(chunk: Any) -> tuple[int, int] | None:
    usage = getattr(chunk, "usage", None)
    numbers = [getattr(usage, name, None) for name in ("prompt_tokens", "completion_tokens")]
    read, written = (number if isinstance(number, int) and number >= 0 else 0 for number in numbers)
    return (read, written) if read or written else None


def _refusal(code: int) -> str:
    return {401: "refused the key", 403: "refused the key", 404: "is not known at its address"}.get(
        code, "failed" if code >= 500 else "refused the question"
    )
