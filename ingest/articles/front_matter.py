"""Front matter and sidecars: the lines of fields at the top of a text, in YAML, TOML or JSON. The home of yaml.

YAML is foreign input: aliases (a few of them can stand for billions of values), deep nesting and long headers are not
parsed. Where the syntax is broken, each line is read by itself.
"""

import datetime
import itertools
import json
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import yaml

from ingest.articles.declared import NOTHING, Declared, declared_of, is_known

MAX_CHARS, MAX_DEPTH = 32_000, 20
_OPENS = re.compile(
    r"-{3,}[ \t]*(yaml|toml|json|js|javascript|ts|coffee|cson)?[ \t]*(?:#.*)?|(\+\+\+)[ \t]*|(;;;)[ \t]*", re.IGNORECASE
)
_CLOSES = re.compile(r"(?:-{3,}|\.\.\.)[ \t]*")
# What may stand above the fields: remarks that no reader sees, a licence say.
_REMARK = re.compile(r"\s*<!--.*?-->[ \t]*\n", re.DOTALL)
_MOST_REMARKS = 5
_FIELD = re.compile(r"([A-Za-z_][\w .-]{0,60}?)[ \t]{0,9}::?(?:[ \t]+(.*)|)")
_TITLE_BLOCK = re.compile(r"%[ \t]+(.+)")
# Fields of JSON and TOML, and those of YAML that lack their blank.
_SETTING = re.compile(r"[ \t]*\"?([A-Za-z_][\w.-]{0,60})\"?[ \t]*(?:=|(?<=\"):|:(?=[^\s/]))[ \t]*(.+?),?")
_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)")
# Lines that may stand between fields without being one: comments, items, what is indented.
_BETWEEN = re.compile(r"\s*(?:#.*)?|[ \t]*-(?:[ \t].*)?|[ \t]+.*|[\]})],?\s*|\{\s*|\[{1,2}[\w.-]+\]{1,2}\s*")
_MAY_BE_TEXT = ("yaml", "plain")


def parse_front_matter(text: str) -> tuple[Declared, str]:
    """Returns what the front matter of a text declares, and the text below it.

    What stands between two rules need not be front matter: if it is no list of fields, it is text like the rest.
    """
    head, kind, below = split_front_matter(text)
    values, warnings = (_values(head, kind) if kind else None) or (None, ())
    if values is None:
        return NOTHING, text
    declared = declared_of(values)
    return replace(declared, warnings=(*declared.warnings, *warnings)), below


def split_front_matter(text: str) -> tuple[str, str, str]:
    """Returns the lines of fields at the very top, their kind (yaml, toml, json, plain or none), and the text below."""
    below = _below_remarks(text).lstrip("\n")
    lines = below.split("\n")
    found = _OPENS.fullmatch(lines[0])
    if found is not None:
        kind = (found[1] or "").lower() or ("toml" if found[2] else "json" if found[3] else "yaml")
        mark = found[2] or found[3]
        return _split(lines, re.compile(re.escape(mark) + r"[ \t]*") if mark else _CLOSES, kind, text)
    if lines[0].startswith("{") and (lines[0] == "{" or '"' in lines[0]):
        return _split_json(below)
    return _split_plain(lines, text)


def _below_remarks(text: str) -> str:
    """The text below remarks, if fields begin there."""
    at = 0
    for _ in range(_MOST_REMARKS):
        found = _REMARK.match(text, at, at + MAX_CHARS)
        if found is None:
            break
        at = found.end()
    return text[at:] if at and text[at:].lstrip("\n").startswith(("---", "+++")) else text


def parse_sidecar(text: str, *, name: str) -> Declared:
    """Returns what lines like `title: …` declare; `name` says in a warning what they are."""
    found = _values(text, "yaml")
    if found is None:
        return replace(NOTHING, warnings=(f"{name} holds no lines like `title: …`; it was passed over",))
    declared = declared_of(found[0])
    return replace(declared, warnings=(*declared.warnings, *found[1]))


def _split(lines: list[str], closes: re.Pattern[str], kind: str, text: str) -> tuple[str, str, str]:
    size = 0
    for i in range(1, len(lines)):
        if closes.fullmatch(lines[i]):
            return "\n".join(lines[1:i]), kind, "\n".join(lines[i + 1 :]).strip("\n")
        size += len(lines[i]) + 1
        if size > MAX_CHARS:
            break
    return "", "", text


