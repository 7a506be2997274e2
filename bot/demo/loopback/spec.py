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


def _method(name: str, arguments: str, *, rate: Rate, scopes: str = "", token: TokenKind = "bot") -> Method:
    parsed = []
    for written in arguments.split():
        argument, _, kind = written.removeprefix("!").partition(":")
        parsed.append(Argument(argument, kind or "str", written.startswith("!")))
    return Method(name, rate, tuple(scopes.split()), tuple(parsed), token)


LOOKS = "icon_emoji icon_url username"
CONTENT = "text blocks:blocks attachments:attachments markdown_text link_names:bool parse:parse as_user:bool"
POST = f"{CONTENT} {LOOKS} thread_ts:ts"
STREAM = "markdown_text chunks:chunks"
PAGE = "cursor limit:int"
WINDOW = f"{PAGE} inclusive:bool latest:ts oldest:ts include_all_metadata:bool"
HISTORY = "channels:history groups:history im:history mpim:history"
READ = "channels:read groups:read im:read mpim:read"
AGENT = "chat:write assistant:write"

_ROWS = (
    _method("auth.test", "", rate="special", token="any"),
    _method("api.test", "error foo", rate="4", token="any"),
    _method("apps.connections.open", "", rate="1", scopes="connections:write", token="app"),
    _method(
        "chat.postMessage",
        f"!channel:channel_or_user {POST} reply_broadcast:bool unfurl_links:bool unfurl_media:bool container_id"
        " mrkdwn:bool metadata:metadata",
        rate="post",
        scopes="chat:write",
    ),
    _method("chat.postEphemeral", f"!channel:channel {POST} !user:user", rate="4", scopes="chat:write"),
    _method(
        "chat.update",
        f"!channel:channel !ts:ts {CONTENT} file_ids:strs reply_broadcast:bool metadata:metadata",
        rate="3",
        scopes="chat:write",
    ),
    _method("chat.delete", "!channel:channel !ts:ts as_user:bool", rate="3", scopes="chat:write"),
    _method("chat.getPermalink", "!channel:channel !message_ts:ts", rate="special"),
    _method(
        "chat.startStream",
        f"!channel:channel !thread_ts:ts {STREAM} recipient_team_id:team recipient_user_id:user"
        f" task_display_mode:task_display {LOOKS}",
        rate="2",
        scopes="chat:write",
    ),
    _method("chat.appendStream", f"!channel:channel !ts:ts {STREAM}", rate="4", scopes="chat:write"),
    _method(
        "chat.stopStream",
        f"!channel:channel !ts:ts {STREAM} blocks:blocks metadata:metadata session_status:session_status",
        rate="2",
        scopes="chat:write",
    ),
    _method(
        "assistant.threads.setStatus",
        f"!channel_id:channel !thread_ts:ts !status:status loading_messages:strs {LOOKS}",
        rate="special",
        scopes=AGENT,
    ),
    _method(
        "assistant.threads.setTitle", "!channel_id:channel !thread_ts:ts !title", rate="3", scopes="assistant:write"
    ),
    _method(
        "assistant.threads.setSuggestedPrompts",
        "!channel_id:channel thread_ts:ts title !prompts:prompts",
        rate="3",
        scopes=AGENT,
    ),
    _method(
        "agents.sessions.setStatus",
        f"!channel_id:channel !status:session_status thread_ts:ts title initiator_user_id:user {LOOKS}",
        rate="3",
        scopes=AGENT,
    ),
    _method("agents.sessions.rename", "!channel_id:channel !title thread_ts:ts", rate="3", scopes=AGENT),
    _method("views.open", "trigger_id interactivity_pointer !view:view", rate="4"),
    _method("views.push", "trigger_id interactivity_pointer !view:view", rate="4"),
    _method("views.update", "!view:view external_id view_id hash", rate="4"),
    _method("views.publish", "!user_id:user !view:view hash", rate="4"),
    _method("blocks.validate", "blocks:json message:json view:json", rate="special"),
    _method("reactions.add", "!channel:channel !name !timestamp:ts", rate="3", scopes="reactions:write"),
    _method(
        "reactions.remove", "!name channel:channel timestamp:ts file file_comment", rate="2", scopes="reactions:write"
    ),
    _method(
        "reactions.get", "channel:channel timestamp:ts full:bool file file_comment", rate="3", scopes="reactions:read"
    ),
    _method(
        "conversations.info", "!channel:channel include_locale:bool include_num_members:bool", rate="3", scopes=READ
    ),
    _method("conversations.replies", f"!channel:channel !ts:ts {WINDOW}", rate="3", scopes=HISTORY),
    _method("conversations.history", f"!channel:channel {WINDOW}", rate="3", scopes=HISTORY),
    _method("conversations.members", f"!channel:channel {PAGE}", rate="4", scopes=READ),
    _method("conversations.list", f"{PAGE} exclude_archived:bool team_id:team types", rate="2", scopes=READ),
    _method(
        "conversations.open",
        "channel:channel return_im:bool users prevent_creation:bool",
        rate="3",
        scopes="im:write mpim:write",
    ),
    _method("conversations.join", "!channel:channel", rate="3", scopes="channels:join"),
    _method("users.info", "!user:user include_locale:bool", rate="4", scopes="users:read"),
    _method("users.list", f"{PAGE} include_locale:bool team_id:team", rate="2", scopes="users:read"),
    _method("users.conversations", f"{PAGE} exclude_archived:bool team_id:team types user:user", rate="3", scopes=READ),
    _method("team.info", "team:team domain include_slackbot_availability:bool", rate="3", scopes="team:read"),
    _method("bots.info", "bot team_id:team", rate="3", scopes="users:read"),
)
METHODS = {method.name: method for method in _ROWS}
