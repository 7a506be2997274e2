"""What was heard of a model in a run: tokens, verdicts, prompts without a reply. Knows no client, for it takes a while
to load one and most runs ask no model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.model.judge import Pair, read_verdicts
from eval.transcripts import Said


@dataclass
class Heard:
    """What was said so far: tokens, how many prompts nobody has replied to, and the verdicts on pairs."""

    read: int = 0
    written: int = 0
    missing: int = 0
    verdicts: dict[tuple[str, frozenset[str]], bool] = field(default_factory=dict)

    def note(self, said: Said) -> None:
        """Counts the tokens of a reply."""
        self.read, self.written = self.read + said.read, self.written + said.written

    def verdict(self, pair: Pair) -> bool | None:
        """Returns what was said of a sentence and its quotes, wherever they are from."""
        return self.verdicts.get((pair.sentence, frozenset(pair.quotes)))

    def hear(self, pairs: Sequence[Pair], reply: str) -> Mapping[Pair, bool]:
        """Notes the verdicts of a reply, and returns them."""
        found = read_verdicts(reply, pairs)
        self.verdicts |= {(pair.sentence, frozenset(pair.quotes)): carried for pair, carried in found.items()}
        return found
