"""How the tests ask the real client of a scripted model."""

import time

import pytest

from bot.endpoint.client import Chat
from bot.endpoint.reply import Call, Finish, Tally
from bot.errors import ModelFailed
from bot.model.prompt import SCHEMA


def read(chat: Chat, seconds: float = 1.5, tally: Tally | None = None) -> tuple[str, Finish | None]:
    until = time.monotonic() + seconds
    asked = ({"role": "user", "content": "well?"},)
    items = list(chat.stream(Call(lambda abilities: asked, SCHEMA, until, tally or Tally())))
    finish = items[-1] if isinstance(items[-1], Finish) else None
    return "".join(item for item in items if isinstance(item, str)), finish


def failure(chat: Chat, seconds: float = 1.5, tally: Tally | None = None) -> str:
    with pytest.raises(ModelFailed) as caught:
        read(chat, seconds, tally)
    return caught.value.reason
