"""A judge for measuring: a real one, asked for each pair alone, or what one said once. Knows prompts and files."""

import time
from pathlib import Path

from bot.errors import ModelFailed
from bot.model.judge import Pair, read_verdicts
from bot.model.prompt import JUDGE_SCHEMA, judge_messages
from bot.model.write import Writer
from eval.transcripts import Transcripts

_SECONDS = 120.0


class Judge:
    """Says what a model says of a pair; `unknown` counts those that nobody could say anything of."""

    def __init__(self, path: Path, writer: Writer | None, *, record: bool) -> None:
        """Opens the transcripts; with a writer its judge is asked, and recorded if `record`."""
        self._transcripts, self._record = Transcripts(path), record
        self._chat = writer.judge if writer else None
        self.unknown = 0

    def verdict(self, pair: Pair) -> bool | None:
        """Returns whether the quotes carry the sentence, or None if no judge has said."""
        messages = judge_messages([pair], nonce="00000000")
        reply = self._transcripts.reply(messages) if self._chat is None else self._ask(pair)
        if reply is not None and self._chat is not None and self._record:
            self._transcripts.add(messages, reply)
        found = read_verdicts(reply or "", [pair]).get(pair)
        self.unknown += found is None
        return found

    def _ask(self, pair: Pair) -> str | None:
        assert self._chat is not None
        messages = judge_messages([pair], nonce="00000000")
        try:
            items = self._chat.stream(
                lambda abilities: messages, schema=JUDGE_SCHEMA, deadline=time.monotonic() + _SECONDS
            )
            return "".join(item for item in items if isinstance(item, str))
        except ModelFailed:
            return None
