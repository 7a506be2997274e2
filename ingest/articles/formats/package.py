"""Files that are a zip of XML: Word, PowerPoint, Excel, OpenDocument, EPUB. The home of zipfile and defusedxml.

Nothing is unpacked beyond the limits, whatever a file says of its size, and no entity or outside address is followed.
"""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from urllib.parse import unquote

from ingest.articles.declared import Declared
from ingest.articles.decode import clean
from ingest.errors import NoText, UnreadableArticle

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_ENTRIES, MAX_PART_BYTES, MAX_RATIO, MAX_DEPTH = 10_000, 60_000_000, 100, 200
MAX_ALL_BYTES = 200_000_000
# A small part may well be all spaces; only a large one is suspected of being a bomb.
_SMALL = 1_000_000
# So far the head of a part is looked at, where it would define entities.
_HEAD = 4_000
# What programs write where nobody wrote anything.
_NO_AUTHORS = frozenset(
    "openpyxl|python-docx|python-pptx|apache poi|microsoft office user|user|unknown|admin|administrator".split("|")
)
_TITLES_OF_PROGRAMS = frozenset("powerpoint presentation|powerpoint-präsentation|slide 1|document1|untitled".split("|"))
_DC = "{http://purl.org/dc/elements/1.1/}"


@dataclass(frozen=True)
class Relation:
    """One part of a package as another one names it: its kind (the last word of its type's address) and its path."""

    kind: str
    target: str
    is_external: bool


