"""What an endpoint has turned out to support, and what is left of it after a refusal. Knows HTTP codes; asks nobody.

Endpoints differ in how they can be told to write JSON, in which options they refuse, and in how much they read. Each is
found out by being refused once, and remembered per endpoint and model, so that the next question does not ask again.
Every server words it differently, so options are known by their names, numbers by the words around them.
"""

import contextlib
import dataclasses
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from ingest.private import whole_file
from ingest.refusal import is_unpaid

Form = Literal["schema", "object", "plain"]
"""Sentences as JSON held to a schema, as JSON that is only asked for, or as plain text with markers."""
FORMS: tuple[Form, ...] = get_args(Form)
EFFORTS = ("none", "minimal", "low", "medium", "high")
WEB_PAGE = "is not at its address, where a web page is: check OPENAI_BASE_URL"
TOKEN_LIMITS = ("max_tokens", "max_completion_tokens")
_REFUSED = (400, 404, 413, 415, 422, 500, 501)
_EFFORT = re.compile(r"reasoning.?effort|thinking|reasoning", re.IGNORECASE)
_FORM = re.compile(r"response_format|json_schema|json_object|grammar|structured output|guided", re.IGNORECASE)
_TOO_LONG = re.compile(
    r"context|n_ctx|too (?:long|large|many tokens)|maximum (?:\w+ )?(?:length|tokens)|exceed", re.IGNORECASE
)
_WINDOW = re.compile(
    r"(?:context(?:_| )?(?:length|size|window)|maximum (?:input )?(?:length|tokens)|n_ctx)[^0-9]{0,40}(\d{3,7})",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(r"unsupported|unrecogni[sz]ed|unknown|not supported|not permitted|extra inputs", re.IGNORECASE)
_FILTERED = re.compile(r"content.?(?:filter|management|policy)|safety|moderation", re.IGNORECASE)
_LEAST_WINDOW = 1_024
# What clients put behind a base url, and how much of another address is shown.
_PATH, _LONGEST = "/chat/completions", 200
# An endpoint that refuses one option after the other is sent none any more.
_ONE_BY_ONE = 2


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


def weaker(abilities: Abilities, code: int, said: str, *, sent: Iterable[str], read: int) -> Abilities | None:
    """Returns what is left of the abilities after a refusal of the options that were `sent`; None if nothing helps.

    `read` is about how many tokens the question had.
    """
    if code not in _REFUSED:
        return None
    named = {option for option in sent if option in said} | {
        option for option in sent if option == "reasoning_effort" and _EFFORT.search(said)
    }
    is_long = code == 413 or (bool(_TOO_LONG.search(said)) and not _UNKNOWN.search(said))
    if code == 500 and not (named or _FORM.search(said) or is_long):
        return None
    if is_long and abilities.window is None:
        window = _WINDOW.search(said)
        return dataclasses.replace(abilities, window=max(int(window[1]) if window else read // 2, _LEAST_WINDOW))
    if "reasoning_effort" in named and (lowest := _lowest_effort(said, abilities.effort)):
        return dataclasses.replace(abilities, effort=lowest)
    if _FORM.search(said) and "response_format" in sent:
        return abilities.weaker()
    if named and len(abilities.refused) < _ONE_BY_ONE:
        both = named & {*TOKEN_LIMITS} and (is_long or TOKEN_LIMITS[1] not in said)
        return abilities.without({*named, *(TOKEN_LIMITS if both else ())})
    if code in (404, 413) or _FILTERED.search(said) or not [*sent]:
        return None
    options = (option for option in sent if option != "response_format")
    return dataclasses.replace(abilities.without(options), form="plain")


def reason(code: int, said: str, location: str | None = None) -> str:
    """Returns why an endpoint gave no answer, as the end of a sentence that begins with "the language model"."""
    what = {401: "refused the key", 402: "is not paid for", 403: "refused the key", 404: "is not known at its address"}
    if code in (402, 429) and is_unpaid(said):
        text = "has no quota left, its provider says: check its plan and billing"
    elif 300 <= code < 400:
        text = f"has moved{_where_to(location or '')}"
    elif _FILTERED.search(said):
        text = "was stopped by its provider's filter"
    elif "<html" in said.lower():
        text = WEB_PAGE
    else:
        text = what.get(code, "failed" if code >= 500 else "refused the question")
    return f"{text} (HTTP {code})"


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


def _where_to(location: str) -> str:
    """The base url that a redirect leads to, if that can be told from it, else just where it leads."""
    base = location.removesuffix(_PATH)
    if base != location and base.startswith(("http://", "https://")):
        return f": set OPENAI_BASE_URL to {base}"
    return f" to {location[:_LONGEST]}: check OPENAI_BASE_URL" if location else ": check OPENAI_BASE_URL"


def _lowest_effort(said: str, tried: str) -> str | None:
    """The least effort among those that a refusal lists as possible."""
    listed = [effort for effort in EFFORTS if re.search(rf"['\"`]{effort}['\"`]", said) and effort != tried]
    return listed[0] if listed else None
