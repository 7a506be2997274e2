"""What an endpoint has turned out to support. Knows one small JSON file; asks no endpoint.

Endpoints differ in how they can be told to write JSON, and in which options they refuse. Each is found out by being
refused once, and remembered per endpoint and model, so that the next question, or the next start, does not ask again.
"""

import dataclasses
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

Form = Literal["schema", "object", "plain"]
"""Sentences as JSON held to a schema, as JSON that is only asked for, or as plain text with markers."""
FORMS: tuple[Form, ...] = get_args(Form)


@dataclass(frozen=True)
class Abilities:
    """The form that works, and the options that the endpoint has refused."""

    form: Form = "schema"
    refused: tuple[str, ...] = ()

    def without(self, option: str) -> "Abilities":
        """Returns the abilities less one option."""
        return dataclasses.replace(self, refused=tuple(sorted({*self.refused, option})))

    def weaker(self) -> "Abilities | None":
        """Returns the abilities with the next weaker form, or None when there is none."""
        later = FORMS[FORMS.index(self.form) + 1 :]
        return dataclasses.replace(self, form=later[0]) if later else None


def load_abilities(path: Path | None, endpoint: str) -> Abilities:
    """Returns what is remembered of an endpoint; of an unknown one, or from a damaged file, the best is assumed."""
    values = _read(path).get(endpoint)
    if not isinstance(values, dict) or values.get("form") not in FORMS:
        return Abilities()
    refused = values.get("refused")
    return Abilities(values["form"], tuple(map(str, refused)) if isinstance(refused, list) else ())


def save_abilities(path: Path | None, endpoint: str, abilities: Abilities) -> None:
    """Remembers what an endpoint supports; without a path, or where it cannot be written, nothing is kept."""
    if path is None:
        return
    values = _read(path) | {endpoint: dataclasses.asdict(abilities)}
    unfinished = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished.write_text(json.dumps(values, indent=2) + "\n", encoding="utf-8")
        unfinished.replace(path)
    except OSError:
        unfinished.unlink(missing_ok=True)  # it is only a memory: the endpoint will refuse once more


def _read(path: Path | None) -> dict[str, object]:
    try:
        values = json.loads(path.read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
