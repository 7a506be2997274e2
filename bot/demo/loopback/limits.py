"""Every number of the platform that the loopback enforces, with its evidence.

Knows numbers and where each comes from: Slack's documentation, or somebody's claim (an issue, a pull request, our own
guess) that only a real workspace can confirm. Knows nothing of who enforces them. Import the module, not the names: a
test may correct a claim with monkeypatch.
"""

from __future__ import annotations

from typing import Literal

Evidence = Literal["documented", "claimed"]


class Limit(int):
    """A number with its evidence; it computes like any int."""

    evidence: Evidence
    says: str

    def __new__(cls, value: int, *, evidence: Evidence, says: str) -> Limit:
        """Return the number, which keeps its evidence and what it says."""
        limit = super().__new__(cls, value)
        limit.evidence = evidence
        limit.says = says
        return limit


def documented(value: int, says: str) -> Limit:
    """Return a number that Slack's documentation or its SDK states."""
    return Limit(value, evidence="documented", says=says)


def claimed(value: int, says: str) -> Limit:
    """Return a number that somebody measured, guessed or reported; it may be wrong."""
    return Limit(value, evidence="claimed", says=says)


def claims() -> dict[str, Limit]:
    """Return every number that is only a claim, by name: what a run against a real workspace has to settle."""
    return {
        name: value for name, value in globals().items() if isinstance(value, Limit) and value.evidence == "claimed"
    }


# Messages (characters unless the name says otherwise)
MESSAGE_TEXT = documented(40_000, "chat.postMessage: longer text is truncated")
UPDATE_TEXT = documented(4_000, "chat.update text in characters, msg_too_long")
UPDATE_TEXT_BYTES = claimed(4_000, "openclaw pull request 115027: chat.update text, UTF-8 bytes, msg_too_long")
MARKDOWN_TEXT = documented(12_000, "markdown_text argument, markdown_text chunk and markdown block")
MARKDOWN_BLOCKS_TOTAL = claimed(
    13_000, "bolt-js issues 2509 and 2867: markdown blocks of one message together, msg_blocks_too_long"
)
MESSAGE_BLOCKS = documented(50, "blocks of one message")
ATTACHMENTS = documented(100, "attachments of one message")
METADATA_BYTES = claimed(8_000, "metadata event_payload; metadata_too_large")

# Streams
STREAM_BYTES = claimed(
    10_600, "openclaw pull request 143882, CopilotKit 6063: 10.6 to 11.3 KB UTF-8 in one streamed message, msg_too_long"
)
STREAM_SECONDS = claimed(
    300, "python-slack-sdk issue 1859, node-slack-sdk 2702: message_not_in_streaming_state after about five minutes"
)
STREAM_BLOCKS = documented(50, "blocks of chat.stopStream, and of one blocks chunk")
TASK_TITLE = claimed(256, "task_update title: a guess from the other two")
TASK_DETAILS = documented(256, "task_update details and output, one chunk")
TASK_SOURCES = claimed(20, "task_update sources: nobody states a number")

# Blocks
MODAL_BLOCKS = documented(100, "blocks of a modal or a home tab")
SECTION_TEXT = documented(3_000, "section text")
SECTION_FIELDS = documented(10, "section fields")
SECTION_FIELD_TEXT = documented(2_000, "text of one section field")
HEADER_TEXT = documented(150, "header text")
CONTEXT_ELEMENTS = documented(10, "context elements")
CONTEXT_TEXT = claimed(3_000, "a text element of a context block: the general maximum of a text object")
ACTIONS_ELEMENTS = documented(25, "actions elements")
CONTEXT_ACTIONS_ELEMENTS = documented(5, "context_actions elements")
CARD_TITLE = documented(150, "card title and subtitle")
CARD_BODY = documented(200, "card body")
CARD_ACTIONS = claimed(5, "buttons of a card: nobody states a number")
CAROUSEL_CARDS = documented(10, "carousel cards")
RICH_TEXT_ELEMENTS = claimed(1_000, "elements of rich text: nobody states a number")
TABLE_ROWS = documented(100, "table rows")
TABLE_COLUMNS = documented(20, "table columns")
TABLES_IN_MESSAGE = documented(1, "tables in one message")
IMAGE_URL = documented(3_000, "image_url")
ALT_TEXT = documented(2_000, "alt_text and title of an image")
ID_LENGTH = documented(255, "block_id, action_id, callback_id")
BUTTON_TEXT = documented(75, "button text")
BUTTON_VALUE = documented(2_000, "button value")
AGENT_PROMPT = documented(4_000, "agent_prompt of a button")
BUTTON_URL = documented(3_000, "button url")
ACCESSIBILITY_LABEL = documented(75, "accessibility_label")
OPTION_TEXT = documented(75, "option text and description")
OPTION_VALUE = documented(150, "option value")
OPTIONS = documented(100, "options of a select menu")
GROUPS = documented(100, "option groups of a select menu")
CHECKED_OPTIONS = documented(10, "options of checkboxes or radio buttons")
OVERFLOW_OPTIONS = documented(5, "options of an overflow menu")
PLACEHOLDER = documented(150, "placeholder of an input element")
INPUT_LABEL = documented(2_000, "label and hint of an input block")
INPUT_LENGTH = documented(3_000, "largest min_length and max_length of a plain_text_input")
VISIBLE_TO = documented(10, "visible_to_user_ids of an icon_button")
CONFIRM_TITLE = documented(100, "title of a confirmation dialog")
CONFIRM_TEXT = documented(300, "text of a confirmation dialog")
CONFIRM_BUTTON = documented(30, "confirm and deny of a confirmation dialog")

