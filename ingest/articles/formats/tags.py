"""Tags that dialects of Markdown put into text: of site generators, of components, attributes. Parses no Markdown.

A tag is replaced by one character of a private range, so that the parser reads what is around it as its author meant
it; afterwards the character becomes what a reader sees of the tag, or, inside code, the tag as it was written.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from ingest.articles.formats.jsx import end_of_component, shown_of_element, shown_of_expression

FIRST = 0xF0000
_PRIVATE = re.compile("[\U000f0000-\U000fffff]")
# More tags than that, or more beginnings of tags without an end, no page has.
_MOST_TAGS, _MOST_MISSES, _LONGEST_TAG, _LONGEST_ELEMENT = 60_000, 1_000, 3_000, 12_000
# Where a tag may begin, and what ends it.
_OPENS = (
    r"\{\{[<%-]?|\{%-?|\{\*(?=[ ./])|\{!|\{/\*|\{:|\{(?:\+\+|--|==|>>|~~)"
    r"|\{[ ]?[.#](?=[\w-])|\{[ ]?(?=[A-Za-z-]{1,30}=)"
    r"|</?[A-Z][\w.]*(?=[\s/>])|%%|\[!(?:INCLUDE|VIDEO)\b"
)
_OPENING = re.compile(_OPENS)
_OPENING_OF_MDX = re.compile(_OPENS + r"|\{")
_CLOSES: Mapping[str, str] = {
    "{{": "}}",
    "{%": "%}",
    "{*": "*}",
    "{!": "!}",
    "{/": "*/}",
    "{:": "}",
    "{.": "}",
    "{#": "}",
    "{+": "++}",
    "{-": "--}",
    "{=": "==}",
    "{>": "<<}",
    "{~": "~~}",
    "[!": ")]",
}
_MARKS_A_CHANGE = ("{++", "{==")
_FACTS = re.compile(
    r"\{[ ]?(?:(?:[\w-]{1,40}=(?:\"[^\"\n]{0,200}\"|'[^'\n]{0,200}'|[\w.%-]{1,80})|[.#][\w-]{1,80})[ ]{0,4}){1,9}\}"
    r"[ \t]*$",
    re.MULTILINE,
)
_LANG = re.compile(r"\blang\s{0,2}=\s{0,2}\"?([\w+#-]{1,20})")
_CLOSER = re.compile(r"\{[{%][<%-]?\s{0,9}(?:/\s{0,9}|end)([\w./-]{1,60})")
_ALONE = re.compile(r"[ \t]*(?:\n|\Z)")
_NAME = re.compile(r"(?:\{\{|\{%)[<%-]?\s*(/?)\s*(end)?([\w./-]*)")
_QUOTED = re.compile(r"(?:(?<![\w-])([\w-]+)\s*+[=:]\s*+)?(\"(?:[^\"\\]|\\.){0,4000}+\"|'(?:[^'\\]|\\.){0,4000}+')")
_SHOWN = frozenset("title caption alt text label summary name heading header description content tooltip".split())
_HOLDS_CODE = frozenset("highlight code codeblock code-toggle prism sourcecode".split())
_RAW = re.compile(r"\{%-?\s{0,3}(?:end)?(?:raw|verbatim)\s{0,3}-?%\}")
_HOLDS_NOTHING = frozenset(["comment"])
# Tags that put another text in their place, which shows what they hand to it by name.
_INCLUDES = frozenset("include include_relative includes include_cached render partial".split())
# Tags that work and are not seen.
_WORKS = frozenset(
    "import from extends block set assign capture if elsif else elseif unless case"
    " when for page link ref relref post_url asset static url with macro call load param layout block"
    " toc raw youtube vimeo gist tweet figure-src js css script style img image-src icon fa svg badge tabs tabpane"
    " tabgroup columns readfile".split()
)


@dataclass(frozen=True)
class Tag:
    """A tag as it was written, what a reader sees of it, and whether it opens or closes what stands around text."""

    source: str
    shown: str
    holds_text: bool


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
        """Returns code with its tags as they were written, less those that say that tags in it are none."""
        code = self._put_back(text, lambda tag: tag.source)
        return _RAW.sub("", code) if "%}" in code else code

    def _put_back(self, text: str, what: Callable[[Tag], str]) -> str:
        if not self.tags or text.isascii():
            return text
        return _PRIVATE.sub(
            lambda found: what(self.tags[ord(found[0]) - FIRST]) if ord(found[0]) - FIRST < len(self.tags) else "", text
        )


def without_placeholders(text: str) -> str:
    """Returns text without the characters that stand for tags here, should it hold them of its own."""
    return text if text.isascii() else re.sub("[\U000f0000-\U0010ffff]", "", text)


def take_out(text: str, tags: list[Tag], *, is_mdx: bool = False) -> str:
    """Returns text that holds no code with a character for each tag in it; the tags are added to the list."""
    opening = _OPENING_OF_MDX if is_mdx else _OPENING
    closed = frozenset(name.lower() for name in _CLOSER.findall(text))
    parts, at, misses = [], 0, 0
    while len(tags) < _MOST_TAGS and misses < _MOST_MISSES:
        found = opening.search(text, at)
        if found is None:
            break
        end = _end_of(text, found, is_mdx=is_mdx)
        if end is None:
            parts.append(text[at : found.end()])
            at = found.end()
            misses += found[0] == "{" or found[0][0] == "<"
            continue
        parts.append(text[at : found.start()])
        source = text[found.start() : end]
        name = _opening_name(source)
        if name in _HOLDS_CODE | _HOLDS_NOTHING or (name and _LANG.search(source)):
            inner, at = _content(text, end, name)
            parts.append(_as_fence(source, inner) if inner.strip() and name not in _HOLDS_NOTHING else "")
            continue
        at, shown = end, _shown_of(source)
        if (
            name in _INCLUDES
            and _ALONE.match(text, end)
            and not text[text.rfind("\n", 0, found.start()) + 1 : found.start()].strip()
        ):
            parts.append(f"{shown}\n")  # in the same language
        else:
            parts.append(chr(FIRST + len(tags)))
            tags.append(Tag(source, shown, source.startswith("<") or name in closed or bool(_CLOSER.match(source))))
    return "".join((*parts, text[at:]))


def _end_of(text: str, found: re.Match[str], *, is_mdx: bool) -> int | None:
    """Where the tag ends that begins here; None if what begins is no tag."""
    start, opening = found.start(), found[0]
    if opening == "%%":  # a comment in Obsidian, which a sign of per cent is not
        end = text.find("%%", found.end(), start + _LONGEST_TAG)
        loose = start == 0 or text[start - 1].isspace()
        return end + 2 if loose and end > 0 else None
    if opening.startswith("<"):
        return end_of_component(text, found.end(), most=_LONGEST_ELEMENT)
    if opening == "{" and is_mdx:
        if text[start - 1 : start] == "\\":  # a brace that is meant, as in a path
            return None
        return end_of_component(text, start, most=_LONGEST_TAG)
    if opening.rstrip() == "{" and not _is_list_of_facts(text, start):
        return None
    if opening.replace(" ", "")[:2] in ("{:", "{.", "{#") and not _is_attribute(text, start):
        return None
    closing = _CLOSES.get(opening[:2], "}")
    end = text.find(closing, found.end(), start + _LONGEST_TAG)
    if end < 0 or "`" in text[start:end] or (closing == "}" and "\n" in text[start:end]):
        return None
    return end + len(closing)


def _is_attribute(text: str, start: int) -> bool:
    """Attributes in braces follow what they are about, or stand at the end of a line or alone on it."""
    before = text[start - 1] if start else "\n"
    ends = re.match(r"\{[^{}\n]{0,300}\}[ \t]*(?:\n|$)", text[start : start + 400])
    return before in ')]`*_"\n>' or (ends is not None and (before in " \t" or text[start : start + 2] == "{:"))


def _is_list_of_facts(text: str, start: int) -> bool:
    """Attributes that begin with a fact, {width=50%}: right behind what they are about, or at the end of a line."""
    before = text[start - 1] if start else "\n"
    if before in ")]`":
        return True
    ends = _FACTS.match(text, start)
    alone = not text[text.rfind("\n", 0, start) + 1 : start].strip(" >")
    return ends is not None and (alone or (before == " " and '"' in ends[0]))


def _opening_name(source: str) -> str:
    found = _NAME.match(source)
    return "" if found is None or found[1] or found[2] else found[3].lower()


def _content(text: str, at: int, name: str) -> tuple[str, int]:
    """What stands between a tag and the one that closes it, and where that ends."""
    closes = re.compile(rf"\{{[{{%][<%-]?\s{{0,9}}(?:/|end){re.escape(name)}\b[^}}]{{0,200}}\}}")
    found = closes.search(text, at)
    return (text[at : found.start()], found.end()) if found else ("", at)


def _as_fence(source: str, code: str) -> str:
    """Code between two tags as Markdown has it, with the language that the first of them names."""
    named, first = _LANG.search(source), re.search(r"[<%]\s{0,9}[\w-]+\s{1,9}\"?(\w+)(?!\w|\s{0,2}=)", source)
    language = named[1] if named else first[1] if first else ""
    return f"\n\n````{language}\n{code.strip(chr(10))}\n````\n"


def _shown_of(source: str) -> str:
    """What a reader sees of a tag: the arguments that are written for him, not those that name a file or a style."""
    if source.startswith(_MARKS_A_CHANGE):
        return source[3:-3]
    if source.startswith("{~~"):
        return source[3:-3].rpartition("~>")[2]
    if source.startswith("<"):
        element = shown_of_element(source)
        return f" {element} " if element else ""  # apart from the words around it
    if source[:2] not in ("{{", "{%"):
        return shown_of_expression(source)
    if _opening_name(source) in _WORKS:
        return ""
    if source.startswith("{{") and not source.startswith(("{{<", "{{%")) and not _QUOTED.search(source):
        return ""
    found = [(name.lower(), value[1:-1]) for name, value in _QUOTED.findall(source)]
    shown = [value for name, value in found if (name in _SHOWN if name else _is_worded(value))]
    if _opening_name(source) in _INCLUDES:
        return " ".join(value for name, value in found if name in _SHOWN)
    lone = [value for name, value in found if not name and re.fullmatch(r"[\w-]+", value)]
    return " ".join(shown or (lone if len(found) == 1 else []))


def _is_worded(value: str) -> bool:
    path = "/" in value and " " not in value
    return not path and not re.search(r"\.\w{2,4}$", value) and (" " in value.strip() or value[:1].isupper())
