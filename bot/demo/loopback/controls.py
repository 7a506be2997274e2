"""The shapes of Block Kit's interactive elements: buttons, menus, inputs.

Knows their fields and limits, and which stand in which block. Knows nothing of what acting on them does.
"""

from __future__ import annotations

from bot.demo.loopback import limits
from bot.demo.loopback.composition import (
    CHANNEL,
    CONFIRM,
    GROUPS,
    ID,
    IMAGE,
    OPTIONS,
    PLAIN_OPTION,
    RICH_TEXT,
    TEXT_OPTION,
    USER,
    conversation_filter,
    plain,
)
from bot.demo.loopback.schema import Check, boolean, choice, integer, listing, record, string, url

_ACTION = {"action_id": ID}
_PLACEHOLDER = {"placeholder": plain(limits.PLACEHOLDER), "focus_on_load": boolean}
_MENU = {**_ACTION, **_PLACEHOLDER, "confirm": CONFIRM}
_MULTI = {**_MENU, "max_selected_items": integer(1, 1000)}
_DISPATCH = {
    "dispatch_action_config": record(
        {"trigger_actions_on": listing(choice("on_enter_pressed", "on_character_entered"), longest=2)}
    )
}
_LENGTHS = {"min_length": integer(0, limits.INPUT_LENGTH), "max_length": integer(1, limits.INPUT_LENGTH)}
_SUGGEST = {"min_query_length": integer(0, 100)}
_CHECKS = listing(TEXT_OPTION, longest=limits.CHECKED_OPTIONS)
_FEEDBACK = record(
    {"text": plain(limits.BUTTON_TEXT), "value": string(limits.BUTTON_VALUE)},
    {"accessibility_label": string(limits.ACCESSIBILITY_LABEL)},
)
_CONVERSATIONS = {"default_to_current_conversation": boolean, "filter": conversation_filter()}
_DATE = string(pattern=r"\d{4}-\d\d-\d\d")
_TIME = string(pattern=r"\d\d:\d\d")


def _many(of: Check) -> Check:
    return listing(of, longest=limits.OPTIONS)


BUTTON = record(
    {"text": plain(limits.BUTTON_TEXT)},
    {
        **_ACTION,
        "url": url(limits.BUTTON_URL),
        "value": string(limits.BUTTON_VALUE, shortest=0),
        "style": choice("primary", "danger"),
        "confirm": CONFIRM,
        "accessibility_label": string(limits.ACCESSIBILITY_LABEL),
        "agent_prompt": string(limits.AGENT_PROMPT),
    },
)
CONTEXT_ACTIONS = {
    "feedback_buttons": record({"positive_button": _FEEDBACK, "negative_button": _FEEDBACK}, _ACTION),
    "icon_button": record(
        {"icon": choice("trash"), "text": plain(limits.BUTTON_TEXT)},
        {
            **_ACTION,
            "value": string(limits.BUTTON_VALUE, shortest=0),
            "confirm": CONFIRM,
            "accessibility_label": string(limits.ACCESSIBILITY_LABEL),
            "visible_to_user_ids": listing(USER, longest=limits.VISIBLE_TO),
        },
    ),
}
PICKERS = {
    "static_select": record({}, {**_MENU, "options": OPTIONS, "option_groups": GROUPS, "initial_option": PLAIN_OPTION}),
    "external_select": record({}, {**_MENU, **_SUGGEST, "initial_option": PLAIN_OPTION}),
    "users_select": record({}, {**_MENU, "initial_user": USER}),
    "conversations_select": record(
        {}, {**_MENU, **_CONVERSATIONS, "initial_conversation": CHANNEL, "response_url_enabled": boolean}
    ),
    "channels_select": record({}, {**_MENU, "initial_channel": CHANNEL, "response_url_enabled": boolean}),
    "datepicker": record({}, {**_MENU, "initial_date": _DATE}),
    "timepicker": record({}, {**_MENU, "initial_time": _TIME, "timezone": string()}),
    "checkboxes": record(
        {"options": _CHECKS}, {**_ACTION, "initial_options": _CHECKS, "confirm": CONFIRM, "focus_on_load": boolean}
    ),
    "radio_buttons": record(
        {"options": _CHECKS}, {**_ACTION, "initial_option": TEXT_OPTION, "confirm": CONFIRM, "focus_on_load": boolean}
    ),
}
MULTI_PICKERS = {
    "multi_static_select": record(
        {}, {**_MULTI, "options": OPTIONS, "option_groups": GROUPS, "initial_options": _many(PLAIN_OPTION)}
    ),
    "multi_external_select": record({}, {**_MULTI, **_SUGGEST, "initial_options": _many(PLAIN_OPTION)}),
    "multi_users_select": record({}, {**_MULTI, "initial_users": _many(USER)}),
    "multi_conversations_select": record({}, {**_MULTI, **_CONVERSATIONS, "initial_conversations": _many(CHANNEL)}),
    "multi_channels_select": record({}, {**_MULTI, "initial_channels": _many(CHANNEL)}),
}
DATETIME = {"datetimepicker": record({}, {**_MENU, "initial_date_time": integer(0, 10**10)})}
OVERFLOW = {
    "overflow": record(
        {"options": listing(PLAIN_OPTION, longest=limits.OVERFLOW_OPTIONS)}, {**_ACTION, "confirm": CONFIRM}
    )
}
INPUTS = {
    "plain_text_input": record(
        {},
        {
            **_ACTION,
            **_PLACEHOLDER,
            **_LENGTHS,
            **_DISPATCH,
            "initial_value": string(limits.INPUT_LENGTH),
            "multiline": boolean,
        },
    ),
    "number_input": record(
        {"is_decimal_allowed": boolean},
        {
            **_ACTION,
            **_PLACEHOLDER,
            **_DISPATCH,
            "initial_value": string(),
            "min_value": string(),
            "max_value": string(),
        },
    ),
    "email_text_input": record({}, {**_ACTION, **_PLACEHOLDER, **_DISPATCH, "initial_value": string()}),
    "url_text_input": record({}, {**_ACTION, **_PLACEHOLDER, **_DISPATCH, "initial_value": url()}),
    "rich_text_input": record({}, {**_ACTION, **_PLACEHOLDER, **_DISPATCH, "initial_value": RICH_TEXT}),
    "file_input": record({}, {**_ACTION, "filetypes": listing(string(), longest=100), "max_files": integer(1, 10)}),
}
IN_ACTIONS = {"button": BUTTON, **PICKERS, **DATETIME, **OVERFLOW}
IN_SECTION = {"button": BUTTON, "image": IMAGE, **PICKERS, **MULTI_PICKERS, **OVERFLOW}
IN_INPUT = {**INPUTS, **PICKERS, **MULTI_PICKERS, **DATETIME}
