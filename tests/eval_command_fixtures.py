"""Cases about the invented articles, and how `footnote eval` is run over them."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.conftest import BRIDGE, TRAIN, Command, Outcome, write_corpus

CASES = (
    {
        "id": "berth",
        "question": "What does a berth in a cabin for four cost?",
        "type": "number",
        "answerable": True,
        "facts": [["49 euros"]],
        "evidence": [{"article_id": TRAIN, "quote": "A berth in a cabin for four costs 49 euros."}],
    },
    {
        "id": "length",
        "question": "How long is the Marlow Bridge?",
        "type": "number",
        "answerable": True,
        "facts": [["640 metres"]],
        "evidence": [{"article_id": BRIDGE, "quote": "Bridge is 640 metres long"}],
    },
    {"id": "tungsten", "question": "What is the melting point of tungsten?", "type": "offcorpus", "answerable": False},
)


Evaluate = Callable[..., Outcome]


def evaluator(command: Command, home: Path, folder: Path) -> Evaluate:
    """What runs `footnote eval …` over the invented articles, with the cases beside them."""
    corpus = write_corpus(folder / "corpus")
    place(folder, CASES)

    def run(*arguments: object, **environment: str) -> Outcome:
        return command("--home", home, "--corpus", corpus, "eval", *arguments, **environment)

    return run


def place(folder: Path, cases: Sequence[object]) -> None:
    (folder / "eval").mkdir(exist_ok=True)
    text = "".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases)
    (folder / "eval" / "cases.jsonl").write_text(text, encoding="utf-8")


def promoted(evaluate: Evaluate) -> None:
    assert evaluate("run", "--once", "--no-baseline").code == 0
    assert evaluate("promote").code == 0
