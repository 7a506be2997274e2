"""AsciiDoc and Org, which Pandoc reads and nothing lighter does. Knows the program; `html` reads what it gives.

Pandoc comes in a wheel of its own that is not installed with Footnote (the extra `pandoc`). It runs as a program of its
own, in its sandbox: it opens no file and no address, and its memory is bounded. It reads values as plain text and takes
conditions for text, so what AsciiDoc does before it parses is done here: attributes, conditions, comments, the lines
below a title.
"""

import contextlib
import re
import resource
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from ingest.articles.declared import NOTHING, Declared, declared_of
from ingest.articles.decode import clean, honest, to_text
from ingest.articles.formats.html import read_page
from ingest.articles.formats.pieces import Parsed
from ingest.distribution import remedy_for
from ingest.errors import UnreadableArticle

_ENTRY = re.compile(r":(!?)([A-Za-z0-9_][\w-]{0,80})(!?):(?:[ \t]+(.*))?")
_REFERENCE = re.compile(r"(\\?)\{([A-Za-z0-9_][\w-]{0,80})\}")
_CONDITION = re.compile(r"(ifdef|ifndef|ifeval)::([^\[\]]{0,300})\[(.*)\][ \t]*")
_END = re.compile(r"endif::[^\[\]]{0,300}\[\][ \t]*")
_LITERAL = re.compile(r"(-{4,}|\.{4,}|\+{4,}|`{3,}|/{4,})\w{0,20}[ \t]*")
_ANGLES = re.compile(r"<([^<>]{0,300})>")
_TITLE = re.compile(r"=[ \t]+\S.*")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}[./ ][\w.]{1,12}[./ ]\d{4}|[A-Z][a-z]{2,9}\.? \d{1,2}, \d{4}")
_DATES = ("revdate", "page-date", "date", "docdate")
_MOST_CHARS = 10_000  # of a value, which may be made of values
_BUILT_IN: Mapping[str, str] = {
    **dict.fromkeys("empty blank zwsp wj backend-html5 basebackend-html asciidoctor".split(), ""),
    **dict(
        zip("lt gt amp apos quot vbar startsb endsb caret tilde backslash plus".split(), "<>&'\"|[]^~\\+", strict=True)
    ),
    "sp": " ",
    "nbsp": "\u00a0",
    "asterisk": "*",
    "backtick": "`",
    "deg": "°",
    "cpp": "C++",
    "two-colons": "::",
}
_MEMORY, _SECONDS = "600m", 15
# What Pandoc writes for a title where there is none.
_NO_TITLE = "-"
# Lines that put another file in their place: what it holds is an article of its own, or none.
_INCLUDE = re.compile(r"^(?:include::.*|#\+include:.*)$", re.MULTILINE | re.IGNORECASE)


def preprocessed(text: str) -> tuple[Declared, str]:
    """Returns what the head of a text declares, and the text as AsciiDoc hands it to its parser."""
    reading = _Reading()
    lines = list(reading.lines(text.split("\n")))
    said = {**reading.values, "date": next(filter(None, map(reading.values.get, _DATES)), None)}
    return declared_of({name: said.get(name) for name in ("title", "author", "date")}), "\n".join(lines)


