"""An answer on a terminal: the text, then its footnotes. The one place of the bot that knows rich."""

from rich import box
from rich.console import Console
from rich.padding import Padding
from rich.table import Table as Grid
from rich.text import Text

from bot.answer import MARKER, Answer, Citation
from bot.shapes import Code, Lines, Shape, Table, shapes

_MARKED = "bold cyan"
_BY_LINE = frozenset({"item", "row", "code"})


def print_answer(answer: Answer, console: Console) -> None:
    """Prints the answer, then each footnote with its article's title, date, url and quote, then the notice.

    On a terminal tables stand in columns and code is set off; elsewhere the answer's Markdown is printed as it is.
    """
    if console.is_terminal:
        for shape in shapes(answer.text):
            console.print(_drawn(shape))
    else:
        console.print(_marked(answer.text), soft_wrap=True)
    for citation in answer.citations:
        console.print()
        console.print(_heading(citation), soft_wrap=True)
        _print_quote(citation, console)
    if answer.notice:
        console.print()
        console.print(Text(answer.notice, style="dim"), soft_wrap=True)


def _drawn(shape: Shape) -> Text | Padding | Grid:
    match shape:
        case Lines(text):
            return _marked(text)
        case Code(text, _):
            return Padding(Text(text, style="green"), (0, 0, 0, 4))
        case Table(header, rows):
            grid = Grid(box=box.SIMPLE_HEAD, show_header=any(header))
            for name in header:
                grid.add_column(_marked(name))
            for row in rows:
                grid.add_row(*map(_marked, row))
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


def _marked(text: str) -> Text:
    marked = Text(text)
    marked.highlight_regex(MARKER, style=_MARKED)
    return marked


def _heading(citation: Citation) -> Text:
    article, block = citation.article, citation.block
    line = Text.assemble((f"[{citation.number}]", _MARKED), " ", (article.title, "bold"))
    place = (block.heading, f"page {block.page}" if block.page else None) if block else ()
    for fact in (article.published and article.published.isoformat(), article.url or article.id, *place):
        if fact:
            line.append(f" · {fact}", style="dim")
    return line
