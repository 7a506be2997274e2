"""Fences and boxes that say what they hold: titles of code, directives of MyST and Quarto. Knows names and options."""

import re
from dataclasses import dataclass
from typing import Literal

_DIRECTIVE = re.compile(r"\{([\w:.+-]{1,40})\}[ \t]*(.*)")
_CELL = re.compile(r"\{(?:r|python|bash|sh|sql|julia|ojs|js|javascript|cpp|rcpp|stan)\b([^}\n]*)\}", re.IGNORECASE)
_CODE_OPTION = re.compile(r"(?:#|//|--)\|[ \t]*([\w-]+):[ \t]*(.*)")
_HIDES_CODE = re.compile(r"\b(?:echo|include)\s{0,3}=\s{0,3}F")
_OPTIONS = re.compile(r"\A(?:[ \t]*:[\w-]+:.*(?:\n|\Z)|---\n(?:.*\n)*?---(?:\n|\Z))+")
_TITLE = re.compile(
    r"\b(?:title|filename|name|caption|heading|summary)\s{0,3}=\s{0,3}(?:\"([^\"\n]*)\"|'([^'\n]*)'|([^\s{}]+))"
)
_LABEL = re.compile(r"(?:^|\s)\[(?!\d+,)([^\[\]\n\"]{1,200})\]")
_BEGINS_BLOCK = re.compile(r"[-*+|>] |\d+[.)] |\.\. |[`:]{3}")
_LANGUAGE = re.compile(r"[\w+#-]{1,30}")
# What these hold is text in the same language.
_HOLDS_TEXT = frozenset(
    "note warning tip hint important caution danger attention error seealso see admonition dropdown margin sidebar"
    " topic card grid tab-set tab-item grid-item grid-item-card card-carousel div aside epigraph highlights pull-quote"
    " compound container rubric glossary exercise solution proof theorem figure".split()
)
# What their readers see of directives that say since when something holds.
_SINCE = {
    "versionadded": "New in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
    "versionremoved": "Removed in version",
}
_HOLDS_CODE = frozenset("code code-block code-cell sourcecode literalinclude parsed-literal".split())
# What these hold is for reStructuredText.
_HOLDS_RST = frozenset("list-table csv-table table eval-rst flat-table".split())
_SHOWS_NOTHING = frozenset(
    "toctree tableofcontents contents include index bibliography automodule autoclass autofunction autosummary raw"
    " raw_html meta only currentmodule module highlight default-role image video iframe anywidget".split()
)
# Arguments of these count columns or name a style.
_BARE = frozenset("grid tab-set card-carousel container div compound columns column figure grid-item".split())


@dataclass(frozen=True)
class Fence:
    """What a fence or a box holds: its kind, its title, its body without options, and the language of code."""

    kind: Literal["text", "code", "rst", "nothing"]
    title: str
    body: str
    language: str | None = None


def fence_of(info: str, content: str) -> Fence:
    """Returns what a fence holds, by what stands behind its marks and by the options at the top of it."""
    info = info.strip()
    directive = _DIRECTIVE.match(info)
    cell = _CELL.match(info)
    if directive is None or cell is not None:
        return _code(info, content, is_cell=cell is not None)
    name, argument = directive[1].lower(), directive[2].strip()
    body = _OPTIONS.sub("", content, count=1)
    if name in _SHOWS_NOTHING:
        alt = re.search(r"^[ \t]*:alt:[ \t]*(.+)$", content, re.MULTILINE)
        return Fence("text", "", alt[1] if alt else "") if alt else Fence("nothing", "", "")
    if name in _HOLDS_RST:
        return Fence("rst", "", content if name == "eval-rst" else _as_rst(name, argument, content))
    if name in _SINCE:
        return Fence("text", "", since(name, argument, body) or "")
    if name in _HOLDS_TEXT:
        return Fence("text", "" if name in _BARE else argument, body)
    if name in _HOLDS_CODE:
        caption = re.search(r"^[ \t]*:caption:[ \t]*(.+)$", content, re.MULTILINE)
        return Fence("code", caption[1] if caption else "", body, _language(argument))
    return Fence("code", "", body, _language(name))


def title_of_box(info: str) -> str:
    """Returns the title of a box between colons or strokes, by what stands behind them; "" if it has none."""
    info = info.strip(" \t:/")
    directive = _DIRECTIVE.match(info)
    if directive is not None:
        name = directive[1].lower()
        return since(name, directive[2]) or ("" if name in _BARE else directive[2].strip())
    named = _TITLE.search(info)
    if named is not None:
        return next(filter(None, named.groups()), "")
    labelled = re.match(r"[\w-]*\[([^\]\n]{1,300})\]", info)
    if labelled is not None:
        return labelled[1]
    rest = re.sub(r"\{[^{}\n]{0,300}\}", "", re.sub(r"^[\w-]+", "", info)).strip(" |")
    return "" if re.match(r"[\w-]+=", rest) else rest


def since(name: str, argument: str, text: str = "") -> str | None:
    """Returns what a directive shows that says since when something holds; None if it is another directive."""
    if name not in _SINCE:
        return None
    version, *rest = argument.split(maxsplit=1) or [""]
    said = "\n\n".join(filter(None, (*rest, text.strip())))
    gap = "\n\n" if _BEGINS_BLOCK.match(said) else " "
    return f"{_SINCE[name]} {version}:{gap}{said}" if said else f"{_SINCE[name]} {version}."


def without_options(text: str) -> str:
    """Returns the text of a box without the lines of options at its top."""
    return _OPTIONS.sub("", text, count=1)


def _code(info: str, content: str, *, is_cell: bool) -> Fence:
    """Code in a language; of a cell that is run, what its options do not hide."""
    language = _language(info.strip("{}. "))
    if not is_cell:
        named = _TITLE.search(info) or _LABEL.search(info)
        title = next(filter(None, named.groups()), "") if named is not None else ""
        return Fence("code", title, content, language)
    lines = content.split("\n")
    options = {found[1]: found[2].strip() for line in lines if (found := _CODE_OPTION.fullmatch(line))}
    if _HIDES_CODE.search(info) or "false" in (options.get("echo"), options.get("include")):
        return Fence("nothing", "", "")
    return Fence("code", "", "\n".join(line for line in lines if not _CODE_OPTION.fullmatch(line)), language)


def _language(text: str) -> str | None:
    found = _LANGUAGE.match(text)
    return found[0].lower() if found else None


def _as_rst(name: str, argument: str, content: str) -> str:
    options = _OPTIONS.match(content)
    at = options.end() if options and options[0].lstrip().startswith(":") else 0
    body = f"{content[:at]}\n{content[at:]}"
    return f".. {name}:: {argument}\n" + "\n".join(f"   {line}" for line in body.split("\n"))
