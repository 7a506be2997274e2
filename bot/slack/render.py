"""An answer as Slack shows it: its words, lists, tables and code, and the blocks below. Pure; calls nobody.

The words of the answer are made safe in `escape`. Titles go into rich text, where characters are only characters.
Slack renders tables of Markdown in some kinds of messages and not in others; letters of one width stand in columns in
all of them.
"""

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from bot.answer import Answer, Citation, Part
from bot.shapes import Code, Line, Shape, Table
from bot.slack.escape import JOINER, marker, quote_address, safe, unescaped, unlinked, web_address
from ingest.articles.article import Article
from ingest.sentences import sentence_spans

Block = dict[str, Any]
Json = Mapping[str, Any]
_SPACE_BEFORE_STOP = re.compile(r" (?=\.(?: |$))")
_FENCE = re.compile(r"^`{3}.*$", re.MULTILINE)
_NOTIFICATION, _READ, _TITLE = 300, 2_000, 600
# Passages this near each other follow one another.
_WHITE_SPACE = 2
_BUTTONS = 25
REPHRASE = "Try the words the articles would use, a name or a date; or ask about one thing at a time."
# A wider table is broken into lines on most screens, on telephones above all.
_MOST_COLUMNS = 72
_TASKS = {"- [x] ": "- ☑ ", "- [ ] ": "- ☐ "}


def in_slack(parts: Iterable[Part]) -> str:
    """Returns parts as Slack is to be given them: safe, each with the white space before it."""
    return "".join(part.gap + "\n".join(_shown(shape, _leads(part)) for shape in part.shown) for part in parts)


def markdown(text: str) -> Block:
    """Returns a block of the answer's own words."""
    return {"type": "markdown", "text": text}


def notification(shown: str) -> str:
    """Returns what a notification says: the first sentence of a message that was made safe, without markers, safe.

    What is too long is cut between words: half an address would be another one.
    """
    words = _FENCE.sub("", unescaped(shown)[:_READ])
    plain = _SPACE_BEFORE_STOP.sub("", " ".join(words.split()))
    spans = sentence_spans(plain)
    first = plain[spans[0][0] : spans[0][1]] if spans else plain
    if len(first) > _NOTIFICATION:
        first = first[:_NOTIFICATION].rpartition(" ")[0] + " …"
    return safe(first).strip() or "Footnote"


def closing(answer: Answer, *, id_: str, asker: str, today: datetime.date, stale_days: int) -> list[Block]:
    """Returns the blocks below an answer: sources and quotes, or the nearest articles; a notice; feedback."""
    if answer.answered:
        cited = answer.citations
        below = [*sources(cited, today=today, stale_days=stale_days), *quote_buttons(cited, id_)]
    elif answer.nearest:
        below = nearest(answer.nearest, today=today, stale_days=stale_days)
    else:
        return []
    notice = [_context(answer.notice)] if answer.notice else []
    return [*below, *notice, feedback(id_, asker)]


def sources(citations: Sequence[Citation], *, today: datetime.date, stale_days: int) -> list[Block]:
    """Returns one line per cited article: its numbers, title, date, age and site."""
    if not citations:
        return []
    by_article: dict[str, list[Citation]] = {}
    for citation in citations:
        by_article.setdefault(citation.article.id, []).append(citation)
    lines = [_section([_text("Sources", bold=True)])]
    for cited in by_article.values():
        numbers = [
            part
            for c in cited
            for part in (_linked(f"[{c.number}]", quote_address(c.article.url, c.quote)), _text(" "))
        ]
        lines.append(_section([*numbers, *_described(cited[0].article, today=today, stale_days=stale_days)]))
    return [{"type": "rich_text", "elements": lines}]


def nearest(articles: Sequence[Article], *, today: datetime.date, stale_days: int) -> list[Block]:
    """Returns the articles that come closest to a question that they do not answer, and how to go on."""
    lines = [_section([_text("Nearest articles", bold=True)])]
    lines += [_section([_text("• "), *_described(a, today=today, stale_days=stale_days)]) for a in articles]
    return [{"type": "rich_text", "elements": lines}, _context(REPHRASE)]


def quote_buttons(citations: Sequence[Citation], id_: str) -> list[Block]:
    """Returns a button per citation that shows its quote."""
    buttons = [
        {
            "type": "button",
            "action_id": f"show_quote_{citation.number}",
            "text": {"type": "plain_text", "text": f"Quote {citation.number}"},
            "value": f"{id_}:{citation.number}",
            "accessibility_label": f"Show quote {citation.number}",
        }
        for citation in citations[:_BUTTONS]
    ]
    return [{"type": "actions", "elements": buttons}] if buttons else []


def feedback(id_: str, asker: str) -> Block:
    """Returns the thumbs, and the bin that only the asker sees."""

    def thumb(value: str, text: str) -> Block:
        return {
            "text": {"type": "plain_text", "text": text},
            "value": f"{value}:{id_}",
            "accessibility_label": f"{text} answer",
        }

    return {
        "type": "context_actions",
        "elements": [
            {
                "type": "feedback_buttons",
                "action_id": "answer_feedback",
                "positive_button": thumb("up", "Good"),
                "negative_button": thumb("down", "Bad"),
            },
            {
                "type": "icon_button",
                "icon": "trash",
                "action_id": "answer_delete",
                "text": {"type": "plain_text", "text": "Delete"},
                "value": id_,
                "visible_to_user_ids": [asker],
            },
        ],
    }


def sources_text(citations: Sequence[Citation]) -> str:
    """Returns the sources as plain lines, for a message whose blocks Slack refuses."""
    return "\n".join(f"[{c.number}] {safe(c.article.title)}" for c in citations)


