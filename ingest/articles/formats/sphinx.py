"""reStructuredText as docutils' tree, with what Sphinx adds to it. The home of docutils; includes and runs nothing.

Directives and roles that docutils does not know are read for the text in them; those that only work are left out. This
module is imported when the first text of the kind is read.
"""

import re
from typing import Any

from docutils import nodes, utils
from docutils.core import publish_doctree
from docutils.parsers.rst import Directive, directives, roles
from docutils.statemachine import StringList

from ingest.articles.formats.directives import since

# Directives that show nothing of what they are given.
_WORKS = frozenset(
    "toctree index include literalinclude automodule autoclass autofunction autodata autoexception automethod module"
    " currentmodule py:module py:currentmodule highlight default-role meta tabularcolumns sectionauthor codeauthor"
    " graphviz plantuml rst-class cssclass program default-domain autosummary ifconfig contents raw".split()
)
_HOLDS_CODE = frozenset("code-block sourcecode prompt parsed-literal-block testcode testoutput doctest console".split())
# Directives whose argument only works, whatever stands below it.
_ARGUMENT_WORKS = frozenset("only tab-set grid tabs container class rubric-class card-carousel".split())
# Options that are shown: what a setting or a name of a program is.
_FACTS = ("type", "value", "default")
_SETTINGS = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "_disable_config": True,
    "report_level": 5,
    "halt_level": 6,
    "warning_stream": False,
    "doctitle_xform": False,
    "sectsubtitle_xform": False,
    "smart_quotes": False,
    "line_length_limit": 100_000,
}


def parse_rst(text: str) -> Any:
    """Returns a document as docutils' tree; nothing outside of the text is looked at."""
    return publish_doctree(text, settings_overrides=_SETTINGS)


class _Options(dict[str, Any]):
    """Any option is one, and says nothing."""

    def __bool__(self) -> bool:
        return True

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> Any:
        return lambda value: value


class _Unknown(Directive):  # type: ignore[misc]
    """A directive that Sphinx or an extension knows: its argument and the text below it."""

    optional_arguments, final_argument_whitespace, has_content = 1, True, True
    option_spec = _Options()

    def run(self) -> list[Any]:
        name = self.name.lower()
        if name in _WORKS:
            return []
        if name in _HOLDS_CODE:
            language, code = self.arguments[0].split() if self.arguments else [], "\n".join(self.content)
            return [nodes.literal_block(code, code, classes=["code", *language])]
        box = nodes.container()
        if self.arguments and (noted := since(name, self.arguments[0], "\n".join(self.content))) is not None:
            self.state.nested_parse(StringList(noted.split("\n"), ""), self.content_offset, box)
            return [box]
        if self.arguments and name not in _ARGUMENT_WORKS:
            found, _ = self.state.inline_text(self.arguments[0], self.lineno)
            box += nodes.paragraph("", "", *found)
            for fact in (one for one in _FACTS if self.options.get(one)):
                shown, _ = self.state.inline_text(f"{fact.capitalize()}: {self.options[fact]}", self.lineno)
                box += nodes.paragraph("", "", *shown)
        self.state.nested_parse(self.content, self.content_offset, box)
        return [box]


def _any_role(
    name: str, rawtext: str, text: str, lineno: int, inliner: Any, options: Any = None, content: Any = ()
) -> Any:
    """The text of a role that Sphinx or an extension knows: `title <target>` shows its title, `~a.b.c` its end."""
    shown = utils.unescape(text)
    titled = re.fullmatch(r"(.+?)\s{0,9}<[^<>]+>", shown, re.DOTALL)
    if titled is None:
        shown = shown.rsplit(".", 1)[-1] if shown.startswith("~") else shown.lstrip("!")
    return [nodes.inline(rawtext, titled[1] if titled else shown)], []


_known_directive, _known_role = directives.directive, roles.role


def _directive(name: str, *rest: Any) -> Any:
    is_ours = name.lower() in _WORKS | _HOLDS_CODE | _ARGUMENT_WORKS
    found, messages = (None, []) if is_ours else _known_directive(name, *rest)
    return (found, messages) if found is not None else (_Unknown, [])


def _role(name: str, *rest: Any) -> Any:
    found, messages = _known_role(name, *rest) if name else (None, [])
    return (found, messages) if found is not None else (_any_role, [])


# docutils has no other way to learn of directives whose names nobody knows beforehand.
directives.directive, roles.role = _directive, _role
