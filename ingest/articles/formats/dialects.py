"""What the dialects of Markdown add to it, line by line: modules, lists of contents, tabs, properties. Parses none.

`tags` takes out what stands inside of lines; fenced code is left as it is.
"""

import html
import itertools
import re
from collections.abc import Iterator, Sequence

from ingest.articles.formats.tags import FIRST, Prepared, Tag, take_out, without_placeholders

_OPENING = re.compile(r"[ \t>]{0,200}+(?:[-*+]\s{1,20}+|\d{1,9}+[.)]\s{1,20}+)?(`{3,}+|~{3,}+)(.*)")
_NOTHING_SEEN = re.compile(
    r"[ \t]*(?:\[\[_?toc_?\]\]|\[toc\]|--8<--.*|<<< ?@?/.*|\\(?:newpage|pagebreak)|\{\{toc\}\}|@\[code[^\]]*\]\([^)]*\)"
    r"|\([\w.:-]{1,80}\)=|\+\+\+)[ \t]*",
    re.IGNORECASE,
)
# In MDX what is set in far is no code, but would go on with the paragraph above it.
_BLOCK_SET_IN = re.compile(r"(?<=\S)\n(?=[ \t]{4,}(?:[-*+]|\d{1,2}[.)]|#{1,6}|>)[ \t]\S)")
_ES_IMPORT = re.compile(r"import[ \t]{1,4}(?:[\w{},* \t]{1,400}from[ \t]{1,4})?['\"][^'\"\n]{1,400}['\"];?[ \t]*")
_ES_MODULE = re.compile(
    r"export\s+(?:const|default|function|let|class)\b.*|import[ \t][\w*, \t]{0,200}\{[\w, \t]{0,400}"
)
_MOST_OF_MODULE = 400
_TAB = re.compile(r"([ \t]*)===([!+]?)[ \t]+(\"[^\"]*\"|'[^']*')[ \t]*")
_TAB_OF_CODE = re.compile(r"[ \t]*@tab(?::active)?[ \t]{1,9}(\S.*)")
# Properties that Logseq keeps beside a block and shows to nobody.
_HIDDEN_PROPERTY = re.compile(r"[ \t]*(?:id|collapsed|logseq\.[\w.-]+|background-color)::[ \t].*")
_ABBREVIATION = re.compile(r"\*\[([^\]\n]{1,60})\]:[ \t]*(\S.*)")
# Directives of MDC and remark: "::card{…}", "::", ":badge[new]{…}"; and those of Microsoft Learn: ":::image …:::".
_MDC_LINE = re.compile(r"[ \t]*::[a-z][\w-]*(?:\[([^\]\n]{0,300})\])?(?:\{[^}\n]{0,500}\})?[ \t]*|[ \t]*::[ \t]*")
_MDC_INLINE = re.compile(r"(?<![\w:]):[a-z][\w-]{0,40}(?:\[([^\]\n]{0,300})\](?:\{[^}\n]{0,300}\})?|\{[^}\n]{0,300}\})")
_LEARN = re.compile(r"[ \t]*:::[a-z-]+(?:[ \t].*)?:::[ \t]*", re.IGNORECASE)
_ALT_TEXT = re.compile(r"\balt-text=\"([^\"]*)\"")
_CLOSING_TAG = re.compile(
    r"[ \t]*</(?:aside|div|section|details|center|figure|blockquote|p|table|ul|ol|dl|article|header|footer)>[ \t]*"
)
_MYST = re.compile(r"^(?:\([\w.:-]{1,80}\)=$|[`:]{3,}\{[\w:-]+\})", re.MULTILINE)
_RULE = re.compile(r"[ \t]*\+(?:[-=:]{2,}\+)+[ \t]*")


