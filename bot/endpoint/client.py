"""The chat client: messages go out, text comes back piece by piece, within budgets of our own. The home of `openai`.

Knows HTTP, retries and what endpoints refuse; knows nothing of questions, passages or answers. A thread reads from the
network; the caller waits on a queue, so that no server, however slow, holds a caller beyond its deadline.
"""

import queue
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import httpx2
import openai

from bot.endpoint.abilities import TOKEN_LIMITS, WEB_PAGE, Abilities, Form, Learnt, reason, weaker
from bot.endpoint.breaker import Breaker
from bot.endpoint.reply import Call, Spoken
from bot.endpoint.wire import WebPage, Wire, events
from bot.errors import ModelFailed
from ingest.refusal import is_unpaid, retry_after
from ingest.route import OPENAI, NoRoute, open_http

_NO_REPLY = "sent something that is no reply"
_BUSY = (429, 502, 503, 504, 529)
_TOKEN = 4  # characters of English


@dataclass(frozen=True)
class Endpoint:
    """Where a model is; without a base url it is OpenAI's own, without a key the server needs none."""

    model: str
    base_url: str | None = None
    key: str | None = None

    @property
    def name(self) -> str:
        """Tells one model of one address from every other."""
        return f"{self.base_url or 'openai'} {self.model}"


@dataclass(frozen=True)
class ModelLimits:
    """Seconds for connecting and of silence; tokens of the answer and of thinking; the most of everything else."""

    connect: float = 3.0
    silence: float = 30.0
    tokens: int = 1_500
    thinking: int = 4_000
    characters: int = 60_000
    retries: int = 2
    requests: int = 5
    longest_wait: float = 8.0
    longest_retry_after: float = 10.0


