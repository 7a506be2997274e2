"""What a person does on the page, carried out by the loopback. Knows the orders of the page; knows nothing of HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.demo.loopback.errors import NotThere
from bot.demo.loopback.person import Person
from bot.demo.loopback.views import View
from bot.demo.loopback.world import Message

if TYPE_CHECKING:
    from bot.demo.loopback.slack import LoopbackSlack

Json = dict[str, Any]
ASK_ABOUT = "ask_about_message"


def act(slack: LoopbackSlack, person: Person, order: Json) -> Json:
    """Carry out one order of the page and return what it gets to know: the ts of what was said, if anything was.

    Raises:
        LoopbackError, KeyError, ValueError: the order makes no sense on what this person sees.
    """
    match order["do"]:
        case "say":
            return _say(person, str(order["channel"]), str(order["text"]).strip(), thread=str(order["thread"]))
        case "click":
            person.clicks(_where(slack, person, order), str(order["action"]), value=order.get("value"))
        case "submit":
            person.submits(order["values"])
        case "close":
            person.closes_modal()
        case "home":
            person.opens_home()
        case "messages":
            person.opens_messages()
        case "prompt":
            return {"ts": person.picks_prompt(int(order["number"])).ts}
        case "stop":
            person.presses_stop(str(order["channel"]), str(order["thread"]))
        case "ask about":
            person.uses_shortcut(ASK_ABOUT, on=_message(slack, order))
        case other:
            raise ValueError(f"there is no {other!r}")
    return {}


def _say(person: Person, channel: str, text: str, *, thread: str) -> Json:
    if not text:
        raise ValueError("there is nothing to send")
    if not text.startswith("/"):
        return {"ts": person.types(channel, text, thread=thread).ts}
    name, _, rest = text.partition(" ")
    if name != "/ask":
        raise ValueError(f"{name} is not a command here; there is /ask")
    if thread:
        raise ValueError("Slack knows no commands in threads; write /ask in the conversation itself")
    person.runs(name, rest.strip(), channel=channel)
    return {"command": True}


def _where(slack: LoopbackSlack, person: Person, order: Json) -> Message | View:
    if "view" not in order:
        return _message(slack, order)
    for view in (person.modal, person.home):
        if view is not None and view.id == order["view"]:
            return view
    raise NotThere("this is not open any more")


def _message(slack: LoopbackSlack, order: Json) -> Message:
    return slack.world.message(str(order["channel"]), str(order["ts"]))