# Views
VIEW_TITLE = documented(24, "title, submit and close of a modal")
PRIVATE_METADATA = documented(3_000, "private_metadata of a view")
VIEW_STACK = documented(3, "modals on top of each other")
VIEW_BYTES = documented(250_000, "size of one view")
TRIGGER_SECONDS = documented(3, "life of a trigger_id")

# Assistant and agent
STATUS_SECONDS = documented(120, "assistant.threads.setStatus clears after two minutes without a message")
LOADING_MESSAGES = documented(10, "loading_messages of setStatus")
STATUS_TEXT = claimed(50, "status of assistant.threads.setStatus: hidden past that many characters")
LOADING_TEXT = claimed(50, "one of the loading messages")
SUGGESTED_PROMPTS = documented(4, "prompts of setSuggestedPrompts")
SESSION_TITLE = documented(200, "title of agents.sessions.setStatus")
SESSION_SECONDS = claimed(3_600, "Hermes issue 90978: a session left in processing clears after about an hour")

# Delivery
ACK_SECONDS = documented(3, "an envelope or a request has to be acknowledged within three seconds")
RETRY_SECONDS = tuple(documented(n, "Events API: at once, after a minute, after five minutes") for n in (0, 60, 300))
SOCKETS = documented(10, "Socket Mode connections of one app")
TICKET_SECONDS = claimed(30, "the url of apps.connections.open is good for one connection, soon")
DISCONNECT_SECONDS = claimed(10, "time between a disconnect frame and the closing of that socket")
SIGNATURE_SECONDS = documented(300, "age past which a signed request has to be refused")
RESPONSE_URL_USES = documented(5, "uses of one response_url")
RESPONSE_URL_SECONDS = documented(1_800, "life of a response_url")

# Rates, calls a minute per method, workspace and app
TIER_1_BURST = claimed(20, "tier 1 tolerates a small burst; nobody states a number")
TIER_2 = documented(20, "tier 2")
TIER_3 = documented(50, "tier 3")
TIER_4 = documented(100, "tier 4")
SPECIAL_PER_MINUTE = claimed(600, "methods with a tier of their own (auth.test, setStatus): hundreds a minute")
POST_PER_SECOND = documented(1, "chat.postMessage: one message a second per channel, with short bursts")
POST_BURST = claimed(20, "chat.postMessage: how many messages at once count as a short burst; nobody states a number")
RATE_WINDOW_SECONDS = documented(60, "the window of the tiers")

# What the loopback does without anybody having said so; a run against a real workspace settles these too.
ASSUMED = (
    "a retry carries the same event_id in a new envelope",
    "an event for which no connection is open waits for the next one, and its retries count from the first try",
    "what a broken connection had not acknowledged comes again at once, as the next retry",
    "a stream is told to the app as a message event at its start and as message_changed at its stop",
    "a stream opens a session at work; its stop leaves that session as it is unless session_status says otherwise",
    "a status or a loading message that is too long is refused (some say that it is not shown)",
    "a reply to a deleted message is taken, and so is one to a ts that never was",
    "a deleted message with replies stays as a tombstone, and the app hears of it as message_changed",
    "links are not unfurled in streamed, ephemeral and edited messages",
    "a mention notifies in code, in streamed text and in the text beside blocks as it does elsewhere",
    "blocks and views with a field that the reference does not name are refused",
)
