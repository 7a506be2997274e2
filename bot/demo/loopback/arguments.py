"""From a request to checked arguments.

Knows how Slack takes arguments (query and body together, JSON or form, JSON within a form) and what each type of
`spec.py` looks like. Knows nothing of blocks beyond that they are a list of objects.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from bot.demo.loopback.errors import Refused
from bot.demo.loopback.spec import Argument, Method

Json = dict[str, Any]

TS = re.compile(r"\d{10}\.\d{6}")
FORMAT_ERRORS = {
    "blocks": "invalid_blocks_format",
    "chunks": "invalid_chunks",
    "metadata": "invalid_metadata_format",
}
SESSION_STATUSES = ("active", "processing", "suspended", "closed")
TRUTHS = {"true": True, "false": False, "1": True, "0": False}


def read(content_type: str, *, body: bytes, query: dict[str, str]) -> Json:
    """Return the arguments of query and body together, the body's counting."""
    if not body:
        return dict(query)
    if "json" in content_type:
        return {**query, **_json_object(body)}
    if "form" in content_type:
        return {**query, **dict(parse_qsl(body.decode("utf-8"), keep_blank_values=True))}
    raise Refused("invalid_post_type")


def check(method: Method, given: Json) -> Json:
    """Return the arguments with their right types; refuse the first that is missing, wrong or unknown."""
    accepted = method.accepts
    unknown = sorted(set(given) - set(accepted) - {"token", "team_id"})
    if unknown:
        raise _invalid(f"unknown argument {unknown[0]}")
    missing = [name for name, argument in accepted.items() if argument.required and _absent(argument, given)]
    if missing:
        raise _invalid(f"missing required field: {missing[0]}")
    return {
        name: typed(accepted[name], value) for name, value in given.items() if name in accepted and value is not None
    }


def typed(argument: Argument, value: Any) -> Any:
    """Return the value in its type, or refuse it."""
    try:
        return TYPES[argument.type](value)
    except (TypeError, ValueError) as error:
        code = FORMAT_ERRORS.get(argument.type)
        raise Refused(code) if code else _invalid(f"{argument.name}: {error}") from error


def _absent(argument: Argument, given: Json) -> bool:
    value = given.get(argument.name)
    return value is None or (value == "" and argument.type != "status")


def _invalid(what: str) -> Refused:
    return Refused("invalid_arguments", response_metadata={"messages": [f"[ERROR] {what}"]})


def _json_object(body: bytes) -> Json:
    try:
        found = json.loads(body)
    except ValueError as error:
        raise Refused("invalid_json") from error
    if not isinstance(found, dict):
        raise Refused("json_not_object")
    return found


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"must be a string, not {type(value).__name__}")
    return value


def _matching(pattern: str, what: str) -> Callable[[Any], str]:
    compiled = re.compile(pattern)

    def read_one(value: Any) -> str:
        if not compiled.fullmatch(_text(value)):
            raise ValueError(f"{value!r} is not {what}")
        return str(value)

    return read_one


def _one_of(*choices: str) -> Callable[[Any], str]:
    def read_one(value: Any) -> str:
        if _text(value) not in choices:
            raise ValueError(f"{value!r} is none of {', '.join(choices)}")
        return str(value)

    return read_one


def _truth(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if str(value).lower() not in TRUTHS:
        raise ValueError(f"{value!r} is not a boolean")
    return TRUTHS[str(value).lower()]


def _number(value: Any) -> int:
    if isinstance(value, bool):
        raise TypeError("must be a number, not a boolean")
    return int(value)


def _decoded(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def _object(value: Any) -> Json:
    found = _decoded(value)
    if not isinstance(found, dict):
        raise TypeError("must be an object")
    return found


def _objects(value: Any) -> list[Json]:
    found = _decoded(value)
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise TypeError("must be a list of objects")
    return found


def _texts(value: Any) -> list[str]:
    found = _decoded(value) if isinstance(value, str) and value.startswith("[") else value
    if isinstance(found, str):
        return found.split(",")
    if not isinstance(found, list) or not all(isinstance(item, str) for item in found):
        raise TypeError("must be a list of strings")
    return found


def _metadata(value: Any) -> Json:
    found = _object(value)
    if found and not (isinstance(found.get("event_type"), str) and isinstance(found.get("event_payload"), dict)):
        raise ValueError("metadata needs event_type and event_payload")
    return found


TYPES: dict[str, Callable[[Any], Any]] = {
    "str": _text,
    "bool": _truth,
    "int": _number,
    "ts": _matching(TS.pattern, "a message ts"),
    "channel": _matching(r"[CDG][A-Z0-9]+", "the id of a conversation"),
    "channel_or_user": _matching(r"[CDGUW][A-Z0-9]+", "the id of a conversation, or of a person to be told directly"),
    "user": _matching(r"[UW][A-Z0-9]+", "the id of a user"),
    "team": _matching(r"[TE][A-Z0-9]+", "the id of a team"),
    "parse": _one_of("full", "none", "mrkdwn"),
    "task_display": _one_of("timeline", "plan", "dense"),
    "session_status": _one_of(*SESSION_STATUSES),
    "status": _text,
    "strs": _texts,
    "json": _decoded,
    "view": _object,
    "metadata": _metadata,
    "blocks": _objects,
    "attachments": _objects,
    "chunks": _objects,
    "prompts": _objects,
}
