"""What was set for a channel inside Slack. Knows rows; who may change them is decided elsewhere."""

from sqlalchemy import select

from bot.slack.policy import ChannelRules
from bot.slack.records.tables import Database, channel
from bot.slack.records.writing import put


class Channels:
    """The channels' settings in a database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, team: str, channel_id: str) -> ChannelRules:
        """Returns the settings of a channel; the defaults if nothing was set."""
        with self._database.transaction() as c:
            row = c.execute(select(channel).where(channel.c.team == team, channel.c.channel == channel_id)).first()
        return ChannelRules(row.answers, tuple(row.folders), row.editors, tuple(row.listed)) if row else ChannelRules()

    def save(self, team: str, channel_id: str, rules: ChannelRules) -> None:
        """Keeps the settings of a channel."""
        key = {"team": team, "channel": channel_id}
        values = {
            "answers": rules.answers,
            "folders": list(rules.folders),
            "editors": rules.editors,
            "listed": list(rules.listed),
        }
        with self._database.transaction() as c:
            put(c, channel, key=key, values=values)
