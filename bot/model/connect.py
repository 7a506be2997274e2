"""The settings become a model that is ready to write. The one place that knows both settings and parts."""

from pathlib import Path

from bot.model.budget import Allowance, Budget
from bot.model.settings import ModelSettings
from bot.model.write import Patience, Writer


def open_writer(settings: ModelSettings, home: Path) -> Writer | None:
    """Returns the writer that the settings name, or None where answers are quoted.

    Its budget and what is learnt of its endpoint live in the home.
    """
    if not settings.has_model:
        return None
    from bot.model.client import Chat, Endpoint, Limits  # here, for it takes a second that quoting should not pay

    patience = Patience(settings.model_patience, settings.model_seconds)
    first = max(patience.first - 1.0, 0.5 * patience.first)  # the rest is for checking the sentence
    limits = Limits(
        connect=min(3.0, first), first_token=first, between_tokens=max(4.0, first / 2), tokens=settings.model_tokens
    )
    allowance = Allowance(
        user_tokens=settings.user_tokens_per_day,
        tokens=settings.tokens_per_day,
        usd=settings.usd_per_day,
        usd_per_million_read=settings.usd_per_million_read,
        usd_per_million_written=settings.usd_per_million_written,
    )
    endpoint = Endpoint(str(settings.model), settings.openai_base_url, settings.openai_api_key)
    chat = Chat(endpoint, limits, memory=home / "endpoints.json")
    return Writer(chat, Budget(home / "budget.sqlite", allowance), patience, settings.model_passages)
