"""The corpus folder: which files are articles, and what else is there. Knows names and links; opens only folders.

Whatever is not read is counted or named; what cannot be looked at is a failure, never an absence.
"""

import os
import re
import stat
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from ingest.articles.decode import MAX_BYTES, SIDECAR_SUFFIX, sidecar_of
from ingest.articles.make import SUFFIXES
from ingest.errors import CorpusMissing

IGNORE_FILE = ".footnoteignore"
# These explain the corpus folder itself; below it they are articles like others.
_ABOUT_THE_FOLDER = frozenset({"readme", "license", "licence"})
_NO_SUFFIX, _ALONE, _LINKED = "no suffix", "meta.yaml beside no file", "link to a folder"
# What office programs leave beside a file while they have it open.
_LOCKS = "~$"
_NO_FILE = "is not a regular file; remove it"


@dataclass(frozen=True)
class Listing:
    """What a corpus folder holds, in the order of the ids.

    `files` are (article id, path); `refused` are (id, reason): what looks like an article but is not read, and folders
    that cannot be opened. `unread` counts the other files by kind, and `ignored` those that `.footnoteignore` names.
    `unseen` are the folders below which nobody could look.
    """

    files: tuple[tuple[str, Path], ...]
    refused: tuple[tuple[str, str], ...]
    unread: Mapping[str, int] = field(default_factory=dict)
    ignored: int = 0
    unseen: tuple[str, ...] = ()

    def may_hold(self, article_id: str) -> bool:
        """Tells whether an article that was not found may be in a folder that could not be opened."""
        return any(article_id.startswith(folder + "/") or folder == "" for folder in self.unseen)


def list_corpus(corpus: Path) -> Listing:
    """Lists the articles under the folder; hidden files and folders are passed over.

    Raises CorpusMissing: there is no such folder, or nothing in it could be an article.
    """
    if not corpus.is_dir():
        raise CorpusMissing(f"no folder {corpus}", "create it and put articles in it, or name another with --corpus")
    root, is_ignored = corpus.resolve(), _ignoring(corpus)
    files, refused, unread, ignored = [], [], Counter[str](), 0
    unseen: dict[str, str] = {}
    for name, path in _walk(str(corpus), "", unseen):
        if name == IGNORE_FILE or _is_about_folder(name) or path.name.startswith(_LOCKS) or _is_sidecar(path):
            continue
        if is_ignored(name):
            ignored += 1
        elif path.suffix.lower() not in SUFFIXES:
            unread[_kind_of(path)] += 1
        elif reason := _name_refusal(name) or _refusal(path, root) or _sidecar_refusal(path, root):
            refused.append((shown(name), reason))
        else:
            files.append((name, path))
    refused += [(shown(name) or ".", reason) for name, reason in unseen.items() if not is_ignored(name + "/")]
    if not files and not refused:
        there = f" (there are: {kinds_in_words(unread)})" if unread else ""
        raise CorpusMissing(f"no articles in {corpus}{there}", f"put files there that end in {', '.join(SUFFIXES)}")
    kinds = dict(sorted(unread.items(), key=lambda one: (-one[1], one[0])))
    return Listing(tuple(files), tuple(sorted(refused)), kinds, ignored, tuple(unseen))


def shown(name: str) -> str:
    """Returns a name as it may be printed: what no terminal should be sent is written out."""
    if name.isascii() and name.isprintable():
        return name
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(ascii(sign)[1:-1] if _is_unsafe(sign) else sign for sign in text)


def _walk(folder: str, above: str, unseen: dict[str, str]) -> Iterator[tuple[str, Path]]:
    """The files below a folder that are not hidden, in order, with their names; no link to a folder is followed.

    `above` comes before their names; `unseen` learns of the folders that cannot be opened.
    """
    try:
        with os.scandir(folder) as found:
            entries = sorted((one for one in found if not one.name.startswith(".")), key=lambda one: one.name)
    except OSError as error:
        reason = f"cannot be opened: {error.strerror}; mend its permissions, or name it in {IGNORE_FILE}"
        unseen[above.removesuffix("/")] = reason
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            yield from _walk(entry.path, f"{above}{entry.name}/", unseen)
        else:
            yield above + entry.name, Path(entry.path)


