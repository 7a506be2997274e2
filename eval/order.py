"""One `footnote eval` as it was ordered. A plain value; does nothing."""

import argparse
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console

from bot.means import Pinned
from bot.model.settings import ModelSettings
from bot.slack.settings import SlackSettings
from eval.flags import Place


@dataclass(frozen=True)
class Order:
    """The flags, where things are, the settings of the model, and what opens the bot's means.

    `minilm` is the folder of the embedding model, if it is not the wheel's; `slack` says where the bot keeps what
    people asked, and for how long.
    """

    args: argparse.Namespace
    place: Place
    model: ModelSettings
    opened: Callable[[], AbstractContextManager[Pinned]]
    minilm: Path | None
    slack: SlackSettings
    console: Console = field(default_factory=Console)
