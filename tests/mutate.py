"""Mutation testing of what the two promises rest on: does a test notice a wrong line? `make mutate`.

mutmut makes the mutants and knows which tests reach which function; a sample of them, the same for the same seed, is
tried, each in a process of its own until the first test fails. A mutant that no test reaches has survived. mutmut
changes what stands inside functions: tables and thresholds of modules it leaves alone.
"""

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

AREAS: Mapping[str, tuple[str, ...]] = {
    "answerer": ("bot.quote.",),
    "check": ("bot.compare.", "bot.model.check."),
    "inbox": ("bot.slack.records.",),
    "publish": ("ingest.index.", "ingest.publish.", "ingest.plan."),
}
LEAST = 0.85
COPY = Path("mutants")
# As mutmut notes the end of a mutant's tests: some failed, pytest itself did, the time or the memory was up.
KILLED = {1, 3, 24, 36, 152, 255, -24, -9, -11}


def main(count: int, seed: int) -> int:
    """Tries that many mutants, spread evenly over the areas; returns 1 if fewer than LEAST of them are noticed."""
    shutil.rmtree(COPY, ignore_errors=True)
    _make_mutants()
    drawn = sample(_ends(), count, seed)
    names = [name for area in drawn.values() for name in area]
    subprocess.run([str(Path(sys.executable).with_name("mutmut")), "run", "--max-children", "1", *names], check=True)
    ends = _ends()
    for line in table(drawn, ends):
        print(line)
    return int(sum(ends[name] in KILLED for name in names) < LEAST * len(names))


def sample(names: Sequence[str] | Mapping[str, object], count: int, seed: int) -> dict[str, list[str]]:
    """Returns the mutants to try, for each area as many."""
    draw = random.Random(seed)
    of = {area: sorted(n for n in names if n.startswith(modules)) for area, modules in AREAS.items()}
    return {area: draw.sample(all_, min(len(all_), count // len(AREAS))) for area, all_ in of.items()}


def table(drawn: Mapping[str, Sequence[str]], ends: Mapping[str, int | None]) -> Iterator[str]:
    """Yields a line for each area with what was noticed, one for all, and the names of what survived."""
    everything = [name for names in drawn.values() for name in names]
    for area, tried in (*drawn.items(), ("all", everything)):
        killed = sum(ends[name] in KILLED for name in tried)
        yield f"{area:10} {killed:4} of {len(tried):4} noticed  {killed / max(len(tried), 1):6.1%}"
    survived = [name for name in everything if ends[name] not in KILLED]
    yield from (f"survived: {name}   (what it is: .venv/bin/mutmut show {name})" for name in survived)


def _make_mutants() -> None:
    from mutmut.__main__ import create_mutants  # these have no command of their own
    from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir

    COPY.mkdir()
    copy_src_dir()
    copy_also_copy_files()
    create_mutants(1)


def _ends() -> dict[str, int | None]:
    """How each mutant ended, None for those that were not tried."""
    found: dict[str, int | None] = {}
    for path in sorted(COPY.rglob("*.meta")):
        found |= json.loads(path.read_text(encoding="utf-8"))["exit_code_by_key"]
    return found


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
