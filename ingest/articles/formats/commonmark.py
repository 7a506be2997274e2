"""Markdown becomes tokens: CommonMark with tables, footnotes, boxes and formulas. The home of markdown-it."""

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.errors import UnreadableArticle

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

# The parser leaves out what is nested deeper, without a word.
MAX_NESTING = 100


def parse(text: str, *, indented_code: bool) -> Sequence["Token"]:
    """Returns the tokens of a text; `indented_code` tells whether what is indented far is code.

    Raises UnreadableArticle: it is nested deeper than the parser goes.
    """
    tokens = _parser(indented_code=indented_code).parse(text)
    if any(token.level >= MAX_NESTING - 1 for token in tokens):
        raise UnreadableArticle(f"has lists or quotations nested {MAX_NESTING} deep", "save its text in a simpler file")
    return tokens


def parse_line(text: str) -> Sequence["Token"]:
    """Returns the inline tokens of a text that is one line, whatever stands at its head."""
    return _parser(indented_code=False).parseInline(text)[0].children or ()


@functools.cache
def _parser(*, indented_code: bool) -> "MarkdownIt":
    from markdown_it import MarkdownIt
    from mdit_py_plugins.admon import admon_plugin
    from mdit_py_plugins.container import container_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin).use(deflist_plugin).use(admon_plugin)
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    for name, marker in (("colons", ":"), ("strokes", "/")):
        parser.use(container_plugin, name=name, marker=marker, validate=lambda params, _: True)
    # What a link leads to is kept as it is written; whoever shows it decides.
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.normalizeLinkText = lambda link: link  # type: ignore[method-assign]
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    return parser if indented_code else parser.disable("code")
