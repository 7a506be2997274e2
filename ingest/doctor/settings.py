"""Every setting as it is in force, and where it comes from. Knows names and defaults; no setting's meaning."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from ingest.doctor.examine import Given, Kinds, shown
from ingest.settings import is_secret, variable_of

Layers = Mapping[str, Mapping[str, str]]
"""What was given, by where: the later wins. An empty text counts as not given."""


def in_force(kinds: Kinds, layers: Layers) -> tuple[Given, ...]:
    """Returns every setting in the order of its declaration, as it may be shown."""
    return tuple(_given(field, layers) for kind in kinds for field in dataclasses.fields(kind))


def show_settings(kinds: Kinds, layers: Layers, *, json_wanted: bool) -> None:
    """Prints every setting, its value and where that comes from; of secrets only how long they are."""
    found = in_force(kinds, layers)
    if json_wanted:
        print(json.dumps({one.name: {"value": one.value, "from": one.origin} for one in found}, ensure_ascii=False))
        return
    width = max(len(one.name) for one in found)
    print(*(f"{one.name:{width}}  {one.value or '-'}  ({one.origin})" for one in found), sep="\n")


def _given(field: "dataclasses.Field[Any]", layers: Layers) -> Given:
    name = variable_of(field)
    for origin in reversed(tuple(layers)):
        if value := layers[origin].get(name):
            return Given(name, shown(value, secret=is_secret(field)), origin)
    return Given(name, default_of(field), "default")


def default_of(field: "dataclasses.Field[Any]") -> str:
    """Returns a default as it would be written; nothing where there is none."""
    value = field.default
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
