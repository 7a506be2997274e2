"""What the dialects of Markdown add to it: tags of site generators, components, containers. Parses no Markdown.

A tag is replaced by one character of a private range, so that the parser reads what is around it as its author meant
it; afterwards the character becomes what a reader sees of the tag, or, inside code, the tag as it was written.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

_FIRST = 0xF0000
_MOST_TAGS = 60_000
_LONGEST_TAG = 3_000
_FENCE = re.compile(r"[ \t>]*(?:[-*+]\s+|\d+[.)]\s+)?(`{3,}|~{3,})(.*)")
# Where a tag may begin, and what ends it.
_OPENS = re.compile(r"\{\{[<%-]?|\{%-?|\{\*(?=[ ./])|\{!|\{/\*|\{:|\{[.#](?=[\w-])|</?[A-Z][\w.]*(?=[\s/>])|%%")
_CLOSES: Mapping[str, str] = {
    "{{": "}}",
    "{%": "%}",
    "{*": "*}",
    "{!": "!}",
    "{/": "*/}",
    "{:": "}",
    "{.": "}",
    "{#": "}",
}
_NAME = re.compile(r"(?:\{\{|\{%)[<%-]?\s*(/?)\s*(end)?([\w./-]*)")
_QUOTED = re.compile(r"(?:([\w-]+)\s*[=:]\s*)?(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')")
_SHOWN = frozenset("title caption alt text label summary name heading header description content tooltip".split())
_HOLDS_CODE = frozenset("highlight code codeblock code-toggle prism sourcecode".split())
_HOLDS_NOTHING = frozenset("comment".split())
# Tags that work and are not seen.
_WORKS = frozenset(
    "include include_relative includes import from extends block set assign capture if elsif else elseif unless case"
    " when for page link ref relref post_url asset static url with macro call load render partial param layout block"
    " toc raw youtube vimeo gist tweet figure-src js css script style img image-src icon fa svg badge".split()
)
_LONE_LINE = re.compile(
    r"[ \t]*(?:\[\[_?toc_?\]\]|\[toc\]|--8<--.*|<<< ?@?/.*|\\(?:newpage|pagebreak)|\{\{toc\}\})[ \t]*", re.IGNORECASE
)
_ES_IMPORT = re.compile(r"import\s+(?:[\w{},*\s]+?\s+from\s+)?['\"][^'\"]+['\"];?[ \t]*")
_ES_EXPORT = re.compile(r"export\s+(?:const|default|function|let|class)\b.*")
_TAB = re.compile(r"([ \t]*)===([!+]?)[ \t]+(\"[^\"]*\"|'[^']*')[ \t]*")


@dataclass(frozen=True)
class Tag:
    """A tag as it was written, and what a reader sees of it."""

    source: str
    shown: str


@dataclass(frozen=True)
class Prepared:
    """Markdown that any parser reads, the tags that were taken out of it, and whether it holds components (MDX)."""

    text: str
    tags: tuple[Tag, ...]
    has_components: bool

    def shown(self, text: str) -> str:
        """Returns parsed text with what a reader sees of each tag."""
        return self._put_back(text, lambda tag: tag.shown)

    def written(self, text: str) -> str:
        """Returns code with its tags as they were written."""
        return self._put_back(text, lambda tag: tag.source)

    def _put_back(self, text: str, what: Callable[[Tag], str]) -> str:
        if not self.tags or text.isascii():
            return text
        return re.sub(
            "[\U000f0000-\U000fffff]",
            lambda found: what(self.tags[ord(found[0]) - _FIRST]) if ord(found[0]) - _FIRST < len(self.tags) else "",
            text,
        )


def prepare(text: str) -> Prepared:
    """Takes out of Markdown what its dialects add; code is left as it is."""
    tags: list[Tag] = []
    prepared = "".join(_outside_code(re.sub("[\U000f0000-\U000fffff]", "", text), tags))
    return Prepared(prepared, tuple(tags), any(tag.source.startswith("<") for tag in tags))


def _outside_code(text: str, tags: list[Tag]) -> Iterator[str]:
    at = 0
    for start, end in _fences(text):
        yield _one_dialect(_replaced(text[at:start], tags), tags)
        yield text[start:end]
        at = end
    yield _one_dialect(_replaced(text[at:], tags), tags)


def _fences(text: str) -> Iterator[tuple[int, int]]:
    """Where fenced code begins and ends, its fences included."""
    at, opened, mark = 0, -1, ""
    for line in text.split("\n"):
        found = _FENCE.match(line)
        if found and opened < 0 and not ("`" in found[2] and found[1][0] == "`"):
            opened, mark = at, found[1]
        elif found and opened >= 0 and found[1].startswith(mark) and not found[2].strip():
            yield opened, at + len(line)
            opened = -1
        at += len(line) + 1
    if opened >= 0:
        yield opened, len(text)


def _replaced(text: str, tags: list[Tag]) -> str:
    parts, at = [], 0
    while len(tags) < _MOST_TAGS:
        found = _OPENS.search(text, at)
        if found is None:
            break
        end = _end_of(text, found)
        if end is None:
            parts.append(text[at : found.end()])
            at = found.end()
            continue
        source = text[found.start() : end]
        if (name := _opening_name(source)) in _HOLDS_CODE | _HOLDS_NOTHING:
            inner, end = _content(text, end, name)
            code = f"\n\n```{_language(source)}\n{inner.strip(chr(10))}\n```\n" if name in _HOLDS_CODE else ""
            parts += [text[at : found.start()], code if inner.strip() else ""]
            at = end
            continue
        parts += [text[at : found.start()], chr(_FIRST + len(tags))]
        tags.append(Tag(source, _shown_of(source)))
        at = end
    return "".join((*parts, text[at:]))


def _end_of(text: str, found: re.Match[str]) -> int | None:
    """Where the tag ends that begins here; None if what begins is no tag."""
    start, opening = found.start(), found[0]
    if opening == "%%":  # a comment in Obsidian, which a sign of per cent is not
        end = text.find("%%", found.end(), start + _LONGEST_TAG)
        loose = start == 0 or text[start - 1].isspace()
        return end + 2 if loose and end > 0 else None
    if opening.startswith("<"):
        return _end_of_component(text, found.end())
    if opening[:2] in ("{:", "{.", "{#") and not _is_attribute(text, start):
        return None
    closing = _CLOSES[opening[:2]]
    end = text.find(closing, found.end(), start + _LONGEST_TAG)
    if end < 0 or "`" in text[start:end] or (closing == "}" and "\n" in text[start:end]):
        return None
    return end + len(closing)


def _is_attribute(text: str, start: int) -> bool:
    """Attributes in braces follow what they are about, or stand at the end of a line or alone on it."""
    before = text[start - 1] if start else "\n"
    ends = re.match(r"\{[^{}\n]{0,300}\}[ \t]*(?:\n|$)", text[start:])
    return before in ')]`*_"\n>' or (ends is not None and (before in " \t" or text[start : start + 2] == "{:"))


def _end_of_component(text: str, at: int) -> int | None:
    """The end of an element of JSX: quotes and braces may hold the sign that would end it."""
    quote, depth = "", 0
    for i in range(at, min(len(text), at + _LONGEST_TAG)):
        sign = text[i]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "\"'`" and (depth or text[i - 1] == "="):
            quote = sign
        elif sign in "{}":
            depth += 1 if sign == "{" else -1
        elif sign == ">" and depth <= 0 and text[i - 1] != "=":
            return i + 1
        elif (sign in "<`" and depth <= 0) or text.startswith("\n\n", i):
            return None
    return None


def _opening_name(source: str) -> str:
    found = _NAME.match(source)
    return "" if found is None or found[1] or found[2] else found[3].lower()


def _content(text: str, at: int, name: str) -> tuple[str, int]:
    """What stands between a tag and the one that closes it, and where that ends."""
    closes = re.compile(rf"\{{[{{%][<%-]?\s*(?:/|end){re.escape(name)}\b[^}}]{{0,200}}\}}")
    found = closes.search(text, at)
    return (text[at : found.start()], found.end()) if found else ("", at)


def _language(source: str) -> str:
    found = re.search(r"[<%]\s*\w+\s+\"?(\w+)", source)
    return found[1] if found and "=" not in source[found.end() : found.end() + 1] else ""


def _shown_of(source: str) -> str:
    """What a reader sees of a tag: the arguments that are written for him, not those that name a file or a style."""
    if source[:2] in ("{:", "{.", "{#", "{*", "{!", "{/", "%%") or _opening_name(source) in _WORKS:
        return ""
    if source.startswith(("{{", "{%")) and not source.startswith(("{{<", "{{%", "{%")) and not _QUOTED.search(source):
        return ""
    found = [(name.lower(), value[1:-1]) for name, value in _QUOTED.findall(source)]
    if source.startswith("<"):
        return " ".join(value for name, value in found if name in _SHOWN)
    shown = [value for name, value in found if (name in _SHOWN if name else _is_worded(value))]
    lone = [value for name, value in found if not name and re.fullmatch(r"[\w-]+", value)]
    return " ".join(shown or (lone if len(found) == 1 else []))


def _is_worded(value: str) -> bool:
    path = "/" in value and " " not in value
    return not path and not re.search(r"\.\w{2,4}$", value) and (" " in value.strip() or value[:1].isupper())


def _without_modules(lines: list[str]) -> list[str]:
    """Lines without the imports and exports of MDX, which are code that stands outside of code."""
    if not any(line.startswith(("import ", "export ")) for line in lines):
        return lines
    kept, inside = [], False
    for line in lines:
        inside = bool(line.strip()) if inside else bool(_ES_EXPORT.fullmatch(line))
        kept.append("" if inside or _ES_IMPORT.fullmatch(line) else line)
    return kept


def _one_dialect(text: str, tags: Sequence[Tag]) -> str:
    """Lines that only work are left empty, and what dialects write differently is written in one way."""
    return "\n".join(_one_line(line, tags) for line in _without_modules(text.split("\n")))


def _one_line(line: str, tags: Sequence[Tag]) -> str:
    stripped = line.strip(" \t")
    if _LONE_LINE.fullmatch(line):
        return ""
    if stripped and all(_FIRST <= ord(sign) < _FIRST + len(tags) for sign in stripped):
        return line if any(tags[ord(sign) - _FIRST].shown for sign in stripped) else ""
    tab = _TAB.fullmatch(line)
    return f"{tab[1]}!!! tab {tab[3]}" if tab else line
