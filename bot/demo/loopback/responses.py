"""response_url: the address by which an app answers a command or a click without a token.

Knows its uses, its life, and what `response_type`, `replace_original` and `delete_original` do. Knows nothing of
commands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from aiohttp import web

from bot.demo.loopback import limits, wire
from bot.demo.loopback.check import blocks_of_message
from bot.demo.loopback.errors import Refused
from bot.demo.loopback.journal import ApiCall
from bot.demo.loopback.site import Site
from bot.demo.loopback.world import Message

Json = dict[str, Any]
FIELDS = frozenset(
    "text blocks attachments response_type replace_original delete_original thread_ts mrkdwn unfurl_links unfurl_media"
    " metadata link_names parse".split()
)


@dataclass
class Grant:
    """Who may be answered where; `original` is the message that was clicked."""

    user: str
    channel: str
    issued: float
    original: Message | None = None
    uses: int = 0


class ResponseUrls:
    """Every response_url that was handed out."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.grants: dict[str, Grant] = {}

    def issue(self, user: str, channel: str, *, original: Message | None = None) -> str:
        """Return a fresh response_url."""
        key = self._site.world.next_id("respond")
        self.grants[key] = Grant(user, channel, self._site.clock.now(), original)
        return f"{self._site.base_url}/respond/{key}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Take what the app posts to a response_url."""
        record = self._site.journal.begin("response_url", at=self._site.clock.now())
        try:
            record.args = await request.json()
            self._use(self.grants.get(request.match_info["key"]), record)
            record.response = {"ok": True}
            return web.Response(text="ok")
        except Refused as refusal:
            record.response = {"ok": False, "error": refusal.error}
            return web.Response(status=404, text=refusal.error)
        finally:
            record.status = 200 if record.ok else 404
            self._site.journal.end(record)

    def post(self, grant: Grant, args: Json) -> None:
        """Carry out an answer: a new message, ephemeral or not, or a change of the original."""
        blocks_of_message(args.get("blocks") or [])
        original = grant.original and self._site.world.messages.get((grant.channel, grant.original.ts))
        if args.get("delete_original") and original:
            self._site.world.remove(original)
        elif args.get("replace_original") and original:
            self._site.world.put(replace(original, **self._content(args)))
        else:
            self._say(grant, args)
        self._site.journal.ring()

    def _use(self, grant: Grant | None, record: ApiCall) -> None:
        unknown = set(record.args) - FIELDS
        if unknown:
            self._site.journal.violated(f"response_url: unknown fields {sorted(unknown)}")
        if grant is None:
            raise Refused("expired_url")
        grant.uses += 1
        if grant.uses > limits.RESPONSE_URL_USES:
            raise Refused("used_url")
        if self._site.clock.now() - grant.issued > limits.RESPONSE_URL_SECONDS:
            raise Refused("expired_url")
        self.post(grant, record.args)

    def _say(self, grant: Grant, args: Json) -> None:
        channel = self._site.world.channel(grant.channel)
        bot, in_channel = self._site.bot, args.get("response_type") == "in_channel"
        message = Message(
            channel=channel.id,
            ts=self._site.world.next_ts(),
            user=bot.id,
            team=bot.team,
            bot_id=bot.bot_id,
            app_id=bot.app_id,
            thread_ts=args.get("thread_ts", ""),
            only_for="" if in_channel else grant.user,
            **self._content(args),
        )
        self._site.world.put(message)
        if in_channel:
            self._site.emit(wire.message_event(self._site, message), channel)

    def _content(self, args: Json) -> Json:
        if not (args.get("text") or args.get("blocks") or args.get("attachments")):
            raise Refused("no_text")
        return {
            "text": args.get("text", ""),
            "blocks": tuple(wire.with_ids(self._site.world, args.get("blocks"))),
            "unfurl_links": args.get("unfurl_links"),
            "unfurl_media": args.get("unfurl_media"),
            "link_names": bool(args.get("link_names")),
            "parse": args.get("parse", ""),
        }
