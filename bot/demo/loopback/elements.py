"""The things in a message or a view that a person can act on, and what acting on them says.

Knows buttons, menus and inputs, and the JSON of an action and of a view's state. Knows nothing of who acts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.demo.loopback.errors import NotThere

Json = dict[str, Any]
ONE = {"static_select", "radio_buttons", "overflow", "external_select"}
MANY = {"multi_static_select", "checkboxes", "multi_external_select"}
PICKED = {
    "users_select": "selected_user",
    "multi_users_select": "selected_users",
    "conversations_select": "selected_conversation",
    "multi_conversations_select": "selected_conversations",
    "channels_select": "selected_channel",
    "multi_channels_select": "selected_channels",
    "datepicker": "selected_date",
    "timepicker": "selected_time",
    "datetimepicker": "selected_date_time",
    "plain_text_input": "value",
    "number_input": "value",
    "email_text_input": "value",
    "url_text_input": "value",
    "rich_text_input": "rich_text_value",
}


@dataclass(frozen=True)
class Element:
    """One element and the block that it stands in."""

    block: Json
    json: Json

    @property
    def action_id(self) -> str:
        """Return the action_id, or nothing."""
        return str(self.json.get("action_id", ""))

    @property
    def type(self) -> str:
        """Return the type of the element."""
        return str(self.json.get("type", ""))


def elements(blocks: Sequence[Json]) -> Iterator[Element]:
    """Yield every interactive element of the blocks, in order."""
    for block in blocks:
        inside = [block.get("accessory"), block.get("element"), *(block.get("elements") or []), *_nested(block)]
        for found in inside:
            if isinstance(found, dict) and "action_id" in found:
                yield Element(block, found)


def find(blocks: Sequence[Json], action_id: str, *, by: str, value: str | None = None) -> Element:
    """Return the element that this person can see with that action_id, and with that value if one is given."""
    for element in elements(blocks):
        visible = element.json.get("visible_to_user_ids")
        seen = visible is None or by in visible
        if element.action_id == action_id and seen and (value is None or value in _values(element.json)):
            return element
    there = ", ".join(sorted({element.action_id for element in elements(blocks)}))
    raise NotThere(f"{by} sees no {action_id} with value {value!r}; there is: {there or 'nothing to act on'}")


def action(element: Element, *, value: Any, at: str) -> Json:
    """Return the entry of `actions` for acting on the element; a menu takes the value of its option."""
    known = {
        "type": element.type,
        "action_id": element.action_id,
        "block_id": element.block["block_id"],
        "action_ts": at,
    }
    match element.type:
        case "feedback_buttons":
            pressed = _pressed(element.json, value)
            return {**known, "text": pressed["text"], "value": pressed["value"]}
        case "button" | "workflow_button" | "icon_button":
            return {**known, "text": element.json.get("text"), "value": element.json.get("value", "")}
    return {**known, **chosen(element.json, value)}


def chosen(element: Json, value: Any) -> Json:
    """Return the fields that say what was chosen in a menu or written in an input."""
    kind = element["type"]
    if kind in ONE:
        return {"selected_option": None if value is None else _option(element, value)}
    if kind in MANY:
        return {"selected_options": [_option(element, one) for one in value or ()]}
    if kind not in PICKED:
        raise NotThere(f"a {kind} takes no value")
    return {PICKED[kind]: list(value) if isinstance(value, tuple) else value}


def initial(element: Json) -> Any:
    """Return the value that an input has before a person touches it."""
    kind = element["type"]
    if kind in ONE:
        return (element.get("initial_option") or {}).get("value")
    if kind in MANY:
        return [option["value"] for option in element.get("initial_options", [])]
    field = PICKED.get(kind, "value").replace("selected_", "initial_").replace("rich_text_value", "initial_value")
    return element.get("initial_value" if field == "value" else field, [] if kind.startswith("multi_") else None)


def state(blocks: Sequence[Json], values: Mapping[str, Any]) -> Json:
    """Return `state.values` of a view: what each input holds, given what the person filled in by action_id."""
    found: Json = {}
    for element in elements(blocks):
        if element.type in ONE | MANY | set(PICKED):
            value = values.get(element.action_id, initial(element.json))
            held = {"type": element.type, **chosen(element.json, value)}
            found.setdefault(element.block["block_id"], {})[element.action_id] = held
    return found


def missing(blocks: Sequence[Json], values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the action_ids of the inputs that Slack would ask the person to fill in first."""
    required = [e for e in elements(blocks) if e.block["type"] == "input" and not e.block.get("optional")]
    return tuple(e.action_id for e in required if values.get(e.action_id, initial(e.json)) in (None, "", [], ()))


def _nested(block: Json) -> list[Json]:
    inner = block.get("blocks") or block.get("cards") or block.get("actions") or []
    return [element for one in inner if isinstance(one, dict) for element in (one, *(one.get("actions") or []))]


def _values(element: Json) -> tuple[str, ...]:
    if element["type"] == "feedback_buttons":
        return tuple(element[side]["value"] for side in ("positive_button", "negative_button"))
    return (str(element.get("value", "")), *(option["value"] for option in _options(element)))


def _options(element: Json) -> list[Json]:
    grouped = [option for group in element.get("option_groups") or [] for option in group["options"]]
    return [*(element.get("options") or []), *grouped]


def _option(element: Json, value: Any) -> Json:
    if element["type"].endswith("external_select"):
        return value if isinstance(value, dict) else {"text": {"type": "plain_text", "text": value}, "value": value}
    for option in _options(element):
        if option["value"] == value:
            return option
    raise NotThere(f"no option {value!r} in {element.get('action_id')}")


def _pressed(element: Json, value: Any) -> Json:
    for side in ("positive_button", "negative_button"):
        if element[side]["value"] == value or value == side.removesuffix("_button"):
            return dict(element[side])
    raise NotThere(f"no feedback button with value {value!r}")