def _is_sidecar(path: Path) -> bool:
    return path.name.endswith(SIDECAR_SUFFIX) and path.with_name(path.name.removesuffix(SIDECAR_SUFFIX)).exists()


def _kind_of(path: Path) -> str:
    """What a file that is not read is counted as."""
    if path.is_symlink() and path.is_dir():
        return _LINKED
    return _ALONE if path.name.endswith(SIDECAR_SUFFIX) else path.suffix.lower().removeprefix(".") or _NO_SUFFIX


def _ignoring(corpus: Path) -> Callable[[str], bool]:
    """What tells whether a path is one that `.footnoteignore` names, in the syntax of .gitignore."""
    try:
        lines = (corpus / IGNORE_FILE).read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return lambda name: False
    except OSError as error:
        raise CorpusMissing(
            f"{corpus / IGNORE_FILE} cannot be read: {error.strerror}", "mend its permissions"
        ) from error
    from pathspec import GitIgnoreSpec

    patterns = [(one.regex, one.include) for one in GitIgnoreSpec.from_lines(map(_below, lines)).patterns if one.regex]

    def is_ignored(name: str) -> bool:
        """As for git, the last pattern decides, and what stands in an ignored folder cannot be taken in again."""
        return any(
            next((names for pattern, names in reversed(patterns) if _matches(pattern, part)), False)
            for part in (*_folders_of(name), name)
        )

    return is_ignored


def _below(line: str) -> str:
    """What stands in a folder is not the folder."""
    return re.sub(r"/\*\*\s*$", "/**/*", line)


def _matches(pattern: re.Pattern[str], path: str) -> bool:
    """Tells whether a pattern is about a path itself, rather than about a folder above it, where a group of it ends."""
    ends = ([found.end(name) for name in found.groupdict()] for found in pattern.finditer(path))
    return any(all(end in (-1, len(path)) for end in groups) for groups in ends)


def _folders_of(name: str) -> Iterator[str]:
    return (f"{folder.as_posix()}/" for folder in PurePosixPath(name).parents if folder.name)


def _is_about_folder(name: str) -> bool:
    return "/" not in name and PurePosixPath(name).stem.lower() in _ABOUT_THE_FOLDER


def kinds_in_words(counts: Mapping[str, int], most: int = 12) -> str:
    """Returns counts by kind as people read them: `12 png, 3 css, 1 with no suffix`."""
    words = [f"{count:,} {'with ' if kind == _NO_SUFFIX else ''}{kind}" for kind, count in counts.items()]
    more = [f"{sum(list(counts.values())[most:]):,} of {len(words) - most} other kinds"] if len(words) > most else []
    return ", ".join(words[:most] + more)


def _name_refusal(name: str) -> str | None:
    """A name is shown, stored and sent on: it must be text, and look like what it is."""
    return None if shown(name) == name else "has a name with control characters or that is not text; rename it"


def _is_unsafe(sign: str) -> bool:
    """Control characters, line separators, halves of characters, and signs that turn the direction of writing.

    Joiners, narrow spaces and the signs of emoji are part of names as desktops write them.
    """
    return unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp", "Co", "Cn") or sign in _TURNING


_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def _sidecar_refusal(path: Path, root: Path) -> str | None:
    reason = _refusal(sidecar_of(path), root) if os.path.lexists(f"{path}{SIDECAR_SUFFIX}") else None
    return f"its sidecar {reason}" if reason else None


def _refusal(path: Path, root: Path) -> str | None:
    try:
        found = path.lstat()
        if stat.S_ISLNK(found.st_mode):  # no folder on the way is a link: those are not entered
            target = path.resolve()
            if not target.is_relative_to(root):
                return "is a link that leads out of the corpus; copy the file into the folder instead"
            found = target.stat()
    except FileNotFoundError:
        return _NO_FILE
    except (OSError, RuntimeError) as error:
        circle = isinstance(error, RuntimeError) or getattr(error, "strerror", None) is None
        return "is a link that leads in a circle; remove it" if circle else f"cannot be looked at: {error}; mend it"
    if not stat.S_ISREG(found.st_mode):
        return _NO_FILE
    if found.st_size > MAX_BYTES:
        return f"is larger than {MAX_BYTES // 1_000_000} MB; split it into several articles"
    return None