class Chat:
    """One endpoint, with what has been learnt of it; safe to use from several threads."""

    def __init__(
        self,
        endpoint: Endpoint,
        limits: ModelLimits = ModelLimits(),
        *,
        learnt: Learnt | None = None,
        breaker: Breaker | None = None,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        """Prepares the client; nothing is sent. `learnt` may be shared by clients of one model."""
        self.endpoint, self.limits, self.breaker = endpoint, limits, breaker or Breaker()
        self._url, self._jitter = endpoint.base_url or OPENAI, jitter
        self._learnt = learnt or Learnt()

    @property
    def abilities(self) -> Abilities:
        """What the endpoint supports, as far as is known."""
        return self._learnt.abilities

    @property
    def form(self) -> Form:
        """The form in which the endpoint is asked to write, as far as is known."""
        return self.abilities.form

    def prefers_plain(self) -> None:
        """Remembers that the endpoint writes plain text although it was asked for JSON."""
        self._learnt.learn(replace(self.abilities, form="plain"))

    def stream(self, call: Call) -> Iterator[object]:
        """Yields the reply's text as it arrives, as strings, and at last a Finish that tells how it ended.

        Raises ModelFailed: there is no reply, or it broke off.
        """
        if not self.breaker.allows():
            raise ModelFailed("is left alone for a while after it failed repeatedly")
        worked = False
        try:
            yield from self._with_retries(call)
            worked = True
        except GeneratorExit:
            worked = True  # the caller has had enough, which is not the endpoint's fault
            raise
        finally:
            self.breaker.record(worked=worked)

    def _with_retries(self, call: Call) -> Iterator[object]:
        busy, abilities = 0, self.abilities
        for _ in range(self.limits.requests):
            if not call.tally.take():
                break
            request = self._request(call, abilities)
            wire, spoken = self._send(request, call.inbox), Spoken()
            try:
                yield from self._receive(wire, spoken, call)
                self._learnt.learn(abilities)
                return
            except openai.APIStatusError as error:
                less = self._less(abilities, error, request)
                if less and less != abilities:
                    abilities = less
                    continue
                if error.status_code not in _BUSY or is_unpaid(_said(error)):
                    location = error.response.headers.get("location")
                    raise ModelFailed(reason(error.status_code, _said(error), location)) from error
                self._wait(busy, call.deadline, reason=f"is busy (HTTP {error.status_code})", error=error)
            except openai.APIConnectionError as error:
                is_late = isinstance(error, openai.APITimeoutError)
                if is_late or spoken.text or wire.is_unfit:
                    raise _broken(spoken, "did not answer in time" if is_late else _NO_REPLY) from error
                self._wait(busy, call.deadline, reason="cannot be reached", error=error)
            except (openai.OpenAIError, httpx2.HTTPError, ValueError, RecursionError) as error:
                raise _broken(spoken, WEB_PAGE if isinstance(error, WebPage) else _NO_REPLY) from error
            finally:
                wire.stopped.set()
            busy += 1
        raise ModelFailed("refused the question in every form")

    def _send(self, request: Mapping[str, Any], inbox: "queue.SimpleQueue[Any]") -> Wire:
        try:
            timeout = httpx2.Timeout(self.limits.silence, connect=min(self.limits.connect, self.limits.silence))
            wire = Wire(self._url, timeout=timeout, inbox=inbox)
        except NoRoute as error:
            raise ModelFailed(str(error)) from error
        threading.Thread(target=self._read, args=(wire, request), daemon=True, name="model").start()
        return wire

    def _receive(self, wire: Wire, spoken: Spoken, call: Call) -> Iterator[object]:
        """Hands on what the thread reads, as long as it keeps to the budgets; any sign of life renews the patience."""
        heard = time.monotonic()
        while True:
            if time.monotonic() >= call.deadline:  # however fast it speaks
                raise ModelFailed("took too long" if spoken.text else "did not answer in time")
            try:
                patience = min(heard + self.limits.silence, call.deadline) - time.monotonic()
                item = call.inbox.get(timeout=max(patience, 0.0))
            except queue.Empty:
                raise ModelFailed("stopped in the middle" if spoken.text else "did not answer in time") from None
            if not (isinstance(item, tuple) and item and isinstance(item[0], Wire)):
                yield item
                continue
            if item[0] is not wire:
                continue
            if isinstance(item[1], BaseException):
                raise item[1]
            heard = time.monotonic()
            if item[1] is None:
                break
            text = spoken.hear(item[1])
            if text:
                yield text
            if len(spoken.text) > self.limits.characters:
                break
        yield spoken.finish(is_long=len(spoken.text) > self.limits.characters)

    def _request(self, call: Call, abilities: Abilities) -> dict[str, Any]:
        most = self.limits.tokens + self.limits.thinking
        most = min(most, abilities.window // 4) if abilities.window else most
        options: dict[str, Any] = {
            "stream_options": {"include_usage": True},
            "temperature": 0,
            "reasoning_effort": abilities.effort,
            # OpenAI's own newer models take only the second name, most other servers only the first.
            TOKEN_LIMITS[not self.endpoint.base_url]: most,
        }
        if "max_tokens" in abilities.refused and TOKEN_LIMITS[1] not in abilities.refused:
            options[TOKEN_LIMITS[1]] = most
        options = {name: value for name, value in options.items() if name not in abilities.refused}
        if call.schema is not None and abilities.form == "schema":
            options["response_format"] = {"type": "json_schema", "json_schema": dict(call.schema)}
        elif call.schema is not None and abilities.form == "object":
            options["response_format"] = {"type": "json_object"}
        messages = list(call.render(abilities))
        return {"model": self.endpoint.model, "messages": messages, "stream": True, **options}

    def _read(self, wire: Wire, request: Mapping[str, Any]) -> None:
        """Runs in its own thread; whatever happens there is handed to the caller, who decides."""
        try:
            with (
                wire.http as http,
                openai.OpenAI(
                    api_key=self.endpoint.key or "none", base_url=self._url, max_retries=0, http_client=http
                ) as client,
                client.chat.completions.with_streaming_response.create(**request) as response,
            ):
                for chunk in events(response):
                    wire.put(chunk)
            wire.put(None)
        except BaseException as error:
            wire.put(error)

    def _less(self, abilities: Abilities, error: openai.APIStatusError, request: Mapping[str, Any]) -> Abilities | None:
        sent = [name for name in request if name not in ("model", "messages", "stream")]
        read = sum(len(message["content"]) for message in request["messages"]) // _TOKEN
        return weaker(abilities, error.status_code, _said(error), sent=sent, read=read)

    def _wait(self, tries: int, deadline: float, *, reason: str, error: openai.APIError) -> None:
        """Waits before the next try, or gives up where tries or time are used up."""
        seconds = self._jitter() * min(self.limits.longest_wait, 0.5 * 2**tries)
        response = error.response if isinstance(error, openai.APIStatusError) else None
        asked = retry_after(response.headers.get("retry-after")) if response else None
        seconds = seconds if asked is None else asked
        too_long = seconds > self.limits.longest_retry_after or time.monotonic() + seconds >= deadline
        if tries >= self.limits.retries or too_long:
            raise ModelFailed(reason) from error
        time.sleep(seconds)


def listed_models(endpoint: Endpoint, *, seconds: float) -> tuple[str, ...]:
    """Returns the names of the models that an endpoint lists; none if it does not, or not within the time."""
    url = endpoint.base_url or OPENAI
    try:
        with (
            open_http(url, timeout=httpx2.Timeout(seconds)) as http,
            openai.OpenAI(api_key=endpoint.key or "none", base_url=url, max_retries=0, http_client=http) as client,
        ):
            return tuple(str(model.id) for model in client.models.list().data)
    except (openai.OpenAIError, httpx2.HTTPError, NoRoute, ValueError, TypeError, AttributeError):
        return ()


def _broken(spoken: Spoken, otherwise: str) -> ModelFailed:
    return ModelFailed("broke off" if spoken.text else otherwise)


def _said(error: openai.APIStatusError) -> str:
    return f"{error.message} {error.body}"
