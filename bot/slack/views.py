"""The forms that ask something and what was entered in them; the Home tab, the first questions and the help text. Pure.

Knows block types and their limits; keeps and decides nothing.
"""

import datetime
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from bot.slack.records.threads import ChannelRules
from bot.slack.render import Block, Json
from ingest.articles.article import Article

REASON, ASK, SETTINGS = "feedback_reason", "ask_about", "channel_settings"
REASONS = {
    "wrong": "It is wrong",
    "wrong source": "The quote does not support it",
    "outdated": "It is outdated",
    "missing": "Something is missing",
}
_LABEL, _VALUE, _MOST_OPTIONS, _MOST_GROUPS = 75, 150, 100, 100
_WHEN = {"mentions": "Only when I am mentioned", "questions": "Every question that ends in a question mark"}
_WHO = {"everyone": "Everyone in this channel", "listed": "Only these people, and admins"}
HELP = (
    "Ask me a question about the articles, in a few words or a sentence: mention me in a channel, write to me "
    "directly, or use /ask. I answer with quotes from the articles, and say so when they do not tell. I read text "
    "only, no files."
)
TOO_LONG = "That is too long for me. Please ask in at most 4,000 characters."
_MOST_PROMPTS, _TITLE = 4, 75


@dataclass(frozen=True)
class Knowledge:
    """What the published articles are: how many, the newest one's date, the last ingest, the folders.

    `titles` are those of the newest articles, `titles_in` the same for each folder.
    """

    articles: int
    newest: datetime.date | None
    ingested: str
    folders: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    titles_in: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def knowledge_of(articles: Sequence[Article], *, created: str) -> Knowledge:
    """Returns what the articles of a generation amount to; `created` is the moment of the ingest."""
    dated = sorted((a.published for a in articles if a.published), reverse=True)
    newest = sorted(articles, key=lambda a: (a.published or datetime.date.min, a.id), reverse=True)
    titles_in: dict[str, list[str]] = {}
    for article in newest:
        for folder in _folders_of(article.id):
            titles_in.setdefault(folder, []).append(article.title)
    return Knowledge(
        articles=len(articles),
        newest=dated[0] if dated else None,
        ingested=created,
        folders=tuple(sorted(titles_in)),
        titles=tuple(a.title for a in newest[: _MOST_PROMPTS - 1]),
        titles_in={folder: tuple(titles[: _MOST_PROMPTS - 1]) for folder, titles in titles_in.items()},
    )


def home_view(knowledge: Knowledge, *, retention_days: int) -> Block:
    """Returns the Home tab."""
    day = knowledge.newest
    newest = f"{day.day} {day:%B} {day.year}" if day else "not dated"
    ingested = knowledge.ingested[:16].replace("T", " ")
    known = f"{knowledge.articles:,} articles. The newest: {newest}. Last ingest: {ingested}."
    kept = (
        "Your questions, my answers, the quotes in them and your feedback, together with your user id; no names, no "
        f"other messages. Everything is deleted after {retention_days} days; a question you delete is erased at once."
    )
    return {
        "type": "home",
        "blocks": [
            *_chapter("What I know", known),
            *_chapter("How to ask", HELP),
            *_chapter(
                "In a thread",
                "Once I have answered, go on without mentioning me. “stop” makes me quiet there. The bin under an "
                "answer deletes it, the thumbs tell how good it was.",
            ),
            *_chapter(
                "In a channel",
                "/ask settings says when I answer there and from which folders; in our own conversation, from which "
                "folders I answer you there.",
            ),
            *_chapter("What I keep", kept),
        ],
    }


def prompts(knowledge: Knowledge, scope: Sequence[str] = ()) -> list[dict[str, str]]:
    """Returns at most four questions to start with, about articles in the scope; () means all."""
    own = [{"title": "What can you do?", "message": "What can you do?"}]
    within = [title for folder in scope for title in knowledge.titles_in.get(folder, ())]
    titles = tuple(dict.fromkeys(within)) if scope else knowledge.titles
    about = [
        {"title": f"About: {title}"[:_TITLE], "message": f"What does “{title[:300]}” say?"}
        for title in titles[: _MOST_PROMPTS - 1]
    ]
    return about + own


def reason_form(answer_id: str) -> Block:
    """Returns the modal that asks what is bad about an answer."""
    reason = {"type": "radio_buttons", "options": [_option(k, v) for k, v in REASONS.items()]}
    right = {"type": "plain_text_input", "multiline": True, "max_length": 3000}
    blocks = [
        _input("reason", "What is bad about it?", reason),
        _input("right_answer", "What would be right?", right, optional=True),
    ]
    return _form(REASON, "About this answer", {"id": answer_id}, blocks)


def ask_form(*, channel: str, thread_ts: str, text: str, response_url: str) -> Block:
    """Returns the modal in which a message becomes a question about it; the address is kept to answer through."""
    entry = {"type": "plain_text_input", "multiline": True, "max_length": 3000}
    if text:
        entry["initial_value"] = text[:3000]
    place = {"channel": channel, "thread_ts": thread_ts, "response_url": response_url}
    return _form(ASK, "Ask about this", place, [_input("question", "Question", entry)], submit="Ask")


