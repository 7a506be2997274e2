"""The workspace that every loopback starts with: enough people and conversations for any case.

Knows the cast. A test adds what it needs beyond it to `slack.world`.

| id | who |   | id | where |
|---|---|---|---|---|
| UBOT | the app | | C1 general | public: U1, U2, U3, UBOT, UOTHER |
| U1 Ana, U2 Marko | members of T1 | | C2 random | public, without the app |
| U3 Guest | guest of many channels | | C3 shared | shared with T9: U1, U9, UBOT |
| U4 Single | guest of one channel | | G1 private | private: U1, U2, UBOT |
| U9 Stranger | works at T9 | | G2 group | group conversation of U1, U2, UBOT |
| UOTHER | another company's bot | | G3 secret | private, without the app |
| USLACKBOT | Slackbot | | C4 old | archived |
"""

from __future__ import annotations

from bot.demo.loopback.clock import Clock
from bot.demo.loopback.site import Registration
from bot.demo.loopback.world import Channel, Team, User, World


def settled_world(clock: Clock, app: Registration) -> World:
    """Return the workspace with its people and conversations."""
    home, bot = app.team, app.bot_user
    world = World(clock)
    for team in (Team(home, "Home", "home"), Team("T9", "Elsewhere", "elsewhere")):
        world.teams[team.id] = team
    for user in _people(app):
        world.users[user.id] = user
    for channel in (
        Channel("C1", "general", "public", (home,), ("U1", "U2", "U3", bot, "UOTHER"), creator="U1"),
        Channel("C2", "random", "public", (home,), ("U1", "U2"), creator="U1"),
        Channel("C3", "shared", "public", (home, "T9"), ("U1", "U9", bot), creator="U1"),
        Channel("C4", "old", "public", (home,), ("U1", bot), archived=True, creator="U1"),
        Channel("G1", "private", "private", (home,), ("U1", "U2", bot), creator="U1"),
        Channel("G3", "secret", "private", (home,), ("U1", "U2"), creator="U1"),
        Channel("G2", "mpdm-ana--marko--ask-docs-1", "mpim", (home,), tuple(sorted(("U1", "U2", bot)))),
    ):
        world.channels[channel.id] = channel
    return world


def _people(app: Registration) -> tuple[User, ...]:
    home = app.team
    return (
        User(app.bot_user, home, "Ask Docs", is_bot=True, bot_id=app.bot_id, app_id=app.app_id),
        User("U1", home, "Ana"),
        User("U2", home, "Marko"),
        User("U3", home, "Guest", guest="multi"),
        User("U4", home, "Single", guest="single"),
        User("U5", home, "Gone", deleted=True),
        User("U9", "T9", "Stranger"),
        User("UOTHER", home, "Other Bot", is_bot=True, bot_id="BOTHER", app_id="AOTHER"),
        User("USLACKBOT", home, "Slackbot"),
    )
