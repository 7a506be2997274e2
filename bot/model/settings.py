"""Which model writes answers, and how much it may spend. Knows names and defaults; opens nothing."""

from dataclasses import dataclass

from bot.endpoint.budget import Allowance
from ingest.settings import setting


@dataclass(frozen=True)
class ModelSettings(Allowance):
    """The model and its limits. Without a model, or with neither a key nor a base url, answers are quoted."""

    model: str | None = setting(None, help="the chat model that writes answers")
    openai_api_key: str | None = setting(None, name="OPENAI_API_KEY", help="the key of the endpoint", secret=True)
    openai_base_url: str | None = setting(
        None, name="OPENAI_BASE_URL", help="the address of the endpoint, as in http://127.0.0.1:8080/v1"
    )
    judge: str | None = setting(
        None, help="the model that says whether quotes carry a sentence: the one that writes, if none is named; or off"
    )
    judge_seconds: float = setting(10.0, help="seconds for a verdict; more where the model thinks first", least=0.1)
    model_patience: float = setting(30.0, help="seconds without a sign of life before a model is given up", least=0.1)
    model_seconds: float = setting(90.0, help="seconds after which a model's answer ends where it is", least=0.1)
    model_passage_tokens: int = setting(4_000, help="about how many tokens of passages the model is given", least=100)
    model_tokens: int = setting(1_500, help="the most tokens the model may write for one answer", least=16)
    model_thinking: int = setting(4_000, help="the tokens it may think with beside them", least=0)

    @property
    def has_model(self) -> bool:
        """Tells whether answers are written: a model is named, and a key or a base url says where it is."""
        return bool(self.model and (self.openai_api_key or self.openai_base_url))