def age(published: datetime.date, today: datetime.date) -> str:
    """Returns how old an article is, in words."""
    days = (today - published).days
    for size, name in ((365, "year"), (30, "month"), (7, "week"), (1, "day")):
        if days >= size:
            return f"{days // size} {name}{'s' if days // size > 1 else ''} old"
    return "from today" if days == 0 else "dated in the future"


def quote_view(answer: Mapping[str, Any], number: int) -> Block:
    """Returns the modal that shows a citation's quote in its surroundings, from an answer as it was stored."""
    citation = next((c for c in answer.get("citations", ()) if c["number"] == number), None)
    if citation is None:
        return _modal("Quote", [_context("This answer is no longer kept.")])
    before, after = _surroundings(citation, answer.get("passages", ()))
    address = quote_address(citation["url"], citation["quote"])
    date = citation["published"] and datetime.date.fromisoformat(citation["published"])
    heading = [_linked(citation["title"][:_TITLE], address), _text(f" · {_day(date)}" if date else "")]
    quoted = [_text(before), _text(citation["quote"], bold=True), _text(after)]
    blocks = [
        {"type": "rich_text", "elements": [_section(heading)]},
        {"type": "rich_text", "elements": [{"type": "rich_text_quote", "elements": [q for q in quoted if q["text"]]}]},
        _context(f"Word for word, characters {citation['start']} to {citation['end']} of {citation['article_id']}."),
    ]
    return _modal(f"Quote {number}", blocks)


def _surroundings(citation: Mapping[str, Any], passages: Iterable[Mapping[str, Any]]) -> tuple[str, str]:
    """What stands before and after the quote in the passages that hold it, neighbours put together."""
    same = (passage for passage in passages if passage["article_id"] == citation["article_id"])
    for text, at in _joined(sorted(same, key=lambda passage: int(passage["start"]))):
        start, end = citation["start"] - at, citation["end"] - at
        if text[max(start, 0) : end].split() == citation["quote"].split():
            return text[:start], text[end:]
    return "", ""


def _joined(passages: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Texts with their offsets, of passages in reading order; those with only white space between them become one."""
    joined: list[tuple[str, int]] = []
    for passage in passages:
        text, at = joined[-1] if joined else ("", -_WHITE_SPACE - 1)
        gap = passage["start"] - at - len(text)
        if 0 <= gap <= _WHITE_SPACE:
            joined[-1] = (text + " " * gap + passage["text"], at)
        else:
            joined.append((passage["text"], passage["start"]))
    return joined


def _described(article: Article, *, today: datetime.date, stale_days: int) -> list[Block]:
    address = web_address(article.url)
    facts = [_day(article.published), age(article.published, today)] if article.published else ["no date"]
    facts.append(unlinked(urlsplit(address).netloc if address else article.id))
    stale = article.published is not None and (today - article.published).days > stale_days
    warning = [_text(" ⚠️ may be outdated")] if stale else []
    return [_linked(article.title[:_TITLE], address), _text(" · " + " · ".join(facts)), *warning]


def _day(date: datetime.date) -> str:
    return f"{date.day} {date:%B} {date.year}"


def _section(elements: Sequence[Block]) -> Block:
    return {"type": "rich_text_section", "elements": [e for e in elements if e["text"]]}


def _text(text: str, *, bold: bool = False) -> Block:
    return {"type": "text", "text": text} | ({"style": {"bold": True}} if bold else {})


def _linked(text: str, address: str | None) -> Block:
    return {"type": "link", "url": address, "text": text} if address else _text(unlinked(text))


def _context(text: str) -> Block:
    return {"type": "context", "elements": [{"type": "plain_text", "text": text[:2000], "emoji": False}]}


def _modal(title: str, blocks: list[Block]) -> Block:
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": title},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": blocks,
    }


def _leads(part: Part) -> dict[int, str | None]:
    """Where the marker of each citation leads: to the quote on the article's page."""
    return {citation.number: quote_address(citation.article.url, citation.quote) for citation in part.citations}


def _shown(shape: Shape, leads: Mapping[int, str | None]) -> str:
    match shape:
        case Line(text, numbers):
            return _marked(_line(text), numbers, leads)
        case Code(text, language):
            return safe(_fenced(text, language))
        case Table():
            return _marked(_table(shape), shape.numbers, leads)


def _marked(text: str, numbers: Iterable[int], leads: Mapping[int, str | None]) -> str:
    return " ".join(filter(None, (safe(text), *(marker(number, leads[number]) for number in numbers))))


def _line(line: str) -> str:
    """Boxes of tasks are signs, for Slack knows no other."""
    body = line.lstrip(" ")
    for box, sign in _TASKS.items():
        if body.startswith(box):
            return line[: len(line) - len(body)] + sign + body.removeprefix(box)
    return line


def _table(shown: Table) -> str:
    header, rows = shown.header, shown.rows
    named = any(header)
    whole = [header, *rows] if named else [*rows]
    widths = [max(map(len, column)) for column in zip(*whole, strict=True)]
    if shown.numbers or sum(widths) + 2 * len(widths) > _MOST_COLUMNS:
        return "\n".join(f"- {line}" for line in _told(header, rows))
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in whole]
    if named:
        lines.insert(1, "  ".join("─" * width for width in widths))
    return _fenced("\n".join(lines), "")


def _told(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A row on a line, its cells with the names of their columns: for wide tables, and rows with markers."""
    for row in rows:
        cells = [f"{name}: {cell}" if name else cell for name, cell in zip(header, row, strict=True) if cell]
        yield " · ".join(cells)


def _fenced(text: str, language: str) -> str:
    return f"```{language}\n{text.replace('```', f'`{JOINER}``')}\n```"
