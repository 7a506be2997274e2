"""What `footnote eval check` does: a set of pairs is measured, held against the baseline beside it, and shown.

A true sentence that is shown less than it was, a falsehood that is shown more, and a pair that is gone are worse.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from bot.errors import ModelFailed
from bot.model.connect import open_writer
from bot.model.judge import Pair, read_verdicts
from bot.model.prompt import JUDGE_SCHEMA, judge_messages
from bot.model.write import Writer
from eval.asking import Order
from eval.check import Result, Verdict, load_pairs, measure_pairs, table
from eval.files import alone, read_json, spread, write_whole
from eval.perturb import readable
from eval.prints import text_print
from eval.transcripts import Said, Transcripts, said_by

Held = Mapping[str, Mapping[str, object]]
"""What became of a pair, by its fingerprint: whether its facts stand, what is shown without and with a judge."""
_PAIRS = Path(__file__).parent / "check"
# How much of a sentence is shown: nothing, its quote, its own words; and whether its facts stand.
_SHOWN = {"dropped": 0, "quoted": 1, "kept": 2, False: 0, True: 1}


def check(order: Order) -> bool:
    """Measures the check on each set of pairs and prints its table; returns whether nothing is worse or unknown.

    A judge that is set is asked, and --record keeps what it says; without one, what was recorded is said again. Beside
    a file of pairs is its baseline, if it has one; --promote writes it. Raises BadCases: a set or the transcripts are
    not what they should be.
    """
    writer, whole = open_writer(order.model, order.place.home, warn=print), True
    sets = [(path, load_pairs(path)) for path in order.args.folders or [_PAIRS / "pairs.jsonl"]]
    articles = tuple(readable(order.place.corpus, lambda id_, why: print(f"left out: {id_}: {why}")))
    verdict = judge(_PAIRS / "verdicts.jsonl", writer, record=order.args.record)
    for path, pairs in sets:
        results = measure_pairs(pairs, verdict, articles=articles)
        _print(path.name, results, order.console)
        whole = _is_held(order, path, held_of(results)) and all(one.judged for one in results) and whole
    return whole


def judge(path: Path, writer: Writer | None, *, record: bool) -> Verdict:
    """Returns what says whether quotes carry a sentence: the writer's judge, recorded if `record`, or transcripts."""
    transcripts, chat = Transcripts(path), writer.judge if writer else None

    def verdict(pair: Pair) -> bool | None:
        messages = judge_messages([pair], nonce="00000000")
        try:
            said = Said(said_by(chat, messages, JUDGE_SCHEMA)) if chat else transcripts.said(messages)
        except ModelFailed:
            return None
        if said and chat and record:
            transcripts.add(messages, said)
        return read_verdicts(said.reply if said else "", [pair]).get(pair)

    return verdict


def held_of(results: Sequence[Result]) -> Held:
    """Returns the pairs that somebody has labelled, as a baseline holds them."""
    return {
        text_print("\0".join((one.case.sentence, *one.case.quotes))): {
            "stands": one.stands,
            "alone": one.alone,
            "judged": one.judged,
            "carried": one.case.carried,
            "sentence": one.case.sentence,
        }
        for one in results
        if one.case.carried is not None
    }


def load_held(path: Path) -> Held:
    """Reads a baseline; none is an empty one. Raises BadRun: the file is damaged."""
    remedy = "write it anew with: footnote eval check --promote"
    return read_json(path, lambda pairs: {**pairs}, "is damaged", remedy) if path.is_file() else {}


def worse(now: Held, before: Held) -> tuple[str, ...]:
    """Returns what got worse since the baseline, each with its sentence."""
    return tuple(
        f"{pair['sentence']} ({'true' if pair['carried'] else 'false'}): {what}"
        for id_, pair in before.items()
        for what in _worse(now.get(id_), pair)
    )


def _worse(now: Mapping[str, object] | None, before: Mapping[str, object]) -> list[str]:
    if now is None:
        return ["it is in the set no more"]
    fewer = [(name, _SHOWN.get(now[name]), _SHOWN.get(before[name])) for name in ("stands", "alone", "judged")]
    return [
        f"{name} was {before[name]} and is {now[name]}"
        for name, is_, was in fewer
        if is_ is not None and was is not None and (is_ < was if before["carried"] else is_ > was)
    ]


def _is_held(order: Order, path: Path, now: Held) -> bool:
    """Whether nothing became worse than in the baseline beside a file of pairs; a folder has none."""
    if path.is_dir():
        return True
    baseline, say = path.with_suffix(".baseline.json"), order.console.print
    if order.args.promote:
        with alone(baseline.parent):
            write_whole(baseline, spread(now, 1) + "\n")
        say(f"It is the baseline now: {baseline}", soft_wrap=True)
    lost = worse(now, load_held(baseline))
    for one in lost:
        say(Text(f"red (check): {one}"), soft_wrap=True)
    if lost:
        say("Mend it, or accept it with: footnote eval check --promote", soft_wrap=True)
    return not lost


def _print(name: str, results: Sequence[Result], console: Console) -> None:
    """What became of the pairs of one set, by kind, and the sums of the true and of the false."""
    heads = ("pairs", "facts stand", "own words, no judge", "own words, judge", "quoted, judge")
    rows = Table("", Column("kind", no_wrap=True), *heads, title=name)
    for row in (*table(results), *table([replace(r, case=replace(r.case, kind="all")) for r in results])):
        rows.add_row(*row)
    console.print(rows)
    if unknown := sum(one.judged is None for one in results):
        console.print(
            f"{unknown} pairs have no verdict: set FOOTNOTE_MODEL (and FOOTNOTE_JUDGE), and record with --record"
        )
