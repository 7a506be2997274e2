"""An answer on a terminal: the text, then its footnotes. The one place of the bot that knows rich."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from bot.answer import Answer, Citation, Part
from bot.shapes import Code, Line, Table

_MARKED = "bold cyan"
_BY_LINE = frozenset({"item", "row", "code"})


def print_answer(answer: Answer, console: Console) -> None:
    """Prints the answer, then each footnote with its article's title, date, url and quote, then the notice.

    On a terminal tables stand in columns and code is set off; elsewhere the answer's Markdown is printed as it is.
    """
    for drawn in _drawn(answer.said) if console.is_terminal else [Text(answer.text)]:
        console.print(drawn, soft_wrap=not console.is_terminal)
    for citation in answer.citations:
        console.print()
        console.print(_heading(citation), soft_wrap=True)
        _print_quote(citation, console)
    if answer.notice:
        console.print()
        console.print(Text(answer.notice, style="dim"), soft_wrap=True)


def _drawn(parts: Iterable[Part]) -> Sequence[Text | Padding | Grid]:
    """Lines as they follow one another, code, and tables, each of them whole."""
    drawn: list[Text | Padding | Grid] = []
    for gap, shape in [("\n" if i else part.gap, shape) for part in parts for i, shape in enumerate(part.shown)]:
        last = drawn[-1] if drawn else None
        match shape:
            case Line(text, numbers):
                if isinstance(last, Text):
                    last.append(gap)
                else:
                    drawn.append(last := Text(gap[1:] if drawn else ""))
                last.append_text(_marked(text, numbers))
                continue
            case Table(_, rows, continues, numbers) if continues and isinstance(last, Grid):
                _add(rows, numbers, last)
                continue
            case Table(header, rows, _, numbers):
                grid = Grid(box=box.SIMPLE_HEAD, show_header=any(header))
                for name in header:
                    grid.add_column(Text(name))
                block: Padding | Grid = _add(rows, numbers, grid)
            case Code(text):
                block = Padding(Text(text, style="green"), (0, 0, 0, 4))
        if isinstance(last, Text):
            last.append(gap[:-1])
        drawn.append(block)
    return drawn


def _add(rows: Sequence[Sequence[str]], numbers: Sequence[int], grid: Grid) -> Grid:
    for row in rows:
        *before, last = row
        grid.add_row(*map(Text, before), _marked(last, numbers if row is rows[-1] else ()))
    return grid


def _print_quote(citation: Citation, console: Console) -> None:
    """Prose on as many lines as it takes; a list, a table or code line by line, as its author set it."""
    by_line = citation.block is not None and citation.block.kind in _BY_LINE
    quoted = citation.quote if by_line else " ".join(citation.quote.split())
    for line in filter(str.strip, f"“{quoted}”".split("\n")):
        quote = Text(line, style="italic")
        if console.is_terminal:
            console.print(Padding(quote, (0, 0, 0, 4)))
        else:
            console.print(Text("    ") + quote, soft_wrap=True)


def _marked(text: str, numbers: Iterable[int]) -> Text:
    return Text(" ").join(filter(None, (Text(text), *(Text(f"[{number}]", style=_MARKED) for number in numbers))))


def _heading(citation: Citation) -> Text:
    article, block = citation.article, citation.block
    line = Text.assemble((f"[{citation.number}]", _MARKED), " ", (article.title, "bold"))
    place = (block.heading, f"page {block.page}" if block.page else None) if block else ()
    for fact in (article.published and article.published.isoformat(), article.url or article.id, *place):
        if fact:
            line.append(f" · {fact}", style="dim")
    return line
