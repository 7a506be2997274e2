"""What an endpoint has turned out to support. Knows one small JSON file; asks no endpoint.

Endpoints differ in how they can be told to write JSON, in which options they refuse, and in how much they read. Each is
found out by being refused once, and remembered per endpoint and model, so that the next question does not ask again.
"""

import contextlib
import dataclasses
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from ingest.private import whole_file

Form = Literal["schema", "object", "plain"]
"""Sentences as JSON held to a schema, as JSON that is only asked for, or as plain text with markers."""
FORMS: tuple[Form, ...] = get_args(Form)
EFFORTS = ("none", "minimal", "low", "medium", "high")


@dataclass(frozen=True)
class Abilities:
    """The form that works, the options that the endpoint has refused, how little it can be made to think, and how many
    tokens it holds, where it has said so.
    """

    form: Form = "schema"
    refused: tuple[str, ...] = ()
    effort: str = "minimal"
    window: int | None = None

    def without(self, options: Iterable[str]) -> "Abilities":
        """Returns the abilities less some options."""
        return dataclasses.replace(self, refused=tuple(sorted({*self.refused, *options})))

    def weaker(self) -> "Abilities | None":
        """Returns the abilities with the next weaker form, or None when there is none."""
        later = FORMS[FORMS.index(self.form) + 1 :]
        return dataclasses.replace(self, form=later[0]) if later else None


class Learnt:
    """What has been learnt of one model at one address, and the file that keeps it, if one does."""

    def __init__(self, path: Path | None = None, endpoint: str = "") -> None:
        """Reads what is remembered; of an unknown endpoint, or from a damaged file, the best is assumed."""
        self._path, self._endpoint = path, endpoint
        self.abilities = _abilities(_read(path).get(endpoint))

    def learn(self, abilities: Abilities) -> None:
        """Remembers what the endpoint supports; where that cannot be written, it is remembered until the end."""
        if abilities == self.abilities:
            return
        self.abilities = abilities
        if self._path is None:
            return
        values = _read(self._path) | {self._endpoint: dataclasses.asdict(abilities)}
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with whole_file(self._path, private=True) as file:
                file.write(f"{json.dumps(values, indent=2)}\n".encode())


def _abilities(values: object) -> Abilities:
    if not isinstance(values, dict) or values.get("form") not in FORMS:
        return Abilities()
    refused, window = values.get("refused"), values.get("window")
    return Abilities(
        form=values["form"],
        refused=tuple(map(str, refused)) if isinstance(refused, list) else (),
        effort=values["effort"] if values.get("effort") in EFFORTS else "minimal",
        window=window if isinstance(window, int) else None,
    )


def _read(path: Path | None) -> dict[str, object]:
    try:
        values = json.loads(path.read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
