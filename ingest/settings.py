"""Settings: a mapping of strings becomes frozen dataclasses. Knows names and types; knows not what a setting means.

A settings class is a frozen dataclass whose fields have defaults. A field `model` is read from FOOTNOTE_MODEL, or from
the name that `setting(name=...)` gives it, and from the same key in footnote.toml, where the prefix may be left out.
"""

import dataclasses
import difflib
import math
import tomllib
import types
import typing
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from ingest.errors import WrongSetting

PREFIX = "FOOTNOTE_"
_TRUE, _FALSE = frozenset({"1", "true", "yes", "on"}), frozenset({"0", "false", "no", "off"})
T = TypeVar("T")


def setting(
    default: Any,
    *,
    help: str,
    name: str | None = None,
    choices: Sequence[str] = (),
    least: float | None = None,
    secret: bool = False,
) -> Any:
    """Declares one field of a settings class: its default, what it does, and what values it takes.

    A secret is left out of the settings' repr, and so out of logs and tracebacks.
    """
    facts = {"help": help, "name": name, "choices": tuple(choices), "least": least, "secret": secret}
    return dataclasses.field(default=default, metadata=facts, repr=not secret)


def read_settings(kind: type[T], values: Mapping[str, str]) -> T:
    """Builds the settings class from a mapping of variable names to strings; an empty string counts as not set.

    Raises WrongSetting: a value is of the wrong type or not among the choices.
    """
    hints = typing.get_type_hints(kind)
    given = {}
    for field in dataclasses.fields(kind):  # type: ignore[arg-type]
        name = variable_of(field)
        if values.get(name, "") != "":
            given[field.name] = _convert(name, values[name], hints[field.name], field.metadata)
    return kind(**given)


def check_names(kinds: Iterable[type[Any]], values: Mapping[str, str]) -> None:
    """Raises WrongSetting if the mapping has a FOOTNOTE_… name that none of the settings classes declares."""
    known = names_of(kinds)
    for name in values:
        if name.startswith(PREFIX) and name not in known:
            close = _closest(name, known)
            remedy = f"did you mean {close}?" if close else f"the settings are: {', '.join(sorted(known))}"
            raise WrongSetting(f"unknown setting {name}", remedy)


def read_toml(path: Path, kinds: Iterable[type[Any]], lines: Mapping[str, Any] | None = None) -> dict[str, str]:
    """Reads footnote.toml, or some `lines` of it, as the mapping that the environment gives.

    Raises WrongSetting: the file is not TOML, or has a key that is no setting.
    """
    known = names_of(kinds)
    values = {}
    for key, value in (read_lines(path) if lines is None else lines).items():
        name = key.upper() if key.upper() in known else PREFIX + key.upper()
        if name not in known:
            close = _closest(name, known)
            hint = f"did you mean {close.removeprefix(PREFIX).lower()}?" if close else ""
            raise WrongSetting(f"unknown setting {key} in {path}", hint)
        if isinstance(value, dict):
            raise WrongSetting(f"{key} in {path} is a table", f"write one line for each setting, as in: {key} = …")
        values[name] = ",".join(map(str, value)) if isinstance(value, list) else str(value)
    return values


def read_lines(path: Path) -> dict[str, Any]:
    """Returns the lines of a TOML file, by key; no file means no lines.

    Raises WrongSetting: it is not TOML, or cannot be read.
    """
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WrongSetting(f"{path} is not valid TOML: {error}", "mend or remove it") from error
    except OSError as error:
        raise WrongSetting(f"{path} cannot be read: {error.strerror}", "check its permissions") from error


def names_of(kinds: Iterable[type[Any]]) -> tuple[str, ...]:
    """Returns the variable names that the settings classes declare."""
    return tuple(variable_of(field) for kind in kinds for field in dataclasses.fields(kind))


def variable_of(field: "dataclasses.Field[Any]") -> str:
    """Returns the environment variable that sets the field."""
    return str(field.metadata.get("name") or PREFIX + field.name.upper())


def is_secret(field: "dataclasses.Field[Any]") -> bool:
    """Tells whether the field's value must not be shown."""
    return bool(field.metadata.get("secret"))


def _closest(name: str, known: Iterable[str]) -> str | None:
    """The name that was probably meant; the prefix that all share says nothing."""
    bare = {other.removeprefix(PREFIX): other for other in known}
    close = difflib.get_close_matches(name.removeprefix(PREFIX), bare, 1)
    return bare[close[0]] if close else None


def _convert(name: str, text: str, hint: Any, facts: Mapping[str, Any]) -> Any:
    kind = hint
    if isinstance(hint, types.UnionType):
        kind = next(part for part in typing.get_args(hint) if part is not types.NoneType)
    try:
        value = _parse(text.strip(), kind)
    except ValueError as error:
        raise WrongSetting(
            f"{name}={text!r} is not {_describe(kind)}", f"set it to {_describe(kind)} or remove it"
        ) from error
    if facts.get("choices") and value not in facts["choices"]:
        raise WrongSetting(f"{name}={text!r}: choose one of {', '.join(facts['choices'])}")
    if facts.get("least") is not None and value < facts["least"]:
        raise WrongSetting(f"{name}={text!r}: must be at least {facts['least']:g}")
    return value


def _parse(text: str, kind: Any) -> Any:
    if kind is bool:
        if text.lower() not in _TRUE | _FALSE:
            raise ValueError(text)
        return text.lower() in _TRUE
    if typing.get_origin(kind) is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    value = Path(text).expanduser() if kind is Path else kind(text)
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueError(text)
    return value


def _describe(kind: Any) -> str:
    names = {bool: "true or false", int: "a whole number", float: "a number", Path: "a path", str: "a text"}
    return names.get(kind, "a list, separated by commas")
