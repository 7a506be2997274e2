"""The settings become a model that is ready to write. The one place that knows both settings and parts."""

from collections.abc import Callable
from pathlib import Path

from bot.endpoint.budget import Budget
from bot.model.settings import ModelSettings
from bot.model.write import Writer

# A verdict takes some ten tokens, and no request asks for more than a dozen.
_VERDICT_TOKENS = 400


def open_writer(settings: ModelSettings, home: Path, *, warn: Callable[[str], object]) -> Writer | None:
    """Returns the writer that the settings name, or None where answers are quoted.

    Its budget and what is learnt of its endpoint live in the home; `warn` is told if they cannot.
    """
    if not settings.has_model:
        return None
    from bot.endpoint.abilities import Learnt  # here, for the client takes a second that quoting should not pay
    from bot.endpoint.client import Chat, Endpoint, ModelLimits

    def chat(model: str, tokens: int, **limits: int) -> Chat:
        endpoint = Endpoint(model, settings.openai_base_url, settings.openai_api_key)
        known = learnt.setdefault(model, Learnt(home / "endpoints.json", endpoint.name))
        most = ModelLimits(silence=settings.model_patience, tokens=tokens, thinking=settings.model_thinking, **limits)
        return Chat(endpoint, most, learnt=known)

    learnt: dict[str, Learnt] = {}
    name, judge = str(settings.model), settings.judge or str(settings.model)
    return Writer(
        chat(name, settings.model_tokens),
        None if judge.lower() == "off" else chat(judge, _VERDICT_TOKENS, retries=0, requests=3),
        Budget(home / "budget.sqlite", settings, warn=warn),
        seconds=settings.model_seconds,
        verdict_seconds=settings.judge_seconds,
        tokens=settings.model_passage_tokens,
    )
