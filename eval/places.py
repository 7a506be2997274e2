"""Where the words of a case stand in the articles now, or nearly. Knows quotes and texts; knows no files."""

from collections.abc import Mapping

from bot.compare.locate import locate
from eval.cases import Evidence


def find_quote(quote: str, texts: Mapping[str, str], *, first: str | None = None) -> Evidence | None:
    """Returns what stands in an article for a quote: the same words, else nearly the same with the same figures.

    `first` is the article to look into before all others, where it stood.
    """
    order = sorted(texts, key=lambda id_: id_ != first)
    for id_ in order:
        if quote in texts[id_]:
            return Evidence(id_, quote)
    for nearly in (False, True):
        for id_ in order:
            spans = locate(quote, texts[id_], nearly=nearly)
            if len(spans) == 1:
                return Evidence(id_, texts[id_][slice(*spans[0])])
    return None
