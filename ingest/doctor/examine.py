"""Every setting that is set: what it says, where that comes from, and whether it can be used. Knows no meaning.

The front door stops at the first bad setting. Here all of them are named, and the good ones are handed on.
"""

import dataclasses
import json
import urllib.parse
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest.doctor.finding import Finding, finding_of
from ingest.errors import WrongSetting
from ingest.settings import PREFIX, check_names, is_secret, names_of, read_lines, read_settings, read_toml, variable_of

Kinds = Sequence[type[Any]]
_ABOUT = "setting"
Layers = Mapping[str, Mapping[str, str]]
"""What was given, by where: the later wins. An empty text counts as not given."""


@dataclass(frozen=True)
class Given:
    """One setting as it was given; `origin` is "flag", "environment" or the name of the file."""

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
    origins = ((in_file, toml.name), (environment, "environment"), (flags, "flag"))
    given = {name: Given(name, value, origin) for values, origin in origins for name, value in values.items()}
    known, good = frozenset(names_of(kinds)), {}
    for name in sorted(given):
        if name in known and given[name].value:
            fault = _fault(kinds, given[name])
            findings.append(fault or Finding(_ABOUT, "well", _told(kinds, given[name])))
            if fault is None:
                good[name] = given[name].value
        elif name.startswith(PREFIX) and name not in known:
            findings += filter(None, [_fault(kinds, given[name])])
    findings += _open_to_others(kinds, in_file, toml)
    return Examined(good, tuple(findings) or (Finding("settings", "well", "none is set; the defaults hold"),))


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


def _fault(kinds: Kinds, given: Given) -> Finding | None:
    try:
        check_names(kinds, {given.name: given.value})
        for kind in kinds:
            read_settings(kind, {given.name: given.value})
    except WrongSetting as error:
        found = finding_of(_ABOUT, error)
        return dataclasses.replace(found, text=f"{found.text} ({given.origin})")
    return None


def _told(kinds: Kinds, given: Given) -> str:
    return f"{given.name} = {shown(given.value, secret=given.name in _secrets(kinds))} ({given.origin})"


def _secrets(kinds: Kinds) -> frozenset[str]:
    return frozenset(variable_of(field) for kind in kinds for field in dataclasses.fields(kind) if is_secret(field))


def _open_to_others(kinds: Kinds, in_file: Iterable[str], toml: Path) -> Iterator[Finding]:
    """A key in a file that everybody on the machine may read."""
    held = sorted(_secrets(kinds) & set(in_file))
    if held and toml.stat().st_mode & 0o077:
        text = f"{toml.name} holds {', '.join(held)} and others on this machine may read it"
        yield Finding(toml.name, "note", text, f"run: chmod 600 {toml.name}")


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
