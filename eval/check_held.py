"""The committed baseline of the check: what becomes of each pair of a sentence and its quotes. Knows its file.

A true sentence that is shown less than it was, a falsehood that is shown more, and a pair that is gone are worse.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from eval.check import Result
from eval.errors import BadRun
from eval.files import alone, write_whole
from eval.prints import text_print

Held = Mapping[str, Mapping[str, object]]
"""What became of a pair, by its fingerprint: whether its facts stand, what is shown without and with a judge."""
# How much of a sentence is shown: nothing, its quote, its own words.
_SHOWN = {"dropped": 0, "quoted": 1, "kept": 2}
_BETTER = {True: 1, False: -1}


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
    try:
        return {id_: dict(pair) for id_, pair in json.loads(path.read_text(encoding="utf-8")).items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise BadRun(f"{path} is damaged: {error!r}", "write it anew with: footnote eval check --promote") from error


def keep_held(held: Held, path: Path) -> None:
    """Writes a baseline, one pair a line. Raises CannotWrite: the file cannot be written."""
    lines = [f"{json.dumps(id_)}: {json.dumps(pair, ensure_ascii=False)}" for id_, pair in held.items()]
    with alone(path.parent):
        write_whole(path, "{\n" + ",\n".join(lines) + "\n}\n")


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
    better = _BETTER[bool(before["carried"])]
    return [
        f"{name} was {before[name]} and is {now[name]}"
        for name in ("stands", "alone", "judged")
        if None not in (now[name], before[name]) and better * (_rank(now[name]) - _rank(before[name])) < 0
    ]


def _rank(value: object) -> int:
    return _SHOWN[value] if isinstance(value, str) else int(bool(value))
