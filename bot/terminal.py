"""An answer on a terminal: the text, then its footnotes. The one place of the bot that knows rich."""

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from bot.answer import MARKER, Answer, Citation


def print_answer(answer: Answer, console: Console) -> None:
    """Prints the answer, then each footnote with its article's title, date, url and quote, then the notice."""
    text = Text(answer.text)
    text.highlight_regex(MARKER, style="bold cyan")
    console.print(text, soft_wrap=not console.is_terminal)
    for citation in answer.citations:
        console.print()
        console.print(_heading(citation), soft_wrap=True)
        quote = Text(f"“{' '.join(citation.quote.split())}”", style="italic")
        if console.is_terminal:
            console.print(Padding(quote, (0, 0, 0, 4)))
        else:
            console.print(Text("    ") + quote, soft_wrap=True)
    if answer.notice:
        console.print()
        console.print(Text(answer.notice, style="dim"), soft_wrap=True)


def _heading(citation: Citation) -> Text:
    article = citation.article
    line = Text.assemble((f"[{citation.number}]", "bold cyan"), " ", (article.title, "bold"))
    place = (citation.heading, f"page {citation.page}" if citation.page else None)
    for fact in (article.published and article.published.isoformat(), article.url or article.id, *place):
        if fact:
            line.append(f" · {fact}", style="dim")
    return line
