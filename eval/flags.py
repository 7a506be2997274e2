"""The flags of `footnote eval`. Knows argparse and where the question set is; measures nothing."""

import argparse
from pathlib import Path

HERE = Path(__file__).parent
BASELINE = HERE / "baseline.json"


def add_eval_flags(parser: argparse.ArgumentParser) -> None:
    """Adds what `footnote eval` takes."""
    what = (
        "run and compare with the baseline; compare the last run; make it the baseline; measure benchmark sets; "
        "measure the check on pairs of sentence and quotes; play conversations"
    )
    parser.add_argument("action", choices=("run", "compare", "promote", "bench", "check", "talk"), help=what)
    sets = "the sets that bench measures or talk plays, or the files of pairs or folders of articles that check does"
    parser.add_argument("folders", metavar="SET", nargs="*", type=Path, help=sets)
    parser.add_argument("--cases", metavar="FILE", type=Path, default=HERE / "cases.jsonl", help="the question set")
    parser.add_argument("--baseline", metavar="FILE", type=Path, default=BASELINE, help="the baseline")
    parser.add_argument("--record", action="store_true", help="keep what the judge says, for a check without one")
