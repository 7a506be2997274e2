"""A quote in the shape of its document: prose, lists, tables and code as Markdown, with markers. Knows blocks only."""

from collections.abc import Iterator, Sequence

from bot.answer import said_of
from bot.quote.widen import Stretch
from ingest.articles.blocks import Block
from ingest.articles.formats.pieces import BULLET, TICKED, UNTICKED

_MARKS = {BULLET: "-", TICKED: "- [x]", UNTICKED: "- [ ]"}
_CELLS = " | "


def shown(stretches: Sequence[Stretch], numbers: Sequence[int]) -> str:
    """Returns an answer as Markdown: its stretches with their markers; a header and its rows make one table."""
    parts: list[str] = []
    i = 0
    while i < len(stretches):
        run = [i]
        while (
            stretches[run[-1]].introduces
            and run[-1] + 1 < len(stretches)
            and _is_row(stretches[run[-1]], stretches[run[-1] + 1])
        ):
            run.append(run[-1] + 1)
        while (
            _all_rows(stretches[run[-1]])
            and run[-1] + 1 < len(stretches)
            and _all_rows(stretches[run[-1] + 1])
            and len(run) > 1
        ):
            run.append(run[-1] + 1)
        markers = " ".join(f"[{numbers[j]}]" for j in run)
        pieces = [piece for j in run for piece in _pieces(stretches[j])]
        parts.append(_markdown(pieces, [stretches[j] for j in run], markers))
        i = run[-1] + 1
    return "\n\n".join(parts)


def _is_row(one: Stretch, other: Stretch) -> bool:
    return _all_rows(one) and _all_rows(other) and one.article.id == other.article.id


def _all_rows(stretch: Stretch) -> bool:
    return all(block.kind == "row" for block in stretch.article.blocks[stretch.first : stretch.last + 1])


def _pieces(stretch: Stretch) -> list[tuple[Block, str]]:
    """The blocks of a stretch, each with the part of its text that the stretch holds."""
    pieces = []
    for block in stretch.article.blocks[stretch.first : stretch.last + 1]:
        start, end = max(block.start, stretch.start), min(block.end, stretch.end)
        if start < end and block.kind != "heading":
            pieces.append((block, stretch.article.text[start:end]))
    return pieces


def _markdown(pieces: Sequence[tuple[Block, str]], stretches: Sequence[Stretch], markers: str) -> str:
    lines: list[str] = []
    before: Block | None = None
    for block, text in pieces:
        part = list(_lines(block, text, opens=before is None or before.kind != "row"))
        together = before is not None and block.group is not None and block.group == before.group
        lines += ([""] if lines and not (together and block.kind in ("item", "row")) else []) + part
        before = block
    left_out = sum(stretch.left_out for stretch in stretches)
    if left_out:
        lines += ["", f"… and {left_out} more in “{stretches[0].article.title}”."]
    last = pieces[-1][0].kind if pieces else "paragraph"
    alone = last in ("code", "row") or left_out or (last == "item" and len(pieces) > 1)
    return "\n".join(lines) + ("\n\n" if alone else " ") + markers


def _lines(block: Block, text: str, *, opens: bool) -> Iterator[str]:
    if block.kind == "code":
        fence = "```" if "```" not in text else "~~~~"
        yield from (f"{fence}{block.language or ''}", *text.split("\n"), fence)
    elif block.kind == "row":
        cells = text.split(_CELLS)
        yield f"| {' | '.join(cell.replace('|', '¦') if False else cell for cell in cells)} |"
        if opens:
            yield "|" + " --- |" * len(cells)
    elif block.kind == "item":
        body = text.removeprefix(block.label).strip() if block.label and text.startswith(block.label) else text
        indent = "  " * max(block.level - 1, 0)
        mark = _MARKS.get(block.label, block.label)
        yield f"{indent}{mark} {said_of(body)}" if mark else f"{indent}{said_of(body)}"
    else:
        yield said_of(text)
