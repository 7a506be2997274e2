"""Fingerprints of all that a run depends on, so that a change of the articles is told from one of the program.

Knows files and settings; asks nothing.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import bot
import ingest
from bot.model.settings import ModelSettings
from eval.cases import Case, as_line
from ingest.index.manifest import Manifest

_LENGTH = 12
# What of the settings an answer depends on; budgets and time-outs decide only whether there is one.
_OF_A_MODEL = ("model", "judge", "model_passage_tokens", "model_tokens")
_OF_A_REPLAY = ("model_passage_tokens",)
QUOTE, REPLAY = "quote", "replay"
"""Who writes where no model is asked: nobody, or what a model said once."""
_SOURCES = (".py", ".json")


@dataclass(frozen=True)
class Prints:
    """One fingerprint for each thing that an answer can change with; `model` says who writes, in words.

    `index` is what was made of the articles: it changes with them, and with how they are read and split.
    """

    corpus: str
    index: str
    cases: str
    settings: str
    model: str
    code: str

    def changed_from(self, other: "Prints") -> tuple[str, ...]:
        """Returns the names of what is not the same, in the order of the fields."""
        mine, theirs = asdict(self), asdict(other)
        return tuple(name for name in mine if mine[name] != theirs[name])


def take_prints(
    texts: Mapping[str, str], cases: Sequence[Case], *, index: Manifest, model: ModelSettings | None
) -> Prints:
    """Returns the fingerprints of a run; `index` is what the index says of itself, `model` what writes if any does.

    What is replayed depends on no model but on what it is given to read.
    """
    names = _OF_A_MODEL if model and model.has_model else _OF_A_REPLAY
    settings = {name: getattr(model, name) for name in names} if model else {}
    return Prints(
        corpus=_print(f"{id_}\0{texts[id_]}" for id_ in sorted(texts)),
        cases=_print(map(as_line, cases)),
        index=index.content[:_LENGTH],
        settings=_print([index.fingerprint, json.dumps(settings, sort_keys=True)]),
        model=QUOTE if model is None else str(model.model) if model.has_model else REPLAY,
        code=code_print((Path(ingest.__path__[0]), Path(bot.__path__[0]))),
    )


def text_print(text: str) -> str:
    """Returns the fingerprint of one text."""
    return _print([text])


def case_print(case: Case) -> str:
    """Returns the fingerprint of what a case asks and what passes it, however it is named and noted."""
    return text_print(as_line(replace(case, id="", tags=(), notes="")))


def code_print(folders: Iterable[Path]) -> str:
    """Returns the fingerprint of the program: every source and weight of the folders, wherever they are."""
    files = sorted(
        (f"{folder.name}/{path.relative_to(folder).as_posix()}", path)
        for folder in folders
        for path in folder.rglob("*")
        if path.suffix in _SOURCES
    )
    return _print(f"{name}\0{path.read_text(encoding='utf-8')}" for name, path in files)


def _print(parts: Iterable[str]) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part.encode("utf-8", "replace")).digest())
    return digest.hexdigest()[:_LENGTH]