def _split_json(text: str) -> tuple[str, str, str]:
    try:
        _, end = json.JSONDecoder().raw_decode(text[:MAX_CHARS])
    except (ValueError, RecursionError):
        closing = re.search(r"\n\}[ \t]*(?=\n|\Z)", text[:MAX_CHARS])
        if closing is None:
            return "", "", text
        end = closing.end()
    return text[:end], "json", text[end:].strip("\n")


def _split_plain(lines: list[str], text: str) -> tuple[str, str, str]:
    """Fields without fences: as Pelican, MultiMarkdown and Logseq write them, or the title block of Pandoc."""
    head = list(itertools.takewhile(lambda line: (found := _FIELD.fullmatch(line)) and found[2], lines[:40]))
    block = [found[1] for line in lines[:3] if (found := _TITLE_BLOCK.fullmatch(line))]
    if block and len(block) == len(head := lines[: len(block)]):
        names = ("title", "author", "date")
        fields = "\n".join(f"{name}: {json.dumps(value)}" for name, value in zip(names, block, strict=False))
        return fields, "plain", "\n".join(lines[len(block) :]).strip("\n")
    at = len(head)
    first = head[0].partition(":")[0].strip().casefold() if head else ""
    ends = at == len(lines) or not lines[at].strip() or "::" in head[0] if head else False
    if ends and first in ("title", "date") and (len(head) >= 2 or "::" in head[0]):
        return "\n".join(head), "plain", "\n".join(lines[at:]).strip("\n")
    return "", "", text


def _values(head: str, kind: str) -> tuple[Mapping[object, object], tuple[str, ...]] | None:
    """The fields by name, and what could not be read; None if it is no list of fields."""
    if kind not in _PARSERS:
        return {}, ()  # a program's own lines, which declare what only running them would tell
    try:
        found = _PARSERS[kind](head)
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError):
        found = ""
    if found is None:
        return None if head.strip() else ({}, ())
    values, odd = (_flat(found), []) if isinstance(found, dict) else _line_by_line(head.split("\n"))
    if not values or (odd and (len(odd) > len(values) or not any(map(is_known, values))) and kind in _MAY_BE_TEXT):
        return None
    return values, tuple(f"{_shown(line)} is no field; it was passed over" for line in odd)


def _of_yaml(head: str) -> object:
    _check_size(head)
    return yaml.load(head, Loader=_PlainLoader)


def _of_json(head: str) -> object:
    try:
        return json.loads(head)
    except ValueError:
        return json.loads(re.sub(r",(?=\s{0,200}[}\]])", "", head))


def _flat(values: Mapping[Any, Any]) -> Mapping[object, object]:
    """The fields; those of `params` and `extra`, where Hugo and Zola keep a team's own, behind the others."""
    inner = [values[key] for key in ("params", "extra") if isinstance(values.get(key), dict)]
    found: dict[object, object] = {}
    for mapping in (*reversed(inner), values):
        found |= {key: _plain_date(value) for key, value in mapping.items()}
    return found


def _plain_date(value: object) -> object:
    return value.date() if isinstance(value, datetime.datetime) else value


def _line_by_line(lines: Iterable[str]) -> tuple[dict[object, object], list[str]]:
    """Fields of a syntax that no parser accepts, `title: a: b` say, and the lines that are none.

    A name with a list below it gets the list.
    """
    values: dict[object, object] = {}
    odd, name = [], None
    for line in lines:
        found = _FIELD.fullmatch(line) or _SETTING.fullmatch(line)
        item = _ITEM.fullmatch(line)
        if found:
            name = found[1]
            values[name] = _unquoted(found[2] or "")
        elif item and name is not None and not isinstance(values[name], str | None):
            values[name] = [*values[name], _unquoted(item[1])]  # type: ignore[misc]
        elif item and name is not None and not values[name]:
            values[name] = [_unquoted(item[1])]
        elif not _BETWEEN.fullmatch(line):
            odd.append(line)
    return values, odd


def _unquoted(text: str) -> str:
    text = text.strip()
    if text.startswith("[") and text.endswith("]"):
        return ", ".join(map(_unquoted, text[1:-1].split(",")))
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


class _PlainLoader(yaml.SafeLoader):
    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("aliases are not read; write the value out")
        return super().compose_node(parent, index)


def _check_size(text: str) -> None:
    if len(text) > MAX_CHARS:
        raise ValueError(f"longer than {MAX_CHARS} characters")
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", text):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise ValueError(f"nested more than {MAX_DEPTH} deep")


def _shown(line: str) -> str:
    return repr(line.strip()[:40])


_PARSERS: Mapping[str, Callable[[str], object]] = {
    "yaml": _of_yaml,
    "toml": tomllib.loads,
    "json": _of_json,
    "plain": lambda head: "",
}