def prepare(text: str, *, is_mdx: bool = False) -> Prepared:
    """Takes out of Markdown what its dialects add; code is left as it is."""
    tags: list[Tag] = []
    prepared = "".join(_outside_code(without_placeholders(text), tags, is_mdx=is_mdx))
    return Prepared(prepared, tuple(tags), any(tag.source.startswith("<") for tag in tags))


def _outside_code(text: str, tags: list[Tag], *, is_mdx: bool) -> Iterator[str]:
    at, is_myst = 0, _MYST.search(text) is not None
    for start, end in (*_fences(text), (len(text), len(text))):
        outside = "\n".join(_without_modules(text[at:start].split("\n")))
        shown = _one_dialect(take_out(outside, tags, is_mdx=is_mdx), tags, is_myst=is_myst)
        yield _BLOCK_SET_IN.sub("\n\n", shown) if is_mdx else shown
        yield f"\n{text[start:end]}" if is_mdx and start < end else text[start:end]
        at = end


def _fences(text: str) -> Iterator[tuple[int, int]]:
    """Where fenced code begins and ends, its fences included."""
    at, opened, mark = 0, -1, ""
    for line in text.split("\n"):
        found = _OPENING.match(line)
        if found and opened < 0 and not ("`" in found[2] and found[1][0] == "`"):
            opened, mark = at, found[1]
        elif found and opened >= 0 and found[1].startswith(mark) and not found[2].strip():
            yield opened, at + len(line)
            opened = -1
        at += len(line) + 1
    if opened >= 0:
        yield opened, len(text)


def _one_dialect(text: str, tags: Sequence[Tag], *, is_myst: bool) -> str:
    """Lines that only work are left empty, and what dialects write differently is written in one way."""
    lines = text.split("\n")
    apart = [_labels_apart(line, before, tags) for before, line in zip(("", *lines), lines, strict=False)]
    lines = [_one_line(line, tags, is_myst=is_myst) for line in "\n".join(apart).split("\n")]
    return "\n".join(html_of_grid([*_below_html(lines)]))


def _labels_apart(line: str, before: str, tags: Sequence[Tag]) -> str:
    """A line that begins with tags around text, with what is seen of each in a line of its own."""
    bare = line.lstrip()
    if not bare or not _holds_text(bare[0], tags) or (before.strip() and not _holds_text(before.strip()[0], tags)):
        return line
    indent, parts, in_text = line[: len(line) - len(bare)], [""], False
    for sign in bare:
        if _holds_text(sign, tags) and tags[ord(sign) - FIRST].shown and not in_text:
            parts += [sign, ""]
        else:
            parts[-1] += sign
        in_text = in_text if sign.isspace() else not _holds_text(sign, tags)
    return "\n\n".join(indent + part for part in parts if part.strip())


def _holds_text(sign: str, tags: Sequence[Tag]) -> bool:
    return ord(sign) >= FIRST and tags[ord(sign) - FIRST].holds_text


def _below_html(lines: Sequence[str]) -> Iterator[str]:
    """A part in HTML ends with its last tag, but for strict parsers, which want an empty line behind it."""
    for line, below in itertools.zip_longest(lines, lines[1:], fillvalue=""):
        yield line
        if below.strip() and below.lstrip()[0] != "<" and _CLOSING_TAG.fullmatch(line):
            yield ""


def _without_modules(lines: list[str]) -> list[str]:
    """Lines without the imports and exports of MDX, which are code that stands outside of code."""
    if not any(line.startswith(("import ", "export ")) for line in lines):
        return lines
    kept, end, most = [], 0, _MOST_OF_MODULE
    for at, line in enumerate(lines):
        if at >= end and _ES_MODULE.fullmatch(line):
            end, most = _end_of_module(lines, at, most)
        kept.append("" if at < end or _ES_IMPORT.fullmatch(line) else line)
    return kept


