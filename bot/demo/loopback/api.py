"""The Web API's front: a request becomes a checked call, the call an answer.

Knows tokens, scopes, the table of methods and the answer's envelope. Knows nothing of what a single method does.
"""

from __future__ import annotations

from typing import Any

from bot.demo.loopback import arguments
from bot.demo.loopback.errors import Refused
from bot.demo.loopback.journal import ApiCall
from bot.demo.loopback.site import Call, Site, Token
from bot.demo.loopback.spec import METHODS, Method

Json = dict[str, Any]
MISTAKES = frozenset(
    "invalid_arguments invalid_blocks invalid_blocks_format invalid_chunks invalid_json invalid_metadata_format"
    " json_not_object markdown_text_conflict msg_blocks_too_long no_text view_too_large".split()
)
LOOKS = {"username", "icon_emoji", "icon_url"}


async def answer(site: Site, record: ApiCall, *, bearer: str) -> Json:
    """Carry out the recorded call and return Slack's answer."""
    try:
        token = _token(site, bearer or str(record.args.pop("token", "")))
        record.token = token.value
        method = _method(site, record.method)
        _permit(method, token, looks=LOOKS & set(record.args))
        args = arguments.check(method, record.args)
        return {"ok": True, **await site.handlers[method.name](Call(site, method, token, args, record))}
    except Refused as refusal:
        if refusal.error in MISTAKES:
            site.journal.violated(f"{record.method}: {refusal.error} {refusal.detail.get('response_metadata', '')}")
        return {"ok": False, "error": refusal.error, **refusal.detail}


def _token(site: Site, value: str) -> Token:
    if not value:
        raise Refused("not_authed")
    token = site.tokens.get(value)
    if token is None:
        raise Refused("invalid_auth")
    if token.dead:
        raise Refused(token.dead)
    return token


def _method(site: Site, name: str) -> Method:
    if name not in METHODS or name not in site.handlers:
        site.journal.violated(f"unknown method {name}")
        raise Refused("unknown_method", req_method=name)
    return METHODS[name]


def _permit(method: Method, token: Token, *, looks: set[str]) -> None:
    if method.token != "any" and method.token != token.kind:
        raise Refused("not_allowed_token_type")
    if method.scopes and not set(method.scopes) & token.scopes:
        raise Refused("missing_scope", needed=",".join(method.scopes[:1]), provided=",".join(sorted(token.scopes)))
    if looks and "chat:write.customize" not in token.scopes:
        raise Refused("missing_scope", needed="chat:write.customize", provided=",".join(sorted(token.scopes)))
