"""What `footnote eval judge` does: a model judges the last run by llama_index's evaluators. Never part of the gate.

Correctness is judged against the reference of each case, faithfulness against the quotes of its answer. The model is
asked through the bot's own client, in the form of llama_index; what it says is read strictly.
"""

import asyncio
import re
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
from eval.asking import Order
from eval.errors import BadCases
from eval.exchange import reference_of
from eval.files import lines_of, write_whole
from eval.run import Result
from eval.saved import load_run
from eval.transcripts import said_by
from eval.wording import said

_PASSES, _HIGHEST = 4.0, 5.0
_SCORE = re.compile(r"\s*\**([1-5](?:\.\d+)?)\**\s*(?:/\s*5\s*)?(?:\n|\Z)")
_WORD = re.compile(r"[^\w\s]{0,3}(yes|no)[^\w\s]{0,3}\Z", re.IGNORECASE)


def judge(order: Order) -> bool:
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
    opinions = asyncio.run(_opinions(given, _Model(writer.judge or writer.chat)))
    known = {"correct": [one.outcome.passed for one in given], "faithful": [one.outcome.valid for one in given]}
    table = Table("Judged", "Yes", "No", "Nonsense", "Agrees with the cases", "Kappa")
    for name, true in known.items():
        judged = [opinion[name] for opinion in opinions]
        counts = (judged.count(True), judged.count(False), judged.count(None))
        table.add_row(name, *map(str, counts), *agreement(judged, true))
    order.console.print(table)
    order.console.print("A judge's word is an opinion; the gate knows nothing of it.")
    lines = [{"id": one.case.id, **opinion} for one, opinion in zip(given, opinions, strict=True)]
    write_whole(order.place.runs / "judged.jsonl", lines_of(lines))
    return True


def read_score(reply: str) -> tuple[float | None, str]:
    """Returns the score from 1 to 5 that stands alone in the first line, and the whole reply; None for nonsense."""
    found = _SCORE.match(reply)
    return (score if found and (score := float(found[1])) <= _HIGHEST else None), reply


def read_word(reply: str) -> bool | None:
    """Returns what a reply of one word says; None if it is more, less or something else."""
    found = _WORD.match(reply.strip())
    return found[1].lower() == "yes" if found else None


def agreement(judged: Sequence[bool | None], known: Sequence[bool]) -> tuple[str, str]:
    """Returns how often a judge says what is known, of what it has an opinion on, and kappa, which leaves out what
    chance explains (Cohen 1960)."""
    pairs = [(says, true) for says, true in zip(judged, known, strict=True) if says is not None]
    same, count = sum(says == true for says, true in pairs), max(len(pairs), 1)
    says, true = (sum(one[i] for one in pairs) / count for i in (0, 1))
    by_chance = says * true + (1 - says) * (1 - true)
    kappa = f"{(same / count - by_chance) / (1 - by_chance):.2f}" if by_chance < 1 else "-"
    return f"{same} of {len(pairs)}", kappa


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
        try:
            return CompletionResponse(text=said_by(self._chat, ({"role": "user", "content": prompt},), None))
        except ModelFailed:
            return CompletionResponse(text="")

    @llm_completion_callback()
    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponseGen:
        """Returns the same in one piece."""
        yield self.complete(prompt, formatted=formatted)
