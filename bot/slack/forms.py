"""The modals that ask something, and what was entered in them. Pure; knows block types, keeps and decides nothing."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from bot.slack.policy import ChannelRules

Block = dict[str, Any]
REASON, ASK, SETTINGS = "feedback_reason", "ask_about", "channel_settings"
REASONS = {
    "wrong": "It is wrong",
    "wrong source": "The quote does not support it",
    "outdated": "It is outdated",
    "missing": "Something is missing",
}
_LABEL, _MOST_OPTIONS = 75, 100
_WHEN = {"mentions": "Only when I am mentioned", "questions": "Every question that ends in a question mark"}
_WHO = {"everyone": "Everyone in this channel", "listed": "Only these people, and admins"}


def reason_form(answer_id: str) -> Block:
    """Returns the modal that asks what is bad about an answer."""
    reason = {"type": "radio_buttons", "options": [_option(k, v) for k, v in REASONS.items()]}
    right = {"type": "plain_text_input", "multiline": True, "max_length": 3000}
    blocks = [
        _input("reason", "What is bad about it?", reason),
        _input("right_answer", "What would be right?", right, optional=True),
    ]
    return _form(REASON, "About this answer", {"id": answer_id}, blocks)


def ask_form(*, channel: str, thread_ts: str, text: str) -> Block:
    """Returns the modal in which a message becomes a question about it."""
    entry = {"type": "plain_text_input", "multiline": True, "max_length": 3000}
    if text:
        entry["initial_value"] = text[:3000]
    place = {"channel": channel, "thread_ts": thread_ts}
    return _form(ASK, "Ask about this", place, [_input("question", "Question", entry)], submit="Ask")


def settings_form(channel: str, rules: ChannelRules, folders: Sequence[str]) -> Block:
    """Returns the modal for a channel's settings, filled in as they are."""
    when = _radio(_WHEN, rules.answers)
    who = _radio(_WHO, rules.editors)
    people: Block = {
        "type": "multi_users_select",
    }
    if rules.listed:
        people["initial_users"] = list(rules.listed)
    blocks = [_input("answers", "When do I answer in this channel?", when)]
    if folders:
        blocks.append(
            _input("folders", "From which folders? (none: from all)", _folders(rules, folders), optional=True)
        )
    blocks += [
        _input("editors", "Who may change this?", who),
        _input("listed", "These people", people, optional=True),
    ]
    return _form(SETTINGS, "Settings", {"channel": channel}, blocks)


def place_of(view: Mapping[str, Any]) -> dict[str, str]:
    """Returns what a modal was about."""
    return {str(key): str(value) for key, value in json.loads(view.get("private_metadata") or "{}").items()}


def entered(view: Mapping[str, Any], name: str) -> str | None:
    """Returns the text or the choice that was entered in one field; None if nothing was."""
    state = _state(view, name)
    chosen = state.get("selected_option")
    return chosen["value"] if chosen else state.get("value")


def read_settings_form(view: Mapping[str, Any], *, editor: str) -> ChannelRules:
    """Returns the channel's settings as they were entered; an editor cannot shut out himself."""
    folders = tuple(option["value"] for option in _state(view, "folders").get("selected_options") or ())
    listed = tuple(_state(view, "listed").get("selected_users") or ())
    restricted = entered(view, "editors") == "listed"
    return ChannelRules(
        answers="questions" if entered(view, "answers") == "questions" else "mentions",
        folders=folders,
        editors="listed" if restricted else "everyone",
        listed=tuple(dict.fromkeys((*listed, editor))) if restricted else listed,
    )


def _state(view: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = view.get("state", {}).get("values", {}).get(name, {}).get(name, {})
    return found


def _folders(rules: ChannelRules, folders: Sequence[str]) -> Block:
    known = [folder for folder in folders if len(folder) <= _LABEL][:_MOST_OPTIONS]
    select: Block = {
        "type": "multi_static_select",
        "options": [_option(folder, folder) for folder in known],
    }
    chosen = [_option(folder, folder) for folder in rules.folders if folder in known]
    return select | ({"initial_options": chosen} if chosen else {})


def _radio(choices: Mapping[str, str], chosen: str) -> Block:
    options = [_option(value, text) for value, text in choices.items()]
    return {
        "type": "radio_buttons",
        "options": options,
        "initial_option": _option(chosen, choices[chosen]),
    }


def _option(value: str, text: str) -> Block:
    return {"text": {"type": "plain_text", "text": text, "emoji": False}, "value": value}


def _input(name: str, label: str, element: Block, *, optional: bool = False) -> Block:
    return {
        "type": "input",
        "block_id": name,
        "label": {"type": "plain_text", "text": label},
        "element": element | {"action_id": name},
        "optional": optional,
    }


def _form(callback: str, title: str, place: Mapping[str, str], blocks: list[Block], *, submit: str = "Save") -> Block:
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": json.dumps(place),
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": submit},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": blocks,
    }