class Package:
    """An open zip of XML parts."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        # Some programs write backslashes, or another case than they refer to.
        self._names = {_plain(name): name for name in archive.namelist()}
        self._left = MAX_ALL_BYTES

    def names(self) -> tuple[str, ...]:
        """Returns the paths of all parts, with forward slashes."""
        return tuple(name.replace("\\", "/") for name in self._archive.namelist())

    def check_parts(self) -> None:
        """Refuses, for those who unpack by themselves, what unpacks to more than the limits or defines entities.

        Raises UnreadableArticle: it does; a part that is longer than it says ends, for zipfile, where it said.
        """
        for one in self._archive.infolist():
            if not one.filename.endswith((".xml", ".rels")):
                continue
            self._left -= one.file_size
            bomb = one.file_size > _SMALL and one.file_size > MAX_RATIO * max(one.compress_size, 1)
            if bomb or self._left < 0:
                raise _bomb(one.filename)
            with self._archive.open(one) as file:
                if b"<!DOCTYPE" in file.read(_HEAD).replace(b"\0", b""):
                    raise _with_entities(one.filename)
        self._left = MAX_ALL_BYTES

    def bytes_of(self, name: str) -> bytes | None:
        """Returns one part, unpacked no further than the limit, or None if there is none of this name.

        Raises UnreadableArticle: it unpacks to far more than it is.
        """
        real = self._names.get(_plain(name))
        if real is None:
            return None
        with self._archive.open(real) as file:
            content = file.read(MAX_PART_BYTES + 1)
        packed = max(self._archive.getinfo(real).compress_size, 1)
        self._left -= len(content)
        bomb = len(content) > _SMALL and len(content) > MAX_RATIO * packed
        if len(content) > MAX_PART_BYTES or bomb or self._left < 0:
            raise _bomb(real)
        return content

    def tree(self, name: str) -> "Element | None":
        """Returns one part as a tree, or None if there is none of this name.

        Raises UnreadableArticle: it is no XML, defines entities, is nested too deep, or unpacks to far more than it is.
        """
        content = self.bytes_of(name)
        return None if content is None else parse_xml(content, name=name)

    def relations(self, part: str) -> Mapping[str, Relation]:
        """Returns what a part refers to, by the ids it uses; the package itself is the part "" (ECMA-376, part 2)."""
        folder, name = posixpath.split(part)
        tree = self.tree(posixpath.join(folder, "_rels", name + ".rels"))
        return {
            one.get("Id", ""): Relation(
                one.get("Type", "").rsplit("/", 1)[-1],
                one.get("Target", "") if one.get("TargetMode") == "External" else _path(folder, one.get("Target", "")),
                one.get("TargetMode") == "External",
            )
            for one in (() if tree is None else tree)
        }

    def main_part(self, kind: str = "officeDocument") -> str | None:
        """Returns the path of the main part, as the package itself names it."""
        return next((one.target for one in self.relations("").values() if one.kind == kind), None)

    def declared(self) -> Declared:
        """Returns the title and the author that the core properties hold, if people wrote them."""
        title, author = self._property("title"), self._property("creator")
        return Declared(
            title=None if title is None or title.casefold() in _TITLES_OF_PROGRAMS else title,
            author=None if author is None or author.casefold() in _NO_AUTHORS else author,
        )

    def _property(self, name: str) -> str | None:
        part = self.main_part("core-properties") or "docProps/core.xml"
        try:
            core = self.tree(part)
        except UnreadableArticle:
            return None
        found = core.find(f".//{_DC}{name}") if core is not None else None
        return " ".join(clean(found.text or "").split()) or None if found is not None else None


@contextmanager
def opened(raw: bytes, what: str) -> Iterator[Package]:
    """Opens a zip of XML; `what` is what it should be, with its article.

    Raises UnreadableArticle: it is damaged, encrypted, or unpacks beyond the limits.
    """
    if raw.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise UnreadableArticle("is locked with a password, or of an old format", "save it anew without a password")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            if not archive.infolist():
                raise NoText("is an empty archive")
            if len(archive.infolist()) > MAX_ENTRIES:
                raise UnreadableArticle(f"holds more than {MAX_ENTRIES:,} parts", "save its text in a new file")
            if any(one.flag_bits & 1 for one in archive.infolist()):
                raise UnreadableArticle("is locked with a password", "save it without one")
            yield Package(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        if isinstance(error, RecursionError):
            raise
        raise UnreadableArticle(f"is not {what} that is whole ({error})", "open it and save it again") from error


def parse_xml(content: bytes, *, name: str) -> "Element":
    """Returns XML as a tree. Raises UnreadableArticle: it is no XML, defines entities, or is nested too deep."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    depth, root = 0, cast("Element | None", None)
    try:
        for event, element in iterparse(io.BytesIO(content), events=("start", "end"), forbid_dtd=True):
            root = element if root is None else root
            depth += 1 if event == "start" else -1
            if depth > MAX_DEPTH:
                raise UnreadableArticle(f"is nested more than {MAX_DEPTH} deep", "save its text in a new file")
    except DefusedXmlException as error:
        raise _with_entities(name) from error
    except (ParseError, ValueError) as error:
        raise UnreadableArticle(f"{name} is not valid XML ({error})", "open the file and save it again") from error
    if root is None:
        raise UnreadableArticle(f"{name} is empty", "open the file and save it again")
    return root


def _with_entities(name: str) -> UnreadableArticle:
    return UnreadableArticle(f"{clean(name)[:80]} defines entities, as no such file does", "remove the file")


def _bomb(name: str) -> UnreadableArticle:
    return UnreadableArticle(
        f"unpacks to far more than it is (a zip bomb?): {clean(name)[:80]}", "save its text in a new file"
    )


def local(element: "Element") -> str:
    """Returns the name of an element without its namespace."""
    return element.tag.rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def value(element: "Element | None", name: str = "val") -> str:
    """Returns an attribute by its name, whatever its namespace; "" if there is none, or no element."""
    found = "" if element is None else element.get(name)
    if element is None or found is not None:
        return found or ""
    ending = "}" + name
    return next((text for key, text in element.items() if key.endswith(ending)), "")


def child(element: "Element | None", *path: str) -> "Element | None":
    """Returns the first element below, following local names."""
    for name in path:
        element = next((one for one in element if local(one) == name), None) if element is not None else None
    return element


def _path(folder: str, target: str) -> str:
    target = unquote(target.replace("\\", "/"))
    return target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))


def _plain(name: str) -> str:
    return re.sub(r"/+", "/", name.replace("\\", "/")).lstrip("/").casefold()