def settings_form(place: Mapping[str, str], rules: ChannelRules, folders: Sequence[str]) -> Block:
    """Returns the modal for the settings of a channel, filled in as they are; of a person: only the folders."""
    blocks = []
    if "user" not in place:
        blocks.append(_input("answers", "When do I answer in this channel?", _radio(_WHEN, rules.answers)))
    if folders or rules.folders:
        choice = _folder_choice(rules.folders, folders)
        blocks.append(_input("folders", "From which folders? (none: from all)", choice, optional=True))
    if "user" not in place:
        people: Block = {"type": "multi_users_select"}
        if rules.listed:
            people["initial_users"] = list(rules.listed)
        blocks.append(_input("editors", "Who may change this?", _radio(_WHO, rules.editors)))
        blocks.append(_input("listed", "These people", people, optional=True))
    return _form(SETTINGS, "Settings", place, blocks)


def place_of(view: Json) -> dict[str, str]:
    """Returns what a modal was about."""
    return {str(key): str(value) for key, value in json.loads(view.get("private_metadata") or "{}").items()}


def entered(view: Json, name: str) -> str | None:
    """Returns the text or the choice that was entered in one field; None if nothing was."""
    state = _state(view, name)
    chosen = state.get("selected_option")
    return chosen["value"] if chosen else state.get("value")


def read_settings_form(view: Json, *, editor: str, before: ChannelRules, folders: Sequence[str]) -> ChannelRules:
    """Returns the settings as they were entered; an editor cannot shut out himself.

    `before` are the settings until now and `folders` those there are: what the form did not ask for stays.
    """
    listed = tuple(_state(view, "listed").get("selected_users") or ())
    restricted = entered(view, "editors") == "listed"
    known = {_value(folder): folder for folder in (*before.folders, *folders)}
    chosen = (option["value"] for option in _state(view, "folders").get("selected_options") or ())
    return ChannelRules(
        answers="questions" if entered(view, "answers") == "questions" else "mentions",
        folders=tuple(known.get(value, value) for value in chosen) if _asks(view, "folders") else before.folders,
        editors="listed" if restricted else "everyone",
        listed=tuple(dict.fromkeys((*listed, editor))) if restricted else listed,
    )


def _asks(view: Json, name: str) -> bool:
    return any(block.get("block_id") == name for block in view.get("blocks", ()))


def _state(view: Json, name: str) -> Json:
    found: Json = view.get("state", {}).get("values", {}).get(name, {}).get(name, {})
    return found


def _folder_choice(chosen: Sequence[str], folders: Sequence[str]) -> Block:
    """What is chosen stays in the form, and so chosen, also where it is gone or one of very many."""
    there = frozenset(folders)
    first = [_option(_value(f), f if f in there else f"(no longer there) {f}") for f in chosen]
    options = [*first, *(_option(_value(f), f) for f in folders if f not in chosen)]
    lists = [options[i : i + _MOST_OPTIONS] for i in range(0, len(options), _MOST_OPTIONS)][:_MOST_GROUPS]
    select: Block = {"type": "multi_static_select"}
    if len(lists) == 1:
        select["options"] = options
    else:
        select["option_groups"] = [{"label": _plain(_range(some)), "options": some} for some in lists]
    return select | ({"initial_options": first} if first else {})


def _range(options: Sequence[Block]) -> str:
    first, last = (options[i]["text"]["text"][: _LABEL // 2 - 2] for i in (0, -1))
    return f"{first} … {last}"


def _value(folder: str) -> str:
    """The folder itself, or what stands for it where its name is too long."""
    return folder if len(folder) <= _VALUE else "sha256:" + hashlib.sha256(folder.encode()).hexdigest()


def _radio(choices: Mapping[str, str], chosen: str) -> Block:
    options = [_option(value, text) for value, text in choices.items()]
    return {
        "type": "radio_buttons",
        "options": options,
        "initial_option": _option(chosen, choices[chosen]),
    }


def _option(value: str, text: str) -> Block:
    return {"text": _plain(text if len(text) <= _LABEL else "…" + text[1 - _LABEL :]), "value": value}


def _plain(text: str) -> Block:
    return {"type": "plain_text", "text": text, "emoji": False}


def _input(name: str, label: str, element: Block, *, optional: bool = False) -> Block:
    return {
        "type": "input",
        "block_id": name,
        "label": {"type": "plain_text", "text": label},
        "element": element | {"action_id": name},
        "optional": optional,
    }


def _form(callback: str, title: str, place: Mapping[str, str], blocks: list[Block], *, submit: str = "Save") -> Block:
    return {
        "type": "modal",
        "callback_id": callback,
        "private_metadata": json.dumps(place),
        "title": {"type": "plain_text", "text": title},
        "submit": {"type": "plain_text", "text": submit},
        "close": {"type": "plain_text", "text": "Cancel"},
        "blocks": blocks,
    }


def _folders_of(article_id: str) -> Iterator[str]:
    return (parent.as_posix() for parent in PurePosixPath(article_id).parents if parent.as_posix() != ".")


def _chapter(title: str, text: str) -> list[Block]:
    return [
        {"type": "header", "text": {"type": "plain_text", "text": title}},
        {"type": "section", "text": {"type": "plain_text", "text": text, "emoji": False}},
    ]
