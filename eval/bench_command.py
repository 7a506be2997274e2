"""What `footnote eval bench`, `check` and `talk` do. Knows folders of sets; measures nothing itself."""

import time
from pathlib import Path

from rich.text import Text

from bot.errors import ModelFailed
from bot.model.connect import open_writer
from bot.model.judge import Pair, read_verdicts
from bot.model.prompt import JUDGE_SCHEMA, judge_messages
from bot.model.write import Writer
from eval.bench import measure
from eval.check import load_pairs, measure_pairs
from eval.check_held import Held, held_of, keep_held, load_held, worse
from eval.errors import BadCases
from eval.order import Order
from eval.perturb import readable
from eval.report.terminal import print_check, print_talk
from eval.talk import SETS, Heard, play
from eval.transcripts import Transcripts
from ingest.embed.minilm import MiniLM

_PAIRS = Path(__file__).parent / "check"
_SECONDS = 120.0


def print_benchmarks(order: Order) -> None:
    """Measures each benchmark set and prints its tables. Raises BadCases: there is no folder, or one is no set."""
    if not order.args.folders:
        raise BadCases("name the folders of the sets, each with corpus/ and questions.jsonl")
    writer = open_writer(order.model, order.place.home, warn=print)
    for folder in order.args.folders:
        print(f"## {folder.name}\n\n{measure(folder, MiniLM(order.minilm), writer)}\n", flush=True)


def print_checks(order: Order) -> bool:
    """Measures the check on each set of pairs and prints its table; returns whether nothing is worse or unknown.

    A judge that is set is asked, and --record keeps what it says; without one, what was recorded is said again. Beside
    a file of pairs is its baseline, if it has one; --promote writes it. Raises BadCases: a set or the transcripts are
    not what they should be.
    """
    writer, whole = open_writer(order.model, order.place.home, warn=print), True
    sets = [(path, load_pairs(path)) for path in order.args.folders or [_PAIRS / "pairs.jsonl"]]
    articles = tuple(readable(order.place.corpus, lambda id_, why: print(f"left out: {id_}: {why}")))
    for path, pairs in sets:
        judge = Judge(_PAIRS / "verdicts.jsonl", writer, record=order.args.record)
        results = measure_pairs(pairs, judge.verdict, articles=articles)
        print_check(path.name, results, order.console, unknown=judge.unknown)
        whole = _is_held(order, path, held_of(results)) and not judge.unknown and whole
    return whole


def _is_held(order: Order, path: Path, now: Held) -> bool:
    """Whether nothing became worse than in the baseline beside a file of pairs; a folder has none."""
    if path.is_dir():
        return True
    baseline = path.with_suffix(".baseline.json")
    if order.args.promote:
        keep_held(now, baseline)
        order.console.print(f"It is the baseline now: {baseline}", soft_wrap=True)
    lost = worse(now, load_held(baseline))
    for one in lost:
        order.console.print(Text(f"red (check): {one}"), soft_wrap=True)
    if lost:
        how = "Mend it, or accept it with: footnote eval check --promote"
        order.console.print(how, soft_wrap=True)
    return not lost


def print_talks(order: Order) -> None:
    """Plays the conversations of each set, those of the project if none is named, and prints what came of them.

    Raises BadCases: a folder is no set.
    """
    embedder = MiniLM(order.minilm)
    heard: list[Heard] = []
    for folder in order.args.folders or sorted(path.parent for path in SETS.glob("*/conversations.jsonl")):
        heard += play(folder, embedder)
    print_talk(heard, order.console)


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
