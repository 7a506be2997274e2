"""Once a week, what the articles lack, for the channel of those who write them. Knows Slack's words; finds nothing.

Run by whatever runs things weekly: `footnote gaps --slack CHANNEL`. Of what was not asked in a channel only the number
is told, for those who asked it told it to the bot alone.
"""

from collections.abc import Sequence
from contextlib import AsyncExitStack

from bot.gaps import Gap
from bot.slack.access import open_client
from bot.slack.calls import WallClock
from bot.slack.escape import safe
from bot.slack.settings import SlackSettings
from bot.slack.web import Web

_MOST = 10


def digest(gaps: Sequence[Gap], *, days: int, private: int) -> str:
    """Returns the message: the gaps that concern most people, each in one line."""
    lines = [f"What the articles did not answer in {days} days:" if gaps else f"No gap was seen in {days} days."]
    lines += [
        f"• {gap.count} × {gap.people} people: {gap.questions[0]} (nearest: {gap.nearest or '-'})"
        for gap in gaps[:_MOST]
    ]
    lines += [f"… and {len(gaps) - _MOST} more: footnote gaps"] if len(gaps) > _MOST else []
    lines += [f"{private} more were asked in private."] if private else []
    return "\n".join(safe(line) for line in lines)


async def post_digest(settings: SlackSettings, channel: str, text: str) -> None:
    """Posts the message to a channel. Raises SlackRefused, SlackUnsure: Slack did not take it, or did not say so."""
    async with AsyncExitStack() as stack:
        web = Web(await open_client(settings, stack), WallClock())
        await web.post(channel, None, text=text, id_="digest")