def _end_of_module(lines: Sequence[str], start: int, most: int) -> tuple[int, int]:
    """Where code ends: at the first empty line outside of its braces, or at the first of all if they stay open.

    Looks at so many lines at most, and says at how many the next time: code that stays open is not looked for twice.
    """
    depth = first = 0
    for at in range(start, min(start + most, len(lines))):
        if not lines[at].strip():
            first = first or at
            if depth <= 0:
                return at, most
        depth += sum(map(lines[at].count, "([{")) - sum(map(lines[at].count, ")]}"))
    if depth <= 0:
        return min(start + most, len(lines)), most
    return first or next((at for at in range(start, len(lines)) if not lines[at].strip()), len(lines)), 1


def _one_line(line: str, tags: Sequence[Tag], *, is_myst: bool) -> str:
    stripped = line.strip(" \t")
    if not stripped:
        return line
    if _NOTHING_SEEN.fullmatch(line) or _HIDDEN_PROPERTY.fullmatch(line) or (is_myst and line.startswith("% ")):
        return ""
    if all(ord(sign) >= FIRST for sign in stripped.replace(" ", "")):
        # What opens or closes a part of the page stands apart from what is in it.
        return f"\n{line}\n" if any(tags[ord(sign) - FIRST].shown for sign in stripped if sign != " ") else ""
    if (tab := _TAB.fullmatch(line)) is not None:
        return f"{tab[1]}!!! tab {tab[3]}"
    if (code := _TAB_OF_CODE.fullmatch(line)) is not None:
        return f"\n{code[1]}\n"
    if (spelt := _ABBREVIATION.fullmatch(line)) is not None:
        return f"\n{spelt[1]}: {spelt[2]}\n"
    return _without_directives(line) if ":" in line else line


def _without_directives(line: str) -> str:
    if _LEARN.fullmatch(line):
        alt = _ALT_TEXT.search(line)
        return alt[1] if alt else ""
    if (block := _MDC_LINE.fullmatch(line)) is not None:
        return block[1] or ""
    return _MDC_INLINE.sub(lambda found: found[1] or "", line)


def html_of_grid(lines: Sequence[str]) -> Iterator[str]:
    """Yields lines with each drawn table written as one of HTML; what only looks like one stays as it is."""
    at = 0
    while at < len(lines):
        end = _end_of_table(lines, at) if _RULE.fullmatch(lines[at]) else at
        if end > at + 2:
            yield from ("", _as_html([line.strip() for line in lines[at:end]]), "")
            at = end
        else:
            yield lines[at]
            at += 1


def _end_of_table(lines: Sequence[str], at: int) -> int:
    """Behind the last rule of the table that begins here, or the place itself if its rows do not fit its columns."""
    stops = _stops(lines[at].strip())
    end = at
    for i in range(at, len(lines)):
        line = lines[i].strip()
        if not line.startswith(("+", "|")) or len(line) != stops[-1] + 1:
            break
        if _RULE.fullmatch(line):
            end = i + 1
    return end


def _stops(rule: str) -> list[int]:
    return [i for i, sign in enumerate(rule) if sign == "+"]


def _as_html(lines: Sequence[str]) -> str:
    stops = _stops(lines[0])
    rows: list[list[list[str]]] = []
    headers = 0
    for line in lines:
        if _RULE.fullmatch(line):
            headers = len(rows) if "=" in line and not headers else headers
            rows.append([[] for _ in stops[1:]])
            continue
        for cell, (left, right) in zip(rows[-1], itertools.pairwise(stops), strict=True):
            cell.append(line[left + 1 : right].strip())
    filled = [row for row in rows if any(any(cell) for cell in row)]
    return f"<table>{''.join(_row(row, 'th' if i < headers else 'td') for i, row in enumerate(filled))}</table>"


def _row(cells: Sequence[Sequence[str]], name: str) -> str:
    texts = (html.escape(" ".join(filter(None, cell)), quote=False) for cell in cells)
    return f"<tr>{''.join(f'<{name}>{text}</{name}>' for text in texts)}</tr>"
