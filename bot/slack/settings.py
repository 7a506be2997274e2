"""The bot's settings. Knows names and defaults; the environment is read at the front door."""

from dataclasses import dataclass
from pathlib import Path

from bot.errors import SlackMisconfigured
from ingest.settings import setting


@dataclass(frozen=True)
class SlackSettings:
    """Where Slack is, who may ask, and how much."""

    bot_token: str | None = setting(None, name="SLACK_BOT_TOKEN", help="the bot's token, xoxb-…", secret=True)
    app_token: str | None = setting(
        None, name="SLACK_APP_TOKEN", help="the app-level token for Socket Mode, xapp-…", secret=True
    )
    signing_secret: str | None = setting(
        None, name="SLACK_SIGNING_SECRET", help="checks requests in HTTP mode", secret=True
    )
    slack_mode: str = setting("socket", choices=("socket", "http"), help="how events arrive")
    slack_http_host: str = setting("127.0.0.1", help="the address to listen on in HTTP mode")
    slack_http_port: int = setting(3000, least=0, help="the port to listen on in HTTP mode; 0 takes a free one")
    slack_api_url: str = setting("https://slack.com/api/", help="the Web API, if not Slack's own")
    slack_proxy: str | None = setting(None, help="a proxy on the way to Slack, http://host:port", secret=True)
    slack_ping_seconds: float = setting(5.0, least=0.01, help="how often the socket is checked")
    slack_call_seconds: float = setting(15.0, least=0.1, help="how long one call to Slack may take")
    database_url: str | None = setting(
        None, help="PostgreSQL for several bots (the extra postgres); else SQLite in the data folder", secret=True
    )
    slack_workers: int = setting(4, least=1, help="how many questions are answered at the same time")
    slack_lease_seconds: float = setting(20.0, least=0.5, help="after how long without a sign a bot counts as dead")
    slack_queue: int = setting(200, least=1, help="how many questions may wait")
    slack_user_waiting: int = setting(5, least=1, help="how many questions of one person may wait")
    slack_user_minute: int = setting(10, least=1, help="how many questions a person may ask in a minute")
    slack_user_day: int = setting(200, least=1, help="how many questions a person may ask in a day")
    slack_team_minute: int = setting(120, least=1, help="how many questions a workspace may ask in a minute")
    slack_answer_seconds: float = setting(120.0, least=1, help="how long one answer may take")
    slack_drain_seconds: float = setting(25.0, least=0, help="how long to finish answers when told to end")
    slack_teams: tuple[str, ...] = setting((), help="workspaces whose people may ask (ids); empty: our own")
    slack_channels: tuple[str, ...] = setting((), help="channels to answer in (ids); empty: all")
    slack_users: tuple[str, ...] = setting((), help="people to answer (ids); empty: all members")
    slack_strangers: bool = setting(False, help="answer people of other workspaces in shared channels")
    slack_guests: bool = setting(False, help="answer guests")
    slack_unknown: str = setting(
        "answer",
        choices=("answer", "wait"),
        help="people of whom Slack has not told yet whether they are guests: answer them meanwhile, or wait to be told",
    )
    slack_direct_folders: tuple[str, ...] = setting(
        (), help="folders of articles that direct messages are answered from; empty: all"
    )
    slack_retention_days: int = setting(30, least=1, help="after how many days questions and feedback are deleted")
    slack_stale_days: int = setting(365, least=1, help="the age past which an article is marked as maybe outdated")


def database_of(settings: SlackSettings, home: Path) -> str:
    """Returns the address of what the bot keeps; in a home that answered no Slack yet, of what the demo kept."""
    own, demo = home / "slack.sqlite", home / "demo-slack" / "slack.sqlite"
    return settings.database_url or f"sqlite:///{own if own.exists() or not demo.exists() else demo}"


def check(settings: SlackSettings) -> SlackSettings:
    """Returns the settings if the bot can start with them.

    Raises SlackMisconfigured: a token is missing or of the wrong kind; the message says where to get it.
    """
    if not settings.bot_token:
        raise SlackMisconfigured("set SLACK_BOT_TOKEN to the Bot User OAuth Token (xoxb-…) from OAuth & Permissions")
    if not settings.bot_token.startswith("xox"):
        raise SlackMisconfigured(
            "SLACK_BOT_TOKEN must start with xoxb-", "the app-level token goes into SLACK_APP_TOKEN"
        )
    if settings.slack_mode == "http" and not settings.signing_secret:
        raise SlackMisconfigured("set SLACK_SIGNING_SECRET to the Signing Secret from Basic Information")
    if settings.slack_mode == "socket" and not (settings.app_token or "").startswith("xapp-"):
        raise SlackMisconfigured(
            "set SLACK_APP_TOKEN to an app-level token (xapp-…) with connections:write, from Basic Information"
        )
    return settings
