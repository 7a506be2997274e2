"""What a message does beyond being read: whom it notifies, where it leads, what Slack fetches because of it.

Knows how mentions, links and images work in each syntax, and takes the worse case where nobody says: a mention in
code counts, an entity in streamed text counts, a link counts wherever it stands. Knows nothing of what is allowed;
the tests do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from bot.demo.loopback.pieces import Piece, of_message
from bot.demo.loopback.text import entities, unescaped
from bot.demo.loopback.world import Message, World

REST = r"(?:[^\s<>|()\"`\]}]|\([^\s()]*\))+"
ADDRESS = re.compile(rf"\b[a-z][a-z0-9+.-]{{0,30}}://{REST}|\bmailto:{REST}", re.IGNORECASE)
LABEL = r"(?:\\.|[^\[\]\\]|\[[^\[\]]*\])*"
TARGET = r"(?:[^\s()<>]|\([^\s()]*\))+"
MARKDOWN_LINK = re.compile(rf"(!?)\[({LABEL})\]\(\s*<?({TARGET})>?[^)]*\)")
MARKDOWN_REFERENCE = re.compile(r"^ {0,3}\[[^\]]+\]:\s*<?(\S+?)>?\s*$", re.MULTILINE)
DOMAIN = re.compile(r"(?<![\w@/.:-])(?:[a-z0-9-]+\.)+[a-z]{2,}(?:/[^\s<>|)]*)?", re.IGNORECASE)
NAME = re.compile(r"(?<![\w<])@([\w.-]+)")
BROADCASTS = ("channel", "here", "everyone", "group")


@dataclass(frozen=True)
class Effects:
    """`notified`: ids of users and user groups, and `!here` and its like. `links`: where a click leads. `fetched`: what
    Slack's servers and people's clients load unasked. `domains`: bare names of hosts, which some clients make links."""

    notified: frozenset[str] = frozenset()
    links: frozenset[str] = frozenset()
    fetched: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    def __or__(self, other: Effects) -> Effects:
        return Effects(
            self.notified | other.notified,
            self.links | other.links,
            self.fetched | other.fetched,
            self.domains | other.domains,
        )


@dataclass(frozen=True)
class _Effect:
    kind: Literal["notify", "link", "image", "domain"]
    target: str


def of_wordings(world: World, wordings: Iterable[Message]) -> Effects:
    """Return the effects of a message over all that it ever showed: who was pinged once stays pinged."""
    total = Effects()
    for wording in wordings:
        total |= of_message_now(world, wording)
    return total


def of_message_now(world: World, message: Message) -> Effects:
    """Return the effects of one wording; its text counts also when blocks hide it, for it is the notification."""
    found = list(_of_pieces(of_message(message)))
    if message.blocks and not message.streamed:
        found += _of_pieces([Piece("mrkdwn", message.text)])
    if message.link_names or message.parse == "full":
        found += _of_names(world, message)
    links = frozenset(effect.target for effect in found if effect.kind == "link")
    images = frozenset(effect.target for effect in found if effect.kind == "image" and effect.target)
    return Effects(
        notified=frozenset(effect.target for effect in found if effect.kind == "notify") - {message.user},
        links=links,
        fetched=images | (frozenset(link for link in links if _web(link)) if _unfurls(message) else frozenset()),
        domains=frozenset(effect.target for effect in found if effect.kind == "domain"),
    )


def _of_pieces(pieces: Iterable[Piece]) -> Iterator[_Effect]:
    for piece in pieces:
        match piece.kind:
            case "user" | "usergroup":
                yield _Effect("notify", piece.target)
            case "broadcast":
                yield _Effect("notify", f"!{piece.target}")
            case "link":
                yield _Effect("link", piece.target)
            case "image":
                yield _Effect("image", piece.target)
            case "mrkdwn":
                yield from _of_text(piece.text)
            case "markdown":
                yield from _of_text(piece.text)
                yield from _of_markdown(piece.text)


def _of_text(text: str) -> Iterator[_Effect]:
    for entity in entities(text):
        match entity.kind:
            case "user" | "usergroup":
                yield _Effect("notify", entity.target)
            case "broadcast":
                yield _Effect("notify", f"!{entity.target}")
            case "link":
                yield _Effect("link", unescaped(entity.target))
    for address in ADDRESS.findall(text):
        yield _Effect("link", unescaped(address).rstrip(".,;:!?'"))
    for domain in DOMAIN.findall(ADDRESS.sub(" ", MARKDOWN_LINK.sub(r"\2", text))):
        yield _Effect("domain", domain)


def _of_markdown(text: str) -> Iterator[_Effect]:
    for bang, _, target in MARKDOWN_LINK.findall(text):
        yield _Effect("image" if bang else "link", unescaped(target))
    for target in MARKDOWN_REFERENCE.findall(text):
        yield _Effect("link", unescaped(target))


def _of_names(world: World, message: Message) -> Iterator[_Effect]:
    known = {user.name.lower(): user.id for user in world.users.values()}
    for name in NAME.findall(message.text):
        if name in BROADCASTS:
            yield _Effect("notify", f"!{name}")
        elif name.lower() in known:
            yield _Effect("notify", known[name.lower()])


def _unfurls(message: Message) -> bool:
    silent = message.streamed or message.only_for or not message.bot_id
    return not silent and not (message.unfurl_links is False and message.unfurl_media is False)


def _web(link: str) -> bool:
    return link.lower().startswith(("http://", "https://"))
