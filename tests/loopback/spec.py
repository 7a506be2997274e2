"""The Web API as a table: each method's scopes, tier and arguments.

Knows what the reference pages say of every method that the loopback speaks. Knows nothing of what a method does. An
argument is written `name:type`, with a `!` in front when it is required; the types are those of `arguments.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Rate = Literal["1", "2", "3", "4", "special", "post"]
TokenKind = Literal["bot", "app", "any"]


@dataclass(frozen=True)
class Argument:
    """One argument of a method."""

    name: str
    type: str
    required: bool


@dataclass(frozen=True)
class Method:
    """One row of the table; of `scopes` the token needs one (an empty tuple: none)."""

    name: str
    rate: Rate
    scopes: tuple[str, ...]
    arguments: tuple[Argument, ...]
    token: TokenKind = "bot"

    @property
    def accepts(self) -> dict[str, Argument]:
        """Return the arguments by name."""
        return {argument.name: argument for argument in self.arguments}


def _method(name: str, rate: Rate, scopes: str, arguments: str, *, token: TokenKind = "bot") -> Method:
    parsed = []
    for written in arguments.split():
        argument, _, kind = written.removeprefix("!").partition(":")
        parsed.append(Argument(argument, kind or "str", written.startswith("!")))
    return Method(name, rate, tuple(scopes.split()), tuple(parsed), token)


LOOKS = "icon_emoji icon_url username"
CONTENT = "text blocks:blocks attachments:attachments markdown_text link_names:bool parse:parse as_user:bool"
POST = f"!channel:channel {CONTENT} {LOOKS} thread_ts:ts"
STREAM = "markdown_text chunks:chunks"
PAGE = "cursor limit:int"
WINDOW = f"{PAGE} inclusive:bool latest:ts oldest:ts include_all_metadata:bool"
HISTORY = "channels:history groups:history im:history mpim:history"
READ = "channels:read groups:read im:read mpim:read"
AGENT = "chat:write assistant:write"

_ROWS = (
    _method("auth.test", "special", "", "", token="any"),
    _method("api.test", "4", "", "error foo", token="any"),
    _method("apps.connections.open", "1", "connections:write", "", token="app"),
    _method(
        "chat.postMessage",
        "post",
        "chat:write",
        f"{POST} reply_broadcast:bool unfurl_links:bool unfurl_media:bool container_id mrkdwn:bool metadata:metadata",
    ),
    _method("chat.postEphemeral", "4", "chat:write", f"{POST} !user:user"),
    _method(
        "chat.update",
        "3",
        "chat:write",
        f"!channel:channel !ts:ts {CONTENT} file_ids:strs reply_broadcast:bool metadata:metadata",
    ),
    _method("chat.delete", "3", "chat:write", "!channel:channel !ts:ts as_user:bool"),
    _method("chat.getPermalink", "special", "", "!channel:channel !message_ts:ts"),
    _method(
        "chat.startStream",
        "2",
        "chat:write",
        f"!channel:channel !thread_ts:ts {STREAM} recipient_team_id:team recipient_user_id:user"
        f" task_display_mode:task_display {LOOKS}",
    ),
    _method("chat.appendStream", "4", "chat:write", f"!channel:channel !ts:ts {STREAM}"),
    _method(
        "chat.stopStream",
        "2",
        "chat:write",
        f"!channel:channel !ts:ts {STREAM} blocks:blocks metadata:metadata session_status:session_status",
    ),
    _method(
        "assistant.threads.setStatus",
        "special",
        AGENT,
        f"!channel_id:channel !thread_ts:ts !status:status loading_messages:strs {LOOKS}",
    ),
    _method("assistant.threads.setTitle", "3", "assistant:write", "!channel_id:channel !thread_ts:ts !title"),
    _method(
        "assistant.threads.setSuggestedPrompts", "3", AGENT, "!channel_id:channel thread_ts:ts title !prompts:prompts"
    ),
    _method(
        "agents.sessions.setStatus",
        "3",
        AGENT,
        f"!channel_id:channel !status:session_status thread_ts:ts title initiator_user_id:user {LOOKS}",
    ),
    _method("agents.sessions.rename", "3", AGENT, "!channel_id:channel !title thread_ts:ts"),
    _method("views.open", "4", "", "trigger_id interactivity_pointer !view:view"),
    _method("views.push", "4", "", "trigger_id interactivity_pointer !view:view"),
    _method("views.update", "4", "", "!view:view external_id view_id hash"),
    _method("views.publish", "4", "", "!user_id:user !view:view hash"),
    _method("blocks.validate", "special", "", "blocks:json message:json view:json"),
    _method("reactions.add", "3", "reactions:write", "!channel:channel !name !timestamp:ts"),
    _method("reactions.remove", "2", "reactions:write", "!name channel:channel timestamp:ts file file_comment"),
    _method("reactions.get", "3", "reactions:read", "channel:channel timestamp:ts full:bool file file_comment"),
    _method("conversations.info", "3", READ, "!channel:channel include_locale:bool include_num_members:bool"),
    _method("conversations.replies", "3", HISTORY, f"!channel:channel !ts:ts {WINDOW}"),
    _method("conversations.history", "3", HISTORY, f"!channel:channel {WINDOW}"),
    _method("conversations.members", "4", READ, f"!channel:channel {PAGE}"),
    _method("conversations.list", "2", READ, f"{PAGE} exclude_archived:bool team_id:team types"),
    _method(
        "conversations.open",
        "3",
        "im:write mpim:write",
        "channel:channel return_im:bool users prevent_creation:bool",
    ),
    _method("conversations.join", "3", "channels:join", "!channel:channel"),
    _method("users.info", "4", "users:read", "!user:user include_locale:bool"),
    _method("users.list", "2", "users:read", f"{PAGE} include_locale:bool team_id:team"),
    _method("users.conversations", "3", READ, f"{PAGE} exclude_archived:bool team_id:team types user:user"),
    _method("team.info", "3", "team:read", "team:team domain include_slackbot_availability:bool"),
    _method("bots.info", "3", "users:read", "bot team_id:team"),
)
METHODS = {method.name: method for method in _ROWS}
