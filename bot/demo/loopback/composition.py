"""The shapes of Block Kit's small parts: text objects, options, confirmations, rich text.

Knows their fields and limits. Knows nothing of the blocks that they stand in.
"""

from __future__ import annotations

from bot.demo.loopback import limits
from bot.demo.loopback.schema import Check, anything, boolean, choice, integer, listing, record, string, typed, url


def plain(longest: int) -> Check:
    """Return a check for a plain_text object."""
    return typed({"plain_text": record({"text": string(longest)}, {"emoji": boolean})})


def text(longest: int) -> Check:
    """Return a check for a text object of either kind."""
    mrkdwn = record({"text": string(longest)}, {"verbatim": boolean})
    return typed({"plain_text": record({"text": string(longest)}, {"emoji": boolean}), "mrkdwn": mrkdwn})


def option(text_check: Check) -> Check:
    """Return a check for an option whose text is of that kind."""
    return record(
        {"text": text_check, "value": string(limits.OPTION_VALUE)},
        {"description": text(limits.OPTION_TEXT), "url": url(limits.BUTTON_URL)},
    )


def conversation_filter() -> Check:
    """Return a check for the filter of a conversations menu."""
    kinds = listing(choice("im", "mpim", "private", "public"), longest=4)
    return record({}, {"include": kinds, "exclude_external_shared_channels": boolean, "exclude_bot_users": boolean})


ID = string(limits.ID_LENGTH)
USER = string(pattern=r"[UW][A-Z0-9]+")
CHANNEL = string(pattern=r"[CDG][A-Z0-9]+")
PLAIN_OPTION = option(plain(limits.OPTION_TEXT))
TEXT_OPTION = option(text(limits.OPTION_TEXT))
OPTIONS = listing(PLAIN_OPTION, longest=limits.OPTIONS)
GROUPS = listing(record({"label": plain(limits.OPTION_TEXT), "options": OPTIONS}), longest=limits.GROUPS)
CONFIRM = record(
    {
        "title": plain(limits.CONFIRM_TITLE),
        "text": text(limits.CONFIRM_TEXT),
        "confirm": plain(limits.CONFIRM_BUTTON),
        "deny": plain(limits.CONFIRM_BUTTON),
    },
    {"style": choice("primary", "danger")},
)
IMAGE = typed(
    {
        "image": record(
            {"alt_text": string(limits.ALT_TEXT)},
            {"image_url": url(limits.IMAGE_URL), "slack_file": record({}, {"id": ID, "url": url()})},
        )
    }
)
URL_SOURCE = typed({"url": record({"url": url(limits.BUTTON_URL), "text": string()})})

_STYLE = record(
    {},
    dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean
    ),
)
_STYLED = {"style": _STYLE}
_INLINE = typed(
    {
        "text": record({"text": string()}, _STYLED),
        "link": record({"url": url(limits.BUTTON_URL)}, {"text": string(), "unsafe": boolean, **_STYLED}),
        "user": record({"user_id": USER}, _STYLED),
        "usergroup": record({"usergroup_id": string(pattern=r"S[A-Z0-9]+")}, _STYLED),
        "channel": record({"channel_id": CHANNEL}, _STYLED),
        "team": record({"team_id": string(pattern=r"[TE][A-Z0-9]+")}, _STYLED),
        "emoji": record({"name": string()}, {"unicode": string(), "skin_tone": integer(1, 6), **_STYLED}),
        "broadcast": record({"range": choice("here", "channel", "everyone")}, _STYLED),
        "date": record(
            {"timestamp": integer(0, 2**40), "format": string()}, {"url": url(), "fallback": string(), **_STYLED}
        ),
        "color": record({"value": string(pattern="#[0-9A-Fa-f]{6}")}, _STYLED),
    }
)
_SECTION = record({"elements": listing(_INLINE, longest=limits.RICH_TEXT_ELEMENTS, shortest=0)})
_INDENT = {"indent": integer(0, 8), "offset": integer(0, 10_000), "border": integer(0, 1)}
RICH_TEXT_ELEMENT = typed(
    {
        "rich_text_section": _SECTION,
        "rich_text_list": record(
            {
                "style": choice("bullet", "ordered"),
                "elements": listing(typed({"rich_text_section": _SECTION}), longest=limits.RICH_TEXT_ELEMENTS),
            },
            _INDENT,
        ),
        "rich_text_preformatted": record(
            {"elements": listing(_INLINE, longest=limits.RICH_TEXT_ELEMENTS)},
            {"border": integer(0, 1), "language": string()},
        ),
        "rich_text_quote": record(
            {"elements": listing(_INLINE, longest=limits.RICH_TEXT_ELEMENTS)}, {"border": integer(0, 1)}
        ),
    }
)
RICH_TEXT = typed(
    {"rich_text": record({"elements": listing(RICH_TEXT_ELEMENT, longest=limits.RICH_TEXT_ELEMENTS)}, {"block_id": ID})}
)
ANYTHING = anything
