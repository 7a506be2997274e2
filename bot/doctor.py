"""All that is looked at of the bot, in the order in which it is told. Knows who looks; judges little itself."""

import sqlite3
from contextlib import closing
from functools import partial
from pathlib import Path

from bot.model.doctor import model_findings
from bot.model.settings import ModelSettings
from bot.quote.ranker import load_weights
from bot.slack.doctor import slack_findings, state_findings
from bot.slack.settings import SlackSettings
from ingest.doctor.finding import Check, Finding
from ingest.embed.minilm import MiniLM
from ingest.readonly import address_to_read

_NETWORK_S = 60.0
_COUNTS = ("cited.sqlite", "budget.sqlite")


def bot_checks(model: ModelSettings, slack: SlackSettings, *, home: Path, minilm: Path | None) -> tuple[Check, ...]:
    """Returns the checks of what answers are made with, and of where people ask."""
    return (
        Check("reading", partial(reading_findings, minilm), _NETWORK_S),
        Check("model", partial(model_findings, model), _NETWORK_S),
        Check("Slack", partial(slack_findings, slack), _NETWORK_S),
        Check("bot's state", partial(state_findings, slack, home), _NETWORK_S),
        Check("counts", partial(count_findings, home)),
    )


def reading_findings(minilm: Path | None) -> tuple[Finding, ...]:
    """Compares two words and reads a line with a question: that takes MiniLM, whatever else embeds.

    Raises EmbedderUnavailable: it or what reads cannot be loaded; BotError: the ranker's weights cannot.
    """
    load_weights()
    model = MiniLM(minilm)
    words = [word for group, _ in model.word_vectors(["harbour bridge"]) for word in group]
    texts = [("", "", "It is 640 metres long."), ("", "", "It rains.")]
    told_apart = [model.read("How long is it?", texts, said=said) for said in ((), ("Is there a bridge?",))]
    if words != ["harbour", "bridge"] or any(right <= wrong for right, wrong in told_apart):
        odds = ", ".join(f"{right:.1f} and {wrong:.1f}" for right, wrong in told_apart)
        told = f"two words are read as {words}, an answer and what is none at {odds}"
        return (Finding("reading", "failed", told, "install the model's packages again"),)
    return (Finding("reading", "well", "words are compared in meaning, and read with a question"),)


def count_findings(home: Path) -> tuple[Finding, ...]:
    """Opens the small files in which citations and spending are counted."""
    found = []
    for path in filter(Path.is_file, (home / name for name in _COUNTS)):
        try:
            with closing(sqlite3.connect(address_to_read(path), uri=True)) as file:
                file.execute("SELECT count(*) FROM sqlite_master").fetchall()
        except sqlite3.Error as error:
            remedy = f"remove it: {path.name} only counts, and begins anew"
            found.append(Finding("counts", "failed", f"{path} is damaged: {error}", remedy))
    return tuple(found)
