"""Every setting that is set: what it says, where that comes from, and whether it can be used. Knows no meaning.

The front door stops at the first bad setting. Here all of them are named, and the good ones are handed on.
"""

import dataclasses
import json
import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.doctor.finding import Finding, finding_of
from ingest.errors import WrongSetting
from ingest.settings import PREFIX, check_names, is_secret, read_lines, read_settings, read_toml, variable_of

Kinds = Sequence[type[Any]]
_ABOUT = "setting"
Layers = Mapping[str, Mapping[str, str]]
"""What was given, by where: the later wins. An empty text counts as not given."""


@dataclass(frozen=True)
class Given:
    """One setting as it may be shown; `origin` is "flag", "environment", the name of the file or "default"."""

    name: str
    value: str
    origin: str


@dataclass(frozen=True)
class Examined:
    """The values that can be used, by variable name, and what there is to say about all that was given."""

    values: Mapping[str, str]
    findings: tuple[Finding, ...]


def examine(kinds: Kinds, *, flags: Mapping[str, str], environment: Mapping[str, str], toml: Path) -> Examined:
    """Looks at every setting that is set; flags win over the environment, the environment over the file."""
    in_file, findings = _read_file(kinds, toml)
    given, secrets = _given({toml.name: in_file, "environment": environment, "flag": flags}), _secrets(kinds)
    good: dict[str, str] = {}
    for name, (value, origin) in sorted(given.items()):
        if not (value if name in secrets else name.startswith(PREFIX)):
            continue
        fault = _fault(kinds, name, value)
        text = f"{fault.text if fault else f'{name} = {shown(value, secret=secrets[name])}'} ({origin})"
        findings.append(dataclasses.replace(fault or Finding(_ABOUT, "well", ""), text=text))
        good |= {} if fault else {name: value}
    held = sorted(name for name in in_file if secrets[name])
    if held and toml.stat().st_mode & 0o077:
        text = f"{toml.name} holds {', '.join(held)} and others on this machine may read it"
        findings.append(Finding(toml.name, "note", text, f"run: chmod 600 {toml.name}"))
    return Examined(good, tuple(findings) or (Finding("settings", "well", "none is set; the defaults hold"),))


def in_force(kinds: Kinds, layers: Layers) -> tuple[Given, ...]:
    """Returns every setting in the order of its declaration, as it may be shown."""
    given = _given(layers)
    fields = {variable_of(field): field for kind in kinds for field in dataclasses.fields(kind)}
    values = {name: given.get(name, ("", "")) for name in fields}
    return tuple(
        Given(name, shown(value, secret=is_secret(fields[name])), origin)
        if value
        else Given(name, default_of(fields[name]), "default")
        for name, (value, origin) in values.items()
    )


def show_settings(kinds: Kinds, layers: Layers, *, json_wanted: bool) -> None:
    """Prints every setting, its value and where that comes from; of secrets only how long they are."""
    found = in_force(kinds, layers)
    if json_wanted:
        print(json.dumps({one.name: {"value": one.value, "from": one.origin} for one in found}, ensure_ascii=False))
        return
    width = max(len(one.name) for one in found)
    print(*(f"{one.name:{width}}  {one.value or '-'}  ({one.origin})" for one in found), sep="\n")


def shown(value: str, *, secret: bool) -> str:
    """Returns a value as it may be shown: of a secret only its length, of an address no user, password or query."""
    hidden = f"•••• ({len(value)} characters)"
    if "://" not in value:
        return hidden if secret or "@" in value else value
    try:
        parts = urllib.parse.urlsplit(value)
    except ValueError:
        return hidden
    if "@" in parts.path + parts.query + parts.fragment:  # a password that is not written as an address wants it
        return hidden
    _, at, host = parts.netloc.rpartition("@")
    return f"{parts.scheme}://{'…@' if at else ''}{host}{parts.path}{'?…' if parts.query else ''}"


def _read_file(kinds: Kinds, toml: Path) -> tuple[dict[str, str], list[Finding]]:
    """The good lines of the file, and what is wrong with the others."""
    values: dict[str, str] = {}
    findings = []
    try:
        lines = read_lines(toml)
    except WrongSetting as error:
        return values, [finding_of(toml.name, error)]
    for key, value in lines.items():
        try:
            values |= read_toml(toml, kinds, {key: value})
        except WrongSetting as error:
            findings.append(finding_of(_ABOUT, error))
    return values, findings


def _given(layers: Layers) -> dict[str, tuple[str, str]]:
    """What was given, and where, by name."""
    given: dict[str, tuple[str, str]] = {}
    for origin, values in layers.items():
        given |= {name: (value, origin) for name, value in values.items() if value or name not in given}
    return given


def _fault(kinds: Kinds, name: str, value: str) -> Finding | None:
    try:
        check_names(kinds, {name: value})
        for kind in kinds:
            read_settings(kind, {name: value})
    except WrongSetting as error:
        return finding_of(_ABOUT, error)
    return None


def _secrets(kinds: Kinds) -> dict[str, bool]:
    """The names of all settings, each with whether its value must not be shown."""
    return {variable_of(field): is_secret(field) for kind in kinds for field in dataclasses.fields(kind)}


def default_of(field: "dataclasses.Field[Any]") -> str:
    """Returns a default as it would be written; nothing where there is none."""
    value = field.default
    if isinstance(value, tuple):
        return ",".join(value)
    if isinstance(value, float):
        return f"{value:g}"
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