class _Reading:
    """One reading of lines: the values so far, the conditions and the block that are open, and where the head ends."""

    def __init__(self) -> None:
        self.values = dict(_BUILT_IN)
        self._holds: list[bool] = []
        self._block = ""
        self._head = 0  # how many lines of the head have been read; 0 outside of it
        self._between = True  # whether a block may begin here
        self._replaces = False  # whether values are put into the literal block that follows

    def lines(self, lines: Sequence[str]) -> Iterator[str]:
        """Yields the lines that are left."""
        at = 0
        while at < len(lines):
            line: str | None = lines[at].rstrip()
            at += 1
            condition = _CONDITION.fullmatch(line or "")
            if condition is not None:
                line = self._conditional(condition)
            elif line and _END.fullmatch(line):
                self._holds = self._holds[:-1]
                continue
            if line is None or not all(self._holds):
                continue
            entry = None if self._block or not (self._between or self._head) else _ENTRY.fullmatch(line)
            if entry is not None:
                value = entry[4] or ""
                while value.endswith(" \\") and at < len(lines):
                    value, at = f"{value[:-2].rstrip('+ ')} {lines[at].strip()}", at + 1
                self._set(entry[2], None if entry[1] or entry[3] else value)
            else:
                yield from self._line(line)

    def _conditional(self, found: re.Match[str]) -> str | None:
        """Opens a condition, or returns the line that stands in it if it holds."""
        kind, names, inside = found.groups()
        if kind == "ifeval":
            sign = "!=" if "!=" in inside else "=="
            one, found_sign, other = (part.strip(" \"'") for part in self._replaced(inside).partition(sign))
            self._holds.append(not found_sign or (one == other) == (sign == "=="))
            return None
        several = all if "+" in names else any
        holds = several(name.strip() in self.values for name in re.split(r"[,+]", names)) == (kind == "ifdef")
        if inside:
            return inside if holds else None
        self._holds.append(holds)
        return None

    def _line(self, line: str) -> Iterator[str]:
        literal = _LITERAL.fullmatch(line)
        if self._block:
            ends = literal is not None and literal[1] == self._block
            if self._block[0] != "/":
                yield self._replaced(line) if self._replaces and not ends else line
            self._block = "" if ends else self._block
            return
        self._between = not line or line.startswith(("//", "[", "=", "."))
        if literal is not None:
            self._block = literal[1]
            if line[0] != "/":
                yield line
        elif line.startswith("//") and not line.startswith("///"):
            return
        elif self._head:
            yield from self._below_title(line)
        else:
            self._head = int(bool(_TITLE.fullmatch(line)) and "title" not in self.values)
            if self._head:
                self._set("title", line[2:])
            self._replaces = "attributes" in line if line.startswith("[") else self._replaces and bool(line)
            yield self._replaced(line)

    def _below_title(self, line: str) -> Iterator[str]:
        """The authors and the revision are paragraphs of their own, whatever marks are in them."""
        self._head = self._head + 1 if line else 0
        if self._head == 2:
            people = [" ".join(one.replace("_", " ").split()) for one in _ANGLES.sub("", line).split(";")]
            self._set("author", ", ".join(people))
            line = _ANGLES.sub(lambda found: f"({found[1]})" if "@" in found[1] and "[" not in found[1] else "", line)
        elif self._head == 3 and (day := _DATE.search(line)):
            self._set("revdate", day[0])
        yield from ("", line.replace(" ;", ";")) if line else ("",)

    def _set(self, name: str, value: str | None) -> None:
        if value is None:
            self.values.pop(name.lower(), None)
        else:
            self.values[name.lower()] = self._replaced(value)[:_MOST_CHARS]

    def _replaced(self, line: str) -> str:
        if "{" not in line:
            return line
        return _REFERENCE.sub(
            lambda found: found[0][1:] if found[1] else self.values.get(found[2].lower(), found[0]), line
        )[: 10 * _MOST_CHARS]


def read_asciidoc(raw: bytes) -> Parsed:
    """Returns what a text in AsciiDoc shows.

    Raises UnreadableArticle: Pandoc is not installed, or does not understand the text.
    """
    return _read(raw, "asciidoc", preprocessed)


def read_org(raw: bytes) -> Parsed:
    """Returns what a text of Org mode shows; see `read_asciidoc`."""
    return _read(raw, "org", lambda text: (NOTHING, text))


def _read(raw: bytes, kind: str, prepare: Callable[[str], tuple[Declared, str]]) -> Parsed:
    text, included = _INCLUDE.subn("", clean(honest(to_text(raw))))
    declared, text = prepare(text)
    command = [_program(), "--from", kind, "--to", "html5", "--standalone", "--sandbox", "--wrap=none"]
    command += ["+RTS", f"-M{_MEMORY}", "-RTS"]
    try:
        done = subprocess.run(
            command,
            input=text.encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=True,
            env={"LANG": "C.UTF-8"},
            preexec_fn=_without_limit,
        )
    except subprocess.TimeoutExpired as error:
        raise UnreadableArticle(f"took Pandoc longer than {_SECONDS} seconds", "save it as Markdown") from error
    except subprocess.CalledProcessError as error:
        reason = clean(error.stderr.decode("utf-8", "replace")).split("\n")[0][:120]
        raise UnreadableArticle(f"is not understood by Pandoc ({reason})", "save it as Markdown") from error
    page = read_page(done.stdout.decode("utf-8", "replace"))
    if page.declared.title == _NO_TITLE:
        page = replace(page, declared=replace(page.declared, title=None))
    left_out = {"included files": included} if included else {}
    return replace(page, declared=declared.over(page.declared), left_out=left_out)


def _program() -> str:
    try:
        import pypandoc
    except ImportError as error:
        raise UnreadableArticle("needs Pandoc to be read", remedy_for("pandoc")) from error
    # Its own way to find the program runs it, which within the limits of the process that reads is not possible.
    return str(Path(pypandoc.__file__).with_name("files") / "pandoc")


def _without_limit() -> None:
    """Pandoc reserves far more room than it uses; what it uses is bounded by its own option."""
    with contextlib.suppress(ValueError, OSError):
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
