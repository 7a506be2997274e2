"""What `footnote eval judge` does: a model judges the last run by llama_index's evaluators. Never part of the gate.

Correctness is judged against the reference of each case, faithfulness against the quotes of its answer. The model is
asked through the bot's own client, in the form of llama_index.
"""

import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any

from llama_index.core.bridge.pydantic import PrivateAttr
from llama_index.core.evaluation import CorrectnessEvaluator, FaithfulnessEvaluator
from llama_index.core.llms import CompletionResponse, CompletionResponseGen, CustomLLM, LLMMetadata
from llama_index.core.llms.callbacks import llm_completion_callback
from rich.table import Table

from bot.endpoint.client import Chat
from bot.errors import ModelFailed
from bot.model.connect import open_writer
from eval.errors import BadCases
from eval.exchange.datasets import reference_of
from eval.files import write_whole
from eval.opinions import agreement, read_score, read_word
from eval.order import Order
from eval.run import Result
from eval.saved import load_run
from eval.wording import said

_SECONDS = 120.0
_PASSES = 4.0


def judge_run(order: Order) -> bool:
    """Judges the answers of the last run, prints how far the judge agrees with the cases, and keeps what it said.

    Raises BadCases: no model is set; BadRun: there is no run.
    """
    writer = open_writer(order.model, order.place.home, warn=print)
    if writer is None:
        raise BadCases(
            "no model to judge: set FOOTNOTE_MODEL (or FOOTNOTE_JUDGE), and OPENAI_API_KEY or OPENAI_BASE_URL"
        )
    run = load_run(order.place.runs)
    given = [one for one in run.results if one.case.answerable and one.outcome.answered][: order.args.most]
    said_of = asyncio.run(_opinions(given, _Model(writer.judge or writer.chat)))
    _print(given, said_of, order)
    lines = (json.dumps({"id": one.case.id, **opinion}) for one, opinion in zip(given, said_of, strict=True))
    write_whole(order.place.runs / "judged.jsonl", "".join(f"{line}\n" for line in lines))
    return True


async def _opinions(given: Sequence[Result], model: "_Model") -> list[dict[str, Any]]:
    correct = CorrectnessEvaluator(llm=model, score_threshold=_PASSES, parser_function=read_score)
    faithful = FaithfulnessEvaluator(llm=model)
    opinions = []
    for one in given:
        text = said(str(one.answer["text"]))
        quotes = [str(citation["quote"]) for citation in one.answer["citations"]]
        first = await correct.aevaluate(query=one.case.question, response=text, reference=reference_of(one.case))
        second = await faithful.aevaluate(query=one.case.question, response=text, contexts=quotes)
        opinions.append(
            {
                "correct": first.passing,
                "score": first.score,
                "faithful": read_word(second.feedback or ""),
                "said": [first.feedback, second.feedback],
            }
        )
    return opinions


def _print(given: Sequence[Result], opinions: Sequence[dict[str, Any]], order: Order) -> None:
    known = {"correct": [one.outcome.passed for one in given], "faithful": [one.outcome.valid for one in given]}
    table = Table("Judged", "Yes", "No", "Nonsense", "Agrees with the cases", "Kappa")
    for name, true in known.items():
        judged = [opinion[name] for opinion in opinions]
        found = agreement(judged, true)
        counts = (judged.count(True), judged.count(False), judged.count(None))
        share = f"{found.same} of {found.of}"
        table.add_row(name, *map(str, counts), share, "-" if found.kappa is None else f"{found.kappa:.2f}")
    order.console.print(table)
    order.console.print("A judge's word is an opinion; the gate knows nothing of it.")


class _Model(CustomLLM):
    """The bot's client in the form that llama_index asks for; what fails is an empty reply, which is nonsense."""

    _chat: Any = PrivateAttr()

    def __init__(self, chat: Chat) -> None:
        super().__init__()
        self._chat = chat

    @property
    def metadata(self) -> LLMMetadata:
        """What llama_index wants to know of a model."""
        return LLMMetadata(model_name=self._chat.endpoint.model)

    @llm_completion_callback()
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        """Returns the whole reply to a prompt."""
        messages = ({"role": "user", "content": prompt},)
        try:
            items = self._chat.stream(lambda abilities: messages, schema=None, deadline=time.monotonic() + _SECONDS)
            return CompletionResponse(text="".join(item for item in items if isinstance(item, str)))
        except ModelFailed:
            return CompletionResponse(text="")

    @llm_completion_callback()
    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        """Returns the same in one piece."""
        yield self.complete(prompt, formatted=formatted)
