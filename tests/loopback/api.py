"""The Web API's front: a request becomes a checked call, the call an answer.

Knows tokens, scopes, the table of methods and the answer's envelope. Knows nothing of what a single method does.
"""

from __future__ import annotations

from typing import Any

from . import arguments
from .errors import Refused
from .journal import ApiCall
from .site import Call, Site, Token
from .spec import METHODS, Method

Json = dict[str, Any]


async def answer(site: Site, record: ApiCall, *, bearer: str) -> Json:
    """Carry out the recorded call and return Slack's answer."""
    try:
        token = _token(site, bearer or str(record.args.pop("token", "")))
        record.token = token.value
        method = _method(site, record.method)
        _permit(method, token)
        args = arguments.check(method, record.args)
        return {"ok": True, **await site.handlers[method.name](Call(site, method, token, args, record))}
    except Refused as refusal:
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


def _permit(method: Method, token: Token) -> None:
    if method.token != "any" and method.token != token.kind:
        raise Refused("not_allowed_token_type")
    if method.scopes and not set(method.scopes) & token.scopes:
        raise Refused("missing_scope", needed=",".join(method.scopes[:1]), provided=",".join(sorted(token.scopes)))
